"""Habits of webhooks as they are delivered, and of changes of which none is sent (CONTRACT §11, §16).

That none is sent is shown by the next one that is: a change that Cal.com announces follows, and nothing came before it.
"""
import os

from booking_habits import book, cancelled, soon
from receiver import NO_SECRET
from server import Team, own

SECRET = "a secret that only this test knows"
TRIGGERS = ["BOOKING_CREATED", "BOOKING_CANCELLED", "BOOKING_RESCHEDULED", "OOO_CREATED"]


def subscribe(s, word="hook", **more):
    """Gives the name at which its deliveries are found."""
    name = own(word)
    body = {"active": True, "subscriberUrl": f"{s.receiver.public}/{name}", "triggers": TRIGGERS, "secret": SECRET} | more
    s.make(s.org + "/webhooks", {key: value for key, value in body.items() if value is not None})
    return name


def told(s, name, *uids):
    """Trigger and booking of each delivery about these, in their order."""
    documents = [one.document for one in s.receiver.at(name)]
    pairs = [(one["triggerEvent"], one.get("payload", one).get("uid")) for one in documents]
    return [pair for pair in pairs if pair[1] in uids]


def wait(s, name, trigger, uid):
    return s.receiver.wait(name, lambda one: one.is_of(trigger, uid))


def a_delivery_is_signed_over_its_very_bytes(s):
    hook = subscribe(s)
    number, _, _ = Team(s).event_type()
    uid = book(s, number, soon())["uid"]
    delivery = wait(s, hook, "BOOKING_CREATED", uid)
    assert delivery.is_signed_with(SECRET), delivery.headers
    assert not delivery.is_signed_with(SECRET + "x")
    assert delivery.content_type == "application/json"
    assert delivery.document["createdAt"].endswith("Z"), delivery.document["createdAt"]
    cancelled(s, uid)
    assert wait(s, hook, "BOOKING_CANCELLED", uid).is_signed_with(SECRET)


def a_new_secret_signs_what_comes_next(s):
    name = own("hook")
    body = {"active": True, "subscriberUrl": f"{s.receiver.public}/{name}", "triggers": TRIGGERS, "secret": SECRET}
    hook, _ = s.make(s.org + "/webhooks", body)
    number, _, _ = Team(s).event_type()
    assert s.patch(f"{s.org}/webhooks/{hook}", {"secret": "another secret of this test"}).status == 200
    uid = book(s, number, soon())["uid"]
    assert wait(s, name, "BOOKING_CREATED", uid).is_signed_with("another secret of this test")
    cancelled(s, uid)


def without_a_secret_nothing_is_signed(s):
    hook = subscribe(s, secret=None)
    number, _, _ = Team(s).event_type()
    uid = book(s, number, soon())["uid"]
    assert wait(s, hook, "BOOKING_CREATED", uid).signature in (None, NO_SECRET)
    cancelled(s, uid)


def a_template_of_json_is_filled_from_the_flat_payload_and_signed_as_sent(s):
    template = '{"what":"{{triggerEvent}}","who":"{{organizer.email}}","title":"{{title}}","none":"{{nothing.here}}","is":"{{uid}}"}'
    hook = subscribe(s, payloadTemplate=template)
    team = Team(s)
    number, _, _ = team.event_type()
    booking = s.post("/v2/bookings", {"eventTypeId": number, "start": soon(), "attendee": {
        "name": "Ann & Bo", "email": f"{own('client')}@contract.example", "timeZone": "Europe/Berlin"}}).data
    delivery = s.receiver.wait(hook, lambda one: booking["uid"].encode() in one.body)
    filled = delivery.document
    assert delivery.content_type == "application/json" and delivery.is_signed_with(SECRET)
    assert filled["what"] == "BOOKING_CREATED" and filled["who"] == team.email and filled["none"] == "", filled
    assert "Ann &amp; Bo" in filled["title"], filled
    cancelled(s, booking["uid"])


def a_template_of_text_is_sent_as_a_form_that_it_is_not(s):
    hook = subscribe(s, payloadTemplate="{{triggerEvent}} of {{uid}}")
    number, _, _ = Team(s).event_type()
    uid = book(s, number, soon())["uid"]
    delivery = s.receiver.wait(hook, lambda one: uid.encode() in one.body)
    assert delivery.body == f"BOOKING_CREATED of {uid}".encode(), delivery.body
    assert delivery.content_type == "application/x-www-form-urlencoded" and delivery.is_signed_with(SECRET)
    cancelled(s, uid)


def a_subscription_gets_only_its_triggers_and_only_while_active(s):
    loud, off = subscribe(s), subscribe(s, active=False)
    narrow = subscribe(s, triggers=["BOOKING_CANCELLED"])
    number, _, _ = Team(s).event_type()
    uid = book(s, number, soon())["uid"]
    wait(s, loud, "BOOKING_CREATED", uid)
    cancelled(s, uid)
    wait(s, narrow, "BOOKING_CANCELLED", uid)
    wait(s, loud, "BOOKING_CANCELLED", uid)
    assert told(s, narrow, uid) == [("BOOKING_CANCELLED", uid)] and told(s, off, uid) == []


def what_was_answered_500_is_not_sent_again(s):
    loud, fails = subscribe(s), subscribe(s, "fails")
    number, _, _ = Team(s).event_type()
    uid = book(s, number, soon())["uid"]
    wait(s, fails, "BOOKING_CREATED", uid)
    cancelled(s, uid)
    wait(s, loud, "BOOKING_CANCELLED", uid)
    wait(s, fails, "BOOKING_CANCELLED", uid)
    assert told(s, fails, uid).count(("BOOKING_CREATED", uid)) == 1


def a_reschedule_tells_the_new_booking_and_nothing_of_the_old_one(s):
    hook = subscribe(s)
    number, _, _ = Team(s).event_type()
    old = book(s, number, soon())["uid"]
    new = s.post(f"/v2/bookings/{old}/reschedule", {"start": soon(hour=12)}).data["uid"]
    payload = wait(s, hook, "BOOKING_RESCHEDULED", new).document["payload"]
    assert payload["rescheduleUid"] == old, payload
    cancelled(s, new)
    wait(s, hook, "BOOKING_CANCELLED", new)
    assert told(s, hook, old) == [("BOOKING_CREATED", old)]


def a_reassigned_host_is_told_to_nobody(s):
    hook, team = subscribe(s), Team(s)
    other = team.another_editor()
    number, _, _ = team.event_type(hosts=[{"userId": team.user}, {"userId": other}])
    booking = book(s, number, soon())
    before = booking["hosts"][0]["id"]
    s.post(f"/v2/bookings/{booking['uid']}/reassign/{other if before == team.user else team.user}")  # a 500 may have worked
    assert s.get(f"/v2/bookings/{booking['uid']}").data["hosts"][0]["id"] != before
    cancelled(s, booking["uid"])
    wait(s, hook, "BOOKING_CANCELLED", booking["uid"])
    assert sorted(told(s, hook, booking["uid"])) == [("BOOKING_CANCELLED", booking["uid"]), ("BOOKING_CREATED", booking["uid"])]


def time_off_by_the_api_is_told_to_nobody(s):
    hook, team = subscribe(s), Team(s)
    number, _, _ = team.event_type()
    made = s.post(team.of_user + "/ooo", {"start": "2031-12-20T00:00:00.000Z", "end": "2031-12-31T00:00:00.000Z"}).data
    assert s.patch(f"{team.of_user}/ooo/{made['id']}", {"notes": "later"}).status == 200
    assert s.delete(f"{team.of_user}/ooo/{made['id']}").status == 200
    uid = book(s, number, soon())["uid"]
    wait(s, hook, "BOOKING_CREATED", uid)
    assert not any(one.is_of("OOO_CREATED") and team.email.encode() in one.body for one in s.receiver.at(hook))
    cancelled(s, uid)


def of_a_cancelled_series_one_booking_is_told(s):
    hook, team = subscribe(s), Team(s)
    number, _, _ = team.event_type(recurrence={"interval": 1, "occurrences": 3, "frequency": "weekly"})
    rows = book(s, number, soon(), recurrenceCount=3)
    uids = [row["uid"] for row in rows]
    for uid in uids:
        wait(s, hook, "BOOKING_CREATED", uid)
    s.post(f"/v2/bookings/{uids[0]}/cancel", {"cancellationReason": "a test", "cancelSubsequentBookings": True})
    single, _, _ = team.event_type()
    loud = book(s, single, soon(days=40))["uid"]
    wait(s, hook, "BOOKING_CREATED", loud)
    assert [s.get(f"/v2/bookings/{uid}").data["status"] for uid in uids] == ["cancelled"] * 3
    assert len([one for one in told(s, hook, *uids) if one[0] == "BOOKING_CANCELLED"]) == 1, told(s, hook, *uids)
    cancelled(s, loud)


def bookings_that_go_with_their_user_are_told_to_nobody(s):
    hook, gone, stays = subscribe(s), Team(s), Team(s)
    number, _, _ = gone.event_type()
    other, _, _ = stays.event_type()
    uid = book(s, number, soon())["uid"]
    wait(s, hook, "BOOKING_CREATED", uid)
    assert s.delete(gone.of_user).status == 200
    s.made.remove(gone.of_user)
    loud = book(s, other, soon())["uid"]
    wait(s, hook, "BOOKING_CREATED", loud)
    assert s.get(f"/v2/bookings/{uid}").status == 404
    assert told(s, hook, uid) == [("BOOKING_CREATED", uid)]
    cancelled(s, loud)


def a_ping_is_signed_and_is_of_no_booking(s):
    """Only a person can ask for one: the button of the webhook's form. CALSYNC_CONTRACT_PING: so many seconds to press it."""
    hook = subscribe(s)
    print(f"press *Ping test* of the webhook to {s.receiver.public}/{hook}", flush=True)
    ping = s.receiver.wait(hook, lambda one: one.is_of("PING"), float(os.environ["CALSYNC_CONTRACT_PING"]))
    assert ping.signature in (None, NO_SECRET) or ping.is_signed_with(SECRET), ping.headers
    assert "uid" not in ping.document.get("payload", {}), ping.document


HABITS = [value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == __name__ and
          name not in ("subscribe", "told", "wait") and (os.environ.get("CALSYNC_CONTRACT_PING") or "ping" not in name)]
