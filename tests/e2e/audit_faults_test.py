"""The audit names what went wrong with webhooks, booking by booking, and nothing else: held against the sandbox's own list of what it
dropped, sent twice, sent out of order and held back, while no poll mends anything; after a repair nothing is wrong, and history tells
late from lost.
CALSYNC_AUDIT_STEPS: how much people do (a night: 3000)."""
import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402
from e2e.proxy import Proxy  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402
from healing_lives import Lives, surely  # noqa: E402

STEPS = int(os.environ.get("CALSYNC_AUDIT_STEPS", "250"))
LATE_S = max(20, STEPS // 10)
FAULTS = f"drop=0.1,duplicate=0.1,reorder=0.1,late={LATE_S}s:0.05"
ENDS = ("BOOKING_CANCELLED", "BOOKING_REJECTED")


def taken(delivery):
    """The places, in the order of all attempts, at which the daemon took it."""
    return [attempt["n"] for attempt in delivery["attempts"] if attempt.get("status") == 200]


class Truth:
    """What the audit must say, from the sandbox's list of deliveries."""

    def __init__(self, sandbox):
        self.of = {}
        for one in sandbox.good("GET", "/sandbox/deliveries"):
            if one["trigger"].startswith("BOOKING_"):
                self.of.setdefault(one["uid"], []).append(one)
        self.next = {uid: surely(sandbox, f"/v2/bookings/{uid}").get("rescheduledToUid") for uid in self.of}
        self.first = {later: uid for uid, later in self.next.items() if later}

    def chain(self, uid):
        """Its deliveries and those of the bookings that it was moved to."""
        while uid:
            yield from self.of[uid]
            uid = self.next[uid]

    def missed(self):
        """What was told last of a booking did not come; or the one webhook that tells of both its sides that it was moved."""
        last = {uid for uid, all_of_it in self.of.items() if not taken(all_of_it[-1])}
        moves = [(old, new) for old, new in self.next.items() if new and not taken(self.of[new][0])]
        return last.union(*moves)

    def lost_beginnings(self):
        """Only the end of it came."""
        return {uid for uid, all_of_it in self.of.items()
                if [one["trigger"] in ENDS for one in all_of_it if taken(one)] == [True] and len(all_of_it) > 1}

    def repeated(self):
        return sorted(uid for uid, all_of_it in self.of.items() for one in all_of_it if len(taken(one)) == 2)

    def disordered(self):
        found = []
        for root in set(self.of) - set(self.first):
            newest = 0
            order = sorted((taken(one)[0], one["n"], one["uid"]) for one in self.chain(root) if taken(one))
            for _, made, uid in order:
                if made < newest:
                    found.append(uid)
                newest = max(newest, made)
        return sorted(found)

    def late(self):
        """The bookings whose late webhook has not come."""
        return sorted(uid for uid, all_of_it in self.of.items() for one in all_of_it if one["fault"] == "late" and not taken(one))


def of_lives(report, truth):
    """Without the bookings that were there before anybody subscribed."""
    return {**report, "findings": [one for one in report["findings"] if one["booking"] in truth.of]}


def named(report, *kinds):
    return sorted(one["booking"] for one in report["findings"] if one["kind"] in kinds)


def audit(daemon, *options, codes=(0,)):
    return json.loads(daemon.calsync("--json", "audit", *options, codes=codes))


def audit_without_daemon(sandbox, daemon, proxy):
    """Past the proxy; the daemon would mend as soon as it could ask."""
    assert daemon.stop() == 0
    ours = daemon.settings.read_text()
    daemon.settings.write_text(ours.replace(f"http://{proxy.address}", sandbox.facts["url"]))
    report = audit(daemon, codes=(2,))
    daemon.settings.write_text(ours)
    return report


def check_before(report, truth):
    assert set(named(report, "missed")) == truth.missed(), set(named(report, "missed")) ^ truth.missed()
    assert set(named(report, "not_announced")) == truth.lost_beginnings(), \
        set(named(report, "not_announced")) ^ truth.lost_beginnings()
    assert named(report, "repeated") == truth.repeated(), (named(report, "repeated"), truth.repeated())
    assert named(report, "disordered") == truth.disordered(), (named(report, "disordered"), truth.disordered())
    assert {one["kind"] for one in report["findings"]} <= {"missed", "not_announced", "repeated", "disordered"}, report


def check_after(report, before, now):
    """Lost, late and out of order are told apart: a late one that a poll was quicker than is late, one that a later webhook was
    quicker than is out of order."""
    lost = before.missed() | before.lost_beginnings()
    late = sorted(uid for uid in before.late() if uid in before.missed() and uid not in now.late())
    assert named(report, "late") == late, (named(report, "late"), late)
    overtaken = sorted(now.disordered())
    for uid in late:
        if uid in overtaken:
            overtaken.remove(uid)
    assert named(report, "disordered") == overtaken, (named(report, "disordered"), overtaken)
    assert named(report, "repeated") == now.repeated(), (named(report, "repeated"), now.repeated())
    told = set(named(report, "not_announced", "silent"))
    assert told <= lost, told - lost
    known = told.union(late, overtaken)
    unnamed = {uid for uid in lost if not known & {uid, now.next[uid], now.first.get(uid)}}  # of a move, one side is enough
    assert not unnamed, unnamed
    assert report["wrong"] == report["pending"] == 0, report


def nothing_wrong(daemon):
    told = daemon.calsync("--json", "audit", "--repair", codes=(0, 1, 2))
    if not told:
        return None  # the daemon does not ask Cal.com yet
    report = json.loads(told)
    return report if report["wrong"] == report["pending"] == 0 else None


def live(sandbox, daemon):
    lives = Lives(sandbox, 13, told=True)
    for i in range(STEPS):
        lives.step()
        if i == STEPS // 2:  # what came twice is still known
            sandbox.all_sent_but_late()
            daemon.kill()
            daemon.start()
            daemon.wait_listening()
    sandbox.all_sent_but_late()


def look_before_and_after(sandbox, daemon, proxy):
    proxy.cut()  # no poll mends anything
    live(sandbox, daemon)
    report, before = audit_without_daemon(sandbox, daemon, proxy), Truth(sandbox)
    report = of_lives(report, before)
    check_before(report, before)
    counts = {kind: len(named(report, kind)) for kind in ("missed", "not_announced", "repeated", "disordered")}
    assert all(counts.values()) and before.late(), (counts, before.late())
    proxy.heal()
    daemon.start()
    wait_until("a repair finds all", lambda: nothing_wrong(daemon), within_s=60)
    sandbox.all_sent(within_s=2 * LATE_S)
    wait_until("all is read", lambda: daemon.status()["log"]["normalised"] == daemon.status()["log"]["rawHead"])
    check_after(of_lives(audit(daemon), before), before, Truth(sandbox))
    print(f"{len(before.of)} bookings: {counts}, late {len(before.late())}; each named, and nothing else")


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-audit-") as folder, contextlib.ExitStack() as cleanup:
        sandbox = Sandbox("--seed", "7", "--requests-per-minute", "0", "--fault", FAULTS)
        cleanup.callback(sandbox.kill)
        key = Path(folder) / "key"
        key.touch(mode=0o600)
        key.write_text(sandbox.facts["apiKey"])
        proxy = cleanup.enter_context(Proxy(int(sandbox.facts["url"].rsplit(":", 1)[1])))
        extra = (f'calcom: {{base_url: "http://{proxy.address}", organization_id: {sandbox.facts["organizationId"]}, '
                 f'api_key: "file:{key}", requests_per_minute: 100000}}\n'
                 "poll:   {interval: 1s, overlap: 1m, full_sweep: 10s, past: 100d, future: 2000d}\n")
        daemon = cleanup.enter_context(Daemon(Path(folder) / "daemon", None, extra=extra))
        sandbox.subscribe(f"http://127.0.0.1:{daemon.intake_port}/hooks/main", daemon.secret)
        daemon.wait_ready()
        look_before_and_after(sandbox, daemon, proxy)
        sandbox.stop()


main()
