"""The Debian package as an administrator meets it: install, run, upgrade, remove, purge, on this machine's own Debian under a layer that is
thrown away (overlayfs in a mount namespace; skipped plainly where that is not allowed)."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.places import BUILD, ROOT  # noqa: E402

# Inside of the layer, as root. Each step prints what the test then looks at.
STORY = r"""
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
step() { echo "== $1"; }
as_daemon="setpriv --reuid=calsyncd --regid=calsyncd --clear-groups --inh-caps=-all"
ready() { for _ in $(seq 200); do curl -fsS -o /dev/null http://127.0.0.1:19464/readyz 2>/dev/null && return; sleep 0.05; done; cat /tmp/daemon.log; exit 9; }

step install;  dpkg -i /package/first.deb 2>&1 | grep -v 'Reading database\|Selecting'
stat -c '%U:%G %a %n' /etc/calsync /etc/calsync/calsyncd.yaml /var/lib/calsync
getent passwd calsyncd | cut -d: -f1,6
step version;  calsyncd --version; calsync --version
step check;    calsyncd --check 2>&1 || echo "exit $?"
step settings
(umask 077; head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > /etc/calsync/webhook_secret); chown calsyncd /etc/calsync/webhook_secret
cat > /etc/calsync/calsyncd.yaml <<YAML
intake: {listen: "127.0.0.1:18787", sources: [{id: main, secrets: ["file:/etc/calsync/webhook_secret"]}]}
log:    {path: /var/lib/calsync/log}
admin:  {listen: "127.0.0.1:19464"}
YAML
calsyncd --check
step run;      $as_daemon calsyncd >/tmp/daemon.log 2>&1 & pid=$!
ready; calsync send /package/BOOKING_PAID.json >/dev/null; calsync log list --json | grep -c '"sequence"'
kill $pid; wait $pid || true
step upgrade;  dpkg -i --force-confold /package/second.deb 2>&1 | grep -i 'unpacking\|error' || true
cat /etc/calsync/calsyncd.yaml | head -1
$as_daemon calsyncd >/tmp/daemon.log 2>&1 & pid=$!
ready; calsync log list --json | grep -c '"sequence"'; kill $pid; wait $pid || true
step remove;   dpkg -r calsync >/dev/null 2>&1; ls /usr/bin/calsyncd 2>/dev/null || echo "no program"; ls -d /var/lib/calsync/log /etc/calsync/calsyncd.yaml
step purge;    dpkg -P calsync >/dev/null 2>&1; ls -d /var/lib/calsync /etc/calsync 2>/dev/null || echo "nothing left"
step end
"""

LAYER = r"""
set -eu
mount -t tmpfs layer "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --bind /dev "$1/root/dev"
mkdir -p "$1/root/package"
mount --bind "$2" "$1/root/package"
mount -t tmpfs tmp "$1/root/tmp"
mount -t tmpfs run "$1/root/run"
exec chroot "$1/root" sh /package/story.sh
"""


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.scratch.name)
        made = run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder / "cpack", cwd=cls.folder)
        assert made.returncode == 0, made.stdout + made.stderr
        cls.package = next((cls.folder / "cpack").glob("*.deb"))

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def unpacked(self):
        place = self.folder / "unpacked"
        if not place.exists():
            self.assertEqual(run("dpkg-deb", "-R", self.package, place).returncode, 0)
        return place

    def test_lintian_finds_no_error_and_no_warning(self):
        if not shutil.which("lintian"):
            self.skipTest("lintian is not installed (deploy/install-packages test)")
        found = run("lintian", "--allow-root", "--no-tag-display-limit", "--fail-on", "error,warning", self.package)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def test_it_holds_all_that_the_readme_names(self):
        root = self.unpacked()
        for path in ("usr/bin/calsyncd", "usr/bin/calsync", "usr/lib/systemd/system/calsyncd.service", "usr/lib/systemd/system/calsyncd.socket",
                     "usr/lib/sysusers.d/calsyncd.conf", "usr/lib/tmpfiles.d/calsyncd.conf", "etc/calsync/calsyncd.yaml",
                     "usr/share/man/man1/calsync.1.gz", "usr/share/man/man8/calsyncd.8.gz", "usr/share/bash-completion/completions/calsync",
                     "usr/share/zsh/site-functions/_calsync", "usr/share/doc/calsync/asyncapi.json", "usr/share/doc/calsync/openapi.json",
                     "usr/share/doc/calsync/schemas/booking.created.json", "usr/share/doc/calsync/sbom.spdx.json", "usr/share/doc/calsync/copyright"):
            self.assertTrue((root / path).is_file(), path)
        self.assertIn("ExecStart=/usr/bin/calsyncd", (root / "usr/lib/systemd/system/calsyncd.service").read_text())
        self.assertNotIn(str(ROOT), run("strings", root / "usr/bin/calsyncd").stdout if shutil.which("strings") else "")

    def test_the_bill_of_materials_names_every_library_with_its_version(self):
        bill = json.loads((self.unpacked() / "usr/share/doc/calsync/sbom.spdx.json").read_text())
        self.assertEqual(bill["spdxVersion"], "SPDX-2.3")
        versions = {p["name"]: p["versionInfo"] for p in bill["packages"]}
        for name in ("librdkafka1", "librocksdb7.8", "libssl3", "libc6"):
            self.assertEqual(versions[name], run("dpkg-query", "-W", "-f", "${Version}", name).stdout, name)
        self.assertEqual(len(bill["relationships"]), len(bill["packages"]))

    def test_installed_upgraded_removed_and_purged_it_loses_no_log_before_the_last(self):
        if os.geteuid() != 0 or run("unshare", "-m", "-p", "-f", "sh", "-c", "mount -t tmpfs x /mnt").returncode != 0:
            self.skipTest("needs root and mount namespaces")
        inside = self.folder / "package"
        inside.mkdir()
        shutil.copy(self.package, inside / "first.deb")
        shutil.copy(ROOT / "tests/fixtures/webhooks/BOOKING_PAID.json", inside)
        newer = self.folder / "newer"
        shutil.copytree(self.unpacked(), newer, symlinks=True)
        control = newer / "DEBIAN/control"
        control.write_text(control.read_text().replace("Version: 0.1.0-1", "Version: 0.1.0-2"))
        self.assertEqual(run("dpkg-deb", "--root-owner-group", "-b", newer, inside / "second.deb").returncode, 0)
        (inside / "story.sh").write_text(STORY)
        layer = self.folder / "layer"
        layer.mkdir()
        told = run("unshare", "-m", "-p", "-f", "--kill-child", "sh", "-c", LAYER, "layer", layer, inside, timeout=240)
        text = told.stdout + told.stderr
        self.assertEqual(told.returncode, 0, text)
        steps = dict(part.split("\n", 1) for part in text.split("== ")[1:])
        self.assertIn("root:calsyncd 750 /etc/calsync\nroot:calsyncd 640 /etc/calsync/calsyncd.yaml\ncalsyncd:calsyncd 700 /var/lib/calsync", steps["install"])
        self.assertIn("calsyncd:/var/lib/calsync", steps["install"])
        self.assertIn("calsyncd --check", steps["install"], "what to do next is said")
        self.assertIn("webhook_secret", steps["check"])
        self.assertIn("exit 78", steps["check"])
        self.assertEqual(steps["run"].strip(), "1")
        self.assertIn("Unpacking calsync (0.1.0-2) over (0.1.0-1)", steps["upgrade"])
        self.assertIn("127.0.0.1:18787", steps["upgrade"], "settings that somebody edited stay")
        self.assertEqual(steps["upgrade"].strip().splitlines()[-1], "1", "the log is kept")
        self.assertEqual(steps["remove"].split(), ["no", "program", "/etc/calsync/calsyncd.yaml", "/var/lib/calsync/log"])
        self.assertEqual(steps["purge"].strip(), "nothing left")


if __name__ == "__main__":
    unittest.main(verbosity=2)
