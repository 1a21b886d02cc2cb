"""`calsync audit` between a running calsyncd, a real Kafka and a Cal.com API that a few lines stand in for: what is wrong is
named, each by its own name, and nothing else; what is repaired is history and no reason for exit 2."""
import http.server
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from confluent_kafka import Producer  # noqa: E402
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import BUILD, wait_until  # noqa: E402
from e2e.webhooks import Delivery, Sender, booking_life  # noqa: E402

LONG_AGO = "2026-09-15T00:00:00.000Z"
SINCE = ("--since", "2026-01-01")


class Api(http.server.ThreadingHTTPServer):
    """Lists of one organisation; `bookings` by uid, as rows of the API."""

    def __init__(self):
        self.bookings = {}
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def answer(self, path):
        if path == "/v2/organizations/1/bookings":
            rows = list(self.bookings.values())
            return 200, {"status": "success", "data": rows, "pagination": {"totalItems": len(rows), "hasNextPage": False}}
        if path.startswith("/v2/bookings/"):
            row = self.bookings.get(path.rsplit("/", 1)[1])
            return (200, {"status": "success", "data": row}) if row else \
                (404, {"status": "error", "error": {"code": "NotFoundException", "message": "no such booking"}})
        people = [{"id": 1, "email": "tomas.iglesias@marginquill.example"}, {"id": 2, "email": "hana.vesela@marginquill.example"}]
        return 200, {"status": "success", "data": people if path.endswith("/users") else []}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path, _, query = self.path.partition("?")
        status, document = self.server.answer(path)
        if "skip=" in query and "skip=0" not in query:
            document["data"] = []
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def api_row(booking):
    """The booking as the API would show it: the co-hosts stand among the attendees there."""
    people = [{"name": p["name"], "email": p["email"], "timeZone": p["timeZone"], "language": "en", "absent": False}
              for p in booking["attendees"] + booking["hosts"][1:]]
    return {"id": booking["id"], "uid": booking["uid"], "title": booking["title"], "status": booking["status"],
            "description": "", "start": booking["start"], "end": booking["end"], "duration": booking["durationMinutes"],
            "hosts": [{**booking["hosts"][0], "username": "x"}], "attendees": people, "location": booking["location"],
            "rescheduledFromUid": (booking["rescheduledFrom"] or {}).get("uid"), "eventTypeId": 1,
            "eventType": {"id": 1, "slug": "x"}, "absentHost": False, "createdAt": LONG_AGO, "updatedAt": LONG_AGO,
            "metadata": {}, "bookingFieldsResponses": {}}


def audit(daemon, code=0):
    return json.loads(daemon.calsync("audit", "--json", *SINCE, codes=(code,)))


def named(report, weight="now"):
    return sorted((f["kind"], f["booking"]) for f in report["findings"] if f["weight"] == weight)


def check_api(daemon, api):
    known = {uid: dict(row) for uid, row in api.bookings.items()}
    cancelled, moved, gone = "life-0", "life-0-moved", "life-1-moved"
    api.bookings["unheard-of"] = {**known[cancelled], "uid": "unheard-of", "id": 999}
    api.bookings["young"] = {**known[cancelled], "uid": "young", "id": 998, "updatedAt": "2099-01-01T00:00:00.000Z"}
    api.bookings["theirs"] = {**known[cancelled], "uid": "theirs", "id": 997,
                              "hosts": [{"id": 5, "email": "somebody@elsewhere.example"}]}
    api.bookings[moved] = {**known[moved], "start": "2026-10-03T14:00:00.000Z", "status": "accepted"}
    api.bookings.pop("life-2")  # cancelled: it may be gone
    report = audit(daemon, code=2)
    assert named(report) == [("missed", moved), ("missed", "unheard-of")], report
    assert named(report, "pending") == [("missed", "young")], report
    assert report["api"]["foreign"] == 1, report
    what = next(f["what"] for f in report["findings"] if f["booking"] == moved)
    assert what == "the API has another status, start: accepted, where the log has cancelled", what
    text = daemon.calsync("audit", *SINCE, codes=(2,))
    assert "2 wrong now" in text and "unheard-of" in text, text
    api.bookings = known
    assert named(audit(daemon)) == []
    assert gone in known


def check_repair(daemon, api):
    """What no webhook told: after --repair it is an event, and history."""
    moved = "life-1-moved"
    api.bookings["late-found"] = {**api.bookings["life-0"], "uid": "late-found", "id": 777, "rescheduledFromUid": None}
    api.bookings[moved] = {**api.bookings[moved], "title": "Another title", "updatedAt": "2026-09-20T00:00:00.000Z"}
    assert named(audit(daemon, code=2)) == [("missed", "late-found"), ("missed", moved)]
    report = json.loads(daemon.calsync("audit", "--json", "--repair", *SINCE))
    assert named(report) == [], report
    history = {(f["kind"], f["booking"]) for f in report["findings"] if f["weight"] == "history"}
    assert ("silent", moved) in history and "late-found" in {uid for _, uid in history}, history


def check_vanished(daemon, api):
    open_booking = next(step for step in booking_life("open", 5000) if step.gives == "booking.requested")
    sender = Sender(daemon.intake_port, daemon.secret)
    assert sender.post(open_booking)[0] == 200
    assert sender.post(open_booking)[0] == 200  # the same bytes again
    sender.secret = b"another secret of more than 24 bytes"
    assert sender.post(open_booking)[0] == 401
    sender.close()
    daemon.wait_published()
    report = audit(daemon, code=2)
    assert named(report) == [("vanished", "open")], report
    assert report["attempts"] == {"unsigned": 1, "duplicates": 1}, report


def check_vanished_is_history(daemon):
    """Asked twice and told as booking.vanished, it is wrong no more."""
    daemon.stop()
    daemon.settings.write_text(daemon.settings.read_text().replace("poll: {interval: 24h}", "poll: {interval: 1s, full_sweep: 10s, past: 400d}"))
    daemon.start()
    daemon.wait_ready()
    wait_until("it is told", lambda: "booking.vanished" in [event["type"] for event in daemon.events()], 30, 0.1)
    daemon.wait_published()
    report = audit(daemon, code=2)
    assert "vanished" not in {kind for kind, _ in named(report)}, report
    assert ("vanished", "open") in named(report, "history"), report


def check_quarantine_counts_once(daemon):
    sender = Sender(daemon.intake_port, daemon.secret)
    assert sender.post(Delivery("unreadable", b"[[[ not json"))[0] == 200
    sender.close()
    daemon.wait_published()
    held = json.loads(daemon.calsync("log", "quarantine", "--json"))[0]["sequence"]
    for _ in range(2):
        daemon.calsync("log", "retry", str(held), "--yes", codes=(0, 1))
        daemon.wait_published()
    assert audit(daemon, code=2)["log"]["quarantined"] == 1


def copy_of(message):
    return {"topic": message.topic, "partition": message.partition, "key": message.key, "value": message.value,
            "headers": list(message.headers)}


def check_kafka(daemon, broker):
    events = [m for m in read_all(broker.address) if m.topic == "calsync.bookings"]
    twice = next(m for m in events if m.header("ce_subject") == "life-1")
    producer = Producer({"bootstrap.servers": broker.address})
    producer.produce(**copy_of(twice))
    state = [m for m in read_all(broker.address) if m.topic == "calsync.booking-state" and m.key == b"life-2"][-1]
    producer.produce(**{**copy_of(state), "value": b'{"uid":"life-2","status":"accepted"}'})
    producer.flush()
    found = named(audit(daemon, code=2))
    assert ("doubled", "life-1") in found, found
    assert ("differs", "life-2") in found, found
    assert {kind for kind, booking in found if booking != "open"} == {"doubled", "differs"}, found


def check_unpublished(daemon, folder):
    """The same log before a Kafka that holds nothing of it: every event is named."""
    with Broker(folder / "other") as other:
        settings = folder / "other.yaml"
        settings.write_text("".join(line if not line.startswith("kafka:") else
                                    f'kafka: {{mode: cluster, bootstrap_servers: "{other.address}"}}\n'
                                    for line in daemon.settings.read_text().splitlines(keepends=True)))
        done = subprocess.run([BUILD / "calsync", "--settings", settings, "audit", "--json", *SINCE], capture_output=True,
                              text=True, timeout=120)
        report = json.loads(done.stdout)
        kinds = {f["kind"] for f in report["findings"] if f["weight"] != "history"}
        assert "unpublished" in kinds and report["kafka"]["compared"] == 0, report


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-audit-") as temporary, Broker(Path(temporary) / "kafka") as broker:
        folder = Path(temporary)
        api = Api()
        key = folder / "key"
        key.touch(mode=0o600)
        key.write_text("cal_live_a_key_of_more_than_24_bytes\n")
        extra = (f'calcom: {{base_url: "http://127.0.0.1:{api.server_port}", organization_id: 1, api_key: "file:{key}",'
                 " requests_per_minute: 10000}\npoll: {interval: 24h}\n")
        with Daemon(folder / "daemon", broker.address, extra=extra) as daemon:
            daemon.wait_ready()
            sender = Sender(daemon.intake_port, daemon.secret)
            for number in range(3):
                for step in booking_life(f"life-{number}", 1000 * (number + 1)):
                    assert sender.post(step)[0] == 200
            sender.close()
            daemon.wait_published()
            page = json.loads(daemon.get("/api/v1/bookings")[1])
            api.bookings = {b["uid"]: api_row(b) for b in page["items"]}
            assert len(api.bookings) == 6
            report = audit(daemon)
            assert report["findings"] == [], report
            assert report["kafka"]["compared"] == report["log"]["head"] == 21 and report["api"]["bookings"] == 6, report
            check_api(daemon, api)
            check_repair(daemon, api)
            check_vanished(daemon, api)
            check_kafka(daemon, broker)
            check_vanished_is_history(daemon)
            check_quarantine_counts_once(daemon)
            check_unpublished(daemon, folder)
    print("ok")


if __name__ == "__main__":
    main()
