"""Nothing is missed (P4): bookings live at the sandbox while webhooks are lost, doubled, out of order and late, API requests fail
or are never answered, and the daemon is killed -9 three times; once healed, what Kafka tells is what the sandbox has, and at night each fact of its
history is there once and in order (the rule: healing_facts.py); the audit is clean, and it names the webhooks that were lost; the daemon needs no
more than 256 MiB meanwhile.
CALSYNC_HEAL_LIVES: how many bookings (a night: 10000)."""
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.oracle import in_order_per_key, is_event, topic_of  # noqa: E402
from e2e.places import BUILD, wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402
from healing_facts import History, events_of  # noqa: E402
from healing_lives import Lives, surely  # noqa: E402

LIVES = int(os.environ.get("CALSYNC_HEAL_LIVES", "300"))
PATIENCE_S = 240 + LIVES // 20  # what the audit and the healing may take; a request that is never answered costs 30 s alone
MEMORY_MIB = 256
FAULTS = "drop=0.1,duplicate=0.1,reorder=0.1,late=1s:0.05,http5xx=0.05,timeout=0.002"


def pages(sandbox, order):
    skip, page = 0, [None] * 250
    while len(page) == 250:
        page = surely(sandbox, f"/v2/organizations/1/bookings?take=250&skip={skip}&{order}")
        yield from page
        skip += 250


def live_rows(sandbox):
    """As at Cal.com what is equal in an order may come on any page of it, or on none: so in several."""
    orders = [f"{column}={way}" for column in ("sortStart", "sortCreated", "sortUpdatedAt") for way in ("asc", "desc")]
    return {row["uid"]: row for order in orders for row in pages(sandbox, order)}


def clean_audit(daemon):
    """The report, if nothing is wrong in it, and nothing only too young to be called so."""
    done = subprocess.run([BUILD / "calsync", "--settings", daemon.settings, "--json", "audit"], capture_output=True, text=True,
                          timeout=PATIENCE_S)
    report = json.loads(done.stdout) if done.returncode == 0 else {"pending": 1}  # also: one of its own requests failed too often
    return report if report["pending"] == 0 else None


def facts(booking):
    """What sandbox and consumers are compared by (DESIGN 12.3)."""
    return (booking["status"], booking["start"], booking["end"], booking["hosts"][0]["email"] if booking["hosts"] else None,
            booking["title"], sorted(a["email"].lower() for a in booking["attendees"]))


def check(messages, rows):
    events = [m for m in messages if is_event(m)]
    in_order_per_key(events)
    assert len({m.header("ce_id") for m in events}) == len(events), "an event is in Kafka twice"
    newest = {m.key.decode(): json.loads(m.value) for m in messages if topic_of(m) == "booking-state" and m.value}
    wrong = []
    for uid, row in rows.items():
        told = newest.get(uid)
        if told and told["status"] == "cancelled" and not told["attendees"]:  # the API lists who had a seat, calsync who has one
            row = row | {"attendees": []}
        if told is None or facts(told) != facts(row):
            wrong.append((uid, facts(row), told and facts(told)))
    assert not wrong, f"{len(wrong)} of {len(rows)} differ: {wrong[:3]}"
    born = [m.header("ce_subject") for m in events
            if m.header("ce_type") in ("calsync.booking.created", "calsync.booking.requested", "calsync.booking.rescheduled")]
    assert len(born) == len(set(born)), "a booking was born twice"
    return len(events)


def check_history(found, deliveries):
    """A booking of which Cal.com told us once, when it was made, and that webhook was lost: the audit says so; and of what reached
    us by webhook alone it says nothing of the kind."""
    told = {}
    for one in deliveries:
        told.setdefault(one["uid"], []).append((one["trigger"], one["fault"]))
    lost = {uid for uid, all_of_it in told.items() if [fault for _, fault in all_of_it] == ["dropped"]
            and all_of_it[0][0] in ("BOOKING_CREATED", "BOOKING_REQUESTED")}
    named = {one["booking"] for one in found["findings"] if one["kind"] in ("not_announced", "silent")}
    assert lost and lost <= named, f"lost, and not named: {lost - named}"


def live(sandbox, daemon):
    """The most memory that a daemon had when it was killed."""
    lives, peaks = Lives(sandbox, 11), []
    kills = [LIVES // 4, LIVES // 2, 3 * LIVES // 4]
    while lives.begun < LIVES:
        lives.step()
        if kills and lives.begun >= kills[0]:  # without a word
            kills.pop(0)
            peaks.append(daemon.peak_memory_mib())
            daemon.kill()
            daemon.start()
    sandbox.all_sent(PATIENCE_S)
    return max(peaks)


def main():
    with tempfile.TemporaryDirectory() as folder, Broker(folder) as broker, contextlib.ExitStack() as cleanup:
        sandbox = Sandbox("--seed", "5", "--requests-per-minute", "0", "--fault", FAULTS)
        sandbox.patience_s = 5
        cleanup.callback(sandbox.kill)  # else it outlives a test that fails
        key = Path(folder) / "key"
        key.touch(mode=0o600)
        key.write_text(sandbox.facts["apiKey"])
        extra = (f'calcom: {{base_url: "{sandbox.facts["url"]}", organization_id: {sandbox.facts["organizationId"]}, '
                 f'api_key: "file:{key}", requests_per_minute: 100000}}\n'
                 f"poll:   {{interval: 1s, overlap: 1m, full_sweep: {max(10, LIVES // 50)}s, past: 100d, future: 2000d}}\n")
        with Daemon(Path(folder) / "daemon", broker.address, extra=extra) as daemon:
            began = time.monotonic()
            sandbox.subscribe(f"http://127.0.0.1:{daemon.intake_port}/hooks/main", daemon.secret)
            peak = live(sandbox, daemon)
            lived, began = time.monotonic() - began, time.monotonic()
            history = wait_until("the audit is clean", lambda: clean_audit(daemon), PATIENCE_S, every_s=2)
            healed = time.monotonic() - began
            rows = live_rows(sandbox)
            # Series make more of one life; where many live, some find no free time.
            assert len(rows) >= 0.9 * LIVES, f"only {len(rows)} bookings are listed"
            messages = read_all(broker.address, within_s=PATIENCE_S)
            told = check(messages, rows)
            deliveries = sandbox.good("GET", "/sandbox/deliveries")
            compared = ""
            if LIVES >= 1000:  # at night: the rule is young, and a landing may not hang on it
                happened = History(sandbox.good("GET", "/sandbox/history"), deliveries, surely(sandbox, "/v2/organizations/1/users"))
                facts_told, together = happened.check(events_of(messages))
                compared = f"{facts_told} facts, each told once, {together} of them together with later ones; "
            check_history(history, deliveries)
            peak = max(peak, daemon.peak_memory_mib())
            assert peak <= MEMORY_MIB, f"{peak:.0f} MiB"
        sandbox.stop()
    print(f"{len(rows)} bookings in {lived:.0f} s, healed {healed:.0f} s later, {peak:.0f} MiB; {compared}{told} events, "
          f"each fact once; the audit's history: {json.dumps(history)[:300]}")


main()
