"""What calsyncd makes of every example webhook, through a real Kafka, into each place: nothing of it is missing, doubled or unreadable."""
import csv
import json
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy" / "consumers"))
from calsync_consumers.effects import asana, folder, slack, spreadsheet  # noqa: E402
from e2e import oracle, webhooks  # noqa: E402
from e2e.broker import read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402
from postgres_server import PostgresServer  # noqa: E402
from running import Running, a_broker  # noqa: E402
from stand_ins import HOOK, TOKEN, StandIns  # noqa: E402


class FromTheDaemon(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.folder.chmod(0o755)  # the server has another user
        self.there, self.server = StandIns(), PostgresServer(self.folder / "postgres")
        self.addCleanup(self.there.close)
        self.addCleanup(self.server.crash)
        (self.folder / "projects").mkdir()
        for name, text in (("hook", self.there.url + HOOK), ("token", TOKEN), ("connection", self.server.connection)):
            (self.folder / name).write_text(text)

    def consumers(self, told):
        own = {"slack": {"webhook": f"file:{self.folder}/hook", "text": "{id}"}, "spreadsheet": {"file": str(self.folder / "bookings.csv")},
               "folder": {"directory": str(self.folder / "projects")}, "postgres": {"connection": f"file:{self.folder}/connection"},
               "asana": {"token": f"file:{self.folder}/token", "project": "55", "url": self.there.url + "/api/1.0", "settle": 0}}
        for name, section in own.items():
            one = Running(self.folder / name, name, told, section)
            self.addCleanup(one.kill)
            yield name, one.start()

    def test_every_event_of_the_daemon_is_taken_by_every_consumer(self):
        with a_broker(self.folder) as broker, Daemon(self.folder / "daemon", broker.address) as daemon:
            daemon.wait_ready()
            sender = webhooks.Sender(daemon.intake_port, daemon.secret)
            for delivery in webhooks.fixtures():
                self.assertEqual(sender.post(delivery)[0], 200, delivery.name)
            sender.close()
            daemon.wait_published()
            messages = read_all(broker.address)
            ends = {}
            for m in messages:
                ends[m.topic, m.partition] = m.offset + 1
            consumers = dict(self.consumers(SimpleNamespace(address=broker.address, prefix="calsync.", partitions=6, ends=ends)))
            for name, one in consumers.items():
                if name != "postgres":
                    one.wait_read()
            bookings = [m for m in messages if oracle.topic_of(m) == "bookings"]
            self.assertGreater(len(bookings), 30)

            def ids(effect):
                return sorted(m.header("ce_id") for m in bookings if m.header("ce_type").removeprefix("calsync.") in effect.HANDLES)

            def chains(kinds, *statuses):
                return {m.key.decode() for m in bookings if m.header("ce_type").removeprefix("calsync.") in kinds
                        and (not statuses or json.loads(m.value)["booking"]["status"] in statuses)}
            self.assertEqual(sorted(post["text"] for post in self.there.posted), ids(slack.Slack))
            with open(self.folder / "bookings.csv", encoding="utf-8-sig", newline="") as file:
                self.assertEqual(sorted(row["id"] for row in csv.DictReader(file)), ids(spreadsheet.Spreadsheet))
            folders = {path.name.rpartition(" ")[2] for path in (self.folder / "projects").iterdir()}
            self.assertEqual(folders, {folder.safe_name(chain) for chain in chains(folder.Folder.HANDLES)})
            marks = sorted(task["notes"].splitlines()[-1] for task in self.there.tasks.values())
            self.assertEqual(marks, sorted(f"calsync: {chain}" for chain in chains(asana.Asana.HANDLES, "accepted")))
            self.rows_are_the_states(messages)

    def rows_are_the_states(self, messages):
        states = {m.key.decode(): m.value and json.loads(m.value) for m in messages if oracle.topic_of(m) == "booking-state"}
        expected = {uid: value for uid, value in states.items() if value is not None}

        def rows():
            made = self.server.rows("SELECT to_regclass('calsync_bookings') IS NOT NULL")[0][0]
            return dict(self.server.rows("SELECT uid, booking FROM calsync_bookings")) if made else {}
        wait_until("the rows are the states", lambda: rows() == expected, 30, 0.1)


if __name__ == "__main__":
    unittest.main()
