"""The units, the account and the directories that ship, held against systemd's own tools (P24, P29; RELIABILITY §3.7).

systemd_test.py CASE; plain python3. 77, which ctest shows as skipped: this machine lacks the tool, or only root may do it.
"""
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SYSTEMD = ROOT / "deploy" / "systemd"
BUILD = Path(os.environ["CALSYNC_BUILD"])
SKIPPED = 77
EXPOSURE_MAX = "15"  # tenths


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def needs(tool):
    if not shutil.which(tool):
        skip(f"{tool} is missing: apt-get install systemd")


def run(*command):
    done = subprocess.run([str(c) for c in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    print("$", *command, f"→ {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


def units(folder):
    """The unit files, with the program that was built in place of the installed one."""
    service = (SYSTEMD / "calsyncd.service").read_text()
    assert "ExecStart=/usr/bin/calsyncd " in service
    (folder / "calsyncd.service").write_text(service.replace("/usr/bin/calsyncd", str(BUILD / "calsyncd")))
    shutil.copy(SYSTEMD / "calsyncd.socket", folder)
    return folder / "calsyncd.service", folder / "calsyncd.socket"


def verify(folder):
    needs("systemd-analyze")
    done = run("systemd-analyze", "verify", "--man=no", *units(folder))
    assert done.returncode == 0 and not done.stderr, "systemd-analyze verify has something to say"


def security(folder):
    needs("systemd-analyze")
    service, _ = units(folder)
    done = run("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_MAX}", service)
    assert done.returncode == 0, "the exposure is above 1.5"
    assert "Overall exposure level" in done.stdout


def account_of(folder):
    return next(line for line in (folder / "etc" / "passwd").read_text().splitlines() if line.startswith("calsyncd:"))


def accounts(folder):
    needs("systemd-sysusers")
    done = run("systemd-sysusers", "--dry-run", SYSTEMD / "calsyncd.sysusers")
    assert done.returncode == 0 and "Failed" not in done.stderr
    if os.geteuid() != 0:
        skip("only root can make accounts, even below another root")
    (folder / "etc").mkdir()
    assert run("systemd-sysusers", f"--root={folder}", SYSTEMD / "calsyncd.sysusers").returncode == 0
    assert account_of(folder).endswith(":/var/lib/calsync:/usr/sbin/nologin"), account_of(folder)
    assert "calsyncd:" in (folder / "etc" / "group").read_text()


def directories(folder):
    needs("systemd-tmpfiles")
    if os.geteuid() != 0:
        skip("only root can give directories to others")
    accounts(folder)
    done = run("systemd-tmpfiles", f"--root={folder}", "--create", SYSTEMD / "calsyncd.tmpfiles")
    assert done.returncode == 0 and not done.stderr
    user, group = (int(n) for n in account_of(folder).split(":")[2:4])
    made = {}
    for path in ("/etc/calsync", "/var/lib/calsync"):
        status = (folder / path.lstrip("/")).stat()
        made[path] = (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)
    assert made == {"/etc/calsync": (0o750, 0, group), "/var/lib/calsync": (0o700, user, group)}, made


def limits(_):
    """As many descriptors as connections, tables and Kafka may need together, and as much memory as P24 promises."""
    service = dict(line.split("=", 1) for line in (SYSTEMD / "calsyncd.service").read_text().splitlines() if "=" in line)
    number = lambda file, name: int(re.search(name + r"\s*=\s*([\d']+);", (ROOT / file).read_text())[1].replace("'", ""))  # noqa: E731
    connections = number("connectors/webhook/listener.hpp", r"connections")
    tables = number("state/store/rocks_options.cpp", r"max_open_files")
    assert int(service["LimitNOFILE"]) >= connections + tables + 512, f"{connections} connections, {tables} tables"
    assert service["MemoryMax"] == "512M" and service["Type"] == "notify"
    socket = (SYSTEMD / "calsyncd.socket").read_text()
    assert int(re.search(r"Backlog=(\d+)", socket)[1]) >= connections, "who waits for a restart must find a place"


CASES = {"Verify": verify, "Security": security, "Accounts": accounts, "Directories": directories, "Limits": limits}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="calsync-systemd-") as made:
        os.chmod(made, 0o755)
        CASES[sys.argv[1]](Path(made))
