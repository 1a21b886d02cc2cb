"""Habits of teams, users, schedules, event types, workflows, webhooks and time off (CONTRACT §3-§10, §16)."""
from server import Team, own

STEP = {"stepNumber": 1, "action": "email_attendee", "recipient": "attendee", "template": "custom", "sender": "Contract",
        "includeCalendarEvent": True, "message": {"subject": "s", "html": "h"}}


def unknown_fields_are_dropped_without_a_word(s):
    _, team = s.make(s.org + "/teams", {"name": own("Team"), "frobnicate": 1})
    assert "frobnicate" not in team


def defaults_are_filled_in_and_a_slug_is_made_where_none_is_given(s):
    name = own("No Slug")
    _, team = s.make(s.org + "/teams", {"name": name})
    assert team["slug"] == name.lower().replace(" ", "-"), team
    assert team["timeZone"] == "Europe/London"


def a_teams_patch_needs_its_name(s):
    team = Team(s)
    assert s.patch(team.path, {"bio": "x"}).status == 400
    assert s.patch(team.path, {"name": "Contract", "bio": "x"}).status == 200


def a_teams_own_slug_may_be_sent_again_an_event_types_may_not(s):
    team = Team(s)
    _, path, slug = team.event_type()
    assert s.patch(team.path, {"name": "Contract", "slug": team.slug}).status == 200
    assert s.patch(path, {"slug": slug}).status == 400


def the_own_username_counts_as_taken(s):
    team, name = Team(s), own("user")
    assert s.patch(team.of_user, {"username": name}).status == 200
    assert s.patch(team.of_user, {"username": name}).status == 409


def a_membership_is_an_invitation_unless_accepted_and_is_made_once(s):
    team = Team(s)
    number, _ = s.make(s.org + "/users", {"email": f"{own('guest')}@contract.example"})
    assert s.post(team.path + "/memberships", {"userId": number}).data["accepted"] is False
    assert s.post(team.path + "/memberships", {"userId": number}).status == 409


def the_same_days_off_are_refused_twice(s):
    team, days = Team(s), {"start": "2031-12-20T00:00:00.000Z", "end": "2031-12-31T00:00:00.000Z"}
    s.make(team.of_user + "/ooo", days)
    assert s.post(team.of_user + "/ooo", days).status == 409
    listed = s.get(team.of_user + "/ooo").data
    assert listed[0]["end"] == "2031-12-31T23:59:59.999Z", listed


def lists_inside_are_replaced_whole(s):
    team = Team(s)
    path = f"{team.of_user}/schedules/{team.schedule}"
    one = [{"days": ["Sunday"], "startTime": "08:00", "endTime": "09:00"}]
    assert s.patch(path, {"availability": one}).data["availability"] == one


def false_does_not_take_a_default_schedule_away(s):
    team = Team(s)
    assert s.patch(f"{team.of_user}/schedules/{team.schedule}", {"isDefault": False}).data["isDefault"] is True


def a_workflows_patch_without_trigger_loses_the_offset(s):
    team = Team(s)
    number, _ = s.make(team.path + "/workflows", {
        "name": own("Reminder"), "activation": {"isActiveOnAllEventTypes": True}, "steps": [STEP],
        "trigger": {"type": "beforeEvent", "offset": {"value": 24, "unit": "hour"}}})
    path = f"{team.path}/workflows/{number}"
    assert s.get(path).data["trigger"]["offset"]["value"] == 24
    assert s.patch(path, {"name": own("Renamed")}).data["trigger"]["offset"]["value"] == 1
    assert s.patch(path, {"steps": [STEP]}).status == 400  # without the steps' ids


def an_event_types_patch_sets_back_what_it_does_not_name(s):
    team = Team(s)
    _, path, _ = team.event_type(lengthInMinutesOptions=[30, 60], disableGuests=True, beforeEventBuffer=10)
    after = s.patch(path, {"title": "Renamed"}).data
    assert not after.get("lengthInMinutesOptions") and after["disableGuests"] is False, after
    assert after["beforeEventBuffer"] == 10 and len(after["hosts"]) == 1


def team_lists_ignore_take_and_skip(s):
    team = Team(s)
    for _ in range(2):
        team.event_type()
    assert len(s.get(team.path + "/event-types?take=1").data) == 2
    assert len(s.get(team.path + "/event-types?take=1&skip=1").data) == 2


def a_managed_event_type_answers_a_list_and_is_listed_alone(s):
    team = Team(s)
    _, made = s.make(team.path + "/event-types", {"title": "M", "slug": own("managed"), "lengthInMinutes": 30,
                                                  "schedulingType": "managed", "hosts": [{"userId": team.user}]})
    assert len(made) == 2 and made[1]["parentEventTypeId"] == made[0]["id"]
    assert len(s.get(team.path + "/event-types").data) == 1


def a_deleted_team_takes_its_event_types_along_and_leaves_the_people(s):
    team = Team(s)
    _, path, _ = team.event_type()
    assert s.delete(team.path).status == 200
    s.made.remove(f"{s.org}/teams/{team.id}")
    assert s.get(path).status in (403, 404)
    assert s.get(team.path).status in (403, 404)
    assert any(user["id"] == team.user for user in s.get(f"{s.org}/users?emails={team.email}").data)


def who_leaves_a_team_is_no_host_there_and_keeps_the_account(s):
    team = Team(s)
    _, path, _ = team.event_type()
    assert len(s.get(path).data["hosts"]) == 1
    assert s.delete(f"{team.path}/memberships/{team.membership}").status == 200
    assert s.get(path).data["hosts"] == []
    assert any(user["id"] == team.user for user in s.get(f"{s.org}/users?emails={team.email}").data)


def what_is_not_there_is_answered_by_its_kind(s):
    team = Team(s)
    nobody = 987_654_321
    assert s.get(f"{s.org}/teams/{nobody}").status in (403, 404)
    assert s.get(f"{team.path}/event-types/{nobody}").status == 404
    assert s.patch(f"{team.path}/event-types/{nobody}", {"title": "x"}).status in (400, 404)
    assert s.get("/v2/bookings/" + own("nobooking")).status == 404
    assert s.get(f"{s.org}/webhooks/{own('nohook')}").status in (403, 404)


def a_webhook_is_unique_by_its_address_and_shows_its_secret(s):
    url = f"https://hooks.contract.example/{own('hook')}"
    body = {"active": True, "subscriberUrl": url, "triggers": ["BOOKING_CREATED"], "secret": "a secret of nobody"}
    number, made = s.make(s.org + "/webhooks", body)
    assert isinstance(number, str) and made["secret"] == body["secret"]
    assert s.post(s.org + "/webhooks", body).status == 409
    path = f"{s.org}/webhooks/{number}"
    assert set(s.patch(path, {"triggers": ["BOOKING_CANCELLED"]}).data["triggers"]) == {"BOOKING_CANCELLED"}


HABITS = [value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == __name__]
