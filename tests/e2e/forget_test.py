"""A person erased on request (DESIGN §12.5): nowhere in the log's files, consumers told once, invoices kept, kill -9 at any write."""
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import EMBEDDED, Daemon  # noqa: E402
from e2e.places import BUILD, FIXTURES, wait_until  # noqa: E402
from e2e.webhooks import Delivery, Sender  # noqa: E402

CRASHING = BUILD / "tests" / "calsync_crash"
PERSON, OTHER = "erase.me@client.example", "keep.me@client.example"
DONE, REFUSED = 0, 3


def body_for(name, email, uid, year="2024"):
    """A recorded body, long over, of this person and under this uid."""
    text = (FIXTURES / "webhooks" / name).read_text()
    payload = json.loads(text)
    payload = payload.get("payload", payload)
    for attendee in payload["attendees"]:
        text = text.replace(attendee["email"], email)
    text = text.replace(payload["uid"], uid)
    return Delivery(name, re.sub(r"20\d\d-(\d\d-\d\dT)", year + r"-\1", text).encode())


def send(daemon, *deliveries):
    sender = Sender(daemon.intake_port, daemon.secret)
    for delivery in deliveries:
        assert sender.post(delivery)[0] == 200


def files_with(folder, text):
    return [path.name for path in Path(folder).rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def check_erasure_with_kafka(folder):
    with Broker(folder / "kafka") as broker, Daemon(folder / "d", broker.address) as daemon:
        daemon.wait_ready()
        send(daemon, body_for("BOOKING_CREATED.json", PERSON, "uid-erase"), body_for("MEETING_ENDED.json", PERSON, "uid-erase"),
             body_for("BOOKING_CREATED.json", OTHER, "uid-keep"), body_for("BOOKING_CREATED.json", PERSON, "uid-future", "2031"))
        daemon.wait_published()
        report = ("bookings", "report", "--from", "2024-01-01", "--to", "2024-12-31", "--json")
        before = json.loads(daemon.calsync(*report))["statement"]
        refused = daemon.calsync("forget", PERSON, "--plan", "--json", codes=(REFUSED,))
        assert "uid-future is not over" in refused, refused
        table = daemon.calsync("forget", PERSON, "--plan", codes=(REFUSED,))
        assert re.search(r"uid-future +2031-\S+ \S+ +attendee", table) and re.search(r"uid-erase +2024-", table), table
        send(daemon, body_for("BOOKING_CANCELLED.json", PERSON, "uid-future", "2031"))
        daemon.wait_published()
        planned = json.loads(daemon.calsync("forget", PERSON, "--plan", "--json"))
        assert sorted(planned["bookings"]) == ["uid-erase", "uid-future"], planned
        assert [(one["uid"], one["role"]) for one in planned["named"]] == [("uid-erase", "attendee"), ("uid-future", "attendee")], planned
        assert planned["subjectErased"] is None and any("older segments keep" in text for text in planned["stays"]), planned
        done = json.loads(daemon.calsync("forget", PERSON.upper(), "--yes", "--json"))
        assert done["records"] == planned["records"] >= 4 and done["events"] == planned["events"], (planned, done)
        daemon.wait_published()
        proof = next(event for event in daemon.events() if event["type"] == "subject.erased")
        assert done["subjectErased"] == proof["sequence"], (done, proof)
        messages = read_all(broker.address)
        told = [m for m in messages if m.header("ce_type") == "calsync.booking.erased"]
        assert sorted(m.header("ce_subject") for m in told) == ["uid-erase", "uid-future"], told
        for message in told:
            value = json.loads(message.value)
            assert value["booking"]["attendees"] in ([], None) and PERSON not in message.value.decode(), value
            assert value["booking"]["hosts"] and value["booking"]["start"], "an invoice needs these"
        assert len([m for m in messages if m.header("ce_type") == "calsync.subject.erased"]) == 1
        last = {m.key.decode(): m.value for m in messages if m.topic == "calsync.booking-state"}
        assert last["uid-erase"] is None and last["uid-future"] is None and last["uid-keep"], last
        after = json.loads(daemon.calsync(*report))["statement"]
        assert after["totals"] == before["totals"], (before["totals"], after["totals"])
        assert json.loads(daemon.calsync("forget", PERSON, "--yes", "--json"))["records"] == 0, "nothing is known of the person any more"
        assert daemon.stop() == 0
        assert not files_with(daemon.log_path, PERSON), "no file of the log names the person"
        assert PERSON not in daemon.log_file.read_text()
        daemon.calsync("log", "verify")
        daemon.calsync("log", "rebuild", "--verify")
        daemon.calsync("log", "rebuild", "--yes")
        assert not files_with(daemon.log_path, PERSON)


def told(daemon):
    return [event["type"] for event in daemon.events() if event["type"].endswith(".erased")]


def check_kills(folder):
    with Daemon(folder / "k", EMBEDDED) as daemon:
        kill_at_each_write(folder, daemon)


def kill_at_each_write(folder, daemon):
    daemon.wait_ready()
    send(daemon, body_for("BOOKING_CREATED.json", PERSON, "uid-1"), body_for("BOOKING_CREATED.json", PERSON, "uid-2"))
    daemon.wait_published()
    assert daemon.stop() == 0
    untouched = folder / "untouched"
    shutil.copytree(daemon.log_path, untouched, ignore=shutil.ignore_patterns("control.sock"))
    killed = 0
    for point in ("wal.append", "wal.sync.after"):
        for number in range(1, 40):
            shutil.rmtree(daemon.log_path)
            shutil.copytree(untouched, daemon.log_path)
            ended = subprocess.run([CRASHING, "--settings", daemon.settings, "forget", PERSON, "--yes"], capture_output=True, text=True,
                                   env={"CALSYNC_CRASH_AT": f"{point}:{number}", "PATH": "/usr/bin:/bin"}, timeout=60)
            if ended.returncode == DONE:
                assert "consumers are told" in ended.stderr, ended.stderr
                break
            assert ended.returncode == -signal.SIGKILL, ended.stdout + ended.stderr
            killed += 1
            daemon.start()
            daemon.wait_ready()
            daemon.calsync("forget", PERSON, "--yes")
            wait_until("consumers are told", lambda: len(told(daemon)) >= 3, 20, 0.05)
            daemon.wait_published()
            assert sorted(told(daemon)) == ["booking.erased", "booking.erased", "subject.erased"], (point, number, told(daemon))
            assert daemon.stop() == 0
            assert not files_with(daemon.log_path, PERSON), (point, number)
            daemon.calsync("log", "rebuild", "--verify")
        else:
            raise AssertionError("it never ended by itself")
    assert killed >= 6, killed
    print(f"killed at {killed} writes of an erasure: each time it came to its end, told once", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-forget-") as folder:
        check_erasure_with_kafka(Path(folder))
        check_kills(Path(folder))
    print("erased: not in the log's files, consumers told once, invoices as before, rebuild equal")


if __name__ == "__main__":
    main()
