"""What calsync believes of Cal.com, habit by habit: against the sandbox, or against any server.

  CALSYNC_CONTRACT_URL=https://cal.example.org CALSYNC_CONTRACT_ORG=42 CALSYNC_CONTRACT_KEY=cal_live_… \\
    build/venv/bin/python tests/contract/contract_test.py [WORD…]        only habits whose name holds a WORD

The habits of deliveries want an address at which the server reaches this test, and are left out without: CALSYNC_CONTRACT_RECEIVER and
CALSYNC_CONTRACT_LISTEN (receiver.py). With CALSYNC_CONTRACT_PING=60 a person has so many seconds to press *Ping test*.

Needs the key of an administrator of an organisation that is there for tests: it makes teams, users and bookings, whose e-mails end in
@contract.example, and takes them away again. It asks some 450 requests, and waits where the server limits their rate.
"""
import os
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support" / "python")]
import booking_habits  # noqa: E402
import delivery_habits  # noqa: E402
import resource_habits  # noqa: E402
from receiver import Receiver  # noqa: E402
from server import Server  # noqa: E402


def has(server, habit):
    name = habit.__name__.replace("_", " ")
    try:
        habit(server)
    except Exception:  # noqa: BLE001: one habit that is missing does not hide the next
        print(f"MISSING  {name}\n{traceback.format_exc(limit=-1)}", flush=True)
        return False
    finally:
        server.take_away()
    print(f"has      {name}", flush=True)
    return True


def check(server, words):
    habits = resource_habits.HABITS + booking_habits.HABITS
    if server.receiver:
        habits = habits + delivery_habits.HABITS
    else:
        print(f"skipped  {len(delivery_habits.HABITS)} habits of deliveries: CALSYNC_CONTRACT_RECEIVER is not set", flush=True)
    habits = [habit for habit in habits if not words or any(word in habit.__name__ for word in words)]
    missing = [habit for habit in habits if not has(server, habit)]
    print(f"{len(habits) - len(missing)} of {len(habits)} habits at {server.url}")
    return 1 if missing else 0


def main():
    url = os.environ.get("CALSYNC_CONTRACT_URL")
    if url:
        server = Server(url.rstrip("/"), int(os.environ["CALSYNC_CONTRACT_ORG"]), os.environ["CALSYNC_CONTRACT_KEY"],
                        receiver=Receiver.of_environment())
        return check(server, sys.argv[1:])
    from e2e.sandbox import Sandbox
    sandbox = Sandbox("--requests-per-minute", "100000")
    try:
        return check(Server(sandbox.facts["url"], 1, sandbox.facts["apiKey"], receiver=Receiver()), sys.argv[1:])
    finally:
        sandbox.kill()


if __name__ == "__main__":
    sys.exit(main())
