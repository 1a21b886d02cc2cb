"""Killed at every named point (RELIABILITY K2: P1, P3, P5, P7, P8, P9), each twice, against a real broker and under load.

calsyncd_crash is calsyncd with crash points at its log, its disk and its broker (tests/support/crash). It is started, comes
to the point, is gone; the next start, with the next point, is its recovery. The oracle at the end is kill9_test's.
"""
import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.broker import Broker  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import BUILD, wait_until  # noqa: E402
from kill9_test import Load, everything_is_there_exactly_once  # noqa: E402

CALSYNCD, CALSYNC = BUILD / "tests" / "calsyncd_crash", BUILD / "tests" / "calsync_crash"
OF_A_REBUILD = ("clear.", "rebuild.")


def all_points():
    """(name, whether it recurs) of those of the daemon, and of those of a rebuild. Of retention: retention_test.py."""
    told = subprocess.run([CALSYNCD], env={"CALSYNC_CRASH_AT": "list"}, capture_output=True, text=True, check=True).stdout
    points = [(line.split()[0], line.endswith("recurs")) for line in told.splitlines()]
    rebuild = [p for p in points if p[0].startswith(OF_A_REBUILD)]
    return [p for p in points if p not in rebuild and not p[0].startswith("trim.")], rebuild


def die_at(daemon, point, count):
    daemon.start(program=CALSYNCD, env={"CALSYNC_CRASH_AT": f"{point}:{count}"})
    wait_until(f"calsyncd is killed at {point}, time {count}", lambda: daemon.process.poll() is not None, 120, 0.01)
    assert daemon.process.returncode == -signal.SIGKILL, \
        f"at {point}:{count} calsyncd ended with {daemon.process.returncode}: {daemon.log_file.read_text()[-1500:]}"


def rebuild_dies_at(daemon, point):
    """`calsync log rebuild` is killed; what it left, the daemon makes good at its next start."""
    done = subprocess.run([CALSYNC, "--settings", daemon.settings, "log", "rebuild", "--yes"], stdin=subprocess.DEVNULL,
                          env={"CALSYNC_CRASH_AT": f"{point}:1"}, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, f"at {point} calsync ended with {done.returncode}: {done.stdout}{done.stderr}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--senders", type=int, default=4)
    arguments.add_argument("--seed", default=str(random.SystemRandom().randrange(10**9)))
    arguments = arguments.parse_args()
    print(f"seed {arguments.seed} (again: --seed {arguments.seed})", flush=True)
    rng = random.Random(arguments.seed)
    points, of_a_rebuild = all_points()

    with tempfile.TemporaryDirectory(prefix="calsync-crash-") as folder, Broker(Path(folder) / "kafka") as broker, \
            Daemon(Path(folder) / "d", broker.address) as daemon:
        daemon.wait_ready(60)
        load = Load(daemon, arguments.senders, arguments.seed)
        began, kills = time.monotonic(), 0
        try:
            wait_until("something is acknowledged", lambda: load.acknowledged or load.failures, 60)
            daemon.kill()
            for _ in range(arguments.rounds):
                for point, recurs in rng.sample(points, len(points)):
                    die_at(daemon, point, rng.randint(1, 3) if recurs else 1)
                    kills += 1
                    assert not load.failures, load.failures[0]
                for point, _ in of_a_rebuild:
                    rebuild_dies_at(daemon, point)
                    kills += 1
                    daemon.start().wait_ready(120)
                    daemon.kill()
            daemon.start().wait_listening(60)
        finally:
            load.over.set()
        load.stop()
        print(f"{kills} kills in {time.monotonic() - began:.0f} s", flush=True)
        everything_is_there_exactly_once(load, daemon, broker)
        daemon.calsync("log", "verify")
        daemon.calsync("log", "rebuild", "--verify")
        assert daemon.stop() == 0, "SIGTERM must end with 0"


if __name__ == "__main__":
    main()
