"""GitHub's own example payloads (npm @octokit/webhooks-examples) at /hooks/git/config: each that is signed is answered, pushes wake the
reconciler, all else is ignored, and a wrong signature is refused (DESIGN §7). Third-party data: fetched for the test, never kept."""
import hashlib
import hmac
import http.client
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.config_repository import ConfigRepository  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import ROOT  # noqa: E402

PACKAGE, VERSION = "@octokit/webhooks-examples", "7.6.1"
SECRET = "what GitHub signs pushes with, in a test"


def examples():
    """(event, body) of every example that GitHub publishes."""
    folder = ROOT / "build" / "npm"
    index = folder / "node_modules" / PACKAGE / "api.github.com" / "index.json"
    if not index.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", f"{PACKAGE}@{VERSION}"],
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=300)
    for event in json.loads(index.read_text()):
        for example in event["examples"]:
            yield event["name"], json.dumps(example).encode()


def post(daemon, event, body, secret=SECRET):
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    connection = http.client.HTTPConnection("127.0.0.1", daemon.intake_port, timeout=10)
    try:
        connection.request("POST", "/hooks/git/config", body, {"X-GitHub-Event": event, "X-Hub-Signature-256": f"sha256={signature}",
                                                               "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-push-") as scratch:
        folder = Path(scratch)
        repository = ConfigRepository(folder, ROOT / "deploy/example-org")
        secret = folder / "push"
        secret.touch(mode=0o600)
        secret.write_text(SECRET)
        key = folder / "key"
        key.touch(mode=0o600)
        key.write_text("cal_no_such_key_for_a_test_of_pushes")
        extra = (f'calcom: {{base_url: "http://127.0.0.1:9", organization_id: 1, api_key: "file:{key}"}}\n'
                 f'config_repo: {{url: "{repository.file_url}", poll: 1h, push_secret: "file:{secret}"}}\nreconcile: {{mode: observe, interval: 1h}}\n')
        with Daemon(folder / "daemon", extra=extra) as daemon:
            daemon.wait_listening()
            asked, pushes = 0, 0
            for event, body in examples():
                status, text = post(daemon, event, body)
                assert (status, json.loads(text)["heard"]) == ((202, True) if event == "push" else (200, False)), (event, status, text)
                assert post(daemon, event, body + b" ", SECRET)[0] == status, "the signature is of the bytes"
                asked, pushes = asked + 1, pushes + (event == "push")
            assert pushes > 0 and asked > 100, (asked, pushes)
            event, body = next(examples())
            assert post(daemon, event, body, "somebody else's secret")[0] == 401
            metrics = daemon.get("/metrics")[1]
            assert f'outcome="push"}} {2 * pushes}\n' in metrics, metrics
    print(f"{asked} payloads of GitHub's: {pushes} pushes heard, {asked - pushes} others ignored, wrong signatures refused")


if __name__ == "__main__":
    if not shutil.which("npm"):
        print("skipped: there is no npm to fetch GitHub's examples with")
        sys.exit(77)
    main()
