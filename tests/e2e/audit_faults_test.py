"""The audit names what went wrong with webhooks, booking by booking, and nothing else: held against the sandbox's own list of what it
dropped, sent twice, sent out of order and held back, and against its history, while no poll mends anything and its API now and then fails;
after a repair nothing is wrong, and history tells late from lost. Two kinds of lives in one sandbox: some whose every change Cal.com announces;
others with seats, series and changes that it announces to nobody, of which more is missed.
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
from healing_facts import History  # noqa: E402
from healing_lives import Lives, surely  # noqa: E402

STEPS = int(os.environ.get("CALSYNC_AUDIT_STEPS", "250"))
LATE_S = max(20, STEPS // 10)
FAULTS = f"drop=0.1,duplicate=0.1,reorder=0.1,late={LATE_S}s:0.05,http5xx=0.05"
ENDS = ("BOOKING_CANCELLED", "BOOKING_REJECTED")


def taken(delivery):
    """The places, in the order of all attempts, at which the daemon took it."""
    return [attempt["n"] for attempt in delivery["attempts"] if attempt.get("status") == 200]


class Truth:
    """What the audit must say, from the sandbox's list of deliveries."""

    def __init__(self, sandbox, announced):
        """announced: the bookings whose every change Cal.com announces."""
        self.of, self.announced = {}, announced
        deliveries = sandbox.good("GET", "/sandbox/deliveries")
        for one in deliveries:
            if one["trigger"].startswith("BOOKING_"):
                self.of.setdefault(one["uid"], []).append(one)
        history = sandbox.good("GET", "/sandbox/history")
        self.history = History(history, deliveries, surely(sandbox, "/v2/organizations/1/users"))
        self.seated = {uid for uid in self.of if self.history.told[uid].seated}
        # A seat that moves makes no chain: its webhook names the seat, and no booking that it came of.
        self.first = {one["uid"]: one["rescheduledFromUid"] for one in history
                      if one.get("rescheduledFromUid") in self.of and one["uid"] not in self.seated}
        self.next = {old: new for new, old in self.first.items()}

    def chain(self, uid):
        """Its deliveries and those of the bookings that it was moved to."""
        while uid:
            yield from self.of[uid]
            uid = self.next.get(uid)

    def missed(self):
        """What the webhooks that came tell of a booking is not how it is; or the one that tells of both its sides that it was moved
        did not come."""
        last = {uid for uid in self.of if self.is_otherwise(uid)}
        moves = [(old, new) for old, new in self.next.items() if not taken(self.of[new][0])]
        return last.union(*moves)

    def is_otherwise(self, uid):
        told = self.history.told[uid]
        triggers = {one["trigger"] for one in self.of[uid]}
        came = [fact["n"] for trigger in triggers for fact, one in self.history.webhooks(uid, trigger) if taken(one)]
        if not came or (uid in self.seated and told.facts[0].get("rescheduledFromUid")):  # only the API names what its seat came of
            return True
        return any(self.was_last(aspect, values, came, uid in self.seated) != values[-1][0]
                   for aspect, values in told.values.items()
                   if aspect[0] != "absent" and not (aspect == "life" and uid in self.next))  # that it was moved tells the new one

    @staticmethod
    def was_last(aspect, values, came, seated):
        """What the webhooks that came told of it. Each tells all of the booking; where there are seats, of those who sit its own one, and
        not that with the last of them the booking ends."""
        newest = max(came)
        if seated and aspect[0] == "there":
            newest = max((n for n in came if any(fact["n"] == n for _, fact in values)), default=0)
        if seated and aspect == "life":
            return values[0][0]
        return next((value for value, fact in reversed(values) if fact["n"] <= newest), False)

    def lost_beginnings(self):
        """Only the end of it came."""
        return {uid for uid, all_of_it in self.of.items()
                if uid not in self.seated and [one["trigger"] in ENDS for one in all_of_it if taken(one)] == [True] and len(all_of_it) > 1}

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


def about(report, bookings):
    return {**report, "findings": [one for one in report["findings"] if one["booking"] in bookings]}


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


def check_after(whole, before, now):
    """Lost, late and out of order are told apart: a late one that a poll was quicker than is late, one that a later webhook was
    quicker than is out of order. Of the other lives: nothing is named as lost but what was, and all of that is named."""
    others = before.of.keys() - before.announced
    lost = before.missed() | before.lost_beginnings()
    named_others = set(named(about(whole, others), "not_announced", "silent", "late", "disordered"))
    told = set(named(about(whole, others), "not_announced", "silent"))
    assert told <= lost, told - lost
    unnamed = {uid for uid in lost & others if not named_others & {uid, before.next.get(uid), before.first.get(uid)}}
    assert not unnamed, unnamed
    assert named(about(whole, others), "repeated") == [uid for uid in now.repeated() if uid in others]

    report, lost = about(whole, before.announced), lost & before.announced
    late = sorted(uid for uid in before.late() if uid in lost & before.missed() and uid not in now.late())
    assert named(report, "late") == late, (named(report, "late"), late)
    overtaken = [uid for uid in now.disordered() if uid in before.announced]
    for uid in late:
        if uid in overtaken:
            overtaken.remove(uid)
    assert named(report, "disordered") == overtaken, (named(report, "disordered"), overtaken)
    repeated = [uid for uid in now.repeated() if uid in before.announced]
    assert named(report, "repeated") == repeated, (named(report, "repeated"), repeated)
    told = set(named(report, "not_announced", "silent"))
    assert told <= lost, told - lost
    known = told.union(late, overtaken)
    unnamed = {uid for uid in lost if not known & {uid, now.next.get(uid), now.first.get(uid)}}  # of a move, one side is enough
    assert not unnamed, unnamed
    assert report["wrong"] == report["pending"] == 0, report


def nothing_wrong(daemon):
    told = daemon.calsync("--json", "audit", "--repair", codes=(0, 1, 2))
    if not told:
        return None  # the daemon does not ask Cal.com yet
    report = json.loads(told)
    return report if report["wrong"] == report["pending"] == 0 else None


def live(sandbox, daemon):
    """The bookings whose every change Cal.com announces; what an error of the API hid from us may be any."""
    lives, others = Lives(sandbox, 13, told=True), Lives(sandbox, 17)
    others.actions = [one for one in others.actions if one not in (others.absent, others.time_off)]
    for i in range(STEPS):
        lives.step()
        if i % 2:
            others.step()
        if i == STEPS // 2:  # what came twice is still known
            sandbox.all_sent_but_late()
            daemon.kill()
            daemon.start()
            daemon.wait_listening()
    sandbox.all_sent_but_late()
    return set(lives.emails)


def look_before_and_after(sandbox, daemon, proxy):
    proxy.cut()  # no poll mends anything
    announced = live(sandbox, daemon)
    report, before = audit_without_daemon(sandbox, daemon, proxy), Truth(sandbox, announced)
    report = about(report, before.of)  # not those that were there before anybody subscribed
    check_before(report, before)
    counts = {kind: len(named(report, kind)) for kind in ("missed", "not_announced", "repeated", "disordered")}
    assert all(counts.values()) and before.late(), (counts, before.late())
    proxy.heal()
    daemon.start()
    wait_until("a repair finds all", lambda: nothing_wrong(daemon), within_s=60)
    sandbox.all_sent(within_s=2 * LATE_S)
    wait_until("all is read", lambda: daemon.status()["log"]["normalised"] == daemon.status()["log"]["rawHead"])
    check_after(about(audit(daemon), before.of), before, Truth(sandbox, announced))
    print(f"{len(before.of)} bookings, {len(before.seated)} with seats, {len(announced)} of which all is announced: {counts}, "
          f"late {len(before.late())}; each named, and nothing else")


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
