"""`calsync bookings` and `at` over a real log (log_fixture): what was known, now and at each place in the log."""
import csv
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

CALSYNC, LOG_FIXTURE, FIXTURES = sys.argv[1:4]
WEBHOOKS = pathlib.Path(FIXTURES) / "webhooks"
BODIES = sorted(WEBHOOKS.glob("BOOKING_*.json")) + sorted(WEBHOOKS.glob("MEETING_*.json"))
ROOT, MOVED = "k3TzWq8nVbYd2RfHsLmX4a", "m2XcVb7nKqWe4RtYuIoP9f"
CREATED = WEBHOOKS / "BOOKING_CREATED.json"


class Base(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="calsync-bookings-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.settings = self.dir / "calsyncd.yaml"
        self.settings.write_text(f'log: {{path: "{self.dir}/log"}}\n')

    def fill(self, *bodies):
        done = subprocess.run([LOG_FIXTURE, self.dir / "log", "leave", *bodies], check=True, capture_output=True, timeout=60)
        return int(done.stdout.split()[1])

    def body(self, changes, of=CREATED):
        """A copy of a fixture with other values: {"payload.price": 1}."""
        document = json.loads(of.read_text())
        for path, value in changes.items():
            *way, last = path.split(".")
            at = document
            for name in way:
                at = at[int(name)] if isinstance(at, list) else at[name]
            at[last] = value
        path = self.dir / f"body{len(list(self.dir.glob('body*')))}.json"
        path.write_text(json.dumps(document))
        return path

    def calsync(self, *words, code=0, **environment):
        done = subprocess.run([CALSYNC, "--settings", self.settings, *map(str, words)], capture_output=True, timeout=60,
                              env={**os.environ, **environment})
        self.assertEqual(done.returncode, code, f"calsync {words}: {done.stdout!r} {done.stderr!r}")
        self.stderr = done.stderr.decode()
        return done.stdout

    def json(self, *words):
        return json.loads(self.calsync(*words, "--json"))


class Bookings(Base):
    def uids(self, *words):
        return [booking["uid"] for booking in self.json("bookings", "list", *words)]

    def test_are_listed_by_start_and_found_by_what_they_say(self):
        self.fill(*BODIES)
        known = self.json("bookings", "list")
        self.assertEqual([b["start"] for b in known], sorted(b["start"] for b in known))
        self.assertIn(ROOT, [b["uid"] for b in known])
        self.assertEqual(self.uids("--uid", MOVED), [MOVED])
        self.assertEqual(sorted(self.uids("--chain", ROOT)), sorted([ROOT, MOVED]))
        self.assertEqual(self.uids("--host", "HANA.vesela@marginquill.example", "--status", "cancelled"), [ROOT, MOVED])
        day = known[0]["start"][:10]
        self.assertEqual(self.uids("--from", day, "--to", day),
                         [b["uid"] for b in known if b["start"].startswith(day)])
        self.assertEqual(self.uids("--text", "nothing says this"), [])
        people = {one["email"]: one for one in self.json("bookings", "people")}
        self.assertEqual(set(people), {p["email"].lower() for b in known for p in b["hosts"] + b["attendees"] if p["email"]})
        for email, one in people.items():
            roles = {role for role in ("hosts", "attendees") for b in known for p in b[role] if (p["email"] or "").lower() == email}
            self.assertEqual({"hosts" * one["host"], "attendees" * one["attendee"]} - {""}, roles)
        table = self.calsync("bookings", "list").decode().splitlines()
        self.assertEqual(len(table), len(known) + 1)

    def test_a_day_is_one_of_the_time_zone(self):
        self.fill(self.body({"payload.startTime": "2026-10-01T23:30:00Z", "payload.endTime": "2026-10-02T00:00:00Z"}))
        self.assertEqual(len(self.uids("--from", "2026-10-01", "--to", "2026-10-01")), 1)
        self.assertEqual(self.uids("--from", "2026-10-01", "--to", "2026-10-01", "--timezone", "Europe/London"), [])
        self.assertEqual(len(self.uids("--from", "2026-10-02", "--to", "2026-10-02", "--timezone", "Europe/London")), 1)

    def test_of_each_place_in_the_log_are_what_was_known_when_the_log_ended_there(self):
        ended_there = {}
        for first in range(0, len(BODIES), 5):
            events = self.fill(*BODIES[first:first + 5])
            ended_there[events] = self.json("bookings", "list")
        for events, known in ended_there.items():
            self.assertEqual(self.json("bookings", "list", "--as-of", events), known)
            self.assertEqual(self.json("at", events, "bookings"), known)
        self.assertEqual(self.json("bookings", "list", "--as-of", "now"), known)
        self.assertEqual(self.json("bookings", "list", "--as-of", "2001-01-01"), [])
        self.calsync("bookings", "list", "--as-of", events + 1, code=1)
        self.assertIn("no event", self.stderr)

    def test_are_the_same_after_a_rebuild(self):
        self.fill(*BODIES)
        before = [self.calsync("bookings", "list", "--json", *more) for more in ([], ["--as-of", 7])]
        self.calsync("log", "rebuild", "--yes")
        self.assertEqual([self.calsync("bookings", "list", "--json", *more) for more in ([], ["--as-of", 7])], before)

    def test_show_tells_the_chain_and_where_each_change_came_from(self):
        self.fill(*BODIES)
        for uid in (ROOT, MOVED):
            shown = self.json("bookings", "show", uid)
            self.assertEqual(shown["booking"]["uid"], uid)
            self.assertEqual(shown["chain"], [ROOT, MOVED])
        history = shown["history"]
        self.assertEqual([e["sequence"] for e in history], sorted(e["sequence"] for e in history))
        absent = next(e for e in history if e["type"] == "booking.no_show_updated")
        self.assertEqual(absent["changes"], [{"pointer": "/attendees/0/absent", "from": False, "to": True}])
        self.assertEqual((absent["origin"], absent["trigger"]), ("webhook", "BOOKING_NO_SHOW_UPDATED"))
        self.assertEqual(self.json("log", "show", absent["rawSequence"])["events"][0]["sequence"], absent["sequence"])
        text = self.calsync("bookings", "show", MOVED, "--timezone", "Europe/London").decode()
        self.assertIn("/attendees/0/absent: false → true", text)
        self.calsync("bookings", "show", "nobody", code=1)

    def test_wrong_words_are_refused_with_the_cure(self):
        self.fill(CREATED)
        for words, said in ((["bookings", "list", "--status", "done"], "there are"),
                            (["bookings", "list", "--from", "2026-02-30"], "2026-02-30"),
                            (["bookings", "list", "--timezone", "Mars/Base"], "time zone"),
                            (["bookings", "list", "--as-of", "soon"], "neither a place"),
                            (["at", "1", "people"], "config")):
            self.calsync(*words, code=64)
            self.assertIn(said, self.stderr)


class Report(Base):
    RANGE = ("bookings", "report", "--from", "2026-09-01", "--to", "2026-10-31")

    def rows(self, *words):
        text = self.calsync(*self.RANGE, *words, "--format", "csv").decode()
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    def test_of_one_place_has_the_same_bytes_in_every_locale_and_time_zone_and_after_what_comes_later(self):
        place = self.fill(*BODIES)
        forms = [(*self.RANGE, "--at", place, "--status", "all", "--timezone", zone, "--format", form)
                 for zone in ("UTC", "Europe/London") for form in ("table", "csv", "json")]
        first = [self.calsync(*words) for words in forms]
        self.fill(self.body({"payload.uid": "another", "payload.bookingId": 424242}))
        for zone, locale in (("America/New_York", "de_DE.UTF-8"), ("Asia/Kathmandu", "C")):
            self.assertEqual([self.calsync(*words, TZ=zone, LC_ALL=locale, LANG=locale) for words in forms], first)
        self.assertNotEqual(self.calsync(*self.RANGE, "--status", "all", "--format", "csv"), first[1])

    def test_names_its_place_and_the_hash_of_what_it_says(self):
        place = self.fill(*BODIES)
        report = json.loads(self.calsync(*self.RANGE, "--format", "json"))
        content = json.dumps(report["statement"], separators=(",", ":"), ensure_ascii=False).encode()
        self.assertEqual(report["contentHash"], hashlib.sha256(content).hexdigest())
        told = self.json("log", "show", "--event", place)
        self.assertEqual(report["statement"]["place"]["position"], place)
        self.assertEqual(report["statement"]["place"]["hash"], told["hash"])
        for form in ("table", "csv"):
            text = self.calsync(*self.RANGE, "--format", form).decode()
            self.assertIn(report["contentHash"], text)
            self.assertIn(f'position {place} hash {told["hash"]}', text)

    def test_csv_adds_up_and_holds_no_formula(self):
        evil = '=HYPERLINK("http://evil.example","x"),\n2'
        self.fill(*BODIES, self.body({"payload.uid": "evil", "payload.bookingId": 7, "payload.price": 1200,
                                      "payload.currency": "GBP", "payload.organizer.name": evil}))
        rows = self.rows()
        lines = [r for r in rows if r["line"] == "booking"]
        totals = [r for r in rows if r["line"] == "total"]
        self.assertEqual(sum(int(r["price"] or 0) for r in lines), sum(int(r["total_price"] or 0) for r in totals))
        self.assertEqual(len(lines), sum(int(r["bookings"]) for r in totals))
        self.assertEqual([r["editor_name"] for r in lines if r["uid"] == "evil"], ["'" + evil])
        self.assertEqual(rows[-1]["line"], "statement")
        for row in rows:
            self.assertNotIn(None, row)
            for text in row.values():
                self.assertFalse(text.startswith(("=", "+", "-", "@")), row)

    @unittest.skipUnless(shutil.which("soffice"), "LibreOffice is not installed")
    def test_csv_opens_in_libreoffice_as_text_and_runs_nothing(self):
        evil = {"payload.organizer.name": "a;=1+1\t=2+2\n=3+3", "payload.attendees.0.name": "=4+4", "payload.eventTypeId": None}
        self.fill(*BODIES, self.body({"payload.uid": "=5+5", "payload.bookingId": 7, **evil}))
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "report.csv").write_bytes(self.calsync(*self.RANGE, "--format", "csv"))
            for separator in ("44", "59/44"):
                subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", f"--infilter=CSV:{separator},34,76,1",
                                "--convert-to", "fods", "--outdir", folder, f"{folder}/report.csv"], check=True, timeout=120, capture_output=True)
                sheet = (pathlib.Path(folder) / "report.fods").read_text()
                self.assertIn("3+3", sheet)
                self.assertNotIn("table:formula", sheet)

    def test_what_changed_after_a_statement_is_told_as_adjustments(self):
        uid = {"payload.uid": "one", "payload.bookingId": 7}
        sent = self.fill(self.body({**uid, "payload.price": 1200, "payload.currency": "GBP"}))
        first = self.rows()
        self.fill(self.body({**uid, "payload.status": "CANCELLED", "triggerEvent": "BOOKING_CANCELLED",
                             "createdAt": "2026-11-20T00:00:00.000Z"}))
        later = self.rows("--since-statement", sent)
        self.assertEqual([r for r in later if r["line"] == "booking"], [r for r in first if r["line"] == "booking"])
        change, = [r for r in later if r["line"] in ("reversed", "added")]
        self.assertEqual((change["price"], change["note"]), ("-1200", "status: accepted to cancelled"))
        self.assertEqual([r for r in later if r["line"] == "total"], [])
        self.calsync(*self.RANGE, "--at", sent, "--since-statement", sent + 1, code=1)
        self.assertIn("lies behind", self.stderr)

    def test_days_and_zones_that_are_none_are_refused(self):
        for words in (("--from", "2026-02-30", "--to", "2026-03-01"), ("--from", "2026-03-02", "--to", "2026-03-01"),
                      ("--from", "2026-03-01"), ("--from", "2026-03-01", "--to", "2026-03-01", "--timezone", "Mars/Base")):
            self.calsync("bookings", "report", *words, code=64)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
