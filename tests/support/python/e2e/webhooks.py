"""Webhooks as Cal.com sends them: the fixtures, and whole lives of bookings derived from them."""
import copy
import hashlib
import hmac
import http.client
import json
from dataclasses import dataclass

from .places import FIXTURES


@dataclass(frozen=True)
class Delivery:
    name: str
    body: bytes
    content_type: str = "application/json"
    gives: str | None = None  # the event type that it must give, where the test knows


def fixtures():
    """Every body of tests/fixtures/webhooks, in the manifest's order, then every recorded one in the order of recording."""
    manifest = json.loads((FIXTURES / "webhooks" / "manifest.json").read_text())
    for entry in manifest["files"]:
        body = (FIXTURES / "webhooks" / entry["file"]).read_bytes()
        assert hashlib.sha256(body).hexdigest() == entry["sha256"], f"{entry['file']} was re-saved"
        yield Delivery("webhooks/" + entry["file"], body, entry["headers"]["Content-Type"])
    for path in sorted((FIXTURES / "recorded").glob("*.raw")):
        headers = json.loads(path.with_name(path.stem + ".headers.json").read_text())["headers"]
        yield Delivery("recorded/" + path.name, path.read_bytes(), headers["content-type"])


class Sender:
    """One keep-alive connection to an intake. A refused or broken connection is an OSError, as for Cal.com."""

    def __init__(self, port, secret, source="main"):
        self.port, self.secret, self.path = port, secret.encode(), f"/hooks/{source}"
        self.connection = None

    def post(self, delivery, timeout=10):
        signature = hmac.new(self.secret, delivery.body, hashlib.sha256).hexdigest()
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            self.connection.request("POST", self.path, delivery.body,
                                    {"Content-Type": delivery.content_type, "X-Cal-Signature-256": signature})
            answer = self.connection.getresponse()
            text = answer.read().decode()
            if answer.will_close:
                self.close()
            return answer.status, text
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise OSError(f"no answer: {error!r}") from error

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def _template(name):
    return json.loads((FIXTURES / "webhooks" / name).read_text())


def _delivery(name, document, gives):
    # Compact, and not ASCII only: the bytes that Cal.com's JSON.stringify makes.
    return Delivery(name, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), gives=gives)


def booking_life(uid, number):
    """A booking from request to cancellation, each step a delivery that gives exactly one event under the key `uid`."""
    base = _template("BOOKING_CREATED.2.json")
    base["payload"].update(uid=uid, bookingId=number, iCalUID=uid + "@Cal.com")
    moved = uid + "-moved"
    attendee = base["payload"]["attendees"][0]["email"]
    minute = iter(range(60))

    def step(trigger, gives, **fields):
        document = copy.deepcopy(base)
        document["triggerEvent"] = trigger
        document["createdAt"] = f"2026-09-14T09:{next(minute):02}:00.003Z"
        document["payload"].update(fields)
        return _delivery(f"{uid} {trigger}", document, gives)

    yield step("BOOKING_REQUESTED", "booking.requested", status="PENDING", iCalSequence=0)
    yield step("BOOKING_CREATED", "booking.confirmed")
    yield step("BOOKING_PAYMENT_INITIATED", "booking.payment_initiated", paymentId=number)
    yield step("BOOKING_PAID", "booking.paid", paymentId=number)
    base["payload"].update(uid=moved, bookingId=number + 1, startTime="2026-10-02T14:00:00Z", endTime="2026-10-02T15:00:00Z")
    yield step("BOOKING_RESCHEDULED", "booking.rescheduled", rescheduleUid=uid, rescheduleId=number, iCalSequence=2,
               rescheduleStartTime="2026-10-01T14:00:00Z", rescheduleEndTime="2026-10-01T15:00:00Z", rescheduledBy=attendee)
    no_show = {"triggerEvent": "BOOKING_NO_SHOW_UPDATED", "createdAt": f"2026-09-14T09:{next(minute):02}:00.003Z",
               "payload": {"attendees": [{"email": attendee, "noShow": True}], "message": "marked as no-show",
                           "bookingUid": moved, "bookingId": number + 1}}
    yield _delivery(f"{uid} BOOKING_NO_SHOW_UPDATED", no_show, "booking.no_show_updated")
    yield step("BOOKING_CANCELLED", "booking.cancelled", status="CANCELLED", cancellationReason="withdrawn", cancelledBy=attendee)


def time_off_life(uid, number):
    """An out-of-office entry, made and then edited; key: the user's id, one of a few, so that keys are shared."""
    entry = _template("OOO_CREATED.json")
    ooo = entry["payload"]["oooEntry"]
    ooo.update(id=number, uuid=uid)
    ooo["user"]["id"] = 900 + number % 3
    for step, gives in enumerate(("ooo.created", "ooo.updated", "ooo.updated")):
        entry["createdAt"] = f"2026-09-14T10:{step:02}:00.003Z"
        ooo["updatedAt"] = f"2026-09-14T10:{step:02}:00.000Z"
        ooo["notes"] = f"edition {step}"
        yield _delivery(f"{uid} OOO_CREATED {step}", entry, gives)


def form_life(uid, number):
    """Answers to one of a few forms: no identity of their own, each one event."""
    for step in range(3):
        form = _template("FORM_SUBMITTED.2.json")
        form["createdAt"] = f"2026-09-14T11:{step:02}:00.003Z"
        form["payload"]["formId"] = f"form-{number % 3}"
        form["payload"]["responses"] = {"who": {"value": f"{uid}-{step}", "response": f"{uid}-{step}"}}
        yield _delivery(f"{uid} FORM_SUBMITTED {step}", form, "form.submitted")
