"""kill -9 of the daemon at random instants under load, against a real broker (RELIABILITY K1: P1, P3, P8, P9).

Senders live the lives of bookings, time off and forms, each step once acknowledged before the next. Meanwhile the daemon
is killed and started again. Half of the broken lives are left alone, as Cal.com does, which repeats nothing; the others send the
same bytes again. In the end: acknowledged ⊆ log, log gapless, read_committed = log exactly once, in order per key.
"""
import argparse
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import oracle, webhooks  # noqa: E402
from e2e.broker import Broker, end_offsets, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402
import json  # noqa: E402

EACH = 5  # acknowledged between two kills at least: less proves nothing
LIVES = (webhooks.booking_life, webhooks.booking_life, webhooks.time_off_life, webhooks.form_life)


class Load:
    """Threads that send. What they saw acknowledged is the truth that the log is held against."""

    def __init__(self, daemon, senders, seed):
        self.daemon, self.seed = daemon, seed
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.number = 0
        self.acknowledged = {}               # delivery → sequence
        self.given_up = []                   # deliveries whose fate nobody knows
        self.failures = []                   # what no sender may ever see
        self.threads = [threading.Thread(target=self.run, args=(random.Random(f"{seed}/{n}"),), name=f"sender-{n}")
                        for n in range(senders)]
        for thread in self.threads:
            thread.start()

    def run(self, rng):
        sender = webhooks.Sender(self.daemon.intake_port, self.daemon.secret)
        while not self.over.is_set() and not self.failures:
            with self.lock:
                self.number += 10
                number = self.number
            for delivery in rng.choice(LIVES)(f"life-{self.seed}-{number}", 5_000_000 + number):
                if not self.send(sender, delivery, rng):
                    break
        sender.close()

    def send(self, sender, delivery, rng):
        """False: this life is broken off."""
        repeats = rng.random() < 0.5
        while True:
            try:
                status, text = sender.post(delivery)
            except OSError:
                if not repeats or self.failures:
                    with self.lock:
                        self.given_up.append(delivery)
                    return False
                self.over.wait(rng.uniform(0.005, 0.05))
                continue
            if status != 200:
                self.failures.append(f"{delivery.name}: {status} {text}")
                return False
            with self.lock:
                self.acknowledged[delivery] = json.loads(text)["sequence"]
            return True

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), f"{thread.name} does not end"
        assert not self.failures, self.failures[0]


def kill_at_random(daemon, load, kills, rng):
    """Between two kills the daemon acknowledges some deliveries, however slow the machine, and lives up to some random time longer."""
    for n in range(kills):
        before = len(load.acknowledged)
        wait_until(f"{EACH} deliveries are acknowledged (kill {n})",
                   lambda: daemon.alive() and (len(load.acknowledged) >= before + EACH or load.failures), 60, 0.002)
        assert not load.failures, load.failures[0]
        end = time.monotonic() + rng.uniform(0.0, 1.2)  # not a wait for anything: the random instant itself
        while time.monotonic() < end:
            daemon.alive()
            time.sleep(0.002)
        daemon.kill()
        daemon.start()
        daemon.wait_listening()


def acknowledged_is_in_the_log(load, daemon, events):
    """Each acknowledged body sent again is known, at the sequence told then; and it gave its one event from there."""
    by_raw = defaultdict(list)
    for event in events:
        by_raw[event["rawSequence"]].append(event)
    sender = webhooks.Sender(daemon.intake_port, daemon.secret)
    head = daemon.status()["log"]["rawHead"]
    for delivery, sequence in load.acknowledged.items():
        status, text = sender.post(delivery)
        assert (status, json.loads(text)["sequence"]) == (200, sequence), \
            f"{delivery.name} was acknowledged as {sequence}, now: {status} {text}"
        gave = [e["type"] for e in by_raw[sequence]]
        assert gave == [delivery.gives], f"{delivery.name} (record {sequence}) gave {gave}, not {delivery.gives}"
    sender.close()
    after = daemon.status()["log"]["rawHead"]
    assert after == head, f"repeats of acknowledged bodies were taken as new: {head} → {after}"
    # What broke off may be in the log or not, but at most once; so may a repeat whose first try broke off.
    assert len(load.acknowledged) <= head <= len(load.acknowledged) + len(load.given_up), \
        f"{head} records; {len(load.acknowledged)} acknowledged, {len(load.given_up)} of unknown fate"
    assert len(set(load.acknowledged.values())) == len(load.acknowledged), "two bodies have one sequence"


def everything_is_there_exactly_once(load, daemon, broker):
    """The daemon runs, the load is over: acknowledged ⊆ log, log gapless and sound, Kafka = log."""
    daemon.wait_ready(60)
    log = daemon.wait_published(120)["log"]
    events = daemon.events()
    print(f"{len(load.acknowledged)} acknowledged, {len(load.given_up)} of unknown fate, {log['rawHead']} records, "
          f"{len(events)} events", flush=True)
    acknowledged_is_in_the_log(load, daemon, events)
    messages = read_all(broker.address)
    oracle.kafka_is_the_log(messages, events, log["id"])
    oracle.booking_state_is_the_last_event(messages)
    aborted = len(read_all(broker.address, isolation="read_uncommitted")) - len(messages)
    print(f"Kafka holds the log exactly once; {aborted} records of aborted transactions are hidden", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--kills", type=int, default=25)
    arguments.add_argument("--senders", type=int, default=6)
    arguments.add_argument("--seed", default=str(random.SystemRandom().randrange(10**9)))
    arguments = arguments.parse_args()
    print(f"seed {arguments.seed} (again: --seed {arguments.seed})", flush=True)
    rng = random.Random(arguments.seed)

    with tempfile.TemporaryDirectory(prefix="calsync-kill9-") as folder, Broker(Path(folder) / "kafka") as broker, \
            Daemon(Path(folder) / "d", broker.address) as daemon:
        daemon.wait_ready()
        load = Load(daemon, arguments.senders, arguments.seed)
        try:
            kill_at_random(daemon, load, arguments.kills, rng)
        finally:
            load.over.set()
        load.stop()
        print(f"{arguments.kills} kills", flush=True)
        everything_is_there_exactly_once(load, daemon, broker)

        offsets = {p: n for p, n in end_offsets(broker.address).items() if p[0] != "calsync.cursor"}
        daemon.kill()
        daemon.start().wait_ready()
        daemon.wait_published()
        after = {p: n for p, n in end_offsets(broker.address).items() if p[0] != "calsync.cursor"}
        assert after == offsets, f"a restart wrote to Kafka: {offsets} → {after}"

        daemon.calsync("log", "verify")
        daemon.calsync("log", "rebuild", "--verify")
        assert daemon.stop() == 0, "SIGTERM must end with 0"
        daemon.calsync("log", "verify")  # and without a daemon, by the log's own lock
        daemon.calsync("log", "rebuild", "--verify")


if __name__ == "__main__":
    main()
