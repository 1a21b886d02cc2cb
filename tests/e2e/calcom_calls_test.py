"""Calls to Cal.com from the command line, with a daemon and without one: they go the same way, are in the log before they
are made, ask before they change anything, and tell what came of it also where Cal.com does not say."""
import json
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.calcom_answers import KEY, Answers, booking  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import BUILD  # noqa: E402


class World:
    """A few bookings, and a server that does what it is told: with 500 where it pretends not to."""

    def __init__(self):
        self.bookings = {b["uid"]: b for b in (
            booking("one"), booking("two"), booking("done", status="cancelled"), booking("over", start=-86_400),
            booking("seats", attendees=[{"name": n, "email": f"{n}@client.test", "absent": False, "seatUid": f"s-{n}"}
                                        for n in ("ana", "bo")]))}
        self.lies = set()  # actions answered with 500 although they are done
        self.webhooks = []

    def answer(self, method, path, body):
        steps = path.split("/")[2:]
        if path == "/v2/me":
            return 200, {"data": {"id": 1, "email": "owner@quill.test", "organizationId": 1}}
        if steps[0] == "organizations":
            return self.organization(steps[2])
        if path in ("/v2/event-types", "/v2/schedules"):
            return 200, {"data": []}
        if path == "/v2/bookings":
            return self.listed()
        row = self.bookings.get(steps[1])
        if not row:
            return 404, f"Booking with uid={steps[1]} was not found in the database"
        return (200, {"data": row}) if method == "GET" else self.act(row, steps[2:], body)

    def listed(self):
        rows = list(self.bookings.values())
        return 200, {"data": rows, "pagination": {"hasNextPage": False, "totalItems": len(rows)}}

    def organization(self, what):
        rows = {"memberships": [{"id": 9, "userId": 1, "role": "OWNER"}], "webhooks": self.webhooks,
                "users": [{"id": 3, "email": "erik@quill.test"}]}
        return self.listed() if what == "bookings" else (200, {"data": rows.get(what, [])})

    def act(self, row, steps, body):
        if steps[0] == "cancel":
            if row["status"] == "cancelled":
                return 400, "Can't cancel booking because it has been cancelled already."
            row["status"] = "cancelled"
        if steps[0] == "reassign":
            row["hosts"][0]["email"] = "erik@quill.test"
        return (500, "Internal server error") if steps[0] in self.lies else (200, {"data": row})


class Calls(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="calsync-calls-")))
        self.world = World()
        self.calcom = self.enterContext(Answers(self.world.answer))
        key = self.folder / "key"
        key.touch(mode=0o600)
        key.write_text(KEY)
        self.daemon = Daemon(self.folder / "d", extra=(
            f'calcom: {{base_url: "{self.calcom.url}", organization_id: 1, api_key: "file:{key}"}}\n'))
        self.addCleanup(lambda: self.daemon.__exit__())

    def run_daemon(self):
        self.daemon.start()
        self.daemon.wait_listening()

    def calsync(self, *words, code=0):
        done = subprocess.run([BUILD / "calsync", "--settings", self.daemon.settings, *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, f"{words}\n{done.stdout}{done.stderr}")
        return done

    def act(self, *words, code=0):
        return {one["uid"]: one for one in json.loads(self.calsync("--json", "bookings", *words, code=code).stdout)}

    def records(self):
        listed = json.loads(self.calsync("--json", "log", "list", "--all").stdout)
        return [record for record in listed if record["source"] == "apply"]

    def test_a_change_goes_through_the_daemon_and_is_in_its_log(self):
        self.run_daemon()
        self.assertEqual(self.act("cancel", "one", "--reason", "ill", "--yes")["one"]["outcome"], "done")
        self.assertEqual(self.calcom.posts(), ["POST /v2/bookings/one/cancel"])
        self.assertEqual(self.calcom.keys, {f"Bearer {KEY}"})
        deadline = time.monotonic() + 20
        while any(record["outcome"] == "pending" for record in self.records()) and time.monotonic() < deadline:
            pass
        self.assertEqual([record["outcome"] for record in self.records()], ["nothing", "nothing"])
        self.assertEqual(self.daemon.stop(), 0)
        self.assertNotIn(KEY, self.daemon.log_file.read_text())

    def test_without_a_daemon_the_same_is_done_here(self):
        self.assertEqual(self.act("cancel", "one", "--yes")["one"]["outcome"], "done")
        self.assertEqual(len(self.records()), 2)

    def test_nothing_is_done_without_a_yes(self):
        for words in (["cancel", "one"], ["cancel", "--host", "edith@quill.test"]):
            self.assertIn("one", self.calsync("bookings", *words, code=3).stderr)
        self.assertEqual(self.calcom.posts(), [])

    def test_the_plan_says_whom_it_touches(self):
        told = self.calsync("bookings", "cancel", "seats", code=3).stderr
        self.assertIn("cancels all 2 seats", told)
        self.assertIn("e-mails the hosts and attendees: 3 people", told)

    def test_what_is_so_already_is_done(self):
        self.assertEqual(self.act("cancel", "done")["done"]["outcome"], "already")
        self.assertEqual(self.calcom.posts(), [])

    def test_an_answer_of_500_is_read_back(self):
        self.world.lies = {"reassign"}
        one = self.act("reassign", "one", "--to-host", "Erik@quill.test", "--yes")["one"]
        self.assertEqual(one["outcome"], "done", one)
        self.assertEqual(self.calcom.posts(), ["POST /v2/bookings/one/reassign/3"])

    def test_a_filter_means_those_that_it_makes_sense_for(self):
        done = self.act("cancel", "--host", "edith@quill.test", "--yes")
        self.assertEqual({uid: one["outcome"] for uid, one in done.items()}, {"one": "done", "two": "done", "seats": "done"})

    def test_partly_done_has_a_code_of_its_own(self):
        done = self.act("cancel", "one", "over", "--yes", code=5)
        self.assertEqual((done["one"]["outcome"], done["over"]["outcome"]), ("done", "failed"))

    def test_too_many_are_refused(self):
        self.calsync("bookings", "cancel", "--host", "edith@quill.test", "--at-most", "2", "--yes", code=3)
        self.assertEqual(self.calcom.posts(), [])

    def test_mistakes_in_the_words_are_told_before_anything_is_asked(self):
        for words in (["cancel"], ["cancel", "one", "--host", "x@y.test"], ["reassign", "one"],
                      ["reschedule", "one", "two", "--start", "2027-01-01T10:00:00Z"], ["reschedule", "one", "--start", "soon"],
                      ["mark-absent", "one"]):
            self.calsync("bookings", *words, code=64)
        self.calsync("bookings", "cancel", "nobody", "--yes", code=1)
        self.assertEqual(self.calcom.posts(), [])

    def looks(self, code):
        return {one["name"]: one for one in json.loads(self.calsync("--json", "doctor", code=code).stdout)["checks"]}

    def test_doctor_finds_a_healthy_cal_com_healthy(self):
        self.run_daemon()
        self.daemon.wait_ready()  # the first poll ended well
        looks = self.looks(0)
        for name in ("key", "organisation", "role", "API versions", "clock", "rate limit", "daemon"):
            self.assertEqual(looks[name]["state"], "ok", looks[name])
        self.assertEqual((looks["intake"]["state"], looks["subscription"]["state"]), ("warning", "skipped"))

    def test_doctor_reaches_the_intake_and_holds_its_subscription_against_what_it_must_be(self):
        hook = f"http://127.0.0.1:{self.daemon.intake_port}"
        text = self.daemon.settings.read_text()
        self.daemon.settings.write_text(text.replace("intake: {", f'intake: {{public_url: "{hook}", ', 1))
        self.run_daemon()
        looks = self.looks(1)
        self.assertEqual((looks["intake"]["state"], looks["subscription"]["state"]), ("ok", "failed"))
        self.world.webhooks = [{"id": "a-b", "subscriberUrl": f"{hook}/hooks/main", "active": True, "payloadTemplate": None,
                                "secret": self.daemon.secret, "triggers": ["BOOKING_CREATED"]}]
        looks = self.looks(0)
        self.assertEqual(looks["subscription"]["state"], "warning")
        self.assertIn("BOOKING_CANCELLED", looks["subscription"]["message"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
