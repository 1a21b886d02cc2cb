"""The tests of the consumers that need a Kafka, at the same time and with one broker: most of their time they wait."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from running import a_broker  # noqa: E402

TESTS = ("consumers_test.py", "daemon_test.py", "postgres_test.py")


def main():
    with tempfile.TemporaryDirectory() as scratch, a_broker(Path(scratch)) as broker:
        env = {**os.environ, "CALSYNC_CONSUMERS_BROKER": broker.address}
        logs = [open(Path(scratch) / name, "w+", encoding="utf-8") for name in TESTS]
        running = [subprocess.Popen([sys.executable, Path(__file__).with_name(name)], stdout=log, stderr=subprocess.STDOUT, env=env)
                   for name, log in zip(TESTS, logs)]
        codes = [one.wait() for one in running]
        for name, log in zip(TESTS, logs):
            log.seek(0)
            print(f"== {name}\n{log.read()}")
            log.close()
        return int(any(codes))


sys.exit(main())
