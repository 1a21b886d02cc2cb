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
export PATH=/package/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
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
mkdir -p /run/systemd/system                    # from here on as with systemd: postinst restarts what runs
python3 /package/upgrade.py hold $as_daemon calsyncd >/tmp/daemon.log 2>&1 & holder=$!
ready; python3 /package/upgrade.py load >/tmp/load.json & load=$!
accepted() { until [ "$(cat /tmp/accepted 2>/dev/null || echo 0)" -gt "$1" ]; do kill -0 $load; sleep 0.05; done; }
accepted 200
step upgrade;  dpkg -i --force-confold /package/second.deb 2>&1 | grep -i 'unpacking\|error' || true
head -1 /etc/calsync/calsyncd.yaml
ready; accepted $(($(cat /tmp/accepted) + 200)); touch /tmp/enough; wait $load
step load;     cat /tmp/load.json /tmp/starts; calsync status --json
kill $holder; wait $holder || true
rmdir /run/systemd/system
step remove;   dpkg -r calsync >/dev/null 2>&1; ls /usr/bin/calsyncd 2>/dev/null || echo "no program"; ls -d /var/lib/calsync/log /etc/calsync/calsyncd.yaml
step purge;    dpkg -P calsync >/dev/null 2>&1; ls -d /var/lib/calsync /etc/calsync 2>/dev/null || echo "nothing left"
step end
"""

# No systemd runs there. Its place is taken by one who holds the intake's socket and starts the daemon behind it, and by a systemctl that asks
# this one; everything else of the upgrade is the package's own. `load` sends as Cal.com does: signed, once, a connection each.
UPGRADE = r"""
import hashlib, hmac, http.client, json, os, pathlib, signal, socket, sys, threading, time

def hold(words):
    held = socket.create_server(("127.0.0.1", 18787), backlog=4096)
    pathlib.Path("/tmp/holder").write_text(str(os.getpid()))
    ends, starts, child = [], 0, None
    signal.signal(signal.SIGUSR1, lambda *_: child and os.kill(child, signal.SIGTERM))
    signal.signal(signal.SIGTERM, lambda *_: (ends.append(1), os.kill(child, signal.SIGTERM)))
    while not ends:
        child = os.fork()
        if child == 0:
            os.dup2(held.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="intake")
            os.execvp(words[0], words)
        starts += 1
        pathlib.Path("/tmp/starts").write_text(f"{starts}\n")
        os.waitpid(child, 0)

def load():
    secret = pathlib.Path("/etc/calsync/webhook_secret").read_text().strip().encode()
    told, lock = {}, threading.Lock()
    def send(of):
        for n in range(10**9):
            if os.path.exists("/tmp/enough"):
                return
            body = json.dumps({"triggerEvent": "MEETING_ENDED", "createdAt": "2026-11-27T10:00:00.000Z", "n": f"{of}/{n}"}).encode()
            headers = {"X-Cal-Signature-256": hmac.new(secret, body, hashlib.sha256).hexdigest(), "Content-Type": "application/json", "Connection": "close"}
            try:
                connection = http.client.HTTPConnection("127.0.0.1", 18787, timeout=60)
                connection.request("POST", "/hooks/main", body, headers)
                what = str(connection.getresponse().status)
                connection.close()
            except Exception as error:
                what = repr(error)
            with lock:
                told[what] = told.get(what, 0) + 1
                part = pathlib.Path("/tmp/accepted.part")
                part.write_text(str(told.get("200", 0)))
                part.rename("/tmp/accepted")
    threads = [threading.Thread(target=send, args=(of,)) for of in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    print(json.dumps(told))

hold(sys.argv[2:]) if sys.argv[1] == "hold" else load()
"""

SYSTEMCTL = r"""#!/bin/sh
case "$*" in
  *is-active*) exit 0 ;;
  "restart calsyncd.service") before=$(cat /tmp/starts); kill -USR1 "$(cat /tmp/holder)"; while [ "$(cat /tmp/starts)" = "$before" ]; do sleep 0.05; done ;;
esac
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
                     "usr/share/zsh/site-functions/_calsync", "usr/share/fish/vendor_completions.d/calsync.fish", "usr/share/doc/calsync/asyncapi.json", "usr/share/doc/calsync/openapi.json",
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
        self.assertEqual(run("dpkg-deb", "--root-owner-group", "-Znone", "-b", newer, inside / "second.deb").returncode, 0)
        (inside / "story.sh").write_text(STORY)
        (inside / "upgrade.py").write_text(UPGRADE)
        (inside / "bin").mkdir()
        (inside / "bin/systemctl").write_text(SYSTEMCTL)
        (inside / "bin/systemctl").chmod(0o755)
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
        sent, starts, status = steps["load"].split("\n", 2)
        self.assertEqual(set(json.loads(sent)), {"200"}, "nothing is refused while it is upgraded")
        self.assertEqual(starts.strip(), "2", "postinst has restarted it")
        self.assertEqual(json.loads(status)["log"]["rawHead"], 1 + json.loads(sent)["200"], "nothing is lost, and the log is kept")
        self.assertEqual(steps["remove"].split(), ["no", "program", "/etc/calsync/calsyncd.yaml", "/var/lib/calsync/log"])
        self.assertEqual(steps["purge"].strip(), "nothing left")


if __name__ == "__main__":
    unittest.main(verbosity=2)
