"""A message of calsync's topics as an event: CloudEvents 1.0, Kafka binary mode."""
from dataclasses import dataclass
from datetime import datetime

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.exceptions import BaseCloudEventException
from cloudevents.core.formats.json import JSONFormat

from .errors import Poison

PREFIX = "calsync."
OVERSIZE = "event.oversize"  # stands for one that Kafka would not take
ERASED = "booking.erased"  # somebody in the booking was forgotten
TOMBSTONE = "tombstone"  # no value: what the key names was erased


@dataclass(frozen=True)
class Event:
    topic: str       # without the prefix of the settings: "bookings"
    partition: int
    offset: int
    key: str         # bookings: root uid of the reschedule chain; booking-state: booking uid
    id: str          # unique for ever: "<log id>/<sequence>"
    type: str        # without "calsync.": "booking.created"; or TOMBSTONE
    subject: str
    time: datetime | None
    sequence: int | None
    value: dict      # empty for a tombstone

    @property
    def booking(self):
        return self.value.get("booking") or {}

    @property
    def moved_on(self):
        """Rescheduled since: what is told of the chain now is told of a later booking."""
        return self.booking.get("rescheduledTo") is not None


def read_event(message, topic_prefix):
    """Raises Poison where the message is none of calsync's."""
    headers = message.headers() or []
    if len({name for name, _ in headers}) != len(headers):
        raise Poison("a header twice")
    place = (message.topic().removeprefix(topic_prefix), message.partition(), message.offset())
    try:
        key = (message.key() or b"").decode()
        if message.value() is None:
            texts = {name: value.decode() for name, value in headers}
            return Event(*place, key, texts.get("ce_id", ""), TOMBSTONE, texts.get("ce_subject", key), None, None, {})
        event = from_binary(KafkaMessage(headers=dict(headers), key=key, value=message.value()), JSONFormat())
        sequence = int(event.get_extension("sequence"))
    except (BaseCloudEventException, ValueError, TypeError, AttributeError) as error:
        raise Poison(f"no CloudEvent: {type(error).__name__}") from None  # its text would quote the message: personal data
    value = event.get_data()
    if not isinstance(value, dict):
        raise Poison("the value is no JSON object")
    return Event(*place, key, event.get_id(), event.get_type().removeprefix(PREFIX), event.get_subject() or key,
                 event.get_time(), sequence, value)
