"""What all benchmarks need: a body, a load, what a process used."""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support" / "python"))
from e2e.places import BUILD, ROOT  # noqa: E402

BENCH = BUILD / "tests" / "calsync_bench"
LOG_BENCH = BUILD / "tests" / "calsync_log_bench"
SECRET = "a secret of a benchmark, not of anybody"
CLOCK = os.sysconf("SC_CLK_TCK")


def body_file(folder):
    """A real delivery of 4 kB, its uid and ids replaced for each booking."""
    text = (ROOT / "tests/fixtures/webhooks/BOOKING_CREATED.json").read_text()
    uid = json.loads(text)["payload"]["uid"]
    booking = json.loads(text)["payload"].get("bookingId")
    text = text.replace(uid, "UNIQUE_ID_0000000000")
    if booking:  # a number of its own would need another width: without one the uid alone decides
        text = text.replace(f'"bookingId":{booking},', "")
    path = Path(folder) / "body.json"
    path.write_text(text)
    return path


def usage(pid):
    """CPU seconds and resident MiB of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return (int(fields[11]) + int(fields[12])) / CLOCK, peak / 1024


def load(port, body, connections, seconds):
    done = subprocess.run([BENCH, "load", str(port), "/hooks/main", SECRET, body, str(connections), str(seconds)],
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"load: {done.stderr}")
    return json.loads(done.stdout)


def use_prefix(d, prefix):
    """Each daemon has a log of its own: topics of its own."""
    d.stop()
    d.settings.write_text(d.settings.read_text().replace("mode: cluster,", f'mode: cluster, topic_prefix: "{prefix}",'))
    d.start()


def fill(d, body, records):
    """Takes in at least so many more deliveries, each of a booking of its own."""
    upto = d.status()["log"]["rawHead"] + records
    while (missing := upto - d.status()["log"]["rawHead"]) > 0:
        load(d.intake_port, body, 256, min(10, max(0.5, missing / 20_000)))
