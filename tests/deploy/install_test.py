"""cmake --install into a folder of its own: everything that the README names is there, and works from there."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.places import BUILD, ROOT  # noqa: E402

FILES = """bin/calsync bin/calsyncd
    lib/systemd/system/calsyncd.service lib/systemd/system/calsyncd.socket lib/sysusers.d/calsyncd.conf lib/tmpfiles.d/calsyncd.conf
    share/man/man1/calsync.1 share/man/man8/calsyncd.8
    share/bash-completion/completions/calsync share/zsh/site-functions/_calsync share/fish/vendor_completions.d/calsync.fish
    share/doc/calsync/README.md share/doc/calsync/calsyncd.yaml share/doc/calsync/openapi.json share/doc/calsync/asyncapi.json
    share/doc/calsync/schemas/booking.created.json share/doc/calsync/prometheus/calsync.rules.yaml
    share/doc/calsync/grafana/calsync.json share/doc/calsync/consumers/calsync_consumers/effects/postgres.sql""".split()


def run(*words, **options):
    done = subprocess.run(list(map(str, words)), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == 0, f"{words} = {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dest = Path(tempfile.mkdtemp(prefix="calsync-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.dest)
        run("cmake", "--install", BUILD, "--prefix", "/usr/local", env={**os.environ, "DESTDIR": str(cls.dest)})
        cls.prefix = cls.dest / "usr/local"

    def test_every_file_is_in_its_place(self):
        there = {str(p.relative_to(self.prefix)) for p in self.prefix.rglob("*") if p.is_file()}
        self.assertEqual(set(FILES) - there, set())
        self.assertEqual({p.name for p in self.dest.iterdir()}, {"usr"}, "nothing outside of the prefix")
        for program in ("calsync", "calsyncd"):
            self.assertRegex(run(self.prefix / "bin" / program, "--version"), rf"^{program} \d")

    def test_the_unit_starts_the_program_that_was_installed(self):
        unit = (self.prefix / "lib/systemd/system/calsyncd.service").read_text()
        self.assertIn("\nExecStart=/usr/local/bin/calsyncd --settings /etc/calsync/calsyncd.yaml\n", unit)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not here")
    def test_systemd_takes_the_units(self):
        units = Path(tempfile.mkdtemp(dir=self.dest))
        for name in ("calsyncd.service", "calsyncd.socket"):
            text = (self.prefix / "lib/systemd/system" / name).read_text()
            (units / name).write_text(text.replace("=/usr/local/bin/", f"={self.prefix}/bin/"))
        said = run("systemd-analyze", "verify", "--man=no", units / "calsyncd.service", units / "calsyncd.socket")
        self.assertEqual([line for line in said.splitlines() if "calsyncd" in line], [], said)

    @unittest.skipUnless(shutil.which("man") and shutil.which("lexgrog"), "man-db is not here")
    def test_the_man_pages_are_pages(self):
        for page, name in (("man1/calsync.1", "calsync"), ("man8/calsyncd.8", "calsyncd")):
            path = self.prefix / "share/man" / page
            self.assertRegex(run("lexgrog", path), rf'"{name} - \S')
            shown = run("man", "-l", "--warnings", path, env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
            for heading in ("NAME", "SYNOPSIS", "EXIT STATUS", "FILES", "SEE ALSO"):
                self.assertIn(f"\n{heading}\n", shown)
            self.assertNotIn("warning:", shown)

    def test_settings_unit_and_readme_tell_one_story_of_the_secret(self):
        secret = "/etc/calsync/webhook_secret"
        example = (self.prefix / "share/doc/calsync/calsyncd.yaml").read_text()
        self.assertRegex(example, rf'\n  sources: .*"file:{secret}"')
        unit = (self.prefix / "lib/systemd/system/calsyncd.service").read_text()
        self.assertEqual(set(re.findall(r"/etc/calsync/\w*secret\w*", unit)), {secret})
        made = (self.prefix / "lib/tmpfiles.d/calsyncd.conf").read_text()
        self.assertRegex(made, r"\nd /etc/calsync 0750 root calsyncd ")
        readme = (ROOT / "README.md").read_text()
        self.assertEqual(set(re.findall(r"/etc/calsync/\w*secret\w*", readme)), {secret})
        self.assertIn("cmake --install build/release", readme)
        listens = re.search(r'\n  listen: "([^"]+)"', example).group(1)
        socket = (self.prefix / "lib/systemd/system/calsyncd.socket").read_text()
        self.assertIn(f"\nListenStream={listens}\n", socket)


if __name__ == "__main__":
    unittest.main()
