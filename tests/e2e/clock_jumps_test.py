"""The machine's clock jumps by ten years, there and back, while the daemon runs (RELIABILITY T1: P28, P29).

libfaketime moves the wall clock of the process and leaves the monotonic one alone, as settimeofday does. After each jump
deliveries are answered at the first try and normalised in time, and the daemon is ready; SIGTERM ends it with 0 wherever the
clock stands; and the events are those of a daemon whose clock did not jump.

Before a real broker it jumps while events are published. librdkafka waits by C11's cnd_timedwait, which is bound to the wall
clock: libfaketime cannot reach into it, so its threads then wait for ten years, as they would on a machine whose clock is really
set back so far. What is held to here is what we promise of that: intake and normalising go on, the daemon may be killed, as its
watchdog does after 90 s of a call that is silent, and the next one publishes what is missing, exactly once.
"""
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import oracle, webhooks  # noqa: E402
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
LIVES = (webhooks.booking_life, webhooks.time_off_life, webhooks.form_life)
JUMPS = ("+10y", "-10y", "+0", "-10y", "+10y")


def send(daemon, part):
    sender = webhooks.Sender(daemon.intake_port, daemon.secret)
    for number in range(10 * part, 10 * part + 6):
        for delivery in LIVES[number % len(LIVES)](f"jump-{number}", 4_000_000 + 10 * number):
            status, text = sender.post(delivery, timeout=5)
            assert status == 200, f"{delivery.name}: {status} {text}"
    sender.close()


def told(event):
    """What must not depend on the clock: all but when it was observed, and the chain's hash, which covers that."""
    value = {name: part for name, part in event["value"].items() if name != "observedAt"}
    return {**{name: part for name, part in event.items() if name != "hash"}, "value": value}


class Clock:
    def __init__(self, folder):
        self.file = folder / "clock"
        self.set("+0")

    def set(self, jump):
        whole = self.file.with_suffix(".next")
        whole.write_text(jump + "\n")
        os.replace(whole, self.file)

    def env(self):
        return {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def year_of_the_daemon(daemon):
    return int(daemon.log_file.read_text().strip().splitlines()[-1].split('"at":"')[1][:4])


def all_is_read(daemon):
    def read():
        log = daemon.alive() and daemon.status()["log"]
        return log["normalised"] == log["rawHead"]
    wait_until("all is normalised", read)


def jumping(daemon, clock):
    """Without Kafka. The number of parts that were sent."""
    daemon.kill()  # it was started without the clock
    daemon.start(env=clock.env())
    daemon.wait_ready(60)
    this_year = year_of_the_daemon(daemon)
    send(daemon, 0)
    for part, jump in enumerate(JUMPS, 1):
        clock.set(jump)
        send(daemon, part)
        all_is_read(daemon)
        daemon.wait_ready()
    for part, jump in enumerate(("-10y", "+10y"), len(JUMPS) + 1):
        clock.set(jump)
        assert daemon.stop() == 0, f"SIGTERM at {jump} must end with 0 within 10 s"
        year = year_of_the_daemon(daemon)
        assert year - this_year == int(jump[:3]), f"the clock did not jump: {this_year} → {year}"
        daemon.start(env=clock.env())
        daemon.wait_ready(60)
        send(daemon, part)
        all_is_read(daemon)
        print(f"{jump}: ended and started", flush=True)


def the_events_are_the_same(folder, clock):
    with Daemon(folder / "still") as still, Daemon(folder / "jumps") as daemon:
        jumping(daemon, clock)
        still.wait_ready()
        for part in range(len(JUMPS) + 3):
            send(still, part)
        all_is_read(still)
        found, expected = ([told(e) for e in d.events()] for d in (daemon, still))
        for one, other in zip(found, expected, strict=True):
            assert one == other, f"the clock made another event: {one}, not {other}"
        print(f"{len(found)} events, the same as without jumps", flush=True)
        assert daemon.stop() == 0


def kafka_holds_each_once(folder, clock):
    with Broker(folder / "kafka") as broker, Daemon(folder / "cluster", broker.address) as daemon:
        for part, jump in enumerate(("+10y", "-10y")):
            daemon.kill()
            clock.set("+0")
            daemon.start(env=clock.env()).wait_ready(60)
            daemon.wait_published()
            clock.set(jump)
            send(daemon, part)
            all_is_read(daemon)
        daemon.kill()
        clock.set("+0")
        daemon.start(env=clock.env()).wait_ready(60)
        log = daemon.wait_published()["log"]
        oracle.kafka_is_the_log(read_all(broker.address), daemon.events(), log["id"])
        print(f"Kafka holds the log exactly once: {log['eventHead']} events", flush=True)
        assert daemon.stop() == 0


def main():
    assert LIBRARY, "libfaketime is missing: apt-get install faketime"
    with tempfile.TemporaryDirectory(prefix="calsync-clock-") as name:
        the_events_are_the_same(Path(name), Clock(Path(name)))
        kafka_holds_each_once(Path(name), Clock(Path(name)))


if __name__ == "__main__":
    main()
