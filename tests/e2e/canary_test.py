"""No secret gets out (P21): passwords, bearer links, one-time passwords and our own webhook secret are looked for in
Kafka, the daemon's log, the admin address, the command line's answers, argv and environment, and in the files of the log.
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


def looked_at(daemon, broker):
    """(where, bytes) of everything that leaves the daemon."""
    yield "the daemon's log", daemon.log_file.read_bytes()
    for name in ("cmdline", "environ"):
        yield f"/proc/PID/{name}", Path(f"/proc/{daemon.process.pid}/{name}").read_bytes()
    for path in ("/api/v1/status", "/api/v1/conditions", "/api/v1/events?limit=1000", "/metrics", "/readyz", "/healthz"):
        yield path, daemon.get(path)[1].encode()
    for message in read_all(broker.address, isolation="read_uncommitted"):
        headers = b"\n".join(name.encode() + b"=" + (value or b"") for name, value in message.headers)
        yield f"Kafka {message.topic}/{message.partition}/{message.offset}", \
            b"\n".join((message.key or b"", headers, message.value or b""))
    for words in (("status", "--json"), ("log", "list", "--all", "--json"), ("log", "list", "--all"), ("log", "tail", "--json"),
                  ("log", "quarantine", "--json"), ("log", "verify", "--json")):
        yield "calsync " + " ".join(words), daemon.calsync(*words).encode()
    for sequence in range(1, daemon.status()["log"]["rawHead"] + 1):
        yield f"calsync log show {sequence}", daemon.calsync("log", "show", sequence, "--json").encode()


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
    print(f"{canaries.count} canaries in {len(sent)} bodies, {places} places and {len(files)} files looked at: none found")


if __name__ == "__main__":
    main()
