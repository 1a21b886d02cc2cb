"""Slow clients (RELIABILITY H2: P24; DESIGN §12.7): slowhttptest holds a thousand connections with headers, then with bodies that
never end, then both and more of them than the daemon has places; meanwhile each good delivery is answered 200 at the first try.

CALSYNC_SLOW_S: for how long (6 each; nightly 30). CALSYNC_P99_MAX_MS: how long good ones may wait (5000: a disk that is slow for a
moment is no slow client; nightly 250, and 1 s where a place has to be made for each). What the machine itself makes them wait is
measured first, in the same run without slow clients: where that is much, the limit is a multiple of it.
"""
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import webhooks  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.load import Load  # noqa: E402
from e2e.places import ROOT, wait_until  # noqa: E402

SECONDS = int(os.environ.get("CALSYNC_SLOW_S", "6"))
P99_MAX_MS = float(os.environ.get("CALSYNC_P99_MAX_MS", "5000"))
QUIET_TIMES_MAX = 5  # the wait beside slow clients, against the wait without them
CONNECTIONS = 1000
RATE = 50
MEMORY_MAX_MIB = 256
UNIT = ROOT / "deploy" / "systemd" / "calsyncd.service"
DESCRIPTORS = int(re.search(r"^LimitNOFILE=(\d+)$", UNIT.read_text(), re.M)[1])


def slow(daemon, kind):
    """slowhttptest -H (headers) or -B (bodies): a few bytes every 2 s."""
    return subprocess.Popen(["slowhttptest", kind, "-c", str(CONNECTIONS), "-r", "500", "-i", "2", "-x", "10", "-l", str(SECONDS),
                             "-t", "POST", "-s", "8192", "-p", "30", "-u", f"http://127.0.0.1:{daemon.intake_port}/hooks/main"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def connections(daemon):
    return daemon.status()["intake"]["connections"]


def p99_ms(waits):
    waits = sorted(waits)
    return waits[int(len(waits) * 0.99)] * 1000


def quiet_p99_ms(load):
    """Of as many deliveries as an attack sees, with nobody else there."""
    begun = len(load.waits)
    wait_until("deliveries are answered", lambda: load.check() and len(load.waits) >= begun + RATE * SECONDS, 60 + 10 * SECONDS, 0.1)
    print(f"no slow client: {len(load.waits) - begun} good deliveries, {load.waits_since(begun)}", flush=True)
    return p99_ms(load.waits[begun:])


def good_ones_go_on(daemon, load, name, kinds, at_least, p99_max_ms):
    good, failed = len(load.waits), len(load.failures)
    attackers = [slow(daemon, kind) for kind in kinds]
    try:
        wait_until(f"{at_least} connections are held", lambda: connections(daemon) >= at_least, 60)
        peak = connections(daemon)
        before = len(load.waits)
        wait_until("the attack ends", lambda: load.check() and all(a.poll() is not None for a in attackers), 60 + 10 * SECONDS, 0.1)
        assert len(load.waits) > before, "no good delivery was answered during the attack"
    finally:
        for attacker in attackers:
            attacker.kill()
            attacker.wait()
    daemon.alive()
    print(f"{name}: {peak} connections; {len(load.waits) - good} good deliveries, {len(load.failures) - failed} failed, "
          f"{load.waits_since(good)}", flush=True)
    assert len(load.failures) == failed, f"{name}: {load.failures[failed:][:3]}"
    assert p99_ms(load.waits[good:]) <= p99_max_ms, f"{name}: more than {p99_max_ms:.0f} ms"


def main():
    assert shutil.which("slowhttptest"), "slowhttptest is missing: apt-get install slowhttptest"
    with tempfile.TemporaryDirectory(prefix="calsync-slow-") as folder, \
            Daemon(Path(folder) / "d", None) as daemon:
        daemon.wait_ready(60)
        # What the unit gives it must do for all of them.
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        # On new connections: where places are short, those that are idle make room first, and a client may not have seen that.
        load = Load(daemon.intake_port, daemon.secret, RATE, lambda n: webhooks.form_life(f"slow-{n}", n), patience_s=30, kept=0.0)
        try:
            wait_until("deliveries are answered", lambda: daemon.alive() and load.check() and len(load.waits) > RATE, 60)
            limit = max(P99_MAX_MS, QUIET_TIMES_MAX * quiet_p99_ms(load))
            good_ones_go_on(daemon, load, "slow headers", ["-H"], CONNECTIONS * 0.9, limit)
            good_ones_go_on(daemon, load, "slow bodies", ["-B"], CONNECTIONS * 0.9, limit)
            good_ones_go_on(daemon, load, "headers, and bodies in all places", ["-H", "-B", "-B"], CONNECTIONS, max(limit, 1000))
        finally:
            load.stop()
        peak = daemon.peak_memory_mib()
        print(f"daemon at most {peak:.0f} MiB", flush=True)
        assert peak <= MEMORY_MAX_MIB, f"{peak:.0f} MiB"
        assert daemon.status()["log"]["rawHead"] == len(load.acknowledged)
        assert daemon.stop() == 0


if __name__ == "__main__":
    main()
