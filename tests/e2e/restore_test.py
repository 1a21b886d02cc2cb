"""The log is lost with its disk: backup → 1,000 events more → destroyed → restore → rejoin (RELIABILITY X3: P5, P9, P10, P30).

Between restore and rejoin a daemon takes deliveries in and publishes nothing. In the end: Kafka holds each event once and in
order, the events of before the loss under their own hashes, and the log verifies and rebuilds to the same bytes.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import oracle, webhooks  # noqa: E402
from e2e.broker import Broker, end_offsets, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402

EVENTS_OF_A_LIFE = 7


def send_all(daemon, deliveries):
    sender = webhooks.Sender(daemon.intake_port, daemon.secret)
    for delivery in deliveries:
        status, text = sender.post(delivery, 60)
        assert status == 200, f"{delivery.name}: {status} {text}"
    sender.close()


def lives(count, first):
    for number in range(first, first + count):
        yield from webhooks.booking_life(f"life-{number}", 7_000_000 + 10 * number)


def lose_the_log(daemon, backups, missing):
    """What the backup says, and what was in the log when it was destroyed."""
    send_all(daemon, lives(30, 0))
    daemon.wait_published(120)
    backup = json.loads(daemon.calsync("log", "backup", "--to", backups, "--json"))
    assert backup["verified"] and backup["event"] == daemon.status()["log"]["eventHead"], backup
    # Every kind of event is lost once.
    send_all(daemon, [*webhooks.fixtures(), *lives(missing // EVENTS_OF_A_LIFE + 1, 1000)])
    status = daemon.wait_published(120)
    events = daemon.events()
    daemon.kill()
    shutil.rmtree(daemon.log_path)
    return backup, events, status["publisher"]["generation"]


def restored_log_publishes_nothing(daemon, broker, backup, newcomers):
    before = end_offsets(broker.address)
    daemon.start()
    daemon.wait_listening(60)
    send_all(daemon, newcomers)
    status = daemon.status()
    assert [c["component"] for c in status["conditions"] if "log rejoin" in c["message"]] == ["rejoin"], status
    assert not status["ready"] and status["log"]["rawHead"] >= backup["raw"] + len(newcomers), status
    daemon.calsync("log", "rejoin", "--yes", codes=(4,))
    assert daemon.stop(30) == 0
    assert status["log"]["eventHead"] == backup["event"], status
    assert end_offsets(broker.address) == before, "a restored log has published before it has rejoined"


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--missing", type=int, default=int(os.environ.get("CALSYNC_RESTORE_MISSING", "1000")))
    missing = options.parse_args().missing
    with tempfile.TemporaryDirectory(prefix="calsync-restore-") as folder, Broker(Path(folder) / "kafka") as broker, \
            Daemon(Path(folder) / "calsyncd", broker.address) as daemon:
        daemon.wait_ready(60)
        began = time.monotonic()
        backups = Path(folder) / "backups"
        backup, was, generation = lose_the_log(daemon, backups, missing)
        daemon.calsync("log", "restore", "--from", backups, codes=(3,))  # nobody there to ask
        daemon.calsync("log", "restore", "--from", backups, "--yes")
        daemon.calsync("log", "restore", "--from", backups, "--yes", codes=(3,))  # never over a log
        newcomers = list(webhooks.booking_life("newcomer", 9_000_000))
        restored_log_publishes_nothing(daemon, broker, backup, newcomers[:3])

        rejoin_began = time.monotonic()
        report = json.loads(daemon.calsync("log", "rejoin", "--yes", "--json"))
        rejoin_took = time.monotonic() - rejoin_began
        assert report["events"] == len(was) - backup["event"] >= missing, report
        assert report["waiting"] == 3 and report["erasures"] == 0, report
        daemon.start()
        daemon.wait_ready(60)
        records = json.loads(daemon.calsync("log", "list", "--all", "--json"))
        differing = [r for r in records if "differs" in (r.get("reason") or "")]
        assert not differing, f"the views are not what Kafka tells: {differing[:3]}"
        send_all(daemon, newcomers[3:])
        status = daemon.wait_published(120)
        assert status["publisher"]["generation"] == generation + 1, status
        events = daemon.events()
        assert [e["hash"] for e in events[:len(was)]] == [e["hash"] for e in was], "an event has another hash than before"
        assert len(events) == len(was) + len(newcomers), (len(events), len(was))
        rejoined = range(backup["event"] + 1, len(was) + 1)
        messages = read_all(broker.address)
        oracle.kafka_is_the_log(messages, events, status["log"]["id"], renumbered=rejoined)
        oracle.booking_state_is_the_last_event(messages)
        daemon.calsync("log", "verify")
        daemon.calsync("log", "rebuild", "--verify")
        assert daemon.stop(30) == 0
        print(f"{len(was)} events, {report['events']} of them lost and taken back from Kafka in {rejoin_took:.1f} s; "
              f"{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
