"""Nothing is missed (P4): bookings live at the sandbox while webhooks are lost, doubled, out of order and late, API requests fail and
the daemon is killed -9; once healed, what Kafka tells is what the sandbox has, each fact once, and the audit is clean.
CALSYNC_HEAL_LIVES: how many bookings (a night: 10000)."""
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.oracle import in_order_per_key, is_event, topic_of  # noqa: E402
from e2e.places import BUILD, wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402

LIVES = int(os.environ.get("CALSYNC_HEAL_LIVES", "80"))
FAULTS = "drop=0.1,duplicate=0.1,reorder=0.1,late=1s:0.05"


def services(sandbox):
    out = []
    for team in sandbox.good("GET", "/v2/organizations/1/teams"):
        for one in sandbox.good("GET", f"/v2/organizations/1/teams/{team['id']}/event-types"):
            required = [f for f in one["bookingFields"] if f.get("required") and not f.get("isDefault")]
            if one["schedulingType"] == "roundRobin" and not one["seats"].get("seatsPerTimeSlot") and not one["recurrence"]:
                out.append((one["id"], {f["slug"]: answer_to(f) for f in required}))
    assert out, "the sandbox's agency has round robin services"
    return out


def answer_to(field):
    if field.get("options"):
        return [field["options"][0]] if field["type"] in ("multiselect", "checkbox") else field["options"][0]
    return {"url": "https://doc.test/x", "boolean": True, "phone": "+442079460000"}.get(field["type"], "x")


class Lives:
    def __init__(self, sandbox, seed):
        self.sandbox, self.dice = sandbox, random.Random(seed)
        self.types = services(sandbox)
        self.starts = {}
        self.open = []

    def free(self, type_id):
        if not self.starts.get(type_id):
            day = self.dice.randrange(5, 100)
            first, last = (f"2030-{1 + d // 28:02d}-{1 + d % 28:02d}" for d in (day, day + 6))
            slots = self.sandbox.good("GET", f"/v2/slots?eventTypeId={type_id}&start={first}&end={last}")
            self.starts[type_id] = [slot["start"] for of_day in slots.values() for slot in of_day]
            self.dice.shuffle(self.starts[type_id])
        return self.starts[type_id].pop() if self.starts[type_id] else None

    def step(self):
        if not self.open or self.dice.random() < 0.45:
            return self.create()
        uid = self.dice.choice(self.open)
        what = self.dice.choice(["reschedule", "cancel", "reassign", "location", "guests", "nothing"])
        if what == "cancel":
            self.open.remove(uid)
            self.ask("POST", f"/v2/bookings/{uid}/cancel", {"cancellationReason": "ill"})
        elif what == "reschedule":
            start = self.free(self.dice.choice(self.types)[0])
            status, answer = self.ask("POST", f"/v2/bookings/{uid}/reschedule", {"start": start}) if start else (0, {})
            if status == 201:
                self.open[self.open.index(uid)] = answer["data"]["uid"]
        elif what == "reassign":
            self.ask("POST", f"/v2/bookings/{uid}/reassign", {})
        elif what == "location":
            self.ask("POST", f"/sandbox/bookings/{uid}/location", {"location": f"Room {self.dice.randrange(9)}"})
        elif what == "guests":
            self.ask("POST", f"/sandbox/bookings/{uid}/guests", {"guests": [f"g{self.dice.randrange(9999)}@client.test"]})

    def create(self):
        type_id, answers = self.dice.choice(self.types)
        start = self.free(type_id)
        if start is None:
            return
        name = f"c{self.dice.randrange(10**9)}"
        status, answer = self.ask("POST", "/v2/bookings", {"start": start, "eventTypeId": type_id, "bookingFieldsResponses": answers,
                                                           "attendee": {"name": name, "email": f"{name}@client.test", "timeZone": "UTC"}})
        if status == 201:
            self.open.append(answer["data"]["uid"])

    def ask(self, method, path, body):
        return self.sandbox.ask(method, path, body)


def live_rows(sandbox):
    rows, skip = {}, 0
    while True:
        page = sandbox.good("GET", f"/v2/organizations/1/bookings?take=250&skip={skip}&sortStart=asc")
        rows.update({row["uid"]: row for row in page})
        if len(page) < 250:
            return rows
        skip += 250


def audit(daemon):
    done = subprocess.run([BUILD / "calsync", "--settings", daemon.settings, "--json", "audit"], capture_output=True, text=True,
                          timeout=120)
    return done.returncode, done.stdout, done.stderr


def is_clean(daemon):
    """Nothing wrong, and nothing that is only too young to be called so."""
    code, report, _ = audit(daemon)
    return code == 0 and json.loads(report)["pending"] == 0


def facts(booking):
    """What sandbox and consumers are compared by (DESIGN 12.3)."""
    return (booking["status"], booking["start"], booking["end"], booking["hosts"][0]["email"] if booking["hosts"] else None,
            booking["title"], sorted(a["email"].lower() for a in booking["attendees"]))


def check(messages, rows):
    events = [m for m in messages if is_event(m)]
    in_order_per_key(events)
    newest = {m.key.decode(): json.loads(m.value) for m in messages if topic_of(m) == "booking-state" and m.value}
    wrong = []
    for uid, row in rows.items():
        told = newest.get(uid)
        if told is None or facts(told) != facts(row):
            wrong.append((uid, facts(row), told and facts(told)))
    assert not wrong, f"{len(wrong)} of {len(rows)} differ: {wrong[:3]}"
    born = [m.header("ce_subject") for m in events
            if m.header("ce_type") in ("calsync.booking.created", "calsync.booking.requested", "calsync.booking.rescheduled")]
    assert len(born) == len(set(born)), "a booking was born twice"
    return len(events)


def main():
    with tempfile.TemporaryDirectory() as folder, Broker(folder) as broker, contextlib.ExitStack() as cleanup:
        sandbox = Sandbox("--seed", "5", "--requests-per-minute", "0", "--fault", FAULTS)
        cleanup.callback(sandbox.kill)  # else it outlives a test that fails
        key = Path(folder) / "key"
        key.touch(mode=0o600)
        key.write_text(sandbox.facts["apiKey"])
        extra = (f'calcom: {{base_url: "{sandbox.facts["url"]}", organization_id: {sandbox.facts["organizationId"]}, '
                 f'api_key: "file:{key}", requests_per_minute: 100000}}\n'
                 "poll:   {interval: 1s, overlap: 1m, full_sweep: 10s, past: 100d, future: 2000d}\n")
        with Daemon(Path(folder) / "daemon", broker.address, extra=extra) as daemon:
            sandbox.subscribe(f"http://127.0.0.1:{daemon.intake_port}/hooks/main", daemon.secret)
            lives = Lives(sandbox, 11)
            for i in range(LIVES * 2):
                lives.step()
                if i == LIVES:  # in the middle, without a word
                    daemon.kill()
                    daemon.start()
            sandbox.all_sent()
            wait_until("the audit is clean", lambda: is_clean(daemon), within_s=90)
            rows = live_rows(sandbox)
            assert len(rows) >= LIVES * 0.3, len(rows)
            told = check(read_all(broker.address), rows)
            code, report, _ = audit(daemon)
            assert code == 0, report
            history = json.loads(report)
        sandbox.stop()
    print(f"{len(rows)} bookings, {told} events, each fact once; the audit's history: {json.dumps(history)[:300]}")


main()
