"""No secret gets out (P21): passwords, bearer links, one-time passwords and our own webhook secret are looked for in
Kafka, the daemon's log, the admin address, the command line's answers, argv and environment, and in the files of the log.
So are, over a rotation of both, the tokens of Vault and Doppler, webhook secrets and API keys, and a secret that a plan names.
"""
import json
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import webhooks  # noqa: E402
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402
from e2e.secret_servers import SecretServers  # noqa: E402

SECRET_FIELDS = {"oneTimePassword", "password", "meetingPassword", "client_secret"}
BEARER_LINKS = {"connectAndJoinUrl", "downloadLink", "recording", "link"}  # who has the link has the thing
CALL_LINKS = {"videoCallUrl", "meetingUrl", "url"}                         # published, without what is secret in them
MARK = "CANARY7f3a"


class Canaries:
    def __init__(self):
        self.count = 0

    def next(self, what):
        self.count += 1
        return f"{MARK}{what}{self.count:04}"

    def put_into(self, node):
        """Every secret of the document becomes a canary; call links get secret parameters."""
        if isinstance(node, list):
            return [self.put_into(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {key: self.replaced(key, value) for key, value in node.items()}

    def replaced(self, key, value):
        if isinstance(value, str) and key in SECRET_FIELDS:
            return self.next(key)
        if isinstance(value, str) and key in BEARER_LINKS and value.startswith("http"):
            parts = urlsplit(value)
            return f"{parts.scheme}://{parts.netloc}{parts.path}/{self.next('path')}?token={self.next('token')}"
        if isinstance(value, str) and key in CALL_LINKS and value.startswith("http"):
            base = value.split("?")[0]
            return f"{base}?a=1&pwd={self.next('pwd')}&tk={self.next('tk')}&token={self.next('token')}&zak={self.next('zak')}"
        return self.put_into(value)


def deliveries(canaries):
    for delivery in webhooks.fixtures():
        try:
            document = json.loads(delivery.body)
        except ValueError:
            continue
        body = json.dumps(canaries.put_into(document), ensure_ascii=False, separators=(",", ":")).encode()
        yield webhooks.Delivery(delivery.name, body, delivery.content_type)
    # Bodies that cannot be understood are kept, and told to nobody.
    unknown = {"triggerEvent": "SOMETHING_NEW", "createdAt": "2026-09-14T09:00:00.000Z",
               "payload": {"uid": "u1", "hidden": canaries.next("unknown"), "joinLink": "https://x.example/" + canaries.next("unknown")}}
    yield webhooks.Delivery("unknown", json.dumps(unknown).encode())
    yield webhooks.Delivery("broken", ('{"triggerEvent":"BOOKING_CREATED","payload":{"uid":"' + canaries.next("broken")).encode())
    yield webhooks.Delivery("text", canaries.next("text").encode(), "text/plain")


def looked_at(daemon, broker, prefix="calsync."):
    """(where, bytes) of everything that leaves the daemon."""
    yield "the daemon's log", daemon.log_file.read_bytes()
    for name in ("cmdline", "environ"):
        yield f"/proc/PID/{name}", Path(f"/proc/{daemon.process.pid}/{name}").read_bytes()
    for path in ("/api/v1/status", "/api/v1/conditions", "/api/v1/events?limit=1000", "/metrics", "/readyz", "/healthz"):
        yield path, daemon.get(path)[1].encode()
    for message in read_all(broker.address, prefix, isolation="read_uncommitted"):
        headers = b"\n".join(name.encode() + b"=" + (value or b"") for name, value in message.headers)
        yield f"Kafka {message.topic}/{message.partition}/{message.offset}", \
            b"\n".join((message.key or b"", headers, message.value or b""))
    for words in (("status", "--json"), ("log", "list", "--all", "--json"), ("log", "list", "--all"), ("log", "tail", "--json"),
                  ("log", "quarantine", "--json"), ("log", "verify", "--json")):
        yield "calsync " + " ".join(words), daemon.calsync(*words).encode()
    for sequence in range(1, daemon.status()["log"]["rawHead"] + 1):
        yield f"calsync log show {sequence}", daemon.calsync("log", "show", sequence, "--json").encode()


IN_VAULT = """intake: {{listen: "127.0.0.1:{d.intake_port}", public_url: "http://127.0.0.1:{d.intake_port}", sources: [
  {{id: main, secrets: ["vault:kv/calsync#hook", "vault:kv/calsync#before"]}}, {{id: other, secrets: ["doppler:OTHER"]}}]}}
log: {{path: "{d.log_path}"}}
admin: {{listen: "127.0.0.1:{d.admin_port}"}}
poll: {{interval: 1s}}
reconcile: {{mode: observe, interval: 1s}}
"""
WEBHOOK = """webhooks:
  - {scope: organization, subscriberUrl: "https://example.org/x", triggers: [BOOKING_CREATED], active: true, payloadTemplate: "", secret: "vault:kv/calsync#theirs"}
"""


def private(folder, name, text):
    (folder / name).touch(mode=0o600)
    (folder / name).write_text(text)
    return f"file:{folder}/{name}"


def what_others_keep(folder, broker):
    """The daemon's own secrets, all of them elsewhere: both are rotated, and one is put into a webhook of the organisation."""
    servers, sandbox, started = SecretServers(), Sandbox("--requests-per-minute", "0"), []
    folder.mkdir()
    try:
        servers.token, servers.doppler_token = "hvs." + MARK + "vault", "dp.st." + MARK + "doppler"
        fields = {name: f"{MARK}{name}-long-enough-for-everybody" for name in ("hook", "before", "theirs")}
        servers.secrets = {"kv/calsync": {**fields, "key": sandbox.facts["apiKey"]}, "OTHER": MARK + "other-of-doppler-long-enough"}
        extra = (f'vault: {{address: "{servers.url}", token: "{private(folder, "vault", servers.token)}"}}\n'
                 f'doppler: {{address: "{servers.url}", token: "{private(folder, "doppler", servers.doppler_token)}"}}\n'
                 f'calcom: {{base_url: "{sandbox.facts["url"]}", organization_id: 1, api_key: "vault:kv/calsync#key", requests_per_minute: 100000}}\n'
                 f'kafka: {{mode: cluster, bootstrap_servers: "{broker.address}", topic_prefix: "elsewhere."}}\n')
        daemon = Daemon(folder / "d", settings=IN_VAULT, extra=extra)
        secrets = [servers.token, servers.doppler_token, servers.secrets["OTHER"], *servers.secrets["kv/calsync"].values()]
        started.append(daemon.start("--log-level", "debug"))
        daemon.wait_ready()
        (folder / "org").mkdir()
        (folder / "org/webhooks.yaml").write_text(WEBHOOK)
        answers = [daemon.calsync("plan", folder / "org", "-o", folder / "plan.json", codes=(2,)),
                   daemon.calsync("apply", folder / "org", "--yes", codes=(0,)),
                   daemon.calsync("rotate", "webhook-secret", "main", "--overlap", "0", "--yes", codes=(0,))]
        there = sandbox.good("GET", "/v2/organizations/1/webhooks")
        assert fields["theirs"] in [hook["secret"] for hook in there], "the plan's secret was looked up"
        answers += [daemon.calsync("rotate", "api-key", "--yes", codes=(0,)), daemon.calsync("--json", "plan", folder / "org", codes=(0,))]
        secrets += [servers.secrets["kv/calsync"]["hook"], servers.secrets["kv/calsync"]["key"]]
        assert len(set(secrets)) == len(secrets), "both were rotated"
        sender = webhooks.Sender(daemon.intake_port, servers.secrets["kv/calsync"]["hook"])
        assert sender.post(next(iter(webhooks.fixtures())))[0] == 200
        daemon.wait_published()
        limits = Path(f"/proc/{daemon.process.pid}/limits").read_text()
        assert "Max core file size        0                    0" in limits, "a core would hold all of them"
        places = [*looked_at(daemon, broker, "elsewhere."), *(("an answer", text.encode()) for text in answers)]
        assert daemon.stop() == 0
        files = [folder / "plan.json", daemon.log_file, daemon.out_file, *(p for p in daemon.log_path.rglob("*") if p.is_file())]
        for where, what in places + [(path.relative_to(folder), path.read_bytes()) for path in files]:
            for number, secret in enumerate(secrets):
                assert secret.encode() not in what, f"secret {number} of those that others keep is in {where}"
        print(f"{len(secrets)} secrets of Vault, Doppler and a rotation, {len(places)} places and {len(files)} files looked at: none found")
    finally:
        for daemon in started:
            daemon.__exit__()
        servers.close()
        sandbox.kill()


def main():
    canaries = Canaries()
    with tempfile.TemporaryDirectory(prefix="calsync-canary-") as folder, Broker(Path(folder) / "kafka") as broker, \
            Daemon(Path(folder) / "d", broker.address, secret="webhook-secret-" + MARK + "-of-this-test") as daemon:
        daemon.wait_ready()
        sender = webhooks.Sender(daemon.intake_port, daemon.secret)
        sent = list(deliveries(canaries))
        for delivery in sent:
            status, text = sender.post(delivery)
            assert status == 200 and MARK not in text, f"{delivery.name}: {status} {text}"
        forger = webhooks.Sender(daemon.intake_port, "not the secret")
        status, text = forger.post(webhooks.Delivery("forged", canaries.next("forged").encode()))
        assert status == 401 and MARK not in text, f"forged: {status} {text}"
        daemon.wait_published()

        mark, places = MARK.encode(), 0
        for where, what in looked_at(daemon, broker):
            places += 1
            at = what.find(mark)
            assert at < 0, f"a secret in {where}: …{what[max(0, at - 80):at + 40]!r}…"
        # Everything must have been there to be found: the bodies are in the log, and their events are out.
        assert daemon.status()["log"]["rawHead"] == len(sent)
        assert daemon.stop() == 0
        files = [p for p in daemon.log_path.rglob("*") if p.is_file()]
        wait_until("the log has files", lambda: files, 0)
        for path in files:
            content = path.read_bytes()
            assert mark not in content, f"a secret lies open in {path.relative_to(daemon.folder)}"
            assert b'"triggerEvent"' not in content, f"a body lies open in {path.relative_to(daemon.folder)}"
        assert mark not in daemon.log_file.read_bytes(), "a secret in the daemon's log"
        what_others_keep(Path(folder) / "elsewhere", broker)
    print(f"{canaries.count} canaries in {len(sent)} bodies, {places} places and {len(files)} files looked at: none found")


if __name__ == "__main__":
    main()
