"""Secrets from Vault and Doppler: read, kept through an outage, taken over when they were rotated, and never shown (DESIGN §5; RELIABILITY P21)."""
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import BUILD, ROOT, wait_until  # noqa: E402
from e2e.secret_servers import SecretServers  # noqa: E402

FIRST, SECOND, THIRD = (f"a webhook secret that is long enough, number {n}" for n in (1, 2, 3))
PING = ROOT / "tests/fixtures/webhooks/BOOKING_PAID.json"


class Servers(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = Path(self.scratch.name)
        self.servers = SecretServers()
        self.addCleanup(self.servers.close)
        self.servers.secrets = {"kv/calsync/main": {"webhook": FIRST, "number": 7}, "OTHER_SECRET": SECOND}

    def settings(self, source, more=""):
        (self.folder / "secret_id").touch(mode=0o600)
        (self.folder / "secret_id").write_text("secret-id-1")
        return (f'intake: {{listen: "127.0.0.1:0", sources: [{{id: main, secrets: ["{source}"]}}]}}\n'
                f'log: {{path: "{self.folder / "log"}"}}\n'
                f'vault: {{address: "{self.servers.url}", role_id: role-1, secret_id: "file:{self.folder}/secret_id"{more}}}\n'
                f'doppler: {{address: "{self.servers.url}", token: "env:TEST_DOPPLER_TOKEN"}}\n')

    def check(self, source, more="", env=None):
        file = self.folder / "check.yaml"
        file.write_text(self.settings(source, more))
        done = subprocess.run([BUILD / "calsyncd", "--settings", file, "--check"], capture_output=True, text=True, timeout=30,
                              env={**os.environ, "TEST_DOPPLER_TOKEN": "dp.st.one", **(env or {})})
        for secret in (FIRST, SECOND, "secret-id-1", "hvs.first", "dp.st.one"):
            self.assertNotIn(secret, done.stdout + done.stderr)
        return done.returncode, done.stdout + done.stderr

    def test_both_are_read_and_each_mistake_is_told_with_its_cure(self):
        self.assertEqual(self.check("vault:kv/calsync/main#webhook")[0], 0)
        self.assertEqual(self.check("doppler:OTHER_SECRET")[0], 0)
        cases = [("vault:kv/calsync/main#nothing", "no text field of that name"), ("vault:kv/calsync/main#number", "no text field"),
                 ("vault:kv/calsync/gone#webhook", "KV version 2"), ("doppler:NOT_THERE", "no secret of that name")]
        for source, words in cases:
            code, text = self.check(source)
            self.assertEqual(code, 78, source)
            self.assertIn(words, text)
            self.assertIn("check.yaml:1", text)
        self.servers.role = ("another role", "x")
        self.assertIn("does not let the AppRole in", self.check("vault:kv/calsync/main#webhook")[1])
        self.servers.role = ("role-1", "secret-id-1")
        self.servers.sealed = True
        self.assertIn("sealed", self.check("vault:kv/calsync/main#webhook")[1])
        self.servers.sealed = False
        self.assertIn("refuses the token", self.check("doppler:OTHER_SECRET", env={"TEST_DOPPLER_TOKEN": "dp.st.wrong"})[1])
        self.servers.namespace = "team-a"
        self.assertIn("403", self.check("vault:kv/calsync/main#webhook")[1])
        self.assertEqual(self.check("vault:kv/calsync/main#webhook", ', namespace: "team-a"')[0], 0)

    def test_a_token_is_sent_to_nobody_in_the_clear(self):
        file = self.folder / "clear.yaml"
        file.write_text('intake: {sources: [{id: main, secrets: ["vault:kv/a#b"]}]}\nvault: {token: "env:TEST_DOPPLER_TOKEN"}\n')
        done = subprocess.run([BUILD / "calsyncd", "--settings", file, "--check"], capture_output=True, text=True, timeout=30,
                              env={**os.environ, "VAULT_ADDR": "http://vault.example.org:8200", "TEST_DOPPLER_TOKEN": "t"})
        self.assertEqual(done.returncode, 78)
        self.assertIn("https", done.stderr)

    def test_a_rotated_secret_is_taken_over_and_the_last_good_one_outlasts_an_outage(self):
        daemon = Daemon(self.folder / "daemon", settings='intake: {{listen: "127.0.0.1:{d.intake_port}", sources: [{{id: main, '
                        'secrets: ["vault:kv/calsync/main#webhook"]}}]}}\nlog: {{path: "{d.log_path}"}}\nadmin: {{listen: "127.0.0.1:{d.admin_port}"}}\n',
                        extra=f'vault: {{address: "{self.servers.url}", role_id: role-1, secret_id: "file:{self.folder}/secret_id"}}\n')
        self.settings("")  # makes secret_id
        daemon.start()
        self.addCleanup(daemon.__exit__)
        daemon.wait_listening()
        send = [BUILD / "calsync", "--settings", daemon.settings, "send", PING]
        self.assertEqual(subprocess.run(send, capture_output=True).returncode, 0, "the command line reads it from Vault, too")
        self.servers.secrets["kv/calsync/main"]["webhook"] = THIRD
        self.servers.token = "hvs.second"  # and the old token ends
        daemon.process.send_signal(signal.SIGHUP)
        wait_until("the new one is in force", lambda: subprocess.run([*send, "--repeat", "2"], capture_output=True).returncode == 0)
        self.servers.down = True
        daemon.process.send_signal(signal.SIGHUP)
        wait_until("it is told once", lambda: "the last good one stays in force" in daemon.log_file.read_text())
        (self.folder / "third").touch(mode=0o600)
        (self.folder / "third").write_text(THIRD)
        self.assertEqual(subprocess.run([BUILD / "calsync", "send", PING, "--url", f"http://127.0.0.1:{daemon.intake_port}/hooks/main",
                                         "--secret", f"file:{self.folder}/third"], capture_output=True).returncode, 0)
        self.assertEqual(daemon.status()["ready"], True)
        wait_until("a condition tells it", lambda: [c for c in daemon.status()["conditions"] if c["component"] == "secrets" and "vault:" in c["message"]])
        self.servers.down = False
        daemon.process.send_signal(signal.SIGHUP)
        wait_until("it is told that it can be read again", lambda: "can be read again" in daemon.log_file.read_text())
        wait_until("the condition ends", lambda: not [c for c in daemon.status()["conditions"] if c["component"] == "secrets"])
        for secret in (FIRST, THIRD, "hvs.first", "hvs.second", "secret-id-1"):
            self.assertNotIn(secret, daemon.log_file.read_text() + daemon.out_file.read_text())

    def start_with_token(self):
        (self.folder / "token").touch(mode=0o600)
        (self.folder / "token").write_text(self.servers.token)
        daemon = Daemon(self.folder / "daemon", settings='intake: {{listen: "127.0.0.1:{d.intake_port}", sources: [{{id: main, '
                        'secrets: ["vault:kv/calsync/main#webhook"]}}]}}\nlog: {{path: "{d.log_path}"}}\nadmin: {{listen: "127.0.0.1:{d.admin_port}"}}\n',
                        extra=f'vault: {{address: "{self.servers.url}", token: "file:{self.folder}/token"}}\n').start()
        self.addCleanup(daemon.__exit__)
        daemon.wait_ready()
        return daemon

    def test_a_static_token_is_renewed_before_it_ends_and_without_anybody_asking(self):
        self.servers.lease = 9  # renewed after 6 s; 3 are left for it on a busy machine
        self.start_with_token()
        wait_until("it was renewed twice after the login", lambda: self.servers.asked.count("POST /v1/auth/token/renew-self") >= 3)
        self.assertEqual(self.servers.refused, 0, "it never ended")

    def test_a_vault_that_hangs_keeps_nobody_waiting_and_is_told(self):
        daemon = self.start_with_token()
        self.servers.hangs.set()
        daemon.process.send_signal(signal.SIGHUP)
        waits = wait_until("what waits is told", lambda: [c["message"] for c in daemon.status()["conditions"] if c["component"] == "secrets"])
        self.assertIn(f"waiting for Vault at {self.servers.url}", waits[0])
        send = [BUILD / "calsync", "send", PING, "--url", f"http://127.0.0.1:{daemon.intake_port}/hooks/main", "--secret", "env:OLD"]
        self.assertEqual(subprocess.run(send, capture_output=True, env={**os.environ, "OLD": FIRST}).returncode, 0, "the last good one is in force")
        self.assertEqual(daemon.stop(10), 0, "SIGTERM does not wait for Vault")


if __name__ == "__main__":
    unittest.main(verbosity=2)
