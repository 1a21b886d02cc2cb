"""The sandbox Cal.com as a process: it says what it is; a booking's webhook arrives, signed over its bytes; faults come by seed
and are told; silent changes send nothing; meetings begin on time of its clock; a restart with --state keeps all."""
import hashlib
import hmac
import http.server
import json
import os
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.places import wait_until  # noqa: E402
from e2e.sandbox import SECRET, TRIGGERS, Sandbox  # noqa: E402


class Subscriber:
    def __init__(self):
        received = self.received = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((dict(self.headers), body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def bodies(self):
        return [json.loads(body) for _, body in self.received]

    def triggers(self):
        return [body["triggerEvent"] for body in self.bodies()]


def event_type(sandbox, slug):
    teams = sandbox.good("GET", "/v2/organizations/1/teams")
    for team in teams:
        for one in sandbox.good("GET", f"/v2/organizations/1/teams/{team['id']}/event-types"):
            if one["slug"] == slug:
                return one["id"]
    raise AssertionError(f"no event type {slug}")


def free_starts(sandbox, type_id, after="2030-01-07T08:00:00Z", n=3):
    day = after[:10]
    last = f"{day[:8]}{int(day[8:]) + 4:02d}"
    slots = sandbox.good("GET", f"/v2/slots?eventTypeId={type_id}&start={day}&end={last}")
    starts = [slot["start"] for of_day in slots.values() for slot in of_day]
    assert len(starts) >= n, starts
    return starts


def a_booking_is_told_signed(sandbox, subscriber, type_id):
    first, second, *_ = free_starts(sandbox, type_id)
    booking = sandbox.book("create", "--event-type", str(type_id), "--start", first, "--name", "Ada", "--email", "ada@client.test")
    wait_until("the delivery arrives", lambda: subscriber.received)
    headers, body = subscriber.received[0]
    assert headers["X-Cal-Signature-256"] == hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    told = json.loads(body)
    assert told["triggerEvent"] == "BOOKING_CREATED" and told["payload"]["uid"] == booking["uid"]
    assert told["payload"]["startTime"] == first.replace(".000Z", "Z"), told["payload"]["startTime"]
    moved = sandbox.book("reschedule", booking["uid"], "--start", second, "--reason", "later")
    assert moved["rescheduledFromUid"] == booking["uid"]
    old = sandbox.good("GET", "/v2/bookings/" + booking["uid"])
    assert (old["status"], old["rescheduledToUid"]) == ("cancelled", moved["uid"])
    sandbox.book("cancel", moved["uid"], "--reason", "no need")
    sandbox.all_sent()
    assert subscriber.triggers() == ["BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED"], subscriber.triggers()
    assert subscriber.bodies()[2]["payload"]["startTime"].endswith("+00:00")
    status, _ = sandbox.ask("POST", f"/v2/bookings/{moved['uid']}/cancel", {})
    assert status == 400, "a booking was cancelled twice"


def silent_changes_tell_nobody(sandbox, subscriber, type_id):
    start = [at for at in free_starts(sandbox, type_id) if "T10:00" in at][0]  # several have office hours
    booking = sandbox.book("create", "--event-type", str(type_id), "--start", start)
    sandbox.all_sent()
    before = len(subscriber.received)
    other = sandbox.book("reassign", booking["uid"])["reassignedTo"]["email"]
    sandbox.book("location", booking["uid"], "--location", "Room 4")
    sandbox.book("guests", booking["uid"], "--guest", "g@client.test")
    sandbox.all_sent()
    assert len(subscriber.received) == before, subscriber.triggers()[before:]
    now = sandbox.good("GET", "/v2/bookings/" + booking["uid"])
    assert (now["hosts"][0]["email"], now["location"], now["guests"]) == (other, "Room 4", ["g@client.test"])
    history = sandbox.good("GET", "/sandbox/history?bookingUid=" + booking["uid"])
    assert [fact["what"] for fact in history] == ["created", "reassigned", "location changed", "guests added"], history
    time_off = sandbox.book("out-of-office", "--email", other, "--start", "2030-05-01", "--end", "2030-05-03")
    assert time_off["start"] == "2030-05-01T00:00:00.000Z"
    sandbox.all_sent()
    assert subscriber.triggers()[before:] == ["OOO_CREATED"]
    return booking


def attendee(name):
    return {"name": name, "email": f"{name.lower()}@client.test", "timeZone": "UTC"}


def seats_share_a_booking(sandbox, subscriber):
    clinic, before = event_type(sandbox, "thesis-clinic"), len(subscriber.received)
    slots = free_starts(sandbox, clinic, after="2030-02-04T00:00:00Z")
    first, second = [sandbox.good("POST", "/v2/bookings", {"start": slots[0], "eventTypeId": clinic, "attendee": attendee(name)})
                     for name in ("Ann", "Bob")]
    assert first["uid"] == second["uid"] and first["seatUid"] != second["seatUid"]
    moved = sandbox.good("POST", f"/v2/bookings/{first['uid']}/reschedule", {"start": slots[-1], "seatUid": first["seatUid"]})
    assert moved["uid"] != first["uid"] and moved["seatUid"] == first["seatUid"]
    assert sandbox.good("GET", "/v2/bookings/by-seat/" + first["seatUid"])["uid"] == moved["uid"]
    left = sandbox.good("POST", f"/v2/bookings/{first['uid']}/cancel", {"seatUid": second["seatUid"]})
    assert (left["status"], left["attendees"]) == ("cancelled", [])
    sandbox.all_sent()
    told = [(body["triggerEvent"], body["payload"]["attendees"][0]["name"]) for body in subscriber.bodies()[before:]]
    assert told == [("BOOKING_CREATED", "Ann"), ("BOOKING_CREATED", "Bob"), ("BOOKING_RESCHEDULED", "Ann"),
                    ("BOOKING_CANCELLED", "Bob")], told
    sandbox.good("POST", f"/v2/bookings/{moved['uid']}/cancel", {})
    sandbox.all_sent()


def the_rest_of_a_series_is_told_once(sandbox, subscriber):
    weekly, before = event_type(sandbox, "weekly-coaching"), len(subscriber.received)
    start = [at for at in free_starts(sandbox, weekly, after="2030-03-04T00:00:00Z") if "T10:" in at][0]
    series = sandbox.good("POST", "/v2/bookings", {"start": start, "eventTypeId": weekly, "attendee": attendee("Cay"),
                                                   "recurrenceCount": 3})
    uid = series[0]["recurringBookingUid"]
    assert len(series) == 3 and [one["uid"] for one in sandbox.good("GET", "/v2/bookings/" + uid)] == [one["uid"] for one in series]
    sandbox.good("POST", f"/v2/bookings/{series[1]['uid']}/cancel", {"cancelSubsequentBookings": True})
    assert [one["status"] for one in sandbox.good("GET", "/v2/bookings/" + uid)] == ["accepted", "cancelled", "cancelled"]
    sandbox.all_sent()
    assert subscriber.triggers()[before:] == ["BOOKING_CREATED"] * 3 + ["BOOKING_CANCELLED"]
    sandbox.good("POST", f"/v2/bookings/{series[0]['uid']}/cancel", {})
    sandbox.all_sent()


def meetings_begin_on_time(sandbox, subscriber, booking):
    before = len(subscriber.received)
    sandbox.good("POST", "/sandbox/clock", {"advance": "60000h"})
    wait_until("the meeting began and ended", lambda: len(subscriber.received) >= before + 2)
    for body in subscriber.bodies()[before:before + 2]:
        assert body["uid"] == booking["uid"] and "payload" not in body, body
    assert subscriber.triggers()[before:before + 2] == ["MEETING_STARTED", "MEETING_ENDED"]
    marked = sandbox.book("mark-absent", booking["uid"], "--absent", booking["attendees"][0]["email"])
    assert marked["attendees"][0]["absent"] is True
    sandbox.all_sent()
    assert subscriber.bodies()[-1]["payload"]["message"].endswith("marked as no-show")


def faults_come_by_seed():
    def faults_of_a_run():
        subscriber, sandbox = Subscriber(), Sandbox("--seed", "3", "--fault", "drop=0.3,duplicate=0.3", "--requests-per-minute", "0")
        try:
            sandbox.subscribe(subscriber.url)
            type_id = event_type(sandbox, "edit-question")
            for start in free_starts(sandbox, type_id, n=12)[:12]:
                sandbox.good("POST", "/v2/bookings", {"start": start, "eventTypeId": type_id,
                                                      "attendee": {"name": "A", "email": "a@client.test", "timeZone": "UTC"}})
            sandbox.all_sent()
            log = sandbox.good("GET", "/sandbox/deliveries")
            expected = sum({"dropped": 0, "sent twice": 2}.get(one["fault"], 1) for one in log)
            assert len(subscriber.received) == expected, (len(subscriber.received), log)
            return [one["fault"] for one in log]
        finally:
            sandbox.stop()

    first = faults_of_a_run()
    assert {"dropped", "sent twice", "none"} <= set(first), first
    assert faults_of_a_run() == first, "the same seed gave other faults"


def requests_fail_and_keys_are_blocked():
    sandbox = Sandbox("--fault", "http5xx=1")
    status, answer = sandbox.ask("GET", "/v2/me")
    assert (status, answer["error"]["code"]) == (500, "INTERNAL_SERVER_ERROR"), answer
    sandbox.stop()
    sandbox = Sandbox("--requests-per-minute", "3")
    assert [sandbox.ask("GET", "/v2/me")[0] for _ in range(5)] == [200, 200, 200, 429, 429]
    sandbox.stop()


def main():
    with tempfile.TemporaryDirectory() as folder:
        state = str(Path(folder) / "state.json")
        subscriber, sandbox = Subscriber(), Sandbox("--seed", "5", "--state", state, "--requests-per-minute", "0")
        assert sandbox.facts["bookings"] > 10, "nobody was at work"
        sandbox.subscribe(subscriber.url)
        type_id = event_type(sandbox, "edit-question")
        a_booking_is_told_signed(sandbox, subscriber, type_id)
        booking = silent_changes_tell_nobody(sandbox, subscriber, type_id)
        seats_share_a_booking(sandbox, subscriber)
        the_rest_of_a_series_is_told_once(sandbox, subscriber)
        meetings_begin_on_time(sandbox, subscriber, booking)
        places = ["/v2/organizations/1/bookings?take=250", "/v2/organizations/1/webhooks", "/v2/organizations/1/ooo",
                  "/v2/organizations/1/users", "/sandbox/history"]
        before = [sandbox.good("GET", place) for place in places]
        sandbox.stop()
        assert (os.stat(state).st_mode & 0o777) == 0o600
        again = Sandbox("--state", state, "--requests-per-minute", "0")
        assert again.facts["apiKey"] == sandbox.facts["apiKey"]
        for place, known in zip(places, before):
            assert again.good("GET", place) == known, f"{place} is not as before the restart"
        again.stop()
    faults_come_by_seed()
    requests_fail_and_keys_are_blocked()


if __name__ == "__main__":
    main()
