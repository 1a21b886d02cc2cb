"""Events as calsyncd publishes them, made from the reviewed goldens; and their way into a real Kafka, in transactions."""
import copy
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from confluent_kafka import Producer  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402
from e2e.places import FIXTURES  # noqa: E402

LOG = "6f1d2c3b4a5968770123456789abcdef"
PARTITIONS = 3
GOLDEN = json.loads((FIXTURES / "golden" / "webhooks.BOOKING_CREATED.json").read_text())["alone"]["event"]["value"]
CLIENT = (GOLDEN["booking"]["attendees"][0]["name"], GOLDEN["booking"]["attendees"][0]["email"], "Chapter 3, sociology")
LINK = GOLDEN["booking"]["responses"]["manuscript-link"]


class Told:
    """One log: its sequences go on whatever the topic."""

    def __init__(self, address, prefix):
        self.address, self.prefix, self.partitions, self.sequence = address, prefix, PARTITIONS, 0
        self.ends = {}  # (topic, partition) → behind the last message that counts
        topics = [NewTopic(prefix + "bookings", PARTITIONS, 1),
                  NewTopic(prefix + "booking-state", PARTITIONS, 1, config={"cleanup.policy": "compact"})]
        admin = AdminClient({"bootstrap.servers": address})
        for made in admin.create_topics(topics).values():
            made.result(20)
        self.producer = Producer({"bootstrap.servers": address, "transactional.id": prefix, "linger.ms": 0})
        self.producer.init_transactions(20)

    def publish(self, *messages, commit=True):
        """Each a dict for Producer.produce, in one transaction."""
        delivered = {}
        self.producer.begin_transaction()
        for message in messages:
            self.producer.produce(**message, on_delivery=lambda _, m: delivered.update({(m.topic(), m.partition()): m.offset() + 1}))
        self.producer.flush(20)
        if commit:
            self.producer.commit_transaction(20)
            self.ends.update(delivered)
        else:
            self.producer.abort_transaction(20)

    def event(self, kind, chain, value=None, **booking):
        """booking: what differs from the golden's booking."""
        self.sequence += 1
        told = copy.deepcopy(GOLDEN)
        told["sequence"] = self.sequence
        told["booking"].update({"uid": chain, "chain": chain, **booking})
        return self._message("bookings", chain, kind, f"{LOG}/{self.sequence}", chain, value or told)

    def erased(self, chain, **booking):
        """booking.erased as calsync tells it: what an invoice needs, and the hosts that are not the one who was forgotten."""
        nothing = dict.fromkeys(("title", "location", "videoCallUrl", "description", "cancellation", "rejectionReason", "payment", "seats"))
        return self.event("booking.erased", chain, **{**nothing, "attendees": [], "responses": {}, "metadata": {}, **booking})

    def state(self, uid, erased=False, **booking):
        self.sequence += 1
        told = None if erased else {**copy.deepcopy(GOLDEN["booking"]), "uid": uid, "chain": uid, **booking}
        return self._message("booking-state", uid, "booking-state", f"{LOG}/{self.sequence}/{uid}", uid, told)

    def _message(self, topic, key, kind, ce_id, subject, value):
        headers = {"ce_specversion": "1.0", "ce_id": ce_id, "ce_source": "/calsync/42", "ce_type": "calsync." + kind, "ce_subject": subject,
                   "ce_time": GOLDEN["occurredAt"], "ce_dataschema": f"urn:calsync:schema:{kind}:1", "content-type": "application/json",
                   "ce_sequence": str(self.sequence)}
        return {"topic": self.prefix + topic, "key": key, "headers": [(k, v.encode()) for k, v in headers.items()],
                "value": None if value is None else json.dumps(value).encode()}
