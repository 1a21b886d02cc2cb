"""calsyncd as a process: exit codes, signals, systemd's sockets and messages. Needs python3 alone, no broker."""
import hashlib
import hmac
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support" / "python"))
from e2e import daemon  # noqa: E402
from e2e.places import BUILD, wait_until  # noqa: E402

SECRET = "a-secret-of-more-than-24-bytes"
PING = b'{"triggerEvent":"PING","createdAt":"2026-01-01T00:00:00.000Z","payload":{"n":%d}}'


class Notify:
    """What systemd would be told."""

    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.messages = []
        self.arrived = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            text = self.socket.recv(65536).decode()
            with self.arrived:
                self.messages += text.split("\n")
                self.arrived.notify_all()

    def wait(self, what, count=1, within_s=20):
        with self.arrived:
            found = self.arrived.wait_for(lambda: sum(m.startswith(what) for m in self.messages) >= count, within_s)
            assert found, f"no {count} x {what} in {self.messages}"


class Daemon(daemon.Daemon):
    """Started at once, and waited for."""

    def __init__(self, folder, settings=daemon.SETTINGS, wait=True, **start):
        super().__init__(folder, secret=SECRET, settings=settings)
        self.log_file.unlink(missing_ok=True)  # of an earlier one in this folder
        self.out_file.unlink(missing_ok=True)
        self.start(**start)
        if wait:
            wait_until("calsyncd answers", lambda: self.alive() and self.get("/healthz")[0] == 200)
            wait_until("the intake listens", lambda: self.alive() and self.said("calsyncd is up"))

    def __enter__(self):
        return self

    def log(self):
        return self.log_file.read_text()

    def said(self, text):
        return text in self.log()

    def post(self, body, secret=SECRET, port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.intake_port, timeout=10)
        try:
            signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            connection.request("POST", "/hooks/main", body,
                               {"Content-Type": "application/json", "X-Cal-Signature-256": signature})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def signal(self, number):
        self.process.send_signal(number)

    def end(self, within_s=10):
        return self.process.wait(within_s)


DEFAULT = daemon.SETTINGS


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="calsyncd-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)


def calsyncd(*arguments, env=None):
    return subprocess.run([BUILD / "calsyncd", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=30, env={**os.environ, **(env or {})})


class Life(Case):
    def test_takes_a_signed_webhook_and_ends_with_0_on_sigterm(self):
        notify = Notify(self.folder / "notify")
        with Daemon(self.folder, env={"NOTIFY_SOCKET": notify.path}) as d:
            notify.wait("READY=1")
            self.assertEqual(d.post(PING % 1), (200, '{"sequence":1}'))
            self.assertEqual(d.post(PING % 1), (200, '{"sequence":1}'))
            self.assertEqual(d.post(PING % 2)[0], 200)
            self.assertEqual(d.post(PING % 3, secret="another secret of many bytes")[0], 401)
            wait_until("both are normalised", lambda: d.status()["log"]["normalised"] == 2)
            begin = time.monotonic()
            self.assertEqual(d.stop(), 0)
            self.assertLess(time.monotonic() - begin, 10)
            notify.wait("STOPPING=1")
            notify.wait("STATUS=")
            self.assertEqual((self.folder / "stdout").read_text(), "", "standard output holds only answers")
            self.assertNotIn(SECRET, d.log())

    def test_keeps_what_it_acknowledged_over_kill_nine(self):
        with Daemon(self.folder) as d:
            self.assertEqual(d.post(PING % 1)[0], 200)
            d.signal(signal.SIGKILL)
            d.end()
        with Daemon(self.folder) as d:
            self.assertEqual(d.post(PING % 1), (200, '{"sequence":1}'))
            self.assertEqual(d.status()["log"]["rawHead"], 1)

    def test_a_second_signal_ends_it_at_once(self):
        with Daemon(self.folder) as d, socket.create_connection(("127.0.0.1", d.intake_port)) as slow:
            slow.sendall(b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1")
            wait_until("it is connected", lambda: d.status()["intake"]["connections"] == 1)
            d.signal(signal.SIGTERM)
            wait_until("it is stopping", lambda: d.said('"stopping"'))
            d.signal(signal.SIGTERM)
            self.assertEqual(d.end(2), 1)
            self.assertTrue(d.said("second signal"))

    def test_runs_without_any_section_and_says_what_is_off(self):
        with Daemon(self.folder, 'log: {{path: "{d.folder}/log"}}\nadmin: {{listen: "127.0.0.1:{d.admin_port}"}}\n') as d:
            self.assertIsNone(d.status()["intake"]["listening"])
            self.assertIsNone(d.status()["publisher"])
            self.assertEqual({c["component"] for c in d.status()["conditions"]}, {"intake", "kafka"})
            self.assertEqual(d.get("/readyz")[0], 200)
            self.assertEqual(json.loads(d.get("/nothing")[1])["error"]["code"], "not_found")
            self.assertEqual(d.stop(), 0)

    def test_names_the_embedded_broker_a_demo(self):
        with Daemon(self.folder, DEFAULT + "kafka: {{mode: embedded}}\n") as d:
            self.assertTrue(d.said("demo"))
            wait_until("it is ready", lambda: d.get("/readyz")[0] == 200)
            status = d.status()
            self.assertIn("demo", status["publisher"]["mode"])
            self.assertTrue(any("demo" in c["message"] for c in status["conditions"]))
            self.assertRegex(status["publisher"]["bootstrap"], r":\d+$")
            d.post((FIXTURES / "BOOKING_CREATED.json").read_bytes())
            wait_until("its event is published", lambda: d.status()["publisher"]["published"] == 1)
            self.assertEqual(d.stop(), 0)

    def test_logs_one_json_object_a_line(self):
        with Daemon(self.folder) as d:
            d.stop()
            for line in d.log().splitlines():
                self.assertIn("message", json.loads(line))


class Refusals(Case):
    def refused(self, settings, *expected, **options):
        with Daemon(self.folder, settings, wait=False, **options) as d:
            self.assertEqual(d.end(), 78, d.log())
            for text in expected:
                self.assertIn(text.format(d=d), d.log())
            return d.log()

    def test_bad_settings_with_every_error_at_once(self):
        bad = 'intkae: {{}}\nlog: {{path: "{d.folder}/log", rotation: 1}}\nadmin: {{listen: "nonsense"}}\n'
        self.refused(bad, "{d.settings}:1:", "intake", "{d.settings}:2:", "{d.settings}:3:")
        check = calsyncd("--check", "--settings", self.folder / "calsyncd.yaml")
        self.assertEqual(check.returncode, 78)
        self.assertEqual(len(check.stderr.splitlines()), 3, check.stderr)
        self.assertEqual(check.stdout, "")

    def test_every_secret_that_cannot_be_read_with_its_line(self):
        bad = DEFAULT.replace("}}]}}\n", '}}, {{id: b, secrets: ["env:CALSYNC_NOT_SET"]}}]}}\n', 1) \
            .replace("file:{d.secret_file}", "file:{d.folder}/missing")
        self.refused(bad, "{d.settings}:2: intake.sources[main].secrets[0]:", "{d.settings}:2: intake.sources[b].secrets[0]:",
                     "CALSYNC_NOT_SET")
        check = calsyncd("--check", "--settings", self.folder / "calsyncd.yaml")
        self.assertEqual((check.returncode, len(check.stderr.splitlines())), (78, 2), check.stderr)

    def test_a_directory_that_is_not_its_own(self):
        (self.folder / "log").mkdir()
        (self.folder / "log" / "thesis.doc").write_text("years of work")
        log = self.refused(DEFAULT, "{d.folder}/log", "set log.path")
        self.assertEqual(os.listdir(self.folder / "log"), ["thesis.doc"], log)

    def test_a_log_that_another_daemon_has(self):
        other = Path(tempfile.mkdtemp(prefix="calsyncd-test-"))
        self.addCleanup(shutil.rmtree, other, ignore_errors=True)
        with Daemon(self.folder) as first:
            settings = DEFAULT.replace("{d.log_path}", f"{self.folder}/log")
            with Daemon(other, settings, wait=False) as second:
                self.assertEqual(second.end(), 1, second.log())  # it may be free again: systemd tries again
                self.assertIn(f"in use by process {first.process.pid}", second.log())
            self.assertEqual(first.post(PING % 1)[0], 200)

    def test_kafka_properties_that_librdkafka_does_not_take(self):
        for properties in ('no.such.property: "1"', 'socket.timeout.ms: "soon"', 'ssl.ca.location: "/nonexistent", security.protocol: "ssl"'):
            name = properties.split(":")[0]
            bad = DEFAULT + 'kafka: {{bootstrap_servers: "127.0.0.1:1", properties: {{' + properties + "}}}}\n"
            self.refused(bad, "kafka.properties")
            check = calsyncd("--check", "--settings", self.folder / "calsyncd.yaml")
            self.assertEqual((check.returncode, check.stdout), (78, ""), name)
            self.assertIn("kafka.properties", check.stderr)

    def test_an_address_that_is_in_use_with_its_setting_and_the_cure(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen(1)
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            for setting, settings in (("intake.listen", DEFAULT.replace("127.0.0.1:{d.intake_port}", address)),
                                      ("admin.listen", DEFAULT.replace("127.0.0.1:{d.admin_port}", address))):
                with Daemon(self.folder, settings, wait=False) as d:
                    self.assertEqual(d.end(), 1, d.log())
                    self.assertIn(f"{setting}: cannot listen on {address}", d.log())
                    self.assertIn("stop what listens there", d.log())

    def test_a_log_path_that_is_no_directory(self):
        (self.folder / "file").write_text("")
        self.refused(DEFAULT.replace("{d.log_path}", "{d.folder}/file"), "is a file", "set log.path to a directory")
        self.refused(DEFAULT.replace("{d.log_path}", "/proc/x/y"), "set log.path")

    def test_a_missing_settings_file_and_a_wrong_option(self):
        missing = calsyncd("--settings", self.folder / "none.yaml")
        self.assertEqual(missing.returncode, 78)
        self.assertIn("none.yaml", missing.stderr)
        self.assertEqual(calsyncd("--no-such-option").returncode, 64)
        self.assertEqual(calsyncd("--accept-cursor", "x").returncode, 64)
        self.assertIn("json, journal or text", calsyncd("--log-format", "bad").stderr)


class Reload(Case):
    def test_sighup_takes_a_new_secret_and_drops_the_old(self):
        with Daemon(self.folder) as d:
            fresh = "another-secret-of-more-than-24-bytes"
            d.secret_file.write_text(fresh)
            d.signal(signal.SIGHUP)
            wait_until("the new secret works", lambda: d.post(PING % 1, secret=fresh)[0] == 200)
            self.assertEqual(d.post(PING % 2)[0], 401)
            self.assertTrue(d.said("secrets and certificates reloaded"))
            self.assertNotIn(fresh, d.log())

    def test_a_bad_file_keeps_the_old_secrets_and_shows_as_a_condition(self):
        with Daemon(self.folder) as d:
            good = d.settings.read_text()
            d.settings.write_text("intkae: 1\n")
            d.signal(signal.SIGHUP)
            wait_until("the condition shows", lambda: any(c["component"] == "settings" for c in d.status()["conditions"]))
            [condition] = [c for c in d.status()["conditions"] if c["component"] == "settings"]
            self.assertEqual(condition["severity"], "error")
            self.assertIn(f"{d.settings}:1:", condition["message"])
            self.assertEqual(d.post(PING % 1)[0], 200)
            d.settings.write_text(good)
            d.signal(signal.SIGHUP)
            wait_until("the condition is gone", lambda: all(c["component"] != "settings" for c in d.status()["conditions"]))

    def test_names_changes_that_wait_for_a_restart(self):
        with Daemon(self.folder) as d:
            d.settings.write_text(d.settings.read_text() + "kafka: {topic_prefix: other.}\n")
            d.signal(signal.SIGHUP)
            wait_until("it says so", lambda: d.said("wait for a restart"))
            self.assertTrue(d.said("kafka"))


class Systemd(Case):
    def test_listens_on_the_socket_that_systemd_hands_over(self):
        with socket.socket() as handed:
            handed.bind(("127.0.0.1", 0))
            handed.listen(16)
            port = handed.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)) as early:  # before the daemon runs: it is not refused
                body = PING % 7
                signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
                early.sendall(b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n"
                              b"X-Cal-Signature-256: %s\r\n\r\n%s" % (len(body), signature.encode(), body))
                fd = handed.fileno()
                with Daemon(self.folder, env={"LISTEN_FDS": "1", "LISTEN_FDNAMES": "calsyncd.socket"},
                            wrap=["sh", "-c", f'exec 3<&{fd}; export LISTEN_PID=$$; exec "$@"', "sh"], pass_fds=(fd,)) as d:
                    early.settimeout(10)
                    self.assertTrue(early.recv(65536).startswith(b"HTTP/1.1 200"))
                    self.assertEqual(d.post(PING % 8, port=port), (200, '{"sequence":2}'))
                    self.assertTrue(d.status()["intake"]["listening"].endswith(f":{port}"))
                    self.assertEqual(d.stop(), 0)
            socket.create_connection(("127.0.0.1", port)).close()  # systemd's own copy still takes connections

    def test_tells_the_watchdog_that_it_lives(self):
        notify = Notify(self.folder / "notify")
        with Daemon(self.folder, env={"NOTIFY_SOCKET": notify.path, "WATCHDOG_USEC": "200000"}) as d:
            notify.wait("READY=1")
            notify.wait("WATCHDOG=1", 5)
            self.assertEqual(d.stop(), 0)

    def test_tells_that_it_reloads(self):
        notify = Notify(self.folder / "notify")
        with Daemon(self.folder, env={"NOTIFY_SOCKET": notify.path}) as d:
            notify.wait("READY=1")
            d.signal(signal.SIGHUP)
            notify.wait("RELOADING=1")
            notify.wait("READY=1", 2)

    def test_of_a_reload_just_before_the_end_nothing_is_told_after_it_stops(self):
        for attempt in range(3):
            notify = Notify(self.folder / f"notify{attempt}")
            with Daemon(self.folder, env={"NOTIFY_SOCKET": notify.path}) as d:
                notify.wait("READY=1")
                d.signal(signal.SIGHUP)
                self.assertEqual(d.stop(), 0)
                told = [m for m in notify.messages if m in ("READY=1", "RELOADING=1", "STOPPING=1")]
                self.assertEqual(told[-1], "STOPPING=1", told)


class CommandLine(Case):
    def test_checks_prints_and_explains(self):
        example = calsyncd("--print-example")
        self.assertEqual(example.returncode, 0)
        self.assertIn("intake:", example.stdout)
        self.assertRegex(calsyncd("--version").stdout, r"^calsyncd \d+\.\d+\.\d+\n$")
        help_text = calsyncd("--help").stdout
        for word in ("--accept-cursor", "--takeover", "--log-format", "kafka.topic_prefix", "78"):
            self.assertIn(word, help_text)

    def test_good_settings_check_and_print_without_secrets(self):
        settings = self.folder / "good.yaml"
        settings.write_text('intake: {sources: [{id: main, secrets: ["env:HOOK_SECRET"]}]}\n')
        check = calsyncd("--check", "--settings", settings, env={"HOOK_SECRET": "short-secret"})
        self.assertEqual((check.returncode, check.stdout), (0, f"{settings}: good\n"), check.stderr)
        self.assertIn("shorter than 24 bytes", check.stderr)
        self.assertIn("the section kafka is not set", check.stderr)
        printed = calsyncd("--print-settings", "--settings", settings, env={"HOOK_SECRET": "short-secret"})
        self.assertEqual(printed.returncode, 0)
        self.assertIn("env:HOOK_SECRET", printed.stdout)
        self.assertNotIn("short-secret", printed.stdout + printed.stderr + check.stderr)


FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "webhooks"

if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
