"""A push changes the live organisation by itself, safely, and everybody can see what happened and why (DESIGN §3, §5 `reconcile`; RELIABILITY
P13-P20, G1). Real daemon, git, Kafka; the sandbox in place of Cal.com."""
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.config_repository import ConfigRepository  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.oracle import in_order_per_key, is_event, topic_of  # noqa: E402
from e2e.places import ROOT, wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402

PUSH_SECRET = "a secret that only the git host and the daemon know"
REVIEW = "eventType/academic-editors/dissertation-review"
LENGTH = "lengthInMinutes: 60"


class Reconcile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.broker = Broker(Path(cls.scratch.name) / "kafka").__enter__()
        os.environ["CRM_WEBHOOK_SECRET"] = "a secret of a test, not of anybody"

    @classmethod
    def tearDownClass(cls):
        cls.broker.__exit__(None, None, None)
        cls.scratch.cleanup()

    def begin(self, mode, poll="1s", interval="1s", url=None, more=""):
        self.folder = Path(tempfile.mkdtemp(dir=self.scratch.name))
        self.sandbox = Sandbox("--requests-per-minute", "0")
        self.addCleanup(self.sandbox.kill)
        self.repository = ConfigRepository(self.folder, ROOT / "deploy/example-org")
        self.addCleanup(self.repository.close)
        for name, text in (("key", self.sandbox.facts["apiKey"]), ("push", PUSH_SECRET)):
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_text(text)
        self.prefix = f"reconcile-{self.folder.name}."
        url = url(self.repository) if url else self.repository.file_url
        extra = (f'calcom: {{base_url: "{self.sandbox.facts["url"]}", organization_id: 1, api_key: "file:{self.folder}/key", '
                 f'requests_per_minute: 100000}}\npoll: {{interval: 1s}}\n'
                 f'config_repo: {{url: "{url}", poll: {poll}, push_secret: "file:{self.folder}/push"{more}}}\n'
                 f'reconcile: {{mode: {mode}, interval: {interval}}}\n')
        self.daemon = Daemon(self.folder / "daemon", self.broker.address, extra=extra)
        text = self.daemon.settings.read_text().replace("mode: cluster,", f'mode: cluster, topic_prefix: "{self.prefix}",')
        self.daemon.settings.write_text(text)
        self.daemon.start()
        self.addCleanup(self.daemon.__exit__)
        self.daemon.wait_listening()

    def state(self):
        return self.daemon.status()["reconcile"]

    def condition(self, kind):
        return next(c for c in self.state()["conditions"] if c["type"] == kind)

    def wait_for(self, what, is_so, within_s=30):
        try:
            return wait_until(what, is_so, within_s, 0.05)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{json.dumps(self.state(), indent=1)}") from late

    def wait_applied(self, commit, within_s=30):
        self.wait_for(f"{commit[:12]} is live", lambda: self.state() and self.state()["applied"] == commit, within_s)

    def head(self):
        return self.repository.git("rev-parse", "HEAD")

    def review(self):
        team = next(t for t in self.sandbox.good("GET", "/v2/organizations/1/teams") if t["slug"] == "academic-editors")["id"]
        path = f"/v2/organizations/1/teams/{team}/event-types"
        return next((f"{path}/{e['id']}", e) for e in self.sandbox.good("GET", path) if e["slug"] == "dissertation-review")

    def title_by_hand(self, title):
        path, _ = self.review()
        self.sandbox.good("PATCH", path, {"title": title})

    def told(self, *kinds):
        self.daemon.wait_published()
        found = [m for m in read_all(self.broker.address, self.prefix) if is_event(m, self.prefix) and topic_of(m, self.prefix) == "config"]
        in_order_per_key(found)
        return [m for m in found if m.header("ce_type").removeprefix("calsync.config.") in kinds]

    def push_told(self, secret=PUSH_SECRET, body=b'{"ref":"refs/heads/main"}', headers=None):
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(f"http://127.0.0.1:{self.daemon.intake_port}/hooks/git/config", data=body,
                                         headers=headers or {"X-Hub-Signature-256": f"sha256={signature}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def test_a_first_commit_becomes_the_organisation_and_each_push_follows(self):
        self.begin("apply", url=ConfigRepository.serve)
        self.wait_applied(self.head())
        self.wait_for("it says so", lambda: self.condition("Ready")["status"])
        self.repository.edit("services.yaml", LENGTH, "lengthInMinutes: 75")
        commit = self.repository.push("longer reviews")
        self.wait_applied(commit)
        self.assertEqual(self.review()[1]["lengthInMinutes"], 75)
        seen = [json.loads(m.value)["config"] for m in self.told("revision_seen")]
        self.assertEqual([s["good"] for s in seen], [True, True])
        done = [m for m in self.told("change_done") if m.header("ce_subject") == REVIEW]
        self.assertEqual([json.loads(m.value)["config"]["commit"] for m in done][-1], commit)
        planned = json.loads(self.told("planned")[1].value)["config"]["planned"]
        self.assertEqual(planned, [{"address": REVIEW, "action": "update"}])

    def test_a_push_that_is_told_is_live_at_once(self):
        self.begin("apply", poll="1h", interval="1h")
        self.wait_applied(self.head())
        self.repository.edit("services.yaml", LENGTH, "lengthInMinutes: 75")
        commit = self.repository.push()
        self.assertEqual(self.push_told(secret="somebody else's"), 401)
        self.assertEqual(self.push_told(headers={"X-Gitlab-Token": "wrong"}), 401)
        self.assertNotEqual(self.state()["seen"], commit)
        began = time.monotonic()
        self.assertEqual(self.push_told(), 202)
        self.wait_applied(commit, 10)
        print(f"push → live: {time.monotonic() - began:.2f} s")
        self.repository.edit("services.yaml", "lengthInMinutes: 75", LENGTH)
        commit = self.repository.push()
        self.assertEqual(self.push_told(headers={"X-Gitlab-Token": PUSH_SECRET}), 202)
        self.wait_applied(commit, 10)

    def test_a_bad_commit_changes_nothing_and_says_where_it_is_wrong(self):
        self.begin("apply")
        self.wait_applied(good := self.head())
        self.repository.edit("services.yaml", LENGTH, "lengthInMinutes: soon")
        bad = self.repository.push()
        self.wait_for("it is refused", lambda: self.condition("Stalled")["status"])
        self.assertEqual(self.condition("Stalled")["reason"], "BadRevision")
        self.assertRegex(self.condition("Stalled")["message"], r"^services\.yaml:\d+:\d+: ")
        self.assertEqual((self.state()["seen"], self.state()["inForce"]), (bad, good))
        self.assertTrue(any(c["component"] == "reconcile" and "services.yaml:" in c["message"] for c in self.daemon.status()["conditions"]))
        self.daemon.kill()  # which one is in force is known after a restart, too
        self.daemon.start()
        self.wait_for("it is refused again", lambda: self.state() and self.state()["seen"] == bad)
        self.assertEqual(self.state()["inForce"], good)
        self.assertEqual(self.review()[1]["lengthInMinutes"], 60)
        self.repository.edit("services.yaml", "lengthInMinutes: soon", "lengthInMinutes: 75")
        self.wait_applied(self.repository.push())
        seen = [json.loads(m.value)["config"] for m in self.told("revision_seen")]
        self.assertEqual([s["good"] for s in seen], [True, False, True], "each revision is told once, also over a restart")

    def test_a_rewritten_branch_is_not_followed(self):
        self.begin("apply")
        self.wait_applied(good := self.head())
        self.repository.edit("services.yaml", LENGTH, "lengthInMinutes: 75")
        self.repository.git("commit", "--quiet", "--all", "--amend", "--message", "another past")
        self.repository.git("push", "--quiet", "--force", "origin", "main")
        self.wait_for("it is refused", lambda: self.condition("Stalled")["status"])
        self.assertIn("was rewritten", self.condition("Stalled")["message"])
        self.assertEqual(self.state()["inForce"], good)
        # The cure that it names.
        self.daemon.calsync("apply", self.repository.work, "--yes", codes=(0,))
        self.wait_applied(self.head())

    def test_a_branch_that_was_set_back_is_not_followed(self):
        self.begin("apply")
        self.wait_applied(first := self.head())
        self.repository.edit("services.yaml", LENGTH, "lengthInMinutes: 75")
        self.wait_applied(second := self.repository.push())
        self.repository.git("push", "--quiet", "--force", "origin", f"{first}:main")
        self.wait_for("it is refused", lambda: self.condition("Stalled")["status"])
        self.assertIn("was rewritten", self.condition("Stalled")["message"])
        self.assertEqual((self.state()["inForce"], self.review()[1]["lengthInMinutes"]), (second, 75))

    def test_what_somebody_changes_at_calcom_is_told_and_healed_only_where_policy_says_so(self):
        self.begin("apply")
        self.wait_applied(self.head())
        self.title_by_hand("Edited in the UI")
        self.wait_for("the drift is told", lambda: self.condition("Drifted")["status"])
        self.assertEqual([c["address"] for c in json.loads(self.daemon.get("/api/v1/drift")[1])["changes"]], [REVIEW])
        self.assertIn('calsync_reconcile_drifted 1', self.daemon.get("/metrics")[1])
        looks = self.state()["lastLook"]
        self.wait_for("another look is over", lambda: self.state()["lastLook"] > looks)
        self.assertEqual(self.review()[1]["title"], "Edited in the UI", "no policy.drift: it is reported and left")
        self.repository.edit("policy.yaml", "eventTypes: report", "eventTypes: heal")
        self.wait_applied(self.repository.push("heal what the UI does"))
        self.assertEqual(self.review()[1]["title"], "1-Hour Dissertation Review")
        self.wait_for("nothing drifts any more", lambda: not self.condition("Drifted")["status"])
        self.assertEqual(len(self.told("drift_found")), 1)
        self.assertEqual(len(self.told("drift_gone")), 1)

    def test_healed_and_changed_again_three_times_ends_in_a_suspension(self):
        self.begin("apply")
        self.repository.edit("policy.yaml", "eventTypes: report", "eventTypes: heal")
        self.wait_applied(self.repository.push())
        for turn in range(3):
            self.title_by_hand(f"No, {turn}")
            self.wait_for("it is healed", lambda: self.review()[1]["title"] == "1-Hour Dissertation Review")
        self.wait_for("it is suspended", lambda: [s["address"] for s in self.state()["suspended"]] == [REVIEW])
        self.title_by_hand("The last word")
        looks = self.state()["lastLook"]
        self.wait_for("two more looks", lambda: self.state()["lastLook"] > looks)
        self.assertEqual(self.review()[1]["title"], "The last word")
        listed = json.loads(self.daemon.calsync("suspend", "--list", "--json", codes=(0,)))
        self.assertIn("calsync resume", listed[0]["reason"])
        self.daemon.calsync("resume", REVIEW, codes=(0,))
        self.wait_for("it is healed again", lambda: self.review()[1]["title"] == "1-Hour Dissertation Review")

    def test_observe_and_plan_change_nothing(self):
        for mode in ("observe", "plan"):
            with self.subTest(mode):
                self.begin(mode)
                self.wait_for("it has looked", lambda: self.state() and self.state()["lastLook"])
                self.assertEqual(len(self.sandbox.good("GET", "/v2/organizations/1/teams")), 0)
                code, text = self.daemon.get("/api/v1/plan")
                self.assertEqual(code, 200)
                self.assertEqual(len(json.loads(text)["changes"]), self.state()["changes"])
                self.assertGreater(self.state()["changes"], 10)
                self.assertEqual(len(self.told("planned")), {"observe": 0, "plan": 1}[mode])
                self.assertEqual(self.told("change_started"), [])

    def test_suspended_as_a_whole_nothing_is_applied_until_it_is_resumed(self):
        self.begin("apply")
        self.wait_applied(self.head())
        self.daemon.calsync("suspend", "--reason", "an auditor is here", codes=(0,))
        self.repository.edit("services.yaml", LENGTH, "lengthInMinutes: 75")
        commit = self.repository.push()
        self.wait_for("it is seen", lambda: self.state()["inForce"] == commit and self.state()["changes"] == 1)
        looks = self.state()["lastLook"]
        self.wait_for("another look is over", lambda: self.state()["lastLook"] > looks)
        self.assertEqual(self.review()[1]["lengthInMinutes"], 60)
        self.assertEqual(self.condition("Stalled")["reason"], "Suspended")
        self.assertIn("an auditor is here", self.daemon.calsync("status", codes=(0,)))
        self.daemon.calsync("resume", codes=(0,))
        self.wait_applied(commit)

    def test_the_guard_is_never_passed_by_the_daemon(self):
        self.begin("apply")
        self.wait_applied(good := self.head())
        self.repository.edit("policy.yaml", "changes: 200", "changes: 1")
        self.repository.edit("services.yaml", LENGTH, "lengthInMinutes: 75")
        self.repository.edit("services.yaml", "lengthInMinutes: 30", "lengthInMinutes: 35")
        commit = self.repository.push("more than policy.limits allow")
        self.wait_for("it is refused", lambda: self.condition("Stalled")["status"])
        self.assertEqual(self.condition("Stalled")["reason"], "Refused", self.condition("Stalled"))
        self.assertEqual((self.state()["inForce"], self.state()["applied"]), (commit, good))
        self.assertEqual(self.review()[1]["lengthInMinutes"], 60)
        # A person may: what they are asked to allow stands in the plan.
        self.daemon.calsync("apply", self.repository.work, "--yes", "--max-changes", "2", codes=(0,))
        self.wait_applied(commit)

    def test_killed_while_it_applies_it_goes_on_without_a_double(self):
        self.begin("apply")
        self.wait_for("it has begun", lambda: len(self.sandbox.good("GET", "/v2/organizations/1/teams")) > 0, 30)
        self.daemon.kill()
        self.daemon.start()
        self.wait_applied(self.head())
        for path in ("/v2/organizations/1/teams", "/v2/organizations/1/webhooks"):
            names = [row.get("slug") or row["subscriberUrl"] for row in self.sandbox.good("GET", path)]
            self.assertEqual(len(names), len(set(names)), names)
        done = [m.header("ce_subject") for m in self.told("change_done")]
        self.assertEqual(len(done), len(set(done)), "each is done once")


if __name__ == "__main__":
    unittest.main(verbosity=2)
