"""A log that an earlier version stored (P30): today's programs read it, find it sound, make the same bytes again, and refuse
a later major format without touching it."""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

CALSYNC, CALSYNCD, FIXTURES = sys.argv[1:4]
STORED = pathlib.Path(FIXTURES) / "log"
EVENTS = ["ooo.created", "recording.ready", "booking.reschedule_requested", "form.submitted"]


class StoredLog(unittest.TestCase):
    stored, events = "format-1.0", EVENTS

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="calsync-stored-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.log = self.dir / "log"
        shutil.copytree(STORED / self.stored, self.log)
        self.log.chmod(0o700)
        self.settings = self.dir / "calsyncd.yaml"
        self.settings.write_text(f'log: {{path: "{self.log}"}}\n')

    def calsync(self, *words):
        done = subprocess.run([CALSYNC, "--settings", self.settings, *words], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def contents(self):
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in self.log.iterdir()}

    def test_is_sound_and_its_events_are_made_again_byte_for_byte(self):
        self.calsync("log", "verify")
        self.calsync("log", "rebuild", "--verify")
        told = json.loads(self.calsync("log", "list", "--events", "--json"))
        self.assertEqual([e["type"] for e in told], self.events)
        self.calsync("log", "rebuild", "--yes")
        self.calsync("log", "verify")
        self.assertEqual(json.loads(self.calsync("log", "list", "--events", "--json")), told)

    def test_of_a_later_major_format_ends_the_daemon_with_78_and_is_left_as_it_is(self):
        head = self.log / "head"
        text = re.sub(r"(?<=^calsync-log-head )\S+", "3.0", head.read_text())
        text = text[:text.index("sum ")]
        head.write_text(text + "sum " + hashlib.sha256(text.encode()).hexdigest() + "\n")
        before = self.contents()
        done = subprocess.run([CALSYNCD, "--settings", self.settings], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("start the calsync version that wrote it", done.stderr)
        self.assertEqual(self.contents(), before)


class TrimmedLog(StoredLog):
    stored, events = "format-2.0", ["booking.created", "booking.reschedule_requested", "form.submitted"]


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
