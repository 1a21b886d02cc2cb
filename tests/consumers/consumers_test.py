"""The consumers as processes, before a real Apache Kafka and stand-ins of the APIs: each event has its effect, once, whatever happens."""
import base64
import csv
import json
import os
import re
import sys
import tempfile
import time
import unittest
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.places import wait_until  # noqa: E402
from events import CLIENT, LINK, Told  # noqa: E402
from running import Running, a_broker  # noqa: E402
from stand_ins import HOOK, TOKEN, USER, StandIns  # noqa: E402

POISONED, REFUSED = 65, 78
CREATED, CANCELLED, RESCHEDULED = "booking.created", "booking.cancelled", "booking.rescheduled"


def setUpModule():
    global SCRATCH, OPEN, BROKER
    SCRATCH = tempfile.TemporaryDirectory()
    OPEN = ExitStack()
    BROKER = OPEN.enter_context(a_broker(Path(SCRATCH.name)))


def tearDownModule():
    OPEN.close()
    SCRATCH.cleanup()


class Consumers(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=SCRATCH.name))
        self.there = StandIns()
        self.addCleanup(self.there.close)
        self.told = Told(BROKER.address, self.folder.name + ".")
        for name, text in (("hook", self.there.url + HOOK), ("token", TOKEN)):
            (self.folder / name).write_text(text + "\n")
        (self.folder / "projects").mkdir()
        self.running = []
        self.addCleanup(self.nothing_private_was_printed)

    def nothing_private_was_printed(self):
        for one in self.running:
            one.kill()
            for word in (TOKEN, HOOK, base64.b64encode(f"{USER}:{TOKEN}".encode()).decode(), *CLIENT):
                self.assertNotIn(word, one.log(), f"{one.name} prints what is private")

    def consumer(self, name, /, shared=None, at=None, group=None, properties=None, **own):
        hidden = f"file:{self.folder}/token"
        usual = {"slack": {"webhook": f"file:{self.folder}/hook"}, "spreadsheet": {"file": str(self.folder / "bookings.csv")},
                 "folder": {"directory": str(self.folder / "projects")},
                 "asana": {"token": hidden, "project": "55", "url": self.there.url + "/api/1.0", "settle": 0},
                 "jira": {"token": hidden, "user": USER, "project": "EDIT", "url": self.there.url, "settle": 0}}
        one = Running(self.folder / (at or name), name, self.told, {**usual[name], **own}, shared, group, properties)
        self.running.append(one)
        return one

    def book(self, *chains, kind=CREATED, **booking):
        self.told.publish(*[self.told.event(kind, chain, **booking) for chain in chains])

    def rows(self):
        with open(self.folder / "bookings.csv", encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def made(self):
        """How many bookings each place knows."""
        return {"slack": len(self.there.posted), "spreadsheet": len(self.rows()), "folder": len(os.listdir(self.folder / "projects")),
                "asana": len(self.there.tasks), "jira": len(self.there.issues)}

    def test_each_booking_is_there_once_though_every_one_of_them_was_killed_before_its_commit(self):
        consumers = [self.consumer(name) for name in ("slack", "spreadsheet", "folder", "asana", "jira")]
        self.book(*(f"first{n}" for n in range(5)))
        for one in consumers:
            one.start()
        for one in consumers:
            one.wait_read()
        self.assertEqual(self.made(), dict.fromkeys(self.made(), 5))
        for one in consumers:
            one.kill()
        self.book(*(f"second{n}" for n in range(3)))
        for one in consumers:
            one.forget_commits()
            one.start()
        for one in consumers:
            one.wait_read()
        self.assertEqual(self.made(), dict.fromkeys(self.made(), 8))
        for one in consumers:
            self.assertEqual(one.end(), 0, one.log())
        ids = [row["id"] for row in self.rows()]
        self.assertEqual(len(ids), len(set(ids)))

    def test_a_task_is_made_once_though_the_answer_never_came(self):
        for name, made in (("asana", self.there.tasks), ("jira", self.there.issues)):
            with self.subTest(name):
                self.book(f"killed-{name}")
                one = self.consumer(name)
                self.there.before_answer = lambda what, one=one: one.kill() if what == "POST" else None
                one.start()
                wait_until("it is killed before it hears the answer", lambda one=one: one.process.poll() is not None)
                self.there.before_answer = lambda what: None
                self.assertEqual(len(made), 1)
                one.start()
                one.wait_read()
                self.there.lose_answers = 1
                self.book(f"lost-{name}")
                one.wait_read()
                self.assertEqual(self.there.lose_answers, 0)
                self.assertIn("answered 500", one.log())
                self.assertEqual({str(chain) for task in made.values() for chain in re.findall(rf"(?:killed|lost)-{name}", json.dumps(task))},
                                 {f"killed-{name}", f"lost-{name}"})
                self.assertEqual(len(made), len({json.dumps(task.get("labels") or task.get("notes")) for task in made.values()}))
                one.kill()
                made.clear()  # the next one reads the bookings from the beginning

    def test_a_server_in_trouble_is_asked_again_when_it_says_so(self):
        self.there.faults = [(500, {}), (429, {"Retry-After": "2"}), (503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})]
        self.book("once")
        one = self.consumer("slack").start()
        wait_until("it is asked the third time", lambda: len(self.there.asked) >= 2, 20)
        second = time.monotonic()
        one.wait_read()
        self.assertGreater(time.monotonic() - second, 1.9, "Retry-After is waited for")
        self.assertEqual((len(self.there.asked), len(self.there.posted)), (4, 1))

    def test_a_stop_is_heard_while_it_waits_and_nothing_is_lost_by_it(self):
        self.there.faults = [(503, {"Retry-After": "3000"})]
        self.book("later")
        one = self.consumer("slack").start()
        wait_until("it waits", lambda: "asking again in 3000" in one.log())
        self.assertEqual(one.end(), 0)
        self.assertEqual(sum(one.committed().values()), 0)
        one.start().wait_read()
        self.assertEqual(len(self.there.posted), 1)

    def test_what_it_does_not_know_what_was_erased_and_what_was_aborted_is_passed_over(self):
        self.told.publish(self.told.event(CREATED, "never"), commit=False)
        gone = self.told.event(CREATED, "gone")
        self.told.publish(self.told.event("booking.teleported", "a", {"of": "a later version"}), {**gone, "value": None},
                          self.told.event("event.erased", "a", {"sequence": 3, "erased": True, "raw": 3}),
                          self.told.event("event.oversize", "a", {"sequence": 4, "oversize": {"type": CREATED}}), self.told.event(CREATED, "known"))
        one = self.consumer("slack", text="{chain}").start()
        one.wait_read()
        self.assertEqual([post["text"] for post in self.there.posted], ["known"])
        self.assertIn("too large for Kafka", one.log())
        self.assertEqual(one.end(), 0)

    def test_a_message_that_cannot_be_read_stops_it_with_its_place_or_goes_to_the_dead_letters(self):
        broken = {**self.told.event(CREATED, "same"), "value": b"{\"booking\": \"Lena Fischer"}
        shapeless = self.told.event(CREATED, "same", {"booking": {"hosts": 7}})
        self.told.publish(broken, shapeless)
        self.book("same")
        one = self.consumer("asana").start()
        self.assertEqual(one.process.wait(30), POISONED)
        place = re.search(rf"{re.escape(self.told.prefix)}bookings/(\d)/0 can never be handled: the value is no JSON object", one.log())
        self.assertTrue(place, one.log())
        self.assertEqual(one.committed()[int(place[1])], 0)
        one = self.consumer("asana", {"poison": "dead_letter"}).start()
        one.wait_read()
        letters = self.folder / "asana" / "state" / "asana.dead.jsonl"
        self.assertEqual(letters.stat().st_mode & 0o777, 0o600)
        found = [json.loads(line) for line in letters.read_text().splitlines()]
        self.assertEqual([(line["partition"], base64.b64decode(line["key"])) for line in found], [(int(place[1]), b"same")] * 2)
        self.assertEqual(base64.b64decode(found[0]["value"]), broken["value"])
        self.assertIn("KeyError at tasks.py", found[1]["reason"])
        self.assertEqual(len(self.there.tasks), 1, "what is behind them is done")
        self.book("other", eventType={"id": 1, "slug": "s", "title": "forbidden"})
        one.wait_read()
        self.assertIn("answered 400", letters.read_text())

    def test_a_wrong_secret_stops_it_and_a_redirect_takes_no_token_along(self):
        self.book("one")
        (self.folder / "token").write_text("of somebody else")
        one = self.consumer("jira").start()
        self.assertEqual(one.process.wait(30), REFUSED)
        self.assertIn("answered 401", one.log())
        self.there.faults = [(302, {"Location": self.there.url + "/elsewhere"})] * 2
        one = self.consumer("asana").start()
        self.assertEqual(one.process.wait(30), REFUSED)
        self.assertFalse([path for path in self.there.asked if "elsewhere" in path])

    def test_slack_hears_only_what_the_settings_name_and_calls_nobody(self):
        self.book("plain")
        self.book("sly", eventType={"id": 1, "slug": "s", "title": "<!channel> & <https://evil.example|here>"})
        one = self.consumer("slack").start()
        one.wait_read()
        told = json.dumps(self.there.posted, ensure_ascii=False)
        for word in (*CLIENT, "lena", "hana", "marginquill"):
            self.assertNotIn(word.lower(), told.lower())
        texts = sorted(post["text"] for post in self.there.posted)
        self.assertEqual(texts[1], "Booking created: Manuscript consultation, 2026-09-22 07:30")
        self.assertIn("&lt;!channel&gt; &amp; &lt;https", texts[0])
        one.end()
        self.there.posted.clear()
        one = self.consumer("slack", {"time_zone": "Europe/Prague"}, text="{client} {start} {booking.responses.word-count} {booking.nothing}")
        self.book("told")
        one.start().wait_read()
        self.assertEqual(self.there.posted[0]["text"], f"{CLIENT[0]} 2026-09-22 09:30 8450 ")

    def test_a_task_moves_with_its_booking_and_is_over_with_it(self):
        self.book("moved", "over")
        asana, jira = self.consumer("asana", assignee="{editor_email}").start(), self.consumer("jira", due_from="start", due_days=-1).start()
        self.book("moved", kind=RESCHEDULED, uid="new", start="2026-10-05T07:30:00.000Z", end="2026-10-05T23:30:00.000Z")
        self.book("over", kind=CANCELLED, status="cancelled")
        self.book("never", kind=CANCELLED, status="cancelled")
        asana.wait_read()
        jira.wait_read()
        moved, over = sorted(self.there.tasks.values(), key=lambda task: task["completed"])
        self.assertEqual((moved["due_on"], moved["assignee"], over["completed"]), ("2026-10-08", "hana.vesela@marginquill.example", True))
        self.assertTrue(over["name"].startswith("Cancelled: Manuscript consultation on 2026-09-22"))
        self.assertIn(LINK, moved["notes"])
        self.assertEqual(sorted((issue["duedate"], issue["summary"][:9]) for issue in self.there.issues.values()),
                         [("2026-09-21", "Cancelled"), ("2026-10-04", "Manuscrip")])
        self.there.tasks.clear()  # somebody deleted them
        self.book("moved", kind="booking.changed")
        asana.wait_read()
        self.assertEqual(self.there.tasks, {}, "what was deleted by hand is not made again")

    def test_the_spreadsheet_runs_nothing_and_mends_a_row_that_was_cut_short(self):
        self.book("one", responses={"notes": "=HYPERLINK(\"http://evil.example\")"})
        self.book("two", responses={"notes": "a \"quoted\",\r\nsecond line, Žižkov"}, price=-5)
        one = self.consumer("spreadsheet", columns=["chain", "price", "booking.responses.notes"]).start()
        one.wait_read()
        self.assertEqual({row["chain"]: row["booking.responses.notes"] for row in self.rows()},
                         {"one": "'=HYPERLINK(\"http://evil.example\")", "two": "a \"quoted\",\r\nsecond line, Žižkov"})
        self.assertEqual({row["price"] for row in self.rows()}, {"0", "-5"})
        one.kill()
        file = self.folder / "bookings.csv"
        whole = file.read_bytes()
        self.assertEqual(whole.count(b"\n") - whole.count(b"\r\n"), 0)
        file.write_bytes(whole[:-20])  # as a crash leaves it, inside of the last row
        one.forget_commits()
        one.start().wait_read()
        self.assertEqual(sorted(file.read_bytes().split(b"\r\n")), sorted(whole.split(b"\r\n")))
        other = self.consumer("spreadsheet")
        self.assertEqual(other.start().process.wait(30), REFUSED, "two write no file, and other columns are no continuation")

    def test_who_is_forgotten_is_in_no_row_no_folder_no_task_and_no_dead_letter(self):
        asked = "{service} {title} {client} {client_email} {booking.responses.notes}"
        later = {"uid": "later", "start": "2026-10-05T07:30:00.000Z", "end": "2026-10-05T23:30:00.000Z"}
        renamed = self.folder / "projects/Lena Fischer's thesis gone"
        renamed.mkdir()  # as a person has called it
        (renamed / "chapter-3.docx").write_text("hers")
        self.told.publish({**self.told.event(CREATED, "gone"), "value": json.dumps(CLIENT).encode()})
        self.book("gone", "stays")
        self.book("gone", kind=RESCHEDULED, **later)
        own = {"slack": {}, "folder": {"name": "{date} {client}", "lines": [asked, "{start}", "{editor}"]}, "asana": {"title": asked, "note": asked},
               "spreadsheet": {"columns": ["service", "client_email", "editor", "minutes", "link"], "events": [CREATED, RESCHEDULED]},
               "jira": {"title": asked, "note": asked}}
        consumers = [self.consumer(name, {"poison": "dead_letter"}, **section).start() for name, section in own.items()]

        def told_of(word):
            kept = [*map(json.dumps, (*self.there.tasks.values(), *self.there.issues.values())), *map(str, self.folder.glob("projects/*")),
                    *(path.read_text() for path in self.folder.glob("projects/*/booking.txt")), (self.folder / "bookings.csv").read_text(),
                    *(str(json.loads(line)["value"]) for path in self.folder.glob("*/state/*.jsonl") for line in path.read_text().splitlines())]
            return [text for text in kept if word in text]
        for one in consumers:
            one.wait_read()
        self.assertEqual(len(told_of(CLIENT[1])), 7)
        self.assertEqual(len(told_of(base64.b64encode(json.dumps(CLIENT).encode()).decode())), 5)
        posted = len(self.there.posted)
        self.told.publish(self.told.erased("gone", rescheduledTo={"uid": "later"}), self.told.erased("gone", **later))
        for n, one in enumerate(consumers):
            one.wait_read()
            if n % 2:  # and again, as if it had been killed before its commit
                one.kill()
                one.forget_commits()
                one.start().wait_read()
            self.assertEqual(one.end(), 0, one.log())
        self.nothing_is_left_of_gone(told_of, posted)

    def nothing_is_left_of_gone(self, told_of, posted):
        self.assertEqual(len(self.there.posted), posted)
        self.assertIn("messages about it stay in Slack", self.running[0].log())
        self.assertFalse([text for word in CLIENT for text in told_of(word) if "stays" not in text and "stays" not in str(self.rows())])
        rows = {name: [row for row in self.rows() if row["chain"] == name] for name in ("gone", "stays")}
        self.assertEqual([tuple(row[name] for name in ("service", "client_email", "editor", "minutes", "link")) for row in rows["gone"]],
                         [("Manuscript consultation", "", "Hana Veselá", "30", "")] * 2)
        self.assertEqual(rows["stays"][0]["client_email"], CLIENT[1])
        projects = self.folder / "projects"
        self.assertEqual(sorted(path.name for path in projects.iterdir()), ["2026-09-22 Lena Fischer stays", "2026-10-05 gone"])
        self.assertEqual(sorted(path.name for path in (projects / "2026-10-05 gone").iterdir()), ["booking.txt", "chapter-3.docx"])
        self.assertEqual((projects / "2026-10-05 gone/booking.txt").read_text().splitlines(), ["Manuscript consultation", "2026-10-05 07:30", "Hana Veselá"])
        tasks = [task for task in self.there.tasks.values() if task["notes"].endswith("calsync: gone")]
        self.assertEqual([(task["name"], task["notes"], task["due_on"]) for task in tasks],
                         [("Manuscript consultation", "Manuscript consultation    \n\ncalsync: gone", "2026-10-08")])
        issue = next(fields for fields in self.there.issues.values() if fields["labels"] == ["calsync-gone"])
        self.assertEqual((issue["summary"], issue["duedate"]), ("Manuscript consultation", "2026-10-08"))

    def test_two_of_one_group_double_nothing_while_one_comes_one_leaves_and_one_is_killed(self):
        names, state = ("slack", "folder", "asana"), {"state_directory": str(self.folder / "state")}
        # A stall of two seconds puts nobody out in mid-event, where another would begin the same one.
        patient = {"session.timeout.ms": 10000}
        pairs = {name: [self.consumer(name, state, f"{name}{n}", f"{self.told.prefix}{name}", patient) for n in (1, 2)] for name in names}
        self.book(*(f"a{n}" for n in range(9)))
        for one, _ in pairs.values():
            one.start()
        for _, two in pairs.values():
            two.start()
        self.book(*(f"b{n}" for n in range(9)))
        more = []

        def book_one_more():  # each of another partition, perhaps of one that the second has got
            more.append(f"c{len(more)}")
            self.book(more[-1])
            return True

        for _, two in pairs.values():
            wait_until(f"{two.name}'s second has work", lambda two=two: two.alive() and book_one_more() and "done: " in two.log(), 90, 0.2)
        for one, two in pairs.values():
            two.wait_read()
            self.assertEqual(one.end(), 0, one.log())
        self.book(*(f"d{n}" for n in range(9)))
        for one, two in pairs.values():
            one.start()
            two.wait_read()
            two.kill()
        self.book(*(f"e{n}" for n in range(9)))
        for one, _ in pairs.values():
            one.wait_read()
        chains = {f"{letter}{n}" for letter in "abde" for n in range(9)} | set(more)
        self.assertEqual(sorted(task["notes"].splitlines()[-1].removeprefix("calsync: ") for task in self.there.tasks.values()), sorted(chains))
        self.assertEqual(sorted(path.name.rpartition(" ")[2] for path in (self.folder / "projects").iterdir()), sorted(chains))
        self.assertEqual(len(self.there.posted), self.told.sequence)

    def test_a_folder_keeps_its_place_its_link_opens_the_web_alone_and_no_name_leaves_the_directory(self):
        for where, name in ((str(self.folder / "projects"), "directory"), (f":local:{self.folder}/drive/projects", "remote")):
            with self.subTest(name):
                root = Path(where.rpartition(":")[2])
                one = self.consumer("folder", at=name, **{"directory": "", name: where})
                self.book("kept", "../../out", eventType={"id": 1, "slug": "s", "title": "../A/B: review"})
                self.book("sly", responses={"document-link": "javascript:alert(1)", "manuscript-link": "file:///etc/passwd"})
                self.book("kept", kind=RESCHEDULED, start="2026-10-05T07:30:00.000Z")
                one.start()
                wait_until("all are there", lambda root=root, one=one: one.alive() and root.is_dir() and len(list(root.glob("*/booking.txt"))) == 3, 40)
                kept = root / "2026-09-22 .._A_B_ review kept"
                wait_until("it was moved", lambda kept=kept: "2026-10-05" in (kept / "booking.txt").read_bytes().decode(), 40)
                self.assertEqual((kept / "document.url").read_bytes().decode(), f"[InternetShortcut]\r\nURL={LINK}\r\n")
                self.assertFalse(list(root.glob("*sly/document.url")))
                self.assertEqual(one.end(), 0, one.log())
                kept.rename(root / "Lena's thesis kept")
                self.book("kept", kind=CANCELLED, status="cancelled")
                one.start()
                wait_until("it is found by its end", lambda root=root: "cancelled" in (root / "Lena's thesis kept/booking.txt").read_text(), 40)
                self.assertEqual((len(list(root.iterdir())), len(list(root.parent.glob("*out*")))), (3, 0))
                one.kill()


if __name__ == "__main__":
    unittest.main()
