"""What must hold between what was acknowledged, the log and Kafka. Each function raises AssertionError with the reason."""
import json
from collections import defaultdict

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat

EVENT_TOPICS = ("bookings", "ooo", "forms", "system", "config")


def topic_of(message, prefix="calsync."):
    return message.topic.removeprefix(prefix)


def is_event(message, prefix="calsync."):
    return topic_of(message, prefix) in EVENT_TOPICS


def cloud_event(message):
    """The message as the CloudEvents SDK reads it; it refuses what is not a CloudEvent."""
    names = [name for name, _ in message.headers]
    assert len(names) == len(set(names)), f"a header twice: {names}"
    return from_binary(KafkaMessage(headers=dict(message.headers), key=message.key, value=message.value), JSONFormat())


def kafka_is_the_log(messages, events, log_id, renumbered=()):
    """read_committed = log, exactly once, in order per key, byte for byte where the log shows bytes.

    `renumbered`: events that a rejoin took back behind records that came meanwhile; their raw records have other numbers.
    """
    published = [m for m in messages if is_event(m)]
    by_sequence = {}
    for m in published:
        sequence = int(m.header("ce_sequence"))
        assert sequence not in by_sequence, f"event {sequence} is in Kafka twice: {m.topic}/{m.partition}/{m.offset}"
        by_sequence[sequence] = m
    log_sequences = [e["sequence"] for e in events]
    assert log_sequences == list(range(1, len(events) + 1)), "the log's events have gaps"
    missing = sorted(set(log_sequences) - set(by_sequence))
    foreign = sorted(set(by_sequence) - set(log_sequences))
    assert not missing, f"in the log, not in Kafka: {missing[:10]}"
    assert not foreign, f"in Kafka, not in the log: {foreign[:10]}"
    for e in events:
        m = by_sequence[e["sequence"]]
        what = f"event {e['sequence']}"
        assert topic_of(m) == e["topic"], f"{what}: topic {m.topic}, log {e['topic']}"
        assert m.key.decode() == e["key"], f"{what}: key {m.key}, log {e['key']}"
        assert json.loads(m.value) == e["value"], f"{what}: value differs from the log"
        for header, expected in {"ce_id": f"{log_id}/{e['sequence']}", "ce_type": "calsync." + e["type"],
                                 "ce_subject": e["subject"], "ce_keysequence": str(e["keySequence"]),
                                 "ce_rawsequence": str(e["rawSequence"]), "ce_recordhash": e["hash"],
                                 "ce_origin": e["origin"], "ce_specversion": "1.0"}.items():
            if header == "ce_rawsequence" and e["sequence"] in renumbered:
                continue
            assert m.header(header) == expected, f"{what}: {header} is {m.header(header)}, expected {expected}"
    in_order_per_key(published)


def in_order_per_key(published):
    per_key, partition_of = defaultdict(list), {}
    for m in published:  # by topic, partition, offset
        place = (m.topic, m.key)
        assert partition_of.setdefault(place, m.partition) == m.partition, f"{place} is in two partitions"
        per_key[place].append((int(m.header("ce_sequence")), int(m.header("ce_keysequence"))))
    for place, numbers in per_key.items():
        sequences = [s for s, _ in numbers]
        assert sequences == sorted(sequences), f"{place}: out of order: {sequences}"
        assert [k for _, k in numbers] == list(range(1, len(numbers) + 1)), f"{place}: ce_keysequence has gaps: {numbers}"


def booking_state_is_the_last_event(messages):
    """The compacted topic shows, per booking, what its newest event in `bookings` said. A reschedule tells of two: the old
    booking gets no event of its own, its state then names the new one."""
    newest, moved = {}, {}
    for m in messages:
        if topic_of(m) == "bookings":
            value = json.loads(m.value)
            sequence, booking = value["sequence"], value["booking"]
            if booking["uid"] and sequence > newest.get(booking["uid"], (0, None))[0]:
                newest[booking["uid"]] = (sequence, booking)
            if booking.get("rescheduledFrom"):
                old = booking["rescheduledFrom"]["uid"]
                moved[old] = max(moved.get(old, (0, None)), (sequence, booking["uid"]))
    state = {m.key.decode(): json.loads(m.value) for m in messages if topic_of(m) == "booking-state" and m.value}
    for uid, (sequence, booking) in newest.items():
        assert uid in state, f"booking-state has no {uid}"
        if moved.get(uid, (0, None))[0] > sequence:
            assert state[uid]["rescheduledTo"] == moved[uid][1], f"booking-state of {uid} does not name {moved[uid][1]}"
        else:
            assert state[uid] == booking, f"booking-state of {uid} is not what event {sequence} said"
