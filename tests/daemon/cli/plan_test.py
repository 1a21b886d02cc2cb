"""`calsync plan` as a process, against the sandbox, in real Git repositories: whom it touches, of which commit it is, and what
another commit declared."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

BUILD, SOURCE = map(Path, sys.argv[1:3])
os.environ["CALSYNC_BUILD"] = str(BUILD)
sys.path.insert(0, str(SOURCE / "tests" / "support" / "python"))
from e2e.sandbox import Sandbox  # noqa: E402

TEAM = "teams: [{slug: t, name: T}]\n"
EVENT_TYPE = "  - {team: t, slug: %s, title: S, lengthInMinutes: 30, schedulingType: roundRobin, assignAllTeamMembers: true}\n"
BOTH = TEAM + "policy: {removal: {eventTypes: delete}}\neventTypes:\n" + EVENT_TYPE % "one" + EVENT_TYPE % "two"
GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


class Plan(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="calsync-plan-")
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.config = self.dir / "repository" / "org"
        self.config.mkdir(parents=True)
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.kill)
        self.settings = self.dir / "calsyncd.yaml"
        self.settings.write_text(f'log: {{path: "{self.dir}/log"}}\ncalcom: {{base_url: "{self.sandbox.facts["url"]}", '
                                 'organization_id: 1, api_key: "env:KEY"}\n')

    def git(self, *words):
        done = subprocess.run(["git", "-C", self.config.parent, "-c", "user.name=Ana", "-c", "user.email=ana@x.org", *words],
                              check=True, capture_output=True, text=True, env={**os.environ, **GIT})
        return done.stdout.strip()

    def commit(self, text, message="a change"):
        (self.config / "org.yaml").write_text(text)
        if not (self.config.parent / ".git").exists():
            self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def calsync(self, *words, code=0):
        done = subprocess.run([BUILD / "calsync", "--settings", self.settings, *map(str, words)], capture_output=True, text=True,
                              timeout=60, env={**os.environ, "KEY": self.sandbox.facts["apiKey"]})
        self.assertEqual(done.returncode, code, f"calsync {words}: {done.stdout} {done.stderr}")
        self.stderr = done.stderr
        return done.stdout

    def plan(self, *words, code=2):
        return json.loads(self.calsync("plan", self.config, *words, "--json", code=code))

    def book(self, slug):
        kind = next(one["id"] for one in self.sandbox.good("GET", "/v2/organizations/1/teams/%d/event-types" % self.team())
                    if one["slug"] == slug)
        day = datetime.now(timezone.utc).date() + timedelta(days=3)
        slots = self.sandbox.good("GET", f"/v2/slots?eventTypeId={kind}&start={day}&end={day + timedelta(days=7)}")
        start = next(slot["start"] for of_day in slots.values() for slot in of_day)
        return self.sandbox.book("create", "--event-type", str(kind), "--start", start, "--name", "Ada",
                                 "--email", "ada@client.test")

    def team(self):
        return next(one["id"] for one in self.sandbox.good("GET", "/v2/organizations/1/teams") if one["slug"] == "t")

    def test_it_names_the_bookings_people_and_money_that_a_change_touches(self):
        self.commit(BOTH)
        self.calsync("apply", self.config, "--yes")
        booking = self.book("one")
        self.commit(BOTH.replace("slug: one, title: S", "slug: one, absent: true, title: S"))
        change, = self.plan()["changes"]
        self.assertEqual((change["action"], change["address"]), ("remove", "eventType/t/one"))
        touched, = change["impact"]["upcomingBookings"]
        self.assertEqual(touched["uid"], booking["uid"])
        self.assertIn("ada@client.test", change["impact"]["people"])
        self.assertIn("touches 1 future booking (the first ", self.calsync("plan", self.config, code=2))
        markdown = self.calsync("plan", self.config, "--format", "markdown", code=2)
        self.assertIn("touches 1 future booking (the first ", markdown)
        self.assertNotIn("ada@client.test", markdown)  # a pull request is read by more people

    def test_a_snapshot_has_no_bookings_and_the_plan_says_that_it_does_not_know(self):
        self.commit(BOTH)
        self.calsync("apply", self.config, "--yes")
        self.calsync("import", "--snapshot", self.dir / "snapshot.json")
        self.commit(BOTH.replace("slug: one, title: S", "slug: one, absent: true, title: S"))
        change, = self.plan("--against", self.dir / "snapshot.json")["changes"]
        self.assertIsNone(change["impact"])

    def test_it_says_of_which_commit_it_is_and_whether_the_files_are_those(self):
        (self.config / "org.yaml").write_text(TEAM)
        plan = self.plan()
        self.assertEqual((plan["commit"], plan["dirty"]), (None, False))
        commit = self.commit(TEAM)
        plan = self.plan()
        self.assertEqual((plan["commit"], plan["dirty"]), (commit, False))
        (self.config.parent / "README").write_text("no part of the configuration")
        self.assertFalse(self.plan()["dirty"])
        (self.config / "more.yaml").write_text("teams: [{slug: u, name: U}]\n")
        self.assertTrue(self.plan()["dirty"])
        self.assertIn("with changes that are not committed", self.calsync("plan", self.config, code=2))
        os.environ["GIT_DIR"] = "/nowhere"
        self.addCleanup(os.environ.pop, "GIT_DIR")
        self.assertEqual(self.plan()["commit"], commit)

    def test_a_saved_plan_is_refused_where_another_commit_is_checked_out(self):
        self.commit(TEAM)
        self.calsync("plan", self.config, "-o", self.dir / "plan.json", code=2)
        (self.config.parent / "README").write_text("the configuration is the same")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a note")
        self.calsync("apply", self.dir / "plan.json", "--dir", self.config, "--yes", code=3)
        self.assertIn("another commit", self.stderr)

    def test_base_removes_what_that_commit_declared_and_the_files_no_longer_do(self):
        before = self.commit(BOTH)
        self.calsync("apply", self.config, "--yes")
        self.calsync("import", "--snapshot", self.dir / "snapshot.json")
        (self.dir / "log").rename(self.dir / "elsewhere")  # as in CI
        self.commit(BOTH.replace(EVENT_TYPE % "two", ""))
        self.assertEqual(self.plan(code=0)["changes"], [])
        for words in (["--base", before], ["--base", "HEAD~1"], ["--base", "HEAD~1", "--against", self.dir / "snapshot.json"]):
            change, = self.plan(*words)["changes"]
            self.assertEqual((change["action"], change["address"]), ("remove", "eventType/t/two"), words)
        self.commit(BOTH.replace(EVENT_TYPE % "two", "").replace("policy: {removal: {eventTypes: delete}}\n", ""))
        plan = self.plan("--base", before, code=0)
        self.assertEqual((plan["changes"], plan["kept"]), ([], ["eventType/t/two"]))

    def test_base_says_what_is_wrong_with_it(self):
        self.commit("teams: [{slug: t, nam: T}]\n")
        good = self.commit(TEAM)
        self.calsync("plan", self.config, "--base", "nowhere", code=1)
        self.assertIn("there is no commit nowhere", self.stderr)
        self.calsync("plan", self.config, "--base", "HEAD~1", code=1)
        self.assertIn("the configuration of HEAD~1 has errors, such as org.yaml:1:", self.stderr)
        self.calsync("apply", self.config, "--yes")
        self.calsync("plan", self.config, "--base", good, code=1)
        self.assertIn("--base is for where there is no log", self.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2, warnings="ignore")
