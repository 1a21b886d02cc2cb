"""The oracle of the end-to-end tests must be able to fail: each way to lose, double or reorder an event is shown to it."""
import json
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import oracle  # noqa: E402
from e2e.broker import Message  # noqa: E402

LOG = "11111111-2222-3333-4444-555555555555"


def log_events():
    """Six events of two keys, as the admin address tells them."""
    events, per_key = [], {"a": 0, "b": 0}
    for sequence in range(1, 7):
        key = "a" if sequence % 2 else "b"
        per_key[key] += 1
        events.append({"sequence": sequence, "rawSequence": sequence, "topic": "bookings", "key": key, "keySequence": per_key[key],
                       "type": "booking.changed", "subject": key, "origin": "webhook", "hash": f"{sequence:064x}",
                       "value": {"sequence": sequence, "booking": {"uid": key, "title": str(sequence)}}})
    return events


def message(event, partition, offset):
    headers = {"ce_specversion": "1.0", "ce_id": f"{LOG}/{event['sequence']}", "ce_type": "calsync." + event["type"],
               "ce_subject": event["subject"], "ce_sequence": str(event["sequence"]), "ce_keysequence": str(event["keySequence"]),
               "ce_rawsequence": str(event["rawSequence"]), "ce_recordhash": event["hash"], "ce_origin": event["origin"]}
    return Message("calsync.bookings", partition, offset, event["key"].encode(),
                   tuple((name, value.encode()) for name, value in headers.items()), json.dumps(event["value"]).encode())


def published(events):
    return [message(e, 0 if e["key"] == "a" else 1, e["sequence"]) for e in events]


def state(messages):
    newest = {}
    for m in messages:
        newest[m.key] = json.dumps(json.loads(m.value)["booking"]).encode()
    return [Message("calsync.booking-state", 0, n, key, (), value) for n, (key, value) in enumerate(newest.items())]


def refused(what, check, *arguments):
    try:
        check(*arguments)
    except AssertionError:
        return
    raise SystemExit(f"the oracle did not notice: {what}")


def main():
    events = log_events()
    good = published(events)
    oracle.kafka_is_the_log(good, events, LOG)
    oracle.booking_state_is_the_last_event(good + state(good))

    def kafka(what, messages, of=events):
        refused(what, oracle.kafka_is_the_log, messages, of, LOG)

    kafka("a lost event", good[:3] + good[4:])
    kafka("the last event lost", good[:-1])
    kafka("a doubled event", [*good, replace(good[-1], offset=99)])
    kafka("an event that the log has not", good, events[:-1])
    kafka("a gap in the log", good[:2] + good[3:], events[:2] + events[3:])
    swapped = [replace(m, offset={1: 3, 3: 1}.get(m.offset, m.offset)) for m in good]
    kafka("two events of a key in the wrong order", sorted(swapped, key=lambda m: (m.partition, m.offset)))
    kafka("a key in two partitions", [replace(good[0], partition=1), *good[1:]])
    kafka("another key", [replace(good[0], key=b"c"), *good[1:]])
    kafka("another value", [replace(good[0], value=b'{"sequence": 1}'), *good[1:]])
    for header in ("ce_id", "ce_type", "ce_subject", "ce_keysequence", "ce_recordhash", "ce_rawsequence"):
        changed = tuple((name, b"9" if name == header else value) for name, value in good[0].headers)
        kafka(f"another {header}", [replace(good[0], headers=changed), *good[1:]])
    refused("an old booking-state", oracle.booking_state_is_the_last_event, good + state(good[:-1]))
    refused("a missing booking-state", oracle.booking_state_is_the_last_event, good + state(good)[:1])
    refused("no CloudEvent", oracle.cloud_event, replace(good[0], headers=good[0].headers * 2))
    print("the oracle notices every one")


if __name__ == "__main__":
    main()
