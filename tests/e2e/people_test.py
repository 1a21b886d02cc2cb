"""Who comes, who is away, who leaves: one command each, safe to repeat, also after a kill -9 (DESIGN §4, §12.10)."""
import datetime
import fcntl
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.between import Between  # noqa: E402
from e2e.daemon import EMBEDDED, Daemon  # noqa: E402
from e2e.places import BUILD, ROOT, wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402

DONE, FAILED, DIFFERENCES, REFUSED, LOCKED, PARTLY = range(6)
TEAM = "academic-editors"
ANA, BRAM, FARID = (f"{name}@quill-and-fern.example" for name in ("ana", "bram", "farid"))
NEW = "zoe@quill-and-fern.example"


def monday(weeks):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return today + datetime.timedelta(days=7 - today.weekday() + 7 * weeks)


class People(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = Path(self.scratch.name)
        self.sandbox = Sandbox("--requests-per-minute", "0")
        self.addCleanup(self.sandbox.kill)
        self.way = self.enterContext(Between(self.sandbox.facts["url"]))
        key = self.folder / "key"
        key.touch(mode=0o600)
        key.write_text(self.sandbox.facts["apiKey"])
        self.key = self.sandbox.facts["apiKey"]
        extra = (f'calcom: {{base_url: "{self.way.url}", organization_id: 1, api_key: "file:{key}", '
                 "requests_per_minute: 100000}\npoll: {interval: 1s}\n")
        self.daemon = Daemon(self.folder / "daemon", EMBEDDED, extra=extra).start()
        self.addCleanup(self.daemon.__exit__)
        self.daemon.wait_ready()
        self.config = self.folder / "config"
        shutil.copytree(ROOT / "deploy/example-org", self.config)
        (self.config / "webhooks.yaml").unlink()  # its secret is not this test's
        self.calsync("apply", self.config, "--yes")

    def calsync(self, *words, codes=(DONE,)):
        return self.daemon.calsync(*words, codes=codes)

    def json(self, *words, codes=(DONE,)):
        return json.loads(self.calsync(*words, "--json", codes=codes))

    def users(self):
        return {user["email"] for user in self.sandbox.good("GET", "/v2/organizations/1/users")}

    def services(self):
        team = next(t for t in self.sandbox.good("GET", "/v2/organizations/1/teams") if t["slug"] == TEAM)["id"]
        return {e["slug"]: e for e in self.sandbox.good("GET", f"/v2/organizations/1/teams/{team}/event-types")}

    def book(self, slug, start, answers=()):
        words = [word for answer in answers for word in ("--answer", answer)]
        return self.sandbox.book("create", "--event-type", str(self.services()[slug]["id"]), "--start", start, "--name", "A Client",
                                 "--email", "client@example.org", *words)["uid"]

    def booking(self, uid):
        return self.sandbox.good("GET", f"/v2/bookings/{uid}")

    def free(self, slug):
        """Times at which it can be booked, in the week after next, in their order."""
        query = f"eventTypeId={self.services()[slug]['id']}&start={monday(1)}&end={monday(3)}"
        return [slot["start"] for day in self.sandbox.good("GET", f"/v2/slots?{query}").values() for slot in day]

    def check_ins(self, count):
        """Bookings of the round robin, at times that leave others room."""
        return [self.book("proofreading-check-in", start) for start in self.free("proofreading-check-in")[::4][:count]]

    def future_hosts(self):
        rows = self.sandbox.good("GET", "/v2/organizations/1/bookings?take=250")
        return [h["email"] for row in rows if row["status"] not in ("cancelled", "rejected") for h in row["hosts"]]

    def test_time_off_is_added_edited_listed_and_taken_back_and_files_never_remove_it(self):
        start, end, later = monday(2), monday(2) + datetime.timedelta(days=3), monday(2) + datetime.timedelta(days=4)
        words = ("ooo", "add", ANA, "--from", start, "--to", end, "--reason", "travel", "--stand-in", BRAM)
        self.calsync(*words, codes=(REFUSED,))  # nobody is there to be asked
        self.assertEqual(self.json(*words, "--yes")["done"], [f"outOfOffice/{ANA}/{start}..{end}"])
        self.calsync(*words, "--yes")  # once more: it is there already
        self.calsync("ooo", "edit", ANA, f"{start}..{end}", "--to", later, "--yes")
        mine = [one for one in self.json("ooo", "list", ANA) if one["start"] == str(start)]
        self.assertEqual([(one["end"], one["reason"], one["standIn"]) for one in mine], [(str(later), "travel", BRAM)])
        self.assertIn(f'start: "{start}"', self.calsync("ooo", "list", ANA, "--patch"))
        self.calsync("apply", self.config, "--yes")
        self.assertEqual([one for one in self.json("ooo", "list", ANA) if one["start"] == str(start)], mine)
        event = wait_until("a poll makes the event", lambda: [e for e in self.daemon.events() if e["type"] == "ooo.created" and
                                                             e["value"]["ooo"]["start"] == str(start)])
        self.assertEqual(event[0]["origin"], "poll")
        self.calsync("ooo", "rm", ANA, f"{start}..{later}", "--yes")
        self.assertEqual([one for one in self.json("ooo", "list", ANA) if one["start"] == str(start)], [])
        self.calsync("ooo", "rm", ANA, f"{start}..{later}", "--yes", codes=(FAILED,))
        self.calsync("ooo", "add", ANA, "--from", end, "--to", start, "--yes", codes=(FAILED,))
        self.calsync("ooo", "add", "nobody@example.org", "--from", start, "--to", end, "--yes", codes=(FAILED,))

    def test_bookings_inside_of_time_off_go_to_others_where_that_is_asked_for(self):
        uid = self.check_ins(1)[0]
        host, day = self.booking(uid)["hosts"][0]["email"], self.booking(uid)["start"][:10]
        self.calsync("ooo", "add", host, "--from", day, "--to", day, "--reassign", "--yes")
        self.assertNotEqual(self.booking(uid)["hosts"][0]["email"], host)

    def test_somebody_new_is_invited_once_and_whole(self):
        words = ("onboard", NEW, "--team", TEAM, "--schedule", "Split day", "--time-zone", "Europe/Paris", "--service",
                 f"{TEAM}/proofreading-check-in", "--yes")
        patterns = (self.config / "people.yaml").read_text()
        name = next(line.split("name:")[1].split("#")[0].split(",")[0].strip() for line in patterns.splitlines() if "name:" in line)
        words = tuple(name if word == "Split day" else word for word in words) + ("--dir", self.config)
        refused = f"/event-types/{self.services()['proofreading-check-in']['id']}"
        self.way.spoil = lambda method, path: ("instead", 400) if method == "PATCH" and path.endswith(refused) else None
        self.assertIn("calendar connected", self.calsync(*words, codes=(PARTLY,)), "they are there, so what they have to do is told")
        self.way.spoil = lambda method, path: None
        text = self.calsync(*words)
        self.assertIn("calendar connected", text)
        self.assertIn(NEW, self.users())
        hosts = [h["userId"] for h in self.services()["proofreading-check-in"]["hosts"]]
        self.assertIn(NEW, [u["email"] for u in self.sandbox.good("GET", "/v2/organizations/1/users") if u["id"] in hosts])
        before = json.dumps(sorted(self.users()))
        again = self.json(*words)
        self.assertEqual(again["done"], [], "all of it is there already")
        self.assertEqual([one["what"] for one in again["connect"]["checklist"]], ["name and picture", "calendar connected", "video connected"])
        self.assertTrue(all(one["link"].startswith("http") for one in again["connect"]["checklist"]))
        self.assertEqual(json.dumps(sorted(self.users())), before)
        self.assertEqual(self.json("connect", TEAM)["team"], TEAM)
        self.assertTrue(all(one["link"] for one in self.json("connect", TEAM)["connections"] if not one["connected"]))
        self.assertEqual(self.json("connect", NEW)["email"], NEW)
        self.assertEqual(self.json("connect", ANA)["deliveries"], 0)
        for uid, video_fails in (("a" * 22, False), ("b" * 22, True)):
            self.deliver_booking_of(ANA, uid, video_fails)
        seen = wait_until("both are read", lambda: one if (one := self.json("connect", ANA))["deliveries"] == 2 else None)
        self.assertEqual([(app["app"], app["works"], app["worked"], app["failed"]) for app in seen["apps"]],
                         [("daily-video", False, 1, 1), ("google-calendar", True, 2, 0)])
        self.assertEqual((seen["withoutCalendar"], seen["apps"][0]["lastError"]), (0, "the account is gone"))
        self.assertIn("daily-video: failed", self.calsync("connect", ANA))
        self.assertEqual(self.json("connect", BRAM)["apps"], [], "another's bookings tell nothing of his")
        self.calsync("connect", "no-such-team", codes=(FAILED,))

    def test_who_leaves_leaves_no_booking_behind_and_no_plan_brings_them_back(self):
        uids = self.check_ins(6)
        leaver = self.booking(uids[0])["hosts"][0]["email"]
        evidence = self.folder / "evidence.json"
        self.calsync("offboard", leaver, "--round-robin", "--evidence", evidence, codes=(REFUSED,))
        self.assertIn(leaver, self.users())
        self.calsync("offboard", leaver, "--round-robin", "--evidence", evidence, "--dir", self.config, "--yes")
        self.assertNotIn(leaver, self.users())
        self.assertNotIn(leaver, self.future_hosts())
        self.assertTrue(json.loads(evidence.read_text())["complete"])
        plan = self.json("plan", self.config, codes=(DONE, DIFFERENCES))
        self.assertFalse([c for c in plan["changes"] if leaver in json.dumps(c)], "the hold keeps them out")
        self.assertIn(f"user/{leaver}", plan["held"])
        self.calsync("offboard", leaver, "--cancel", "--yes")
        self.assertTrue([c for c in self.json("plan", self.config, codes=(DIFFERENCES,))["changes"] if c["address"] == f"user/{leaver}"])

    def test_who_has_a_booking_that_cannot_be_reassigned_is_not_removed_until_it_is_dealt_with(self):
        (self.config / "joint.yaml").write_text(
            f"eventTypes: [{{team: {TEAM}, slug: joint, title: Joint, lengthInMinutes: 15, schedulingType: collective, minimumBookingNotice: 0, "
            f"hosts: [{{user: {BRAM}}}, {{user: {FARID}}}]}}]\n")
        self.calsync("apply", self.config, "--yes")
        uid = self.book("joint", self.free("joint")[0])
        leaver = self.booking(uid)["hosts"][0]["email"]
        result = self.json("offboard", leaver, "--round-robin", "--yes", codes=(PARTLY,))
        self.assertEqual([one["uid"] for one in result["left"]], [uid])
        self.assertIn(leaver, self.users())
        self.calsync("bookings", "cancel", uid, "--reason", "moved", "--yes")
        result = self.json("offboard", leaver, "--round-robin", "--yes", codes=(DONE, PARTLY))
        self.assertEqual(result["left"], [])
        # Of some services they may be the only host: those are for a person, too.
        for address in result["onlyHostOf"]:
            slug = address.split("/")[2]
            self.assertEqual(len(self.services()[slug]["hosts"]), 1, address)
        self.assertEqual(leaver in self.users(), bool(result["onlyHostOf"]))

    def deliver_booking_of(self, host, uid, video_fails):
        told = json.loads((ROOT / "tests/fixtures/webhooks/BOOKING_CREATED.json").read_text())
        told["payload"]["organizer"]["email"], told["payload"]["uid"] = host, uid
        if video_fails:
            told["payload"]["appsStatus"][0].update(success=0, failures=1, errors=["the account is gone"])
        file = self.folder / "delivery.json"
        file.write_text(json.dumps(told))
        self.calsync("send", file)

    def test_commands_need_no_key_beside_a_daemon_and_one_writer_at_a_time_is_told_who_the_other_is(self):
        uid = self.check_ins(1)[0]
        host, day = self.booking(uid)["hosts"][0]["email"], monday(2)
        self.daemon.stop()
        text = self.daemon.settings.read_text()
        self.daemon.settings.write_text(text.replace(f'file:{self.folder}/key', "env:KEY_OF_THE_DAEMON_ALONE"))
        self.daemon.start(env={"KEY_OF_THE_DAEMON_ALONE": self.key}).wait_ready()
        changing = [("bookings", "reassign", uid, "--round-robin"), ("bookings", "cancel", uid), ("ooo", "add", ANA, "--from", day, "--to", day),
                    ("onboard", NEW, "--team", TEAM), ("offboard", host, "--round-robin"), ("apply", self.config)]
        with open(self.daemon.log_path / "apply.lock", "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.truncate()
            lock.write("somebody (process 7)\n")
            lock.flush()
            for words in changing:
                done = subprocess.run([BUILD / "calsync", "--settings", self.daemon.settings, *map(str, words), "--yes"],
                                      stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, LOCKED, (words, done.stderr))
                self.assertIn("somebody (process 7)", done.stderr, words)
        self.assertNotIn(NEW, self.users())
        self.assertEqual(self.booking(uid)["hosts"][0]["email"], host)
        for words in changing[:1] + changing[2:4]:
            self.calsync(*words, "--yes")
        self.calsync("bookings", "cancel", uid, "--yes")
        self.assertEqual(self.booking(uid)["status"], "cancelled")

    def hosts_of(self, uids):
        return {uid: self.booking(uid)["hosts"][0]["email"] for uid in uids}

    def test_a_refused_reassignment_is_told_and_the_next_run_goes_on_and_the_evidence_has_both(self):
        hosts = self.hosts_of(self.check_ins(12))
        leaver = max(set(hosts.values()), key=lambda host: list(hosts.values()).count(host))
        heir = next(host for host in hosts.values() if host != leaver)
        refused, failing, *others = [uid for uid, host in hosts.items() if host == leaver]
        spoilt = {refused: [("instead", 400)] * 9, failing: [("instead", 500)] * 9}
        self.way.spoil = lambda method, path: next((spoilt[u].pop(0) for u in spoilt if method == "POST" and u in path and spoilt[u]), None)
        evidence = self.folder / "evidence.json"
        words = ("offboard", leaver, "--to", heir, "--evidence", evidence, "--yes")
        self.calsync(*words, codes=(PARTLY,))
        first = json.loads(evidence.read_text())
        self.assertEqual(sorted(one["uid"] for one in first["left"]), sorted((refused, failing)))
        self.assertIn(leaver, self.users())
        # Meanwhile nothing of theirs is healed, nor made anew.
        user = next(u for u in self.sandbox.good("GET", "/v2/organizations/1/users") if u["email"] == leaver)
        self.sandbox.good("PATCH", f"/v2/organizations/1/users/{user['id']}", {"bio": "on the way out"})
        for row in self.sandbox.good("GET", f"/v2/organizations/1/users/{user['id']}/schedules"):
            self.sandbox.ask("DELETE", f"/v2/organizations/1/users/{user['id']}/schedules/{row['id']}")
        plan = self.json("plan", self.config, codes=(DONE, DIFFERENCES))
        self.assertFalse([c for c in plan["changes"] if leaver in c["address"]])
        spoilt.update({refused: [], failing: [("after", 500)]})  # made, and not said so
        self.calsync(*words)
        told = json.loads(evidence.read_text())
        self.assertEqual(([run["to"] for run in told["runs"]], told["complete"]), ([heir, heir], True))
        self.assertNotIn(None, [run["ended"] for run in told["runs"]])
        attempts = {one["uid"]: [a["outcome"] for a in one["attempts"]] for one in told["bookings"]}
        self.assertEqual(attempts, {refused: ["failed", "done"], failing: ["failed", "done"], **{uid: ["done"] for uid in others}})
        self.assertEqual({one["now"]["host"] for one in told["bookings"]}, {heir}, "the proof of each")
        self.assertEqual(set(self.hosts_of(attempts).values()), {heir})
        self.assertNotIn(leaver, self.users())

    def test_an_account_is_deleted_only_with_the_words_that_say_what_goes_with_it(self):
        hosts = self.hosts_of(self.check_ins(6))
        leaver = next(iter(hosts.values()))
        past, *rest = [uid for uid, host in hosts.items() if host == leaver]
        self.sandbox.good("POST", f"/sandbox/bookings/{past}/move-to-past", {})
        rows = self.sandbox.good("GET", "/v2/organizations/1/bookings?take=250")
        lost = sorted(row["uid"] for row in rows if row["hosts"][0]["email"] == leaver and row["uid"] not in rest)
        evidence = self.folder / "evidence.json"
        words = ("offboard", leaver, "--round-robin", "--delete-account", "--evidence", evidence, "--yes")
        for wrong in ((), ("--confirm", "yes"), ("--confirm", f"{leaver} loses {len(lost) + 1} bookings")):
            self.calsync(*words, *wrong, codes=(REFUSED,))
        self.assertEqual(self.booking(past)["hosts"][0]["email"], leaver)
        # Killed before its sixth record, over and over: at last that is the step of the deletion itself.
        self.daemon.stop()
        words = (*words, "--confirm", f"{leaver} loses {len(lost)} bookings")
        for _ in range(30):
            run = subprocess.run([BUILD / "tests/calsync_crash", "--settings", self.daemon.settings, *words], stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True, env={"CALSYNC_CRASH_AT": "append.before:6"}, timeout=60)
            self.assertEqual(run.returncode, -signal.SIGKILL, run.stderr)
            if leaver not in self.users():
                break
        self.assertNotIn(leaver, self.users())
        self.calsync(*words)
        told = json.loads(evidence.read_text())
        self.assertEqual((told["accountDeleted"], sorted(one["uid"] for one in told["lost"])), (True, lost))
        self.assertEqual(self.sandbox.ask("GET", f"/v2/bookings/{past}")[0], 404)
        self.assertNotIn(leaver, self.users())
        self.assertNotIn(leaver, self.hosts_of(rest).values(), "those to come went to others before")

    def state_of(self, leaver):
        hosts = {slug: service.get("hosts") for slug, service in self.services().items()}
        away = [row for row in self.sandbox.good("GET", "/v2/organizations/1/ooo?take=250")]
        return json.dumps([sorted(self.future_hosts()), leaver in self.users(), hosts, away], sort_keys=True)

    def test_killed_before_and_after_each_step_is_noted_it_goes_on_and_the_evidence_is_whole(self):
        hosts = self.hosts_of(self.check_ins(8))
        leaver = next(iter(hosts.values()))
        self.daemon.stop()
        words = ["--settings", self.daemon.settings, "offboard", leaver, "--round-robin", "--yes"]
        before, count, killed = "", 1, 0
        while leaver in self.users():
            for point, write in (("append.before", count), ("append.durable", count + killed % 3)):
                run = subprocess.run([BUILD / "tests/calsync_crash", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                     env={"CALSYNC_CRASH_AT": f"{point}:{write}"}, timeout=60)
                if leaver in self.users():
                    self.assertEqual(run.returncode, -signal.SIGKILL, f"{point}:{write} {run.stderr}")
                killed += 1
                self.assertTrue(leaver in self.users() or leaver not in self.future_hosts(), "removed with a booking of the future")
            after = self.state_of(leaver)
            count += after == before  # where nothing moved: one write further
            before = after
        told = self.json("offboard", leaver, "--round-robin", "--yes")
        self.assertTrue(told["complete"])
        mine = sorted(uid for uid, host in hosts.items() if host == leaver)
        self.assertEqual(sorted(one["uid"] for one in told["bookings"]), mine, "of every run")
        self.assertEqual({(one["outcome"], one["now"]["host"] == leaver) for one in told["bookings"]}, {("done", False)})
        cut_short = {run["steps"][-1]["step"] for run in told["runs"] if run["ended"] is None}
        self.assertGreaterEqual(cut_short, {"began", "reassign", "reassigned", "proved", "off_hosts"}, f"of {killed}")

    def test_killed_at_any_moment_nobody_is_removed_with_a_booking_and_the_next_run_ends_it(self):
        uids = self.check_ins(12)
        leaver, dice = self.booking(uids[0])["hosts"][0]["email"], random.Random(11)
        command = [BUILD / "calsync", "--settings", self.daemon.settings, "offboard", leaver, "--round-robin", "--yes"]
        for _ in range(8):
            run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            try:
                run.wait(dice.uniform(0.01, 0.12))
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()
            self.assertTrue(leaver in self.users() or leaver not in self.future_hosts(), "removed with a booking of the future")
        self.calsync("offboard", leaver, "--round-robin", "--yes")
        self.assertNotIn(leaver, self.users())
        self.assertNotIn(leaver, self.future_hosts())
        away = [one for one in self.json("ooo", "list") if one["user"] == leaver and one["reason"] == "unspecified"]
        self.assertLessEqual(len(away), 1, "time off was entered once")


if __name__ == "__main__":
    unittest.main(verbosity=2)
