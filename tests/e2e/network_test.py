"""A bad network between the daemon and Kafka (RELIABILITY B3: P1, P8, P11, P24), with a real broker behind a proxy.

Under a load of senders that try once, connections break, are cut for a while, vanish without a word, carry requests but no
answers, carry a byte a second, and are slow. Each delivery is answered 200 at the first try; after each trouble publishing
catches up by itself; in the end Kafka holds the log exactly once, in order, and the daemon has stayed small.
"""
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import oracle, webhooks  # noqa: E402
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.load import Load  # noqa: E402
from e2e.places import wait_until  # noqa: E402
from e2e.ports import free_port  # noqa: E402
from e2e.proxy import Proxy  # noqa: E402

RATE = 50
MEMORY_MAX_MIB = 256


class Scene:
    def __init__(self, daemon, load, proxy):
        self.daemon, self.load, self.proxy = daemon, load, proxy

    def holds(self, what, condition, within_s=60):
        wait_until(what, lambda: self.daemon.alive() and self.load.check() and condition(self.daemon.status()), within_s, 0.05)

    def goes_on(self, events=RATE // 2):
        """This many more events are published, and all that was in the log when we asked."""
        log = self.daemon.status()["log"]["eventHead"]
        self.holds("publishing catches up", lambda s: s["publisher"]["published"] >= log + events)

    def until_silent(self, name, trouble):
        trouble()
        self.holds(f"{name}: the daemon says that Kafka is silent", lambda s: s["publisher"]["state"] == "waiting_for_broker")
        assert any(c["component"] == "publisher" for c in self.daemon.status()["conditions"]), f"{name}: no condition says so"
        self.proxy.heal()
        self.goes_on()
        print(f"{name}: caught up", flush=True)


def troubles(scene):
    proxy = scene.proxy
    for _ in range(8):
        proxy.break_once()
        scene.goes_on(5)
    print("connections broken: caught up", flush=True)
    scene.until_silent("cut", proxy.cut)
    scene.until_silent("black hole", proxy.blackhole)
    scene.until_silent("requests without answers", proxy.half_open)
    scene.until_silent("a byte a second", lambda: proxy.slow(1))
    proxy.delay(0.2)
    scene.goes_on()
    proxy.heal()
    print("slow: went on", flush=True)


def main():
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="calsync-network-") as folder, Proxy(port) as proxy, \
            Broker(Path(folder) / "kafka", proxied=(port, proxy.port)) as broker, \
            Daemon(Path(folder) / "d", proxy.address) as daemon:
        daemon.wait_ready(60)
        assert proxy.connections() > 0, "the daemon goes past the proxy"
        load = Load(daemon.intake_port, daemon.secret, RATE, lambda n: webhooks.form_life(f"net-{n}", 8_000_000 + n))
        try:
            troubles(Scene(daemon, load, proxy))
        finally:
            load.stop()
        assert not load.failures, load.failures[:3]
        log = daemon.wait_published()["log"]
        assert log["rawHead"] == len(load.acknowledged)
        oracle.kafka_is_the_log(read_all(broker.address), daemon.events(), log["id"])
        peak = daemon.peak_memory_mib()
        print(f"{log['rawHead']} records, {proxy.carried >> 20} MiB through the proxy, daemon at most {peak:.0f} MiB", flush=True)
        assert peak <= MEMORY_MAX_MIB, f"{peak:.0f} MiB"
        assert daemon.stop() == 0


if __name__ == "__main__":
    main()
