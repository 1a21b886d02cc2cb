"""Where things are, and waiting for a condition."""
import http.client
import os
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
FIXTURES = ROOT / "tests" / "fixtures"
BUILD = Path(os.environ.get("CALSYNC_BUILD") or ROOT / "build" / "release")


def wait_until(what, condition, within_s=30.0, every_s=0.02):
    """The first true answer of condition(). What raises OSError, or gets no whole answer, is not true yet."""
    deadline = time.monotonic() + within_s
    last = None
    while True:
        try:
            answer = condition()
            if answer:
                return answer
        except (OSError, http.client.HTTPException) as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"after {within_s} s still not: {what}" + (f" ({last})" if last else ""))
        time.sleep(every_s)
