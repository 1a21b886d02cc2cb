"""log.retention on a log of old records (RELIABILITY K2 for the cut): killed at every named point of a trim, the log has the
old cut or the new one; in the end all that was old is gone, the rest is sound, rebuilds to the very bytes and is served."""
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import BUILD, ROOT, wait_until  # noqa: E402

CALSYNCD, CALSYNC = BUILD / "tests" / "calsyncd_crash", BUILD / "tests" / "calsync_crash"
FIXTURE = BUILD / "tests" / "daemon_cli_log_fixture"
SETTINGS = """
log:    {{path: "{d.log_path}", retention: 30d}}
admin:  {{listen: "127.0.0.1:{d.admin_port}"}}
"""
POINTS = ["trim.before", "wal.append", "wal.sync.before", "wal.sync.after", "trim.after", "trim.driving_out", "table.create",
          "table.sync.after", "manifest.append", "trim.driven_out"]


def old_log(daemon, folder):
    """Records of 400 days ago and of 3 days ago; the last of the old ones can never be read."""
    bad = folder / "bad.json"
    bad.write_text("[[[ not json")
    bodies = sorted((ROOT / "tests" / "fixtures" / "webhooks").glob("*.json"))
    half = len(bodies) // 2
    assert half > 10
    for age, files in (("400d", bodies[:half] + [bad]), ("3d", bodies[half:])):
        subprocess.run([FIXTURE, daemon.log_path, f"leave@{age}", *files], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60)
    return half + 1


def cli(daemon, *words, program=BUILD / "calsync", code=0):
    done = subprocess.run([program, "--settings", daemon.settings, *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == code, f"{words}: {done.returncode}: {done.stdout}{done.stderr}"
    return done


def die_at(daemon, point):
    daemon.start(program=CALSYNCD, env={"CALSYNC_CRASH_AT": f"{point}:1"})
    wait_until(f"calsyncd is killed at {point}", lambda: daemon.process.poll() is not None, 30, 0.01)
    assert daemon.process.returncode == -signal.SIGKILL, f"at {point}: {daemon.log_file.read_text()[-1500:]}"


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-retention-") as folder:
        daemon = Daemon(Path(folder) / "d", settings=SETTINGS)
        old = old_log(daemon, Path(folder))
        events_before = json.loads(cli(daemon, "log", "list", "--events", "--all", "--json").stdout)
        place = str(len(events_before))
        known_before = cli(daemon, "bookings", "list", "--as-of", place, "--json").stdout
        untouched = Path(folder) / "untouched"
        shutil.copytree(daemon.log_path, untouched)
        for point in POINTS:
            shutil.rmtree(daemon.log_path)
            shutil.copytree(untouched, daemon.log_path)
            die_at(daemon, point)
            cli(daemon, "log", "verify")
            cut = json.loads(cli(daemon, "status", "--json", code=1).stdout)["log"]["cutRaw"]
            assert cut in (0, old), f"killed at {point}: a cut at {cut}"
        shutil.rmtree(daemon.log_path)
        shutil.copytree(untouched, daemon.log_path)
        daemon.start()
        wait_until("all that is old is trimmed", lambda: "log trimmed" in daemon.log_file.read_text(), 30, 0.05)
        status = json.loads(cli(daemon, "status", "--json").stdout)
        assert status["log"]["cutRaw"] == old, status
        assert "trimmed up to record" in cli(daemon, "status").stdout
        gone = cli(daemon, "log", "show", "1", code=1).stderr
        assert "was trimmed on" in gone, gone
        listed = json.loads(cli(daemon, "log", "list", "--all", "--json").stdout)
        assert listed[0]["sequence"] == old + 1, listed[0]
        assert "not json" in cli(daemon, "log", "show", str(old), "--body").stdout, "what is in quarantine is kept"
        cut_event = status["log"]["cutEvent"]
        events = json.loads(cli(daemon, "log", "list", "--events", "--all", "--json").stdout)
        assert events == [e for e in events_before if e["sequence"] > cut_event], "the events that are left have changed"
        assert cli(daemon, "bookings", "list", "--as-of", place, "--json").stdout == known_before
        refused = cli(daemon, "bookings", "list", "--as-of", str(cut_event - 1), code=1).stderr
        assert "ask for a later one" in refused, refused
        assert 0 < cut_event < len(events_before)
        copied = cli(daemon, "log", "replay", "--to-file", str(Path(folder) / "copy"), "--yes").stderr
        assert f"events up to {cut_event}" in copied, copied
        cli(daemon, "log", "verify")
        cli(daemon, "log", "rebuild", "--verify")
        assert daemon.stop() == 0
        for point in ("clear.after", "rebuild.filled", "rebuild.before", "rebuild.after"):
            done = subprocess.run([CALSYNC, "--settings", daemon.settings, "log", "rebuild", "--yes"], timeout=60,
                                  env={"CALSYNC_CRASH_AT": f"{point}:1"}, stdin=subprocess.DEVNULL, capture_output=True)
            assert done.returncode == -signal.SIGKILL, (point, done)
            daemon.start().wait_ready(30)
            assert daemon.stop() == 0
            cli(daemon, "log", "verify")
            cli(daemon, "log", "rebuild", "--verify")
        # No broker keeps what an embedded one had: it begins at the cut.
        daemon.settings.write_text(daemon.settings.read_text() + "kafka: {mode: embedded}\n")
        daemon.start().wait_ready(30)
        head = len(events_before)
        wait_until("all is published", lambda: json.loads(cli(daemon, "status", "--json").stdout)["publisher"]["published"] == head, 30, 0.1)
        assert f'"first":{cut_event + 1},' in daemon.log_file.read_text(), daemon.log_file.read_text()[-2000:]
        assert daemon.stop() == 0
        again = json.loads(cli(daemon, "log", "list", "--events", "--all", "--json").stdout)
        assert again == events, "a rebuild from the cut changed events"


if __name__ == "__main__":
    main()
