"""deploy/consumers/connect as it is, in Kafka Connect itself: real broker, real PostgreSQL, Debezium's JDBC sink from Maven Central."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.places import ROOT, wait_until  # noqa: E402
from events import GOLDEN, Told  # noqa: E402
from postgres_server import PostgresServer  # noqa: E402
from running import a_broker  # noqa: E402

FILES = ROOT / "deploy" / "consumers" / "connect"
JARS = ROOT / "build" / "connect-jars"
# What the README asks of a worker.
WORKER = """bootstrap.servers={broker}
config.providers=file
config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
connector.client.config.override.policy=All
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
offset.storage.file.filename={folder}/offsets
listeners=http://127.0.0.1:0
plugin.discovery=service_load
"""


def fetch_jars():
    """Once; Maven itself looks whether all of them are there."""
    subprocess.run(["mvn", "-q", "-B", "-f", Path(__file__).with_name("connect_pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={JARS}"],
                   check=True, stdin=subprocess.DEVNULL)


class Connect(unittest.TestCase):
    def setUp(self):
        fetch_jars()
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.folder.chmod(0o755)  # the server has another user
        self.server = PostgresServer(self.folder / "postgres")
        self.addCleanup(self.server.crash)
        self.server.change((FILES / "booking-state.sql").read_text())
        self.worker = None

    def start(self, broker):
        """Everything of the example, but the names of this machine."""
        (self.folder / "secret").write_text(f"password={self.server.password}\n")
        config = json.loads((FILES / "booking-state.json").read_text())
        config["config"].update({"topics": self.told.prefix + "booking-state", "connection.url": f"jdbc:postgresql://127.0.0.1:{self.server.port}/postgres",
                                 "connection.username": "agency", "connection.password": f"${{file:{self.folder}/secret:password}}"})
        (self.folder / "connector.json").write_text(json.dumps(config))
        (self.folder / "worker.properties").write_text(WORKER.format(broker=broker.address, folder=self.folder))
        with open(self.folder / "log", "ab") as log:
            self.worker = subprocess.Popen(["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{JARS}/*",
                                            "org.apache.kafka.connect.cli.ConnectStandalone", self.folder / "worker.properties", self.folder / "connector.json"],
                                           stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.addCleanup(self.kill)

    def kill(self):
        self.worker.kill()
        self.worker.wait()

    def arrives(self, rows):
        def there():
            assert self.worker.poll() is None, (self.folder / "log").read_text()[-3000:]
            return dict(self.server.rows("SELECT uid, status FROM calsync_booking")) == rows
        wait_until(f"the rows are {rows}", there, 120, 0.2)

    def test_the_example_keeps_a_row_of_each_booking_over_a_kill_and_lets_go_of_who_was_erased(self):
        with a_broker(self.folder) as broker:
            self.told = Told(broker.address, "here.")
            self.told.publish(self.told.state("a"), self.told.state("gone"), self.told.state("b", status="cancelled"))
            self.told.publish(self.told.state("aborted"), commit=False)
            self.start(broker)
            self.arrives({"a": "accepted", "gone": "accepted", "b": "cancelled"})
            self.assertEqual(self.server.rows("SELECT booking FROM calsync_booking WHERE uid = 'a'")[0][0], {**GOLDEN["booking"], "uid": "a", "chain": "a"})
            self.kill()
            self.told.publish(self.told.state("gone", erased=True), self.told.state("a", status="cancelled"), self.told.state("c"))
            self.start(broker)
            self.arrives({"a": "cancelled", "b": "cancelled", "c": "accepted"})
            self.assertNotIn(self.server.password, (self.folder / "log").read_text())


if __name__ == "__main__":
    unittest.main()
