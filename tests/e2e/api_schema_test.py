"""deploy/openapi.json against the running daemon by schemathesis: whatever is asked, the answer is one that the document describes, and never
a server's error. Left out: `wait`, which holds an answer for up to a minute on purpose, and the stream of events, which has no end."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.daemon import EMBEDDED, Daemon  # noqa: E402
from e2e.places import ROOT  # noqa: E402
from e2e.webhooks import Delivery, Sender, fixtures  # noqa: E402

TOKEN = "a token of the admin address, long enough"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"
SETTINGS = """
intake: {{listen: "127.0.0.1:{d.intake_port}", sources: [{{id: main, secrets: ["file:{d.secret_file}"]}}]}}
log:    {{path: "{d.log_path}"}}
admin:  {{listen: "127.0.0.1:{d.admin_port}", token: "file:{d.folder}/token"}}
"""


def document(folder):
    openapi = json.loads((ROOT / "deploy" / "openapi.json").read_text())
    events = openapi["paths"]["/api/v1/events"]["get"]
    events["parameters"] = [one for one in events["parameters"] if one["name"] != "wait"]
    path = folder / "openapi.json"
    path.write_text(json.dumps(openapi))
    return path


class Api(unittest.TestCase):
    def test_every_answer_is_one_that_the_document_describes(self):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            (folder / "d").mkdir()
            token = folder / "d" / "token"
            token.touch(mode=0o600)
            token.write_text(TOKEN)
            with Daemon(folder / "d", EMBEDDED, settings=SETTINGS) as daemon:
                daemon.wait_ready()
                sender = Sender(daemon.intake_port, daemon.secret)
                for delivery in [*fixtures(), Delivery("bad", b"[[[ not json")]:
                    sender.post(delivery)
                run = subprocess.run(
                    [sys.executable, "-m", "schemathesis.cli", "run", document(folder), "--url", f"http://127.0.0.1:{daemon.admin_port}",
                     "--checks", CHECKS, "--max-examples", "30", "--seed", "1", "--header", f"Authorization: Bearer {TOKEN}",
                     "--request-timeout", "10", "--no-color", "--exclude-path", "/metrics"],
                    stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240, cwd=folder)
                self.assertEqual(run.returncode, 0, run.stdout[-6000:] + run.stderr[-2000:])
                self.assertTrue(daemon.alive())
                print(next(line for line in run.stdout.splitlines() if "generated" in line))


if __name__ == "__main__":
    unittest.main(verbosity=2)
