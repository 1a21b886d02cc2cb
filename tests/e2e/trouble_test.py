"""A broker that does not answer, and two daemons with one log (RELIABILITY B1, Z1: P8, P10, P11, P24, P29), on a real broker.

While the broker is frozen webhooks are taken at the first try, the daemon stays small, ends in time when asked to, and a daemon
that starts then takes webhooks but reads none of them before it has compared its log with Kafka. Of two daemons with the
same log the older stands down, and a copy that nobody vouched for publishes nothing.
"""
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import oracle, webhooks  # noqa: E402
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402

MEMORY_MAX_MIB = 256


def send(daemon, first, count):
    """Each at the first try."""
    sender = webhooks.Sender(daemon.intake_port, daemon.secret)
    for number in range(first, first + count):
        for delivery in webhooks.form_life(f"trouble-{number}", 7_000_000 + number):
            status, text = sender.post(delivery, timeout=5)
            assert status == 200, f"{delivery.name}: {status} {text}"
    sender.close()


def frozen_broker(broker, daemon):
    send(daemon, 0, 200)
    daemon.wait_published()
    broker.freeze()
    try:
        send(daemon, 1000, 1500)
        peak = daemon.peak_memory_mib()
        assert peak <= MEMORY_MAX_MIB, f"{peak:.0f} MiB with a broker that does not answer"
        assert daemon.stop(within_s=10) == 0, "SIGTERM with an open transaction must end with 0 within 10 s"
        before = daemon.start() and wait_until("the admin answers", lambda: daemon.alive() and daemon.status(), 30)
        send(daemon, 3000, 100)
        now = daemon.status()
        assert daemon.get("/readyz")[0] == 503, "ready though nobody knows what Kafka holds"
        assert now["log"]["rawHead"] > before["log"]["rawHead"]
        assert now["log"]["normalised"] == before["log"]["normalised"], "read before log and cursor were compared"
        assert daemon.stop(within_s=10) == 0
        daemon.start()
    finally:
        broker.thaw()
    daemon.wait_ready(60)
    log = daemon.wait_published(120)["log"]
    print(f"frozen: {log['rawHead']} records, {log['eventHead']} events, at most {peak:.0f} MiB", flush=True)


def two_daemons(broker, daemon, folder):
    assert daemon.stop() == 0
    shutil.copytree(daemon.log_path, folder / "log", ignore=shutil.ignore_patterns("*.sock"))
    daemon.start().wait_ready()  # claims: the copy is one generation behind
    daemon.wait_published()
    copy = Daemon(folder, broker.address, daemon.secret)
    try:
        take_turns(broker, daemon, copy, folder)
    finally:
        copy.__exit__()


def take_turns(broker, daemon, copy, folder):
    code = copy.start().process.wait(60)
    assert code == 78, f"a copy that is behind ended with {code}"
    assert "--takeover" in copy.log_file.read_text(), "the refusal names no cure"
    send(daemon, 4000, 20)
    daemon.wait_published()  # nobody was fenced
    assert daemon.stop() == 0
    shutil.rmtree(folder / "log")
    shutil.copytree(daemon.log_path, folder / "log", ignore=shutil.ignore_patterns("*.sock"))
    code = copy.start().process.wait(60)
    assert code == 78, f"a copy that knows the same claim ended with {code}"
    daemon.start().wait_ready()
    copy.start("--takeover").wait_ready(60)
    send(daemon, 4500, 1)  # an idle one has no reason to look
    code = daemon.process.wait(120)
    assert code == 75, f"the older of two daemons ended with {code}: {daemon.log_file.read_text()[-2000:]}"
    send(copy, 5000, 20)
    log = copy.wait_published()["log"]
    oracle.kafka_is_the_log(read_all(broker.address), copy.events(), log["id"])
    assert copy.stop() == 0
    print("Kafka holds the log exactly once, by two daemons one after the other", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-trouble-") as folder, Broker(Path(folder) / "kafka") as broker, \
            Daemon(Path(folder) / "d", broker.address) as daemon:
        daemon.wait_ready(60)
        frozen_broker(broker, daemon)
        two_daemons(broker, daemon, Path(folder) / "copy")


if __name__ == "__main__":
    main()
