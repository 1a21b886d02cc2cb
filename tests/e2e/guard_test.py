"""The intake guards itself: its subscription is made and mended, its secret and the API key are rotated, and no webhook is lost by it
(DESIGN §12.9, §12.12)."""
import fcntl
import hashlib
import hmac
import json
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.daemon import EMBEDDED, Daemon  # noqa: E402
from e2e.places import BUILD, wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402
from e2e.secret_servers import SecretServers  # noqa: E402

DONE, FAILED, DIFFERENCES, REFUSED = range(4)
HOOKS = "/v2/organizations/1/webhooks"
BEFORE = "the secret that came before, which nobody uses"


class Guard(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = Path(self.scratch.name)
        self.sandbox = Sandbox("--requests-per-minute", "0")
        self.addCleanup(self.sandbox.kill)
        for name, text in (("key", self.sandbox.facts["apiKey"]), ("before", BEFORE)):
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_text(text)
        settings = ('intake: {{listen: "127.0.0.1:{d.intake_port}", public_url: "http://127.0.0.1:{d.intake_port}", sources: [{{id: main, '
                    f'secrets: ["file:{{d.secret_file}}", "file:{self.folder}/before"]}}}}]}}}}\n'
                    'log: {{path: "{d.log_path}"}}\nadmin: {{listen: "127.0.0.1:{d.admin_port}"}}\n'
                    f'calcom: {{{{base_url: "{self.sandbox.facts["url"]}", organization_id: 1, api_key: "file:{self.folder}/key", requests_per_minute: 100000}}}}\n'
                    "poll: {{interval: 1s}}\nreconcile: {{mode: off, interval: 1s}}\n")
        self.daemon = Daemon(self.folder / "daemon", EMBEDDED, settings=settings).start()
        self.addCleanup(self.daemon.__exit__)
        self.daemon.wait_ready()
        self.url = f"http://127.0.0.1:{self.daemon.intake_port}/hooks/main"
        self.repairs = 1
        wait_until("the guard has made it", lambda: self.ours())

    def ours(self):
        return [hook for hook in self.sandbox.good("GET", HOOKS) if hook["subscriberUrl"] == self.url]

    def config_events(self):
        return [event for event in self.daemon.events() if event["type"].startswith("config.")]

    def wait_mended(self, what, is_so):
        wait_until(what, lambda: len(self.ours()) == 1 and is_so(self.ours()[0]), 15, 0.05)
        self.repairs += 1
        wait_until("it is told", lambda: [e["type"] for e in self.config_events()].count("config.change_done") == self.repairs, 15, 0.05)

    def test_it_is_made_mended_and_never_touches_anothers(self):
        made = self.ours()[0]
        self.assertEqual((made["active"], made["secret"]), (True, self.daemon.secret))
        self.assertIn("BOOKING_CREATED", made["triggers"])
        body = {"active": False, "subscriberUrl": "https://crm.example.org/h", "triggers": ["BOOKING_CREATED"], "secret": "theirs"}
        theirs = self.sandbox.good("POST", HOOKS, body)
        path = f"{HOOKS}/{made['id']}"
        self.sandbox.good("PATCH", path, {"active": False})
        self.wait_mended("it is switched on again", lambda hook: hook["active"])
        self.sandbox.good("PATCH", path, {"triggers": ["OOO_CREATED"]})
        self.wait_mended("it is told of everything again", lambda hook: "BOOKING_CANCELLED" in hook["triggers"])
        self.sandbox.good("PATCH", path, {"secret": "somebody's mistake"})
        self.wait_mended("it has our secret again", lambda hook: hook["secret"] == self.daemon.secret)
        self.sandbox.good("PATCH", path, {"payloadTemplate": '{"uid": "{{uid}}"}'})
        self.wait_mended("its template is gone again", lambda hook: hook["payloadTemplate"] is None)
        self.sandbox.good("DELETE", path)
        self.wait_mended("it is there again", lambda hook: hook["secret"] == self.daemon.secret and hook["id"] != made["id"])
        self.assertEqual(self.sandbox.good("GET", f"{HOOKS}/{theirs['id']}"), theirs)
        wait_until("each is counted", lambda: "calsync_guard_repairs_total 6\n" in self.daemon.get("/metrics")[1])
        steps = wait_until("each is told", lambda: told if len(told := self.config_events()) == 12 else None)
        self.assertEqual([step["type"] for step in steps], ["config.change_started", "config.change_done"] * 6)
        self.assertEqual({step["value"]["config"]["address"] for step in steps}, {f"webhook/organization/{self.url}"})
        self.assertEqual([step["value"]["config"]["action"] for step in steps[::2]], ["create", *["update"] * 4, "create"])
        self.assertEqual([change["pointer"] for change in steps[8]["value"]["changes"]], ["/payloadTemplate"])
        self.assertNotIn(self.daemon.secret, json.dumps(steps))
        self.assertNotIn(self.daemon.secret, self.daemon.log_file.read_text())

    def test_a_secret_is_rotated_under_load_without_a_webhook_refused(self):
        stop, refused, sent = threading.Event(), [], [0]

        def deliver():  # as Cal.com does: signed with what the subscription says at that moment
            while not stop.is_set():
                secret = self.ours()[0]["secret"]
                body = json.dumps({"triggerEvent": "MEETING_ENDED", "createdAt": "2026-11-27T10:00:00.000Z", "n": sent[0]}).encode()
                signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
                request = urllib.request.Request(self.url, data=body, headers={"X-Cal-Signature-256": signature, "Content-Type": "application/json"})
                time.sleep(0.02)  # on its way meanwhile
                try:
                    urllib.request.urlopen(request, timeout=10).close()
                except urllib.error.HTTPError as error:
                    refused.append(error.code)
                sent[0] += 1

        halfway = []

        def somebody_applies(first):  # as soon as they are let, from the moment at which the new one is stored
            while self.daemon.secret_file.read_text().strip() == first:
                time.sleep(0.001)
            with open(self.daemon.log_path / "apply.lock", "r+") as lock:
                while not stop.is_set():
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        break
                    except BlockingIOError:
                        time.sleep(0.001)
                halfway.append(self.ours()[0]["secret"] != self.daemon.secret_file.read_text().strip())

        load = threading.Thread(target=deliver)
        load.start()
        try:
            for _ in range(2):
                old = self.daemon.secret_file.read_text().strip()
                other = threading.Thread(target=somebody_applies, args=(old,))
                other.start()
                self.daemon.calsync("rotate", "webhook-secret", "--overlap", "2", "--yes", codes=(DONE,))
                new = self.daemon.secret_file.read_text().strip()
                self.assertNotEqual(new, old)
                self.assertEqual(self.ours()[0]["secret"], new)
                other.join()
        finally:
            stop.set()
            load.join()
        self.assertEqual(refused, [], f"of {sent[0]}")
        self.assertEqual(halfway, [False, False], "the lock is held until Cal.com has the new one")
        self.assertGreater(sent[0], 50)
        wait_until("the old one is refused", lambda: self.status_of(old) == 401)
        self.assertEqual(self.daemon.secret_file.stat().st_mode & 0o777, 0o600)

    def status_of(self, secret):
        body = b"{}"
        request = urllib.request.Request(self.url, data=body, headers={"X-Cal-Signature-256": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_killed_while_it_rotates_the_next_run_goes_on(self):
        command = [BUILD / "calsync", "--settings", self.daemon.settings, "rotate", "webhook-secret", "--overlap", "30", "--yes"]
        first = self.daemon.secret_file.read_text().strip()
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        wait_until("the new one is stored", lambda: self.daemon.secret_file.read_text().strip() != first)
        run.kill()
        run.wait()
        stored = self.daemon.secret_file.read_text().strip()
        self.assertIn(self.ours()[0]["secret"], (first, stored))
        for secret in (first, stored):
            wait_until("both are taken, or will be", lambda: self.status_of(self.ours()[0]["secret"]) == 200)
        self.daemon.calsync("rotate", "webhook-secret", "--overlap", "0", "--yes", codes=(DONE,))
        now = self.daemon.secret_file.read_text().strip()
        self.assertEqual(self.ours()[0]["secret"], now)
        wait_until("only the new one is taken", lambda: self.status_of(now) == 200 and self.status_of(first) == 401)

    def test_a_key_is_rotated_where_it_is_a_file_and_by_hand_elsewhere(self):
        old = (self.folder / "key").read_text()
        self.daemon.calsync("rotate", "api-key", codes=(REFUSED,))
        self.daemon.calsync("rotate", "api-key", "--yes", codes=(DONE,))
        new = (self.folder / "key").read_text()
        self.assertNotEqual(new, old)
        polls = self.daemon.status()["poll"]["polls"]
        wait_until("polls go on with the new one", lambda: (s := self.daemon.status()["poll"])["polls"] > polls + 1 and not s["lastError"])
        text = self.daemon.settings.read_text()
        self.daemon.settings.write_text(text.replace(f"file:{self.folder}/key", "env:SOME_KEY"))
        self.daemon.calsync("rotate", "api-key", "--yes", codes=(REFUSED,))
        for secret in (old, new):
            self.assertNotIn(secret, self.daemon.log_file.read_text())


class InVault(unittest.TestCase):
    """Both secrets are fields of one secret in Vault."""

    def test_what_lies_in_vault_is_rotated_there_and_only_after_a_trial(self):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            vault = SecretServers()
            self.addCleanup(vault.close)
            sandbox = Sandbox("--requests-per-minute", "0")
            self.addCleanup(sandbox.kill)
            first = "first-secret-of-the-vault-0123456789"
            vault.secrets["kv/calsync"] = {"hook": first, "hook_before": BEFORE, "key": sandbox.facts["apiKey"], "other": "stays"}
            token = folder / "token"
            token.touch(mode=0o600)
            token.write_text(vault.token)
            settings = ('intake: {{listen: "127.0.0.1:{d.intake_port}", public_url: "http://127.0.0.1:{d.intake_port}", sources: [{{id: main, '
                        'secrets: ["vault:kv/calsync#hook", "vault:kv/calsync#hook_before"]}}]}}\n'
                        'log: {{path: "{d.log_path}"}}\nadmin: {{listen: "127.0.0.1:{d.admin_port}"}}\n'
                        f'vault: {{{{address: "{vault.url}", token: "file:{token}"}}}}\n'
                        f'calcom: {{{{base_url: "{sandbox.facts["url"]}", organization_id: 1, api_key: "vault:kv/calsync#key", '
                        'requests_per_minute: 100000}}\npoll: {{interval: 1s}}\nreconcile: {{mode: off, interval: 1s}}\n')
            with Daemon(folder / "daemon", EMBEDDED, settings=settings) as daemon:
                daemon.wait_ready()
                hooks = lambda: [h for h in sandbox.good("GET", HOOKS) if h["subscriberUrl"].endswith("/hooks/main")]  # noqa: E731
                wait_until("the guard has made it", hooks)
                vault.read_only = True
                daemon.calsync("rotate", "webhook-secret", "--yes", codes=(FAILED,))
                daemon.calsync("rotate", "api-key", "--yes", codes=(FAILED,))
                self.assertEqual(vault.secrets["kv/calsync"]["hook"], first, "the trial came first")
                self.assertEqual(vault.secrets["kv/calsync"]["key"], sandbox.facts["apiKey"])
                vault.read_only = False
                daemon.calsync("rotate", "webhook-secret", "--overlap", "0", "--yes", codes=(DONE,))
                now = vault.secrets["kv/calsync"]
                self.assertNotEqual(now["hook"], first)
                self.assertEqual((hooks()[0]["secret"], now["hook_before"], now["other"]), (now["hook"], now["hook"], "stays"))
                daemon.calsync("rotate", "api-key", "--yes", codes=(DONE,))
                self.assertNotEqual(vault.secrets["kv/calsync"]["key"], sandbox.facts["apiKey"])
                polls = daemon.status()["poll"]["polls"]
                wait_until("polls go on with the new one",
                           lambda: (s := daemon.status()["poll"])["polls"] > polls + 1 and not s["lastError"])
                for secret in (first, now["hook"], vault.secrets["kv/calsync"]["key"]):
                    self.assertNotIn(secret, daemon.log_file.read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
