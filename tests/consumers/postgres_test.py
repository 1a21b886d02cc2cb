"""Bookings in a real PostgreSQL, exactly once, from a real Apache Kafka: kills, crashes, two at once, backups put back (offset and row are one)."""
import json
import os
import random
import sys
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.places import ROOT, wait_until  # noqa: E402
from events import CLIENT, GOLDEN, Told  # noqa: E402
from postgres_server import PostgresServer  # noqa: E402
from running import Running, a_broker  # noqa: E402

TOPIC, REFUSED, POISONED = "booking-state", 78, 65


def setUpModule():
    global SCRATCH, OPEN, BROKER, SERVER
    SCRATCH = tempfile.TemporaryDirectory()
    os.chmod(SCRATCH.name, 0o755)  # the server has another user
    SERVER = PostgresServer(Path(SCRATCH.name) / "postgres")
    OPEN = ExitStack()
    BROKER = OPEN.enter_context(a_broker(Path(SCRATCH.name)))


def tearDownModule():
    OPEN.close()
    SERVER.crash()
    SCRATCH.cleanup()


class Postgres(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=SCRATCH.name))
        self.told = Told(BROKER.address, self.folder.name + ".")
        (self.folder / "connection").write_text(SERVER.connection)
        SERVER.change("DROP TABLE IF EXISTS calsync_bookings, calsync_offsets")
        self.running = []
        self.published = {}  # uid → how many states, None: erased
        self.addCleanup(self.nothing_private_was_printed)

    def nothing_private_was_printed(self):
        for one in self.running:
            one.kill()
            for word in (SERVER.password, *CLIENT):
                self.assertNotIn(word, one.log())

    def consumer(self, at="one", connection=None):
        one = Running(self.folder / at, "postgres", self.told, {"connection": connection or f"file:{self.folder}/connection"})
        self.running.append(one)
        return one

    def tell(self, count, uids=20):
        """States of random bookings, several a transaction; some are erased."""
        for _ in range(count):
            uid = f"uid{random.randrange(uids)}"
            erased = random.random() < 0.1
            self.published[uid] = 0 if erased else self.published.get(uid, 0) + 1
            self.told.publish(self.told.state(uid, erased, durationMinutes=self.told.sequence))

    def rows(self):
        return dict(SERVER.rows("SELECT uid, revision FROM calsync_bookings"))

    def expected(self):
        """revision counts every write of a row: one too many or too few is seen."""
        return {uid: count for uid, count in self.published.items() if count}

    def stored(self):
        made = SERVER.rows("SELECT to_regclass('calsync_offsets') IS NOT NULL")[0][0]
        return dict(SERVER.rows("SELECT partition, next_offset FROM calsync_offsets")) if made else {}

    def all_is_there(self, one):
        ends = {partition: end for (_, partition), end in self.told.ends.items()}

        wait_until("all of it is stored", lambda: one.alive() and self.stored() == ends, 40, 0.05)
        self.assertEqual(self.rows(), self.expected())

    def test_a_booking_is_a_row_as_it_is_now_and_what_is_erased_is_gone(self):
        self.told.publish(self.told.state("a"), self.told.state("erased"), self.told.state("a", status="cancelled", title="NUL \0 and \ud800 half", hosts=[]),
                          self.told.state("erased", erased=True))
        self.told.publish(self.told.state("aborted"), commit=False)
        self.published = {"a": 2}
        one = self.consumer().start()
        self.all_is_there(one)
        row = SERVER.rows("SELECT status, title, service, team, editor, starts_at AT TIME ZONE 'UTC', minutes, booking FROM calsync_bookings")[0]
        self.assertEqual((row[0], row[1], row[2], row[4], str(row[5]), row[6]),
                         ("cancelled", "NUL \ufffd and ? half", "manuscript-consultation", None, "2026-09-22 07:30:00", 30))
        self.assertEqual(row[7]["attendees"], GOLDEN["booking"]["attendees"])
        self.assertEqual(one.end(), 0, one.log())
        self.assertEqual(one.committed(TOPIC)[next(iter(self.stored()))] > 0, True, "Kafka's tools see how far it is, too")

    def test_kill_nine_at_any_instant_loses_and_repeats_nothing(self):
        one = self.consumer()
        for _ in range(4):
            before = sum(self.stored().values())
            self.tell(12)
            one.start()
            wait_until("it is at work", lambda before=before: one.alive() and sum(self.stored().values()) > before, 30, 0.001)
            one.kill()
        self.tell(10)
        one.start()
        self.all_is_there(one)

    def test_two_at_once_and_a_crash_of_the_server_lose_and_repeat_nothing(self):
        both = [self.consumer("one").start(), self.consumer("two").start()]  # they make the tables at once, too
        self.tell(40)
        SERVER.crash()
        self.tell(10)
        wait_until("they wait for the server", lambda: any("PostgreSQL is away" in one.log() for one in both))
        SERVER.start()
        self.all_is_there(both[0])
        both[0].kill()
        self.tell(10)
        self.all_is_there(both[1])

    def test_a_backup_that_is_put_back_under_it_is_caught_up_with(self):
        one = self.consumer().start()
        self.tell(15)
        self.all_is_there(one)
        SERVER.change("CREATE TABLE kept AS SELECT * FROM calsync_bookings; CREATE TABLE kept_offsets AS SELECT * FROM calsync_offsets")
        self.tell(15)
        self.all_is_there(one)
        SERVER.change("TRUNCATE calsync_bookings, calsync_offsets; INSERT INTO calsync_bookings SELECT * FROM kept; "
                      "INSERT INTO calsync_offsets SELECT * FROM kept_offsets; DROP TABLE kept, kept_offsets")
        self.tell(30)
        self.all_is_there(one)
        self.assertIn("somebody moved the stored offsets", one.log())

    def test_what_cannot_be_is_told_once_with_its_cure_and_without_the_secret(self):
        self.told.publish(self.told.state("a", durationMinutes=2**40))
        one = self.consumer().start()
        self.assertEqual(one.process.wait(30), POISONED)
        self.assertIn("PostgreSQL refuses the row: NumericValueOutOfRange", one.log())
        SERVER.change("INSERT INTO calsync_offsets SELECT %s, n, 1000 FROM generate_series(0, 2) n" % repr(self.told.prefix + TOPIC))
        self.assertEqual(one.start().process.wait(30), REFUSED)
        self.assertIn("the topic was made anew", one.log())
        (self.folder / "wrong").write_text(f"host=127.0.0.1 {SERVER.password}")
        other = self.consumer("other", f"file:{self.folder}/wrong")
        self.assertEqual(other.start().process.wait(30), REFUSED)
        self.assertIn("cannot be read", other.log())

    def test_the_tables_for_kafka_connect_show_a_booking_and_let_go_of_one_that_was_erased(self):
        files = ROOT / "deploy" / "consumers" / "connect"
        config = json.loads((files / "booking-state.json").read_text())["config"]
        self.assertEqual(config["consumer.override.isolation.level"], "read_committed")
        SERVER.change((files / "booking-state.sql").read_text())
        # As the connector writes: the key and the hoisted value, upserted; a tombstone comes as a row without a booking.
        upsert = (f'INSERT INTO {config["table.name.format"]} ({config["primary.key.fields"]}, {config["transforms.asColumn.field"]}) VALUES (%s, %s) '
                  "ON CONFLICT (uid) DO UPDATE SET booking = excluded.booking")
        booking = {**GOLDEN["booking"], "status": "cancelled"}
        for uid, value in (("a", GOLDEN["booking"]), ("a", booking), ("b", booking), ("b", None), ("never", None), ("c", None), ("c", booking)):
            SERVER.change(upsert, (uid, value and json.dumps(value)))
        self.assertEqual(SERVER.rows("SELECT uid, status, minutes, editor, starts_at AT TIME ZONE 'UTC' = '2026-09-22 07:30', booking FROM calsync_booking "
                                     "ORDER BY uid"), [(uid, "cancelled", 30, "hana.vesela@marginquill.example", True, booking) for uid in "ac"])


if __name__ == "__main__":
    unittest.main()
