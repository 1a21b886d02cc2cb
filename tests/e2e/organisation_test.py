"""The organisation as code, with real processes: from nothing in one apply, whatever is killed or edited on the way; each change in the
log and in Kafka; drift that is dated; nobody's work overrun (DESIGN §4, §12.8; RELIABILITY P13-P17)."""
import fcntl
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.oracle import in_order_per_key, is_event, topic_of  # noqa: E402
from e2e.places import BUILD, ROOT, wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402

DONE, FAILED, DIFFERENCES, REFUSED, LOCKED, PARTLY = range(6)
REVIEW = "eventType/academic-editors/dissertation-review"


class Organisation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.broker = Broker(Path(cls.scratch.name) / "kafka").__enter__()
        os.environ["CRM_WEBHOOK_SECRET"] = "a secret of a test, not of anybody"

    @classmethod
    def tearDownClass(cls):
        cls.broker.__exit__(None, None, None)
        cls.scratch.cleanup()

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=self.scratch.name))
        self.sandbox = Sandbox("--requests-per-minute", "0")
        self.addCleanup(self.sandbox.kill)
        key = self.folder / "key"
        key.touch(mode=0o600)
        key.write_text(self.sandbox.facts["apiKey"])
        self.prefix = f"org-{self.folder.name}."
        extra = (f'calcom: {{base_url: "{self.sandbox.facts["url"]}", organization_id: 1, api_key: "file:{key}", '
                 "requests_per_minute: 100000}\npoll: {interval: 1s}\n")
        self.daemon = Daemon(self.folder / "daemon", self.broker.address, extra=extra)
        text = self.daemon.settings.read_text().replace("mode: cluster,", f'mode: cluster, topic_prefix: "{self.prefix}",')
        self.daemon.settings.write_text(text)
        self.daemon.start().wait_ready()
        self.addCleanup(self.daemon.__exit__)
        self.config = self.folder / "config"
        shutil.copytree(ROOT / "deploy/example-org", self.config)

    def calsync(self, *words, codes=(DONE,)):
        return self.daemon.calsync(*words, codes=codes)

    def apply(self, codes=(DONE,)):
        return json.loads(self.calsync("apply", self.config, "--yes", "--json", codes=codes))

    def plan(self, codes):
        return json.loads(self.calsync("plan", self.config, "--json", codes=codes))

    def edit(self, name, old, new):
        file = self.config / name
        text = file.read_text()
        self.assertIn(old, text)
        file.write_text(text.replace(old, new, 1))

    def team(self):
        return next(t for t in self.sandbox.good("GET", "/v2/organizations/1/teams") if t["slug"] == "academic-editors")["id"]

    def service(self, slug="dissertation-review"):
        path = f"/v2/organizations/1/teams/{self.team()}/event-types"
        return f"{path}/{next(e for e in self.sandbox.good('GET', path) if e['slug'] == slug)['id']}"

    def live(self):
        snapshot = self.folder / f"snapshot-{random.random()}.json"
        self.calsync("import", "--snapshot", snapshot)
        return {r["address"]: r["fields"] for r in json.loads(snapshot.read_text())["resources"]}

    def config_events(self):
        self.daemon.wait_published()
        return [m for m in read_all(self.broker.address, self.prefix)
                if is_event(m, self.prefix) and topic_of(m, self.prefix) == "config"]

    def test_from_nothing_in_one_apply_each_change_told_once_and_a_second_plan_is_empty(self):
        planned = [change["address"] for change in self.plan((DIFFERENCES,))["changes"]]
        self.assertEqual(self.apply()["done"], planned)
        self.assertEqual(self.plan((DONE,))["changes"], [])
        told = self.config_events()
        in_order_per_key(told)
        for kind in ("started", "done"):
            self.assertEqual([m.header("ce_subject") for m in told if m.header("ce_type") == f"calsync.config.change_{kind}"],
                             planned, kind)
        self.assertTrue(all(m.key.decode() == m.header("ce_subject") and m.header("ce_origin") == "apply" for m in told))

    def test_what_is_deleted_by_hand_comes_back_as_it_was(self):
        self.apply()
        before = self.live()
        for team in self.sandbox.good("GET", "/v2/organizations/1/teams"):
            self.sandbox.good("DELETE", f"/v2/organizations/1/teams/{team['id']}")
        for row in self.sandbox.good("GET", "/v2/organizations/1/ooo"):
            self.sandbox.good("DELETE", f"/v2/organizations/1/users/{row['userId']}/ooo/{row['id']}")
        self.assertLess(len(self.live()), len(before))
        self.apply()
        self.assertEqual(self.plan((DONE,))["changes"], [])
        self.assertEqual(self.live(), before)

    def test_killed_at_any_moment_the_next_apply_ends_it_without_a_double(self):
        dice = random.Random(7)
        for _ in range(6):
            apply = subprocess.Popen([BUILD / "calsync", "--settings", self.daemon.settings, "apply", self.config, "--yes"],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            try:
                apply.wait(dice.uniform(0.05, 0.25))
            except subprocess.TimeoutExpired:
                if dice.random() < 0.5:
                    self.daemon.kill()
                    apply.wait(30)
                    self.daemon.start().wait_ready()
                else:
                    apply.kill()
                    apply.wait()
        self.apply()
        self.assertEqual(self.plan((DONE,))["changes"], [])
        emails = [user["email"] for user in self.sandbox.good("GET", "/v2/organizations/1/users")]
        self.assertEqual(len(emails), len(set(emails)))
        slugs = [e["slug"] for e in self.sandbox.good("GET", f"/v2/organizations/1/teams/{self.team()}/event-types")]
        self.assertEqual(sorted(slugs), sorted(set(slugs)))
        self.assertEqual(json.loads(self.calsync("plan", self.config, "--json"))["unmanaged"], self.unmanaged_of_an_empty_one())

    def unmanaged_of_an_empty_one(self):
        other = Sandbox("--requests-per-minute", "0")
        self.addCleanup(other.kill)
        settings = self.folder / "other.yaml"
        key = self.folder / "other-key"
        key.touch(mode=0o600)
        key.write_text(other.facts["apiKey"])
        settings.write_text(f'calcom: {{base_url: "{other.facts["url"]}", organization_id: 1, api_key: "file:{key}", '
                            f'requests_per_minute: 100000}}\nlog: {{path: "{self.folder / "other-log"}"}}\n')
        run = lambda *words: subprocess.run([BUILD / "calsync", "--settings", settings, *words], capture_output=True, text=True)  # noqa: E731
        self.assertEqual(run("apply", self.config, "--yes").returncode, DONE)
        return json.loads(run("plan", self.config, "--json").stdout)["unmanaged"]

    def since_of(self, pointer):
        since = json.loads(self.calsync("drift", "--json", codes=(DIFFERENCES,)))["since"]
        return since[REVIEW]["fields"][pointer]

    def test_drift_is_found_dated_and_gone_again_and_looking_changes_nothing(self):
        self.apply()
        self.assertEqual(json.loads(self.calsync("drift", "--json"))["changes"], [])
        path = self.service()
        before = self.sandbox.good("GET", path)
        self.sandbox.good("PATCH", path, {"title": "Edited in the UI"})
        edited = self.sandbox.good("GET", path)
        self.assertNotEqual(edited, before)
        first = json.loads(self.calsync("drift", "--json", codes=(DIFFERENCES,)))
        self.assertEqual([c["address"] for c in first["changes"]], [REVIEW])
        self.assertEqual(first["changes"][0]["fields"][0]["origin"], "live")
        self.daemon.stop()  # the looks outlive it, and one without it is kept as well
        self.sandbox.good("PATCH", path, {"description": "Edited, too"})
        edited = self.sandbox.good("GET", path)
        title = self.since_of("/title")
        self.assertEqual(title["lastClean"], first["since"][REVIEW]["fields"]["/title"]["lastClean"])
        self.assertLess(title["lastClean"], title["firstDirty"])
        self.daemon.start().wait_ready()
        again = self.since_of("/description")
        self.assertEqual(self.since_of("/title"), title)
        self.assertGreater(again["firstDirty"], again["lastClean"])
        self.assertGreater(again["lastClean"], title["lastClean"])
        table = self.calsync("drift", codes=(DIFFERENCES,))
        for field, since in (("/title", title), ("/description", again)):
            self.assertRegex(table, f"{re.escape(REVIEW + field)} +{since['lastClean']} +{since['firstDirty']}")
        self.assertEqual(self.sandbox.good("GET", path), edited, "looking has changed something")
        self.apply()
        self.calsync("drift")
        told = [m.header("ce_type") for m in self.config_events() if m.header("ce_subject") == REVIEW][-5:]
        self.assertEqual(told, [f"calsync.config.{what}" for what in ("drift_found", "drift_found", "change_started", "change_done", "drift_gone")])

    def test_what_was_applied_then_is_known_for_ever(self):
        self.apply()
        self.daemon.wait_published()
        place = self.daemon.events()[-1]["sequence"]
        then = json.loads(self.calsync("at", place, "config", "--json"))
        self.assertEqual(then["applied"][REVIEW]["fields"]["lengthInMinutes"], 60)
        self.edit("services.yaml", "lengthInMinutes: 60", "lengthInMinutes: 75")
        self.apply()
        self.assertEqual(json.loads(self.calsync("at", place, "config", "--json")), then)
        now = json.loads(self.calsync("at", "now", "config", "--json"))
        self.assertEqual(now["applied"][REVIEW]["fields"]["lengthInMinutes"], 75)
        self.assertIn("lengthInMinutes: 60", self.calsync("at", place, "config"))

    def test_one_apply_at_a_time(self):
        with open(self.daemon.log_path / "apply.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.calsync("apply", self.config, "--yes", codes=(LOCKED,))
        self.apply()

    def test_what_waits_for_a_change_that_failed_is_left_out_and_listed_and_the_rest_is_made(self):
        self.apply()
        (self.config / "more.yaml").write_text(
            "eventTypes: [{team: academic-editors, slug: by-zoom, title: By Zoom, lengthInMinutes: 30, schedulingType: collective, "
            "assignAllTeamMembers: true, locations: [{type: integration, integration: zoom}]}]\n"  # which nobody has connected
            'webhooks: [{eventType: academic-editors/by-zoom, subscriberUrl: "https://crm.quill-and-fern.example/zoom", active: true, '
            "triggers: [BOOKING_CREATED]}]\n")
        self.edit("services.yaml", "lengthInMinutes: 60", "lengthInMinutes: 75")
        result = self.apply(codes=(PARTLY,))
        self.assertEqual(result["done"], [REVIEW])
        self.assertEqual([one["address"] for one in result["failed"]], ["eventType/academic-editors/by-zoom"])
        self.assertEqual(result["skipped"], [{"address": "webhook/academic-editors/by-zoom/https://crm.quill-and-fern.example/zoom",
                                              "waitsFor": "eventType/academic-editors/by-zoom"}])
        text = self.calsync("apply", self.config, "--yes", codes=(FAILED,))  # nothing is left that could be done
        self.assertIn("left out webhook/academic-editors/by-zoom", text)

    def test_ctrl_c_ends_it_between_two_changes_and_the_next_run_goes_on(self):
        text = self.daemon.settings.read_text().replace("requests_per_minute: 100000", "requests_per_minute: 120")
        self.daemon.settings.write_text(text)
        self.daemon.stop()
        self.daemon.start().wait_ready()
        apply = subprocess.Popen([BUILD / "calsync", "--settings", self.daemon.settings, "--json", "apply", self.config, "--yes"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
        wait_until("it has begun", lambda: len(self.sandbox.good("GET", "/v2/organizations/1/teams")) > 0, 60)
        apply.send_signal(signal.SIGINT)
        stopped = json.loads(apply.communicate(timeout=120)[0])
        self.assertEqual((apply.returncode, stopped["stopped"], stopped["failed"]), (PARTLY, True, []))
        self.assertGreater(len(stopped["done"]), 0)
        self.daemon.settings.write_text(text.replace("requests_per_minute: 120", "requests_per_minute: 100000"))
        self.daemon.stop()
        self.daemon.start().wait_ready()
        rest = self.apply()["done"]
        made = {address for address in stopped["done"] if not address.startswith("user/")}  # a person waits for their schedule
        self.assertEqual(set(rest) & made, set(), "nothing is made twice")
        self.assertEqual(self.plan((DONE,))["changes"], [])

    def test_of_two_that_apply_at_once_one_does_and_the_other_is_told(self):
        command = [BUILD / "calsync", "--settings", self.daemon.settings, "apply", self.config, "--yes"]
        both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) for _ in range(2)]
        codes = sorted(one.wait(120) for one in both)
        self.assertIn(codes, ([DONE, LOCKED], [DONE, DONE]), "the second one may come when the first has ended")
        self.assertEqual(self.plan((DONE,))["changes"], [])
        done = [m.header("ce_subject") for m in self.config_events() if m.header("ce_type") == "calsync.config.change_done"]
        self.assertEqual(len(done), len(set(done)))

    def test_a_saved_plan_is_applied_only_while_nothing_has_moved(self):
        self.apply()
        self.edit("services.yaml", "lengthInMinutes: 60", "lengthInMinutes: 75")
        saved = self.folder / "plan.json"
        self.calsync("plan", self.config, "-o", saved, codes=(DIFFERENCES,))
        self.sandbox.good("PATCH", self.service(), {"title": "Edited in the UI"})
        self.calsync("apply", saved, "--dir", self.config, "--yes", codes=(REFUSED,))
        self.assertEqual(self.sandbox.good("GET", self.service())["lengthInMinutes"], 60)

    def test_a_saved_plan_is_applied_as_it_was_read_or_not_at_all(self):
        saved = self.folder / "plan.json"
        self.calsync("plan", self.config, "--kind", "team", "-o", saved, codes=(DIFFERENCES,))
        plan = json.loads(saved.read_text())
        edited = self.folder / "edited.json"
        edited.write_text(json.dumps(plan | {"changes": plan["changes"][:1]}))
        self.calsync("apply", edited, "--dir", self.config, "--yes", codes=(REFUSED,))
        done = json.loads(self.calsync("apply", saved, "--dir", self.config, "--yes", "--json"))["done"]
        self.assertEqual(done, [change["address"] for change in plan["changes"]])
        self.assertEqual({address.split("/")[0] for address in done}, {"team"})

    def test_a_snapshot_holds_no_secret(self):
        self.apply()
        snapshot = self.folder / "snapshot.json"
        self.calsync("import", "--snapshot", snapshot)
        self.assertNotIn(os.environ["CRM_WEBHOOK_SECRET"], snapshot.read_text())
        self.assertEqual(json.loads(self.calsync("plan", self.config, "--against", snapshot, "--json"))["changes"], [])

    def test_what_would_not_be_read_is_told_and_nothing_is_planned(self):
        (self.config / "more.yaml").symlink_to(self.config / "teams.yaml")
        self.calsync("plan", self.config, codes=(FAILED,))
        (self.config / "more.yaml").unlink()
        shutil.copy(self.config / "teams.yaml", self.config / "more.YML")
        self.calsync("plan", self.config, codes=(FAILED,))

    def test_a_missing_secret_is_known_before_the_first_change(self):
        self.edit("webhooks.yaml", "env:CRM_WEBHOOK_SECRET", "env:NOBODY_SET_THIS")
        before = self.live()
        self.calsync("apply", self.config, "--yes", codes=(FAILED,))
        self.assertEqual(self.live(), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
