"""Events per second of what is behind the 200: catch-up, rebuild, verify, rejoin; and how long a start takes."""
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tools import LOG_BENCH, SECRET, fill, use_prefix
from e2e.daemon import Daemon


class Timed:
    def __enter__(self):
        self.began = time.monotonic()
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self.began


def say(what, count, timed, of="records"):
    print(f"{what:42} {count / timed.seconds:9.0f} {of}/s ({count} in {timed.seconds:.1f} s)", flush=True)


def pipeline(options, broker, body):
    with tempfile.TemporaryDirectory() as folder, Daemon(folder, broker.address, SECRET) as d:
        use_prefix(d, "pipeline.")
        d.wait_ready(60)
        broker.freeze()
        fill(d, body, options.records)
        broker.thaw()
        before = d.status()["publisher"]["published"]
        with Timed() as timed:
            events = d.wait_published(600)["log"]["eventHead"]
        say("catch-up after a frozen broker", events - before, timed, "events")
        records = d.status()["log"]["rawHead"]
        d.stop(60)
        for words in (["rebuild", "--verify"], ["rebuild", "--yes"], ["verify"]):
            with Timed() as timed:
                d.calsync("log", *words, timeout=3600)
            say("log " + " ".join(words), records, timed)


def rejoin(options, broker, body):
    """The log is lost; a backup of its beginning is restored, the rest taken back from Kafka."""
    with tempfile.TemporaryDirectory() as folder, Daemon(folder, broker.address, SECRET) as d:
        use_prefix(d, "rejoin.")
        d.wait_ready(60)
        fill(d, body, 1)
        d.wait_published(60)
        backups = Path(folder) / "backups"
        d.calsync("log", "backup", "--to", backups)
        fill(d, body, options.records)
        d.wait_published(600)
        d.kill()
        shutil.rmtree(d.log_path)
        d.calsync("log", "restore", "--from", backups, "--yes")
        with Timed() as timed:
            report = json.loads(d.calsync("log", "rejoin", "--yes", "--json", timeout=3600))
        say("log rejoin", report["events"], timed, "events")


def start(options, body):
    """From exec to a listening intake, as the log grows; after an orderly stop, and after kill -9."""
    with tempfile.TemporaryDirectory() as folder, Daemon(folder, None, SECRET) as d:
        d.wait_ready(60)
        for records in (options.records // 100, options.records // 10, options.records):
            grown = records - d.status()["log"]["rawHead"]
            d.stop(60)
            subprocess.run([LOG_BENCH, "fill", d.log_path, str(grown), body], check=True)
            for how, end in (("stop", lambda: d.stop(60)), ("kill -9", d.kill)):
                d.start().wait_listening(60)
                fill(d, body, 1)  # something that only the WAL has
                end()
                with Timed() as timed:
                    d.start().wait_listening(60)
                print(f"start to listening after {how:8} {records:9} records: {timed.seconds:.2f} s", flush=True)
                d.stop(60)
            d.start().wait_listening(60)
