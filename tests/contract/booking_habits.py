"""Habits of bookings, and of the transport below all of them (CONTRACT §1, §2, §9, §16)."""
import datetime

from server import Team, own


def soon(days=14, hour=10):
    day = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=days)
    return f"{day}T{hour:02}:00:00Z"


def book(s, number, start, email=None, **more):
    attendee = {"name": "A Client", "email": email or f"{own('client')}@contract.example", "timeZone": "Europe/Berlin"}
    answer = s.post("/v2/bookings", {"eventTypeId": number, "start": start, "attendee": attendee} | more)
    assert answer.status == 201, answer.body
    return answer.data


def cancelled(s, uid):
    s.post(f"/v2/bookings/{uid}/cancel", {"cancellationReason": "a test"})


def a_wrong_version_is_another_api_or_none(s):
    assert s.get("/v2/bookings?take=1", version="2024-09-04").status == 404
    assert s.get("/v2/event-types", version="2024-08-13").status == 404


def a_wrong_key_is_401(s):
    answer = s.get("/v2/me", key="cal_live_nobody")
    assert answer.status == 401, answer.body


def every_answer_tells_what_is_left_of_the_rate(s):
    names = [name.lower() for name in s.get("/v2/me").headers]
    for part in ("limit", "remaining", "reset"):
        assert any(name.startswith(f"x-ratelimit-{part}") for name in names), names


def a_booking_is_cancelled_and_keeps_its_reason(s):
    number, _, _ = Team(s).event_type()
    uid = book(s, number, soon())["uid"]
    cancelled(s, uid)
    after = s.get(f"/v2/bookings/{uid}").data
    assert after["status"] == "cancelled" and after["cancellationReason"] == "a test", after


def a_reschedule_makes_another_booking_and_each_names_the_other(s):
    number, _, _ = Team(s).event_type()
    old = book(s, number, soon())["uid"]
    new = s.post(f"/v2/bookings/{old}/reschedule", {"start": soon(hour=12), "reschedulingReason": "later"}).data["uid"]
    assert new != old
    assert s.get(f"/v2/bookings/{new}").data.get("rescheduledFromUid") == old
    before = s.get(f"/v2/bookings/{old}").data
    assert before["status"] == "cancelled" and before.get("rescheduledToUid") == new, before
    cancelled(s, new)


def confirmation_makes_pending_bookings_which_can_be_declined(s):
    number, _, _ = Team(s).event_type(confirmationPolicy={"type": "always", "blockUnconfirmedBookingsInBooker": False})
    first, second = book(s, number, soon())["uid"], book(s, number, soon(hour=12))["uid"]
    assert s.get(f"/v2/bookings/{first}").data["status"] == "pending"
    assert s.post(f"/v2/bookings/{first}/confirm").data["status"] == "accepted"
    assert s.post(f"/v2/bookings/{second}/decline", {"reason": "full"}).data["status"] == "rejected"
    cancelled(s, first)


def the_organisations_list_finds_a_booking_by_when_it_changed(s):
    number, _, _ = Team(s).event_type()
    uid = book(s, number, soon())["uid"]
    updated = s.get(f"/v2/bookings/{uid}").data["updatedAt"] or s.get(f"/v2/bookings/{uid}").data["createdAt"]
    listed = s.get(f"{s.org}/bookings?take=250&sortUpdatedAt=asc&afterUpdatedAt={updated}")
    assert uid in [row["uid"] for row in listed.data], "afterUpdatedAt includes the instant itself"
    assert "totalItems" in listed.body["pagination"] and "hasNextPage" in listed.body["pagination"]
    cancelled(s, uid)


def unknown_parameters_of_a_list_are_ignored(s):
    assert s.get(f"{s.org}/bookings?take=1&frobnicate=1").status == 200


def a_seat_is_booked_and_given_up_alone(s):
    seats = {"seatsPerTimeSlot": 3, "showAttendeeInfo": True, "showAvailabilityCount": True}
    number, _, _ = Team(s).event_type(seats=seats)
    start = soon()
    one, two = book(s, number, start), book(s, number, start)
    assert one["uid"] == two["uid"]
    assert s.post(f"/v2/bookings/{one['uid']}/cancel", {"seatUid": one["seatUid"]}).status == 200
    left = s.get(f"/v2/bookings/{one['uid']}").data
    assert left["status"] == "accepted" and len(left["attendees"]) == 1, left
    cancelled(s, one["uid"])


HABITS = [value for name, value in list(globals().items())
          if callable(value) and getattr(value, "__module__", "") == __name__ and name not in ("soon", "book", "cancelled")]
