"""What a booker can put into a form cannot make the daemon large or busy (P24): correctly signed bodies of just under 1 MiB, on
a real broker. Bookings with more people, seats or answers than Cal.com ever makes, and the largest that are still read. Each is
taken and each becomes an event or goes into quarantine; others are answered meanwhile; the daemon stays below 256 MiB.
"""
import json
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import webhooks  # noqa: E402
from e2e.broker import Broker  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402

MEMORY_MAX_MIB = 256
MANY = 38_000  # as many as fit into 1 MiB


def created(uid, step, trigger="BOOKING_CREATED", **fields):
    payload = {"uid": uid, "title": "t", "startTime": "2026-12-01T10:00:00Z", "endTime": "2026-12-01T11:00:00Z",
               "status": "ACCEPTED", **fields}
    document = {"triggerEvent": trigger, "createdAt": f"2026-09-01T10:{step // 60:02}:{step % 60:02}.000Z", "payload": payload}
    return webhooks.Delivery(f"{uid} {step}", json.dumps(document, separators=(",", ":")).encode())


def guests(first, count):
    return [{"email": f"a{n}@x"} for n in range(first, first + count)]


def answers(step, length, name="notes"):
    return {name: {"label": name, "value": f"{step:05}" + "y" * length}}


def seated(first, count):
    return [{"name": f"Person {n}", "email": f"person-{n}@client.example", "timeZone": "Europe/Berlin",
             "bookingSeat": {"referenceUid": f"seat-{n}"}} for n in range(first, first + count)]


# What is sent, and what becomes of each.
SETS = {
    "many guests, of a booking each": ([created(f"guests-{n}", n, attendees=guests(0, MANY)) for n in range(12)], "quarantine"),
    "many guests of one, others each time": ([created("shifted", n, attendees=guests(n, MANY)) for n in range(12)], "quarantine"),
    "many seats": ([created("seats", n, seatsPerTimeSlot=8, attendeeSeatId=f"s{n}", attendees=guests(n * 40_000, MANY))
                    for n in range(8)], "quarantine"),
    "one long answer more each time": ([created("keys", n, responses=answers(n, 1_000_000, f"k{n}")) for n in range(30)], "quarantine"),
    "many answers": ([created("answers", n, responses={f"k{i}": n for i in range(80_000)}) for n in range(6)], "quarantine"),
    "many members of metadata": ([created(f"meta-{n}", n, metadata={f"k{i}": 1 for i in range(80_000)}) for n in range(6)], "quarantine"),
    "guests of a meeting": ([created(f"meeting-{n}", n, "MEETING_STARTED", attendees=guests(0, MANY)) for n in range(6)], "quarantine"),
    "all that one booking may hold": ([created(f"notes-{n}", n, responses=answers(n, 500_000)) for n in range(40)], "events"),
    "the same, changed each time": ([created("rewritten", n, responses=answers(n, 500_000)) for n in range(40)], "events"),
    "all the people that one may have": ([created("crowd", n, seatsPerTimeSlot=1000, title=f"t{n}", attendees=seated(0, 2_000))
                                          for n in range(20)], "events"),
    "a chain of large bookings": ([created(f"chain-{n}", n, description="q" * 450_000, rescheduleUid=f"chain-{n - 1}")
                                   for n in range(40)], "events"),
    "answers to a form": ([created(f"f{n}", n, "FORM_SUBMITTED", formId="f", responses={"q": {"value": f"{n}" + "z" * 1_000_000}})
                           for n in range(12)], "events"),
}


class Others(threading.Thread):
    """Somebody else's small deliveries, one after the other, all the while."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.sender = webhooks.Sender(daemon.intake_port, daemon.secret)
        self.ended, self.answered, self.problem = threading.Event(), 0, None

    def run(self):
        while not self.ended.wait(0.05):
            try:
                status, text = self.sender.post(webhooks.Delivery("ping", b'{"triggerEvent":"PING","payload":{"n":%d}}' % self.answered))
            except OSError as error:
                status, text = 0, error
            if status != 200:
                self.problem = f"{status} {text}"
                return
            self.answered += 1


def send(daemon, name, deliveries, becomes):
    before = daemon.status()["log"]
    sender = webhooks.Sender(daemon.intake_port, daemon.secret)
    for delivery in deliveries:
        status, text = sender.post(delivery, timeout=60)
        assert status == 200, f"{name}: {delivery.name}: {status} {text}"
    sender.close()
    after = daemon.wait_published(120)["log"]
    peak = daemon.peak_memory_mib()
    print(f"{name}: {len(deliveries)} of {len(deliveries[0].body)} bytes; at most {peak:.0f} MiB so far", flush=True)
    count = after["quarantined"] - before["quarantined"] if becomes == "quarantine" else after["eventHead"] - before["eventHead"]
    assert count == len(deliveries), f"{name}: {count} of {len(deliveries)} became {becomes}"
    assert peak <= MEMORY_MAX_MIB, f"{name}: {peak:.0f} MiB"


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-memory-") as folder, Broker(Path(folder) / "kafka") as broker, \
            Daemon(Path(folder) / "d", broker.address) as daemon:
        daemon.wait_ready()
        others = Others(daemon)
        others.start()
        for name, (deliveries, becomes) in SETS.items():
            send(daemon, name, deliveries, becomes)
            assert others.problem is None, f"{name}: somebody else's delivery: {others.problem}"
        others.ended.set()
        others.join(60)
        assert others.answered > 0 and others.problem is None, f"others: {others.answered} {others.problem}"
        assert daemon.stop() == 0
    print(f"{others.answered} other deliveries were answered")


if __name__ == "__main__":
    main()
