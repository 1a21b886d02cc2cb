"""What the sandbox did (its history), held fact by fact against what Kafka tells.

The rule. A fact is one change of one booking or one entry of time off. It shows in aspects: how the booking stands, when it is, who holds
it, where, who is there, who did not come. Of each aspect Kafka tells the values in the order in which they were, none twice, none that
never was, and in the end the last one. So each fact is told by exactly one event:
- alone, by an event of the fact's own type (NAMES) that is the first to show its values;
- or together with the facts that followed, by one event that shows only the last state. That is allowed only where no webhook of the fact
  came before that event: lost, late, out of order, refused by a daemon that was dead, or never sent, as Cal.com announces no such change.
  The API then shows no more than the last state, and the event's `changes` carry the rest (DESIGN 12.2, 12.3). What was taken back before
  anybody saw it is told by none.
That a booking ends because it was moved is told by the event of the new one (DESIGN 12.2), and so is what was not told of it before,
or else by one more event of the old one, which names the new one.
An event that tells no fact is one of SAYS_MORE; or says of a booking what no aspect is, as the price, or an answer that only webhooks carry;
or of one attendee what nobody knew of: of a booking or a seat that was not told before.
Along a chain facts are told in the order in which they were. Where there are seats a webhook tells of one attendee, so that each has an order
of his own; and so have absences, which their own webhook alone tells.
"""
import collections
import datetime
import json

from e2e.oracle import topic_of

NAMES = {"created": {"created"}, "requested": {"requested"}, "rescheduled": {"rescheduled", "requested"}, "confirmed": {"confirmed"},
         "reassigned": {"reassigned"}, "cancelled": {"cancelled"}, "rejected": {"rejected"}, "absence": {"no_show_updated"},
         "seat taken": {"seat_added"}, "seat moved here": {"seat_added", "rescheduled"}, "seat given up": {"seat_cancelled"},
         "seat moved away": {"seat_cancelled", "cancelled"}, "location changed": {"changed"}, "guests added": {"changed"},
         "moved into the past": {"changed"}, "closed by reschedule": {"changed"},
         "time off": {"created"}, "time off changed": {"updated"}, "time off deleted": {"deleted"}}
BORN = {"accepted": {"created", "rescheduled"}, "pending": {"requested"}, "cancelled": {"cancelled"}, "rejected": {"rejected"}}
TRIGGERS = {"created": "BOOKING_CREATED", "requested": "BOOKING_REQUESTED", "rescheduled": "BOOKING_RESCHEDULED", "confirmed": "BOOKING_CREATED",
            "cancelled": "BOOKING_CANCELLED", "rejected": "BOOKING_REJECTED", "seat taken": "BOOKING_CREATED",
            "seat moved here": "BOOKING_RESCHEDULED", "seat given up": "BOOKING_CANCELLED", "absence": "BOOKING_NO_SHOW_UPDATED"}
SAYS_MORE = {"meeting.started", "meeting.ended", "booking.linked"}
POINTERS = {"/status", "/start", "/end", "/hosts", "/attendees", "/location"}  # of aspects
ALONE = datetime.timedelta(seconds=1)  # a webhook sent this long before an event, and taken, was there before it


def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def aspects(status, start, end, host, place, people):
    """people: (e-mail, absent)"""
    shown = {"life": status, "time": start and (start, end), "host": host, "place": place if (place or "").startswith("Room") else None}
    for email, absent in people:
        shown["there", email.lower()] = True
        shown["absent", email.lower()] = absent
    return {aspect: value for aspect, value in shown.items() if value is not None}


def trigger_of(fact):
    pending = fact["what"] == "rescheduled" and fact["status"] == "pending"
    return "BOOKING_REQUESTED" if pending else TRIGGERS.get(fact["what"])


def is_of_one_attendee(event):
    return event["type"] in ("booking.no_show_updated", "booking.seat_cancelled") or event["trigger"] == "BOOKING_NO_SHOW_UPDATED"


def of_fact(fact, ours):
    if "oooId" in fact:
        gone = fact["what"] == "time off deleted"
        return {"days": None if gone else (fact["start"][:10], fact["end"][:10])}
    people = [(one["email"], one["absent"]) for one in fact["attendees"] if one["email"].lower() not in ours]
    return aspects(fact["status"], fact["start"], fact["end"], fact["host"], fact["location"], people)


def of_event(event):
    if event["type"].startswith("meeting."):
        return {}
    if event["type"].startswith("ooo."):
        return {"days": None if event["type"] == "ooo.deleted" else (event["ooo"]["start"], event["ooo"]["end"])}
    one = event["booking"]
    people = [(person["email"], person["absent"]) for person in one["attendees"]]
    return aspects(one["status"], one["start"], one["end"], one["hosts"][0]["email"] if one["hosts"] else None, one["location"], people)


class Told:
    """One booking, or one entry of time off: its facts, and how far its events have told them."""

    def __init__(self, subject, facts, ours):
        self.subject, self.facts = subject, facts
        self.values = collections.defaultdict(list)  # of an aspect: (value, fact), each when it came to be
        self.place = collections.defaultdict(lambda: -1)  # of an aspect: what was told last
        # Whose webhook came first tells of the booking and of his own seat, and of no absence; of these tell others.
        self.seated = any("seatUid" in person for fact in facts for person in fact.get("attendees", []))
        self.announced = False
        self.by = {}  # number of a fact, and whether it is a seat or an absence in it → the event that told that
        now = {}
        for fact in facts:
            shown = of_fact(fact, ours)
            shown |= {one: False for one in now if isinstance(one, tuple) and one not in shown}
            for aspect, value in shown.items():
                if now.get(aspect, self.nothing(aspect)) != value:
                    self.values[aspect].append((value, fact))
                now[aspect] = value

    @staticmethod
    def nothing(aspect):
        return False if isinstance(aspect, tuple) else None

    def known(self, aspect):
        place = self.place[aspect]
        return self.values[aspect][place][0] if place >= 0 else self.nothing(aspect)

    def hear(self, event):
        """[(aspect, fact)] that this event tells."""
        shown, tells = of_event(event), []
        self.announced = self.announced or not (event["type"] in SAYS_MORE or is_of_one_attendee(event))
        if not self.announced:
            shown = {aspect: value for aspect, value in shown.items() if aspect[0] == "absent"}
        gone = [one for one in self.values if isinstance(one, tuple) and self.known(one) and one not in shown]
        gone = [] if "life" not in shown or self.is_over_with_seats(shown["life"]) else gone
        for aspect, value in (shown | {one: False for one in gone}).items():
            if value == self.known(aspect):
                continue
            first = self.place[aspect] + 1
            found = [i for i in range(first, len(self.values[aspect])) if self.values[aspect][i][0] == value]
            assert found, f"{self.subject}: event {event['sequence']} tells what never was, or again: {aspect} {value}"
            self.place[aspect] = found[0]
            for _, fact in self.values[aspect][first:found[0] + 1]:
                apart = aspect if aspect[0] == "absent" or (self.seated and aspect[0] == "there") else ""
                told = self.by.setdefault((fact["n"], apart), event)
                assert told is event, f"{self.subject}: {fact} is told by {told['sequence']} and {event['sequence']}"
                tells.append((aspect, fact))
        return tells

    def says_its_webhook(self, aspect, fact):
        """Of absences only that of one, and where there are seats, nothing of guests."""
        if aspect[0] == "absent":
            return fact["what"] == "absence"
        seats = {one["email"].lower() for one in fact.get("attendees", []) if "seatUid" in one}
        return not self.seated or aspect[0] != "there" or aspect[1] in seats

    def is_over_with_seats(self, status):
        """Then the API still lists who had a seat, or a guest of his, and events who has one: nobody."""
        return self.seated and status == "cancelled"

    def untold(self):
        over = self.is_over_with_seats(self.known("life"))
        return [facts[-1][1] for aspect, facts in self.values.items()
                if facts[-1][0] != self.known(aspect) and not (over and isinstance(aspect, tuple))]

    def moved_to(self):
        """The booking whose event tells how this one ended."""
        return next((one["rescheduledToUid"] for one in self.facts if one.get("rescheduledToUid")), None)


class History:
    def __init__(self, history, deliveries, users):
        ours = {one["email"].lower() for one in users}
        facts = collections.defaultdict(list)
        for one in history:
            if one["what"] in NAMES:
                facts[one.get("uid") or one["uuid"]].append(one)
        self.told = {subject: Told(subject, all_of_it, ours) for subject, all_of_it in facts.items()}
        self.parents = {one["uid"]: one["rescheduledFromUid"] for one in history if one.get("rescheduledFromUid")}
        self.deliveries = collections.defaultdict(list)
        for one in deliveries:
            self.deliveries[one["uid"], one["trigger"]].append(one)
        self.together = 0

    def root(self, subject):
        while subject in self.parents:
            subject = self.parents[subject]
        return subject

    def webhooks(self, subject, trigger):
        """[(fact, delivery)]: each with what it was made for. Of a series that ends or is confirmed only one occurrence is told."""
        facts = [one for one in self.told[subject].facts if trigger_of(one) == trigger]
        deliveries = self.deliveries[subject, trigger]
        if len(facts) == len(deliveries):
            return list(zip(facts, deliveries))
        return [([one for one in facts if at(one["at"]) <= at(delivery["createdAt"])] or facts)[-1:] + [delivery] for delivery in deliveries if facts]

    def was_heard(self, subject, fact, event):
        """A webhook told of the fact, and long before this event."""
        return any(attempt.get("status") == 200 and at(attempt["at"]) < at(event["observedAt"]) - ALONE
                   for one, delivery in self.webhooks(subject, trigger_of(fact)) if one is fact for attempt in delivery["attempts"])

    def check(self, events):
        """How many facts were told, and how many of them together with later ones."""
        newest = collections.defaultdict(int)
        for event in events:
            subject = event["subject"]
            assert subject in self.told, f"event {event['sequence']} tells of {subject}, which never was"
            is_first = not self.told[subject].announced
            tells = self.told[subject].hear(event)
            if not tells:
                others = POINTERS.isdisjoint(change["pointer"] for change in event["changes"])
                of_one = is_of_one_attendee(event) and (is_first or not event["changes"])
                assert of_one or event["type"] in SAYS_MORE or others and event["type"] == "booking.changed", f"it tells nothing: {event}"
                continue
            self.check_name(event, tells, is_first, self.told[subject].seated)
            self.check_together(subject, tells, event)
            if not self.told[subject].seated and not (event["booking"] and event["booking"]["rescheduledTo"]):
                numbers = [fact["n"] for aspect, fact in tells if aspect[0] != "absent"]
                root = self.root(subject)
                assert not numbers or min(numbers) > newest[root], f"{subject}: event {event['sequence']} tells of {numbers} after {newest[root]}"
                newest[root] = max([newest[root], *numbers])
        self.check_rest(events)
        return sum(len({n for n, _ in told.by}) for told in self.told.values()), self.together

    def check_together(self, subject, tells, event):
        facts = {fact["n"]: fact for aspect, fact in tells if self.told[subject].says_its_webhook(aspect, fact)}
        for n, fact in facts.items():
            if n != max(fact["n"] for _, fact in tells):
                self.together += 1
                assert not self.was_heard(subject, fact, event), f"{subject}: {fact} was heard, and not told before {event}"

    @staticmethod
    def check_name(event, tells, is_first, seated):
        allowed = {"linked"}.union(*(NAMES[fact["what"]] for _, fact in tells))
        if any(aspect[0] == "absent" for aspect, _ in tells):
            # A row or body that is older than what is known, and shows it for the first time, has no better name.
            allowed |= {"no_show_updated", "changed"}
        if seated and any(aspect[0] == "there" for aspect, _ in tells):
            allowed |= {"seat_added", "seat_cancelled"}  # whoever comes or goes; with the last one the booking is cancelled
        if event["booking"] and event["booking"]["rescheduledTo"]:
            allowed = (allowed | {"changed"}) - {"created", "requested", "rescheduled"}  # the event of the new one told that it was
        elif is_first and event["booking"] and not is_of_one_attendee(event):
            allowed = {"linked"} | BORN[event["booking"]["status"]]
        assert event["type"].split(".")[1] in allowed, \
            f"event {event['sequence']} of {event['trigger']} by {event['origin']} is {event['type']}: {tells}, {event['changes']}"

    def check_rest(self, events):
        moves = {event["booking"]["rescheduledFrom"]["uid"]: event for event in events
                 if event["booking"] and event["booking"]["rescheduledFrom"]}
        for subject, told in self.told.items():
            rest = told.untold()
            if not rest:
                continue
            assert told.moved_to() and all(fact["what"] == "closed by reschedule" for fact in rest), f"{subject}: nobody tells of {rest}"
            assert subject in moves or self.told[told.moved_to()].seated, f"{subject}: nobody tells that it was moved"
            if subject in moves:
                self.check_together(subject, [*(("life", fact) for fact in rest), ("life", {"n": 1 << 60})], moves[subject])


def events_of(messages):
    """Those of bookings and time off, in the order in which they were told."""
    found = []
    for message in messages:
        if topic_of(message) in ("bookings", "ooo"):
            event = json.loads(message.value)
            found.append(event | {"type": message.header("ce_type").removeprefix("calsync."), "subject": message.header("ce_subject")})
    return sorted(found, key=lambda event: event["sequence"])
