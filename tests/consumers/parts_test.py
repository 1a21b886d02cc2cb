"""The parts of deploy/consumers that need no broker: settings, secrets, texts, pauses; and what ships beside them."""
import base64
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONSUMERS = ROOT / "deploy" / "consumers"
sys.path.insert(0, str(CONSUMERS))
from calsync_consumers import api, main, settings  # noqa: E402
from calsync_consumers.dead_letters import DeadLetters  # noqa: E402
from calsync_consumers.done import Done  # noqa: E402
from calsync_consumers.effects.folder import safe_name  # noqa: E402
from calsync_consumers.effects.spreadsheet import _whole_rows, harmless, row  # noqa: E402
from calsync_consumers.errors import SettingsError  # noqa: E402
from calsync_consumers.event import Event  # noqa: E402
from calsync_consumers.fields import Fields, safe_link  # noqa: E402


class Parts(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def refusal(self, text, name="slack"):
        file = self.folder / "consumers.yaml"
        file.write_text(text)
        with self.assertRaises(SettingsError) as refused:
            kind = main.effect_class(name)
            kind(settings.Settings(file, name, kind.SETTINGS, main.NAMES))
        self.assertNotIn("hunter2", str(refused.exception))
        return str(refused.exception)

    def test_a_mistake_in_the_settings_is_told_by_its_name(self):
        (self.folder / "hook").write_text("https://hooks.slack.com/services/hunter2\n")
        hook = f'webhook: "file:{self.folder}/hook"'
        cases = [("slak: {}", "unknown name slak (is it slack?)"), ("slack: {}", "a secret is named, never written here"), ("kafka: {}", "no section slack"),
                 ('slack: {webhook: "https://hooks.slack.com/hunter2"}', "never written here"), ('slack: {webhook: "file:/not/there"}', "No such file"),
                 ('slack: {webhook: "env:NOT_SET_ANYWHERE"}', "empty or not there"), (f"slack: {{{hook}, text: 5}}", "str is wanted"),
                 (f"slack: {{{hook}, text: '{{clinet}}'}}", "nothing is called {clinet}"), (f"slack: {{{hook}, txt: a}}", "is it text?"),
                 (f"time_zone: Europe/Nowhere\nslack: {{{hook}}}", "there is no Europe/Nowhere"), (f"poison: drink\nslack: {{{hook}}}", "stop or dead_letter"),
                 ("slack: [", "consumers.yaml:1")]
        for text, words in cases:
            self.assertIn(words, self.refusal(text), text)
        self.assertIn("one of them", self.refusal("folder: {}", "folder"))

    def test_nobody_sets_what_exactly_once_stands_on(self):
        hook = f'webhook: "file:{self.folder}/hook"'
        (self.folder / "hook").write_text("https://hooks.example.org/x")
        file = self.folder / "consumers.yaml"
        for line, words in (("isolation.level: read_uncommitted", "set by the consumer itself"), ("sasl.password: hunter2", "is a secret")):
            file.write_text(f"kafka: {{properties: {{{line}}}}}\nslack: {{{hook}}}")
            with self.assertRaises(SettingsError) as refused:
                settings.Settings(file, "slack", main.effect_class("slack").SETTINGS, main.NAMES).kafka_properties()
            self.assertIn(words, str(refused.exception))
            self.assertNotIn("hunter2", str(refused.exception))

    def test_only_a_web_address_is_a_link(self):
        self.assertEqual(safe_link(" https://files.example/a%20b?c=d#e "), "https://files.example/a%20b?c=d#e")
        for bad in ("javascript:alert(1)", "file:///etc/passwd", "https://a\r\nURL=file:///x", "//host/share", "\\\\host\\share", "https:", "a b", None, 7,
                    "http://[x"):
            self.assertEqual(safe_link(bad), "", bad)

    def test_a_name_of_a_folder_stays_one_step_of_a_path(self):
        for text in ("../../etc", "a/b\\c", "..", "nul\0", "a\nb", "con: x|y?"):
            self.assertFalse(re.search(r'[/\\\x00-\x1f:*?"<>|]', safe_name(text)), text)
            self.assertFalse(safe_name(text).startswith("."), text)
        self.assertEqual(len(safe_name("ž" * 300)), 80)

    def test_what_a_spreadsheet_would_run_gets_an_apostrophe(self):
        cases = json.loads((ROOT / "tests" / "fixtures" / "csv_fields.json").read_text())  # state/views/statement_test.cpp has the same
        self.assertGreater(len(cases), 20)
        for case in cases:
            self.assertEqual(row([harmless(case["text"]), ""]).decode(), case["field"] + ",\r\n", case)

    def test_of_one_state_directorys_processes_none_loses_a_dead_letter_that_another_adds(self):
        def letter(key):
            return SimpleNamespace(topic=lambda: "bookings", partition=lambda: 0, offset=lambda: 0, key=lambda: key, headers=list, value=lambda: b"{}")

        def work(number):
            letters = DeadLetters(self.folder / "asana.dead.jsonl")  # of its own, as each process has
            try:
                for n in range(40):
                    letters.add(letter(b"stays %d %d" % (number, n)), "why")
                    letters.add(letter(b"gone %d" % number), "why")
                    letters.forget(b"gone %d" % number)
            except Exception as error:
                failed.append(error)

        failed, works = [], [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for one in works:
            one.start()
        for one in works:
            one.join()
        keys = [base64.b64decode(json.loads(line)["key"]) for line in (self.folder / "asana.dead.jsonl").read_text().splitlines()]
        self.assertEqual(failed, [])
        self.assertEqual(sorted(keys), sorted(b"stays %d %d" % (number, n) for number in range(3) for n in range(40)))

    def test_a_row_ends_only_where_its_quotes_do(self):
        whole = b'1,"a ""quoted""\r\n text"\r\n2,b\r\n'
        self.assertEqual([cells[0] for cells in _whole_rows(whole)[1]], ["1", "2"])
        for cut in range(len(whole)):
            end, rows = _whole_rows(whole[:cut])
            self.assertEqual((end, len(rows)), (len(whole) - 5, 1) if cut >= len(whole) - 5 else (0, 0), cut)

    def test_a_service_that_polls_told_without_its_title_goes_by_its_slug(self):
        fields = Fields("UTC", [])
        for kind, text in (({"slug": "review", "title": "Review"}, "Review"), ({"slug": "review", "title": None}, "review"), ({"slug": None, "title": None}, ""),
                           (None, "")):
            event = Event("bookings", 0, 0, "a", "log/1", "booking.created", "a", None, 1, {"booking": {"eventType": kind}})
            self.assertEqual(fields.fill("{service}", event), text)

    def test_retry_after_is_seconds_or_a_date_and_pauses_grow_to_a_minute(self):
        self.assertEqual(api._pause(1, "7"), 7)
        self.assertEqual(api._pause(1, "999999"), 3600)
        self.assertAlmostEqual(api._pause(1, formatdate(usegmt=True, timeval=__import__("time").time() + 30)), 30, delta=2)
        for attempt in range(1, 40):
            self.assertLessEqual(min(2 ** (attempt - 1), 60) / 2, api._pause(attempt, "soon"))
            self.assertLessEqual(api._pause(attempt, None), 60)

    def test_a_token_is_sent_to_nobody_in_the_clear(self):
        for url in ("http://api.example.org", "ftp://127.0.0.1", "http://localhost.example.org"):
            with self.assertRaises(SettingsError):
                api.Api("Asana", url, {}, None)

    def test_what_was_done_is_known_after_a_restart(self):
        for _ in range(2):
            done = Done(self.folder / "a.db")
            known = done.has("a/1"), done.task("chain")
            done.add("a/1")
            done.set_task("chain", "7")
            done.close()
        self.assertEqual(known, (True, "7"))

    def test_what_ships_fits_together(self):
        for line in (CONSUMERS / "requirements.txt").read_text().splitlines():
            if not line.startswith("#"):
                name, version = line.split("==")
                self.assertEqual(importlib.metadata.version(name), version, "tested with other versions than those that ship")
        example = yaml.safe_load((CONSUMERS / "consumers.example.yaml").read_text())
        text = (CONSUMERS / "README.md").read_text()
        for name in main.NAMES:
            self.assertIn(f"`{name}`", text)
            kind = main.effect_class(name)
            for setting in example[name]:
                self.assertIn(setting, kind.SETTINGS)
            for setting in kind.SETTINGS:
                self.assertIn(f"`{setting}`", text, f"README.md does not tell of {name}.{setting}")
        for name in settings.SHARED:
            self.assertIn(f"`{name}", text)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is missing")
    def test_the_unit_is_one_that_systemd_takes(self):
        unit = self.folder / "calsync-consumer@slack.service"
        unit.write_text((CONSUMERS / "calsync-consumer@.service").read_text().replace("/opt/calsync-consumers/venv/bin/python", "/bin/true"))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
