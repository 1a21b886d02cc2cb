"""Nobody is refused (P1, P8, P11, P29; DESIGN §11, §12.7), under a load of senders that try once, against a real broker.

Behind a held listening socket the broker is frozen, then killed and started again, then the daemon is stopped by SIGTERM and
started again, four times, the last while the broker is frozen: each delivery is answered 200 at the first try. Then the daemon is killed -9, also while the broker
is frozen: only senders whose connection was open may see it end; they are counted. In the end nothing acknowledged is lost,
doubled or out of order, and the daemon has stayed small.

CALSYNC_LOAD_RATE (deliveries a second, 100) and CALSYNC_LOAD_OUTAGE_S (5) make it longer; nightly: 500 and 20.
"""
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import oracle, webhooks  # noqa: E402
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.load import Load  # noqa: E402
from e2e.places import wait_until  # noqa: E402

RATE = float(os.environ.get("CALSYNC_LOAD_RATE", "100"))
OUTAGE_S = float(os.environ.get("CALSYNC_LOAD_OUTAGE_S", "5"))
MEMORY_MAX_MIB = 256
RESTARTS = 3
LIVES = (webhooks.booking_life, webhooks.booking_life, webhooks.time_off_life, webhooks.form_life)


def life(number):
    return LIVES[number % len(LIVES)](f"load-{number}", 6_000_000 + 10 * number)


def goes_on(daemon, load, seconds):
    """Lets the load run for this long; that is the subject, not a wait for something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        daemon.alive()
        load.check()
        time.sleep(0.05)


def some_are_answered(daemon, load):
    before = load.answered()
    wait_until("deliveries are answered", lambda: daemon.alive() and load.check() and load.answered() > before + RATE / 4, 60)


class Phase:
    """What happens to senders meanwhile."""

    def __init__(self, name, daemon, load):
        self.name, self.daemon, self.load = name, daemon, load

    def __enter__(self):
        self.began, self.good = len(self.load.failures), len(self.load.waits)
        return self

    def failures(self):
        return self.load.failures[self.began:]

    def __exit__(self, kind, *_):
        kinds = Counter(f"{f.how} ({f.connection})" for f in self.failures())
        print(f"{self.name}: {len(self.load.waits) - self.good} first tries answered, failed: {dict(kinds) or 'none'}; "
              f"{self.load.waits_since(self.good)}; daemon at most {self.daemon.peak_memory_mib():.0f} MiB", flush=True)
        if kind is None:
            self.check(kinds)

    def check(self, kinds):
        assert not self.failures(), f"{self.name}: first tries failed: {dict(kinds)}; the first: {self.failures()[0]}"
        assert self.daemon.peak_memory_mib() <= MEMORY_MAX_MIB, f"{self.daemon.peak_memory_mib():.0f} MiB"


class Kills(Phase):
    """A kill may end connections that are open, and nothing else: nobody is refused, nobody waits in vain."""

    def __init__(self, *of):
        super().__init__(*of)
        self.times = []

    def kill(self):
        sent = time.monotonic()
        self.daemon.kill()
        self.times.append((sent, time.monotonic()))

    def was_open(self, failure):
        """Begun before a kill was over, and not failed before it; or on a kept connection, before its end was seen."""
        return failure.how in ("reset", "ended") and any(
            failure.at >= sent and (failure.began <= over or failure.connection == "reused") for sent, over in self.times)

    def check(self, kinds):
        other = [f for f in self.failures() if not self.was_open(f)]
        assert not other, f"{self.name}: {dict(kinds)}; the first: {other[0]}, kills at {self.times}"


def broker_away(broker, daemon, load):
    with Phase(f"broker frozen for {OUTAGE_S:.0f} s", daemon, load):
        broker.freeze()
        goes_on(daemon, load, OUTAGE_S)
        broker.thaw()
        some_are_answered(daemon, load)
    with Phase(f"broker killed, back after {OUTAGE_S:.0f} s", daemon, load):
        broker.kill()
        goes_on(daemon, load, OUTAGE_S)
        broker.start_again()
        some_are_answered(daemon, load)
        wait_until("it publishes again", lambda: daemon.alive() and daemon.get("/readyz")[0] == 200, 120)


def restart(name, daemon, load):
    with Phase(name, daemon, load):
        stopping = time.monotonic()
        code = daemon.stop(within_s=10)
        print(f"  SIGTERM to exit {time.monotonic() - stopping:.2f} s", flush=True)
        assert code == 0, f"SIGTERM ended it with {code}"
        daemon.start()
        some_are_answered(daemon, load)


def daemon_restarted(broker, daemon, load):
    for n in range(RESTARTS):
        restart(f"daemon stopped and started ({n + 1})", daemon, load)
    broker.freeze()
    some_are_answered(daemon, load)
    restart("daemon stopped and started while the broker is frozen", daemon, load)
    broker.thaw()
    some_are_answered(daemon, load)


def daemon_killed(broker, daemon, load):
    with Kills("daemon killed -9", daemon, load) as kills:
        for _ in range(2):
            kills.kill()
            daemon.start()
            some_are_answered(daemon, load)
        broker.freeze()
        some_are_answered(daemon, load)
        kills.kill()
        daemon.start()
        some_are_answered(daemon, load)
        broker.thaw()
        some_are_answered(daemon, load)


def acknowledged_is_in_the_log(load, events):
    by_raw = defaultdict(list)
    for event in events:
        by_raw[event["rawSequence"]].append(event["type"])
    for delivery, sequence in load.acknowledged.items():
        assert by_raw[sequence] == [delivery.gives], \
            f"{delivery.name} (record {sequence}) gave {by_raw[sequence]}, not {delivery.gives}"
    assert len(set(load.acknowledged.values())) == len(load.acknowledged), "two bodies have one sequence"


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-load-") as folder, Broker(Path(folder) / "kafka") as broker, \
            Daemon(Path(folder) / "d", broker.address, held=True) as daemon:
        daemon.wait_ready(60)
        load = Load(daemon.intake_port, daemon.secret, RATE, life)
        try:
            some_are_answered(daemon, load)
            broker_away(broker, daemon, load)
            daemon_restarted(broker, daemon, load)
            daemon_killed(broker, daemon, load)
        finally:
            load.stop()
        daemon.wait_ready(60)
        log = daemon.wait_published(300)["log"]
        events = daemon.events()
        acknowledged, unknown = len(load.acknowledged), len(load.failures)
        print(f"{acknowledged} acknowledged ({dict(load.connections)}), {unknown} of unknown fate, {log['rawHead']} records, "
              f"{len(events)} events; {load.skipped} starts skipped", flush=True)
        assert acknowledged <= log["rawHead"] <= acknowledged + unknown
        acknowledged_is_in_the_log(load, events)
        oracle.kafka_is_the_log(read_all(broker.address, within_s=300), events, log["id"])
        print("Kafka holds the log exactly once, in order", flush=True)


if __name__ == "__main__":
    main()
