"""What people do with bookings at a sandbox whose API now and then fails: made, moved, reassigned, confirmed, declined, cancelled, by seat
and in series, not attended, changed as only the web page can; and time off, taken, changed and taken back."""
import datetime
import random

FUTURE = datetime.date(2030, 1, 1)


def surely(sandbox, path):
    """A reading request until it is answered."""
    for _ in range(20):
        status, answer = sandbox.ask("GET", path)
        if status == 200:
            return answer["data"]
        assert status in (0, 500, 503), (path, status, answer)
    raise AssertionError(f"{path} was never answered")


def services(sandbox):
    """(number, answers to its questions, what is special) of each event type of the sandbox's agency."""
    out = []
    for team in surely(sandbox, "/v2/organizations/1/teams"):
        for one in surely(sandbox, f"/v2/organizations/1/teams/{team['id']}/event-types"):
            required = [f for f in one["bookingFields"] if f.get("required") and not f.get("isDefault")]
            special = "seats" if one["seats"].get("seatsPerTimeSlot") else "series" if one["recurrence"] else ""
            out.append((one["id"], {f["slug"]: answer_to(f) for f in required}, special))
    assert {special for _, _, special in out} == {"", "seats", "series"}, out
    return out


def answer_to(field):
    if field.get("options"):
        return [field["options"][0]] if field["type"] in ("multiselect", "checkbox") else field["options"][0]
    return {"url": "https://doc.test/x", "boolean": True, "phone": "+442079460000"}.get(field["type"], "x")


class Lives:
    """`told`: only what Cal.com announces, to bookings that are alone: no seats, no series."""

    def __init__(self, sandbox, seed, told=False):
        self.sandbox, self.dice = sandbox, random.Random(seed)
        self.types = [one for one in services(sandbox) if not told or not one[2]]
        self.newest = 1 if told else 0  # of how many bookings, the last ones, something becomes; 0: of all
        self.actions = [self.reschedule, self.cancel, self.confirm]
        if not told:
            self.actions += [self.reassign, self.location, self.guests, self.absent, self.time_off]
        self.special = {number: special for number, _, special in self.types}
        users = surely(sandbox, "/v2/organizations/1/users")
        self.people, self.users = [one["email"] for one in users], [one["id"] for one in users]
        self.starts, self.emails, self.away = {}, {}, []  # emails: of each booking that it knows
        self.begun = 0  # bookings that were made, and not by moving another
        self.open = []  # uid, number of its event type, seat or None

    def free(self, type_id):
        if not self.starts.get(type_id):
            first = FUTURE + datetime.timedelta(days=self.dice.randrange(5, 300))
            last = first + datetime.timedelta(days=6)
            slots = surely(self.sandbox, f"/v2/slots?eventTypeId={type_id}&start={first}&end={last}")
            self.starts[type_id] = [slot["start"] for of_day in slots.values() for slot in of_day]
            self.dice.shuffle(self.starts[type_id])
        return self.starts[type_id].pop() if self.starts[type_id] else None

    def step(self):
        if not self.open or self.dice.random() < 0.45:
            return self.create()
        self.dice.choice(self.actions)(self.dice.choice(self.open[-self.newest:]))

    def create(self):
        type_id, answers, special = self.dice.choice(self.types)
        start = self.free(type_id)
        if start is None:
            return
        name = f"c{self.dice.randrange(10**9)}"
        for _ in range(self.dice.randrange(1, 4) if special == "seats" else 1):
            status, answer = self.ask("POST", "/v2/bookings", {
                "start": start, "eventTypeId": type_id, "bookingFieldsResponses": answers,
                "attendee": {"name": name, "email": f"{name}@client.test", "timeZone": "UTC"}})
            name += "x"
            if status == 201:
                data = answer["data"]
                for one in data if isinstance(data, list) else [data]:
                    self.begun += 1
                    self.open.append((one["uid"], type_id, one.get("seatUid")))
                    self.emails[one["uid"]] = one["attendees"][0]["email"]

    def reschedule(self, one):
        uid, type_id, seat = one
        start = self.free(type_id)
        if start is None:
            return
        status, answer = self.ask("POST", f"/v2/bookings/{uid}/reschedule", {"start": start} | ({"seatUid": seat} if seat else {}))
        if status == 201:
            self.open[self.open.index(one)] = (answer["data"]["uid"], type_id, answer["data"].get("seatUid"))
            self.emails[answer["data"]["uid"]] = self.emails[uid]

    def cancel(self, one):
        uid, type_id, seat = one
        self.open.remove(one)
        body = {"seatUid": seat} if seat else {"cancellationReason": "ill"}
        if self.special[type_id] == "series" and self.dice.random() < 0.3:
            body["cancelSubsequentBookings"] = True
        self.ask("POST", f"/v2/bookings/{uid}/cancel", body)

    def reassign(self, one):
        self.ask("POST", f"/v2/bookings/{one[0]}/reassign", {})

    def confirm(self, one):
        self.ask("POST", f"/v2/bookings/{one[0]}/{self.dice.choice(['confirm', 'confirm', 'decline'])}", {})

    def location(self, one):
        self.ask("POST", f"/sandbox/bookings/{one[0]}/location", {"location": f"Room {self.dice.randrange(9)}"})

    def guests(self, one):
        self.ask("POST", f"/sandbox/bookings/{one[0]}/guests", {"guests": [f"g{self.dice.randrange(9999)}@client.test"]})

    def absent(self, one):
        """Only of a meeting that has begun, which these are not by themselves; now and then it was a mistake."""
        uid, _, _ = one
        self.ask("POST", f"/sandbox/bookings/{uid}/move-to-past", {})
        for absent in [True, False][:self.dice.randrange(1, 3)]:
            self.ask("POST", f"/v2/bookings/{uid}/mark-absent", {"attendees": [{"email": self.emails[uid], "absent": absent}]})

    def time_off(self, _):
        """By the web page, which tells, or by the API, which does not."""
        first = FUTURE + datetime.timedelta(days=self.dice.randrange(400, 2000))
        days = {"start": str(first), "end": str(first + datetime.timedelta(days=3))}
        known = self.dice.choice(self.away) if self.away and self.dice.random() < 0.5 else None
        if known is None and self.dice.random() < 0.3:
            instants = {name: f"{day}T00:00:00.000Z" for name, day in days.items()}
            return self.ask("POST", f"/v2/organizations/1/users/{self.dice.choice(self.users)}/ooo", instants | {"reason": "sick"})
        if known is None:
            status, answer = self.ask("POST", "/sandbox/out-of-office", days | {"email": self.dice.choice(self.people), "reason": "vacation"})
            return self.away.append(answer["data"]["id"]) if status == 201 else None
        if self.dice.random() < 0.5:
            return self.ask("POST", "/sandbox/out-of-office", days | {"id": known})
        self.away.remove(known)
        return self.ask("DELETE", f"/sandbox/out-of-office/{known}", None)

    def ask(self, method, path, body):
        return self.sandbox.ask(method, path, body)
