"""Every example webhook, posted signed to calsyncd, comes out of a real Kafka as the CloudEvent that its golden says.

Read by programs that nobody here wrote: confluent-kafka (read_committed), the CloudEvents SDK, jsonschema.
"""
import json
import secrets
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402
from e2e import oracle, schemas, webhooks  # noqa: E402
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import FIXTURES  # noqa: E402
from e2e.webhooks import Delivery, Sender  # noqa: E402

# What gives no event in this order of sending, and why; every other body must give exactly one.
SILENT = {
    "webhooks/PING.json": "the test button",
    "webhooks/BOOKING_REQUESTED.json": "older than the confirmation that was sent before it",
    "webhooks/template.flat.json": "a template's output: quarantined",
    "webhooks/template.form.txt": "a template's output: quarantined",
    "recorded/13-unknown.raw": "a template's output: quarantined",
    "recorded/14-BOOKING_CREATED.raw": "13's booking through a second subscription",
}


def golden_of(name):
    """What the event must be: reviewed by a person (tests/fixtures/golden), in the history of all bodies before it."""
    path = FIXTURES / "golden" / (name.rsplit(".", 1)[0].replace("/", ".") + ".json")
    return json.loads(path.read_text())["inHistory"].get("event")


def settled(value):
    """Without what depends on when and where in a log it was told."""
    value = {key: item for key, item in value.items() if key not in ("sequence", "raw", "observedAt")}
    if "system" in value:
        value["system"] = {key: item for key, item in value["system"].items() if key != "sequence"}
    return value


def check_golden(message, name):
    golden = golden_of(name)
    assert golden, f"{name} gave an event and its golden has none"
    found = {"type": message.header("ce_type").removeprefix("calsync."), "topic": oracle.topic_of(message),
             "key": message.key.decode(), "keySequence": int(message.header("ce_keysequence")),
             "subject": message.header("ce_subject"), "time": message.header("ce_time"),
             "value": settled(json.loads(message.value))}
    for field, expected in golden.items():
        if field != "states":
            expected = settled(expected) if field == "value" else expected
            assert found[field] == expected, f"{name}: {field} is {found[field]}, golden {expected}"


def post_all(daemon, deliveries):
    """Each is taken once: 200 and the next sequence; sent again: 200 and the same sequence."""
    sender = webhooks.Sender(daemon.intake_port, daemon.secret)
    sequences = {}
    for number, delivery in enumerate(deliveries, 1):
        status, text = sender.post(delivery)
        assert status == 200, f"{delivery.name}: {status} {text}"
        sequences[delivery.name] = json.loads(text)["sequence"]
        assert sequences[delivery.name] == number, f"{delivery.name}: sequence {text}, expected {number}"
    for delivery in deliveries:
        status, text = sender.post(delivery)
        assert (status, json.loads(text)["sequence"]) == (200, sequences[delivery.name]), f"{delivery.name} again: {text}"
    sender.close()
    return sequences


def check_message(message, schema_of):
    event = oracle.cloud_event(message)
    attributes = event.get_attributes()
    what = f"{attributes['type']} ({attributes['id']})"
    value = event.get_data()
    assert attributes["datacontenttype"].startswith("application/json"), what
    assert attributes["subject"], f"{what}: no subject"
    assert message.header("ce_time") == value["occurredAt"], f"{what}: ce_time is not occurredAt"
    assert int(attributes["sequence"]) == value["sequence"] and int(attributes["rawsequence"]) == value["raw"], what
    assert attributes["origin"] == value["origin"] == "webhook", what
    schema_of.check_value(attributes["type"].removeprefix("calsync."), attributes["dataschema"], value)
    schema_of.check_message(message)
    return attributes["type"].removeprefix("calsync.")


def check_replay(broker, daemon, events):
    """Into topics that hold records only when asked to; what a topic does not take comes as event.oversize, in its place."""
    replay = ("--json", "log", "replay", "--yes", "--to-topic-suffix")
    assert json.loads(daemon.calsync(*replay, ".replay-1"))["events"] == len(events)
    assert daemon.calsync(*replay, ".replay-1", codes=(3,)) == "", "a second replay into the same topics must be refused"
    daemon.calsync(*replay, ".replay-1", "--append")
    large = next(iter(webhooks.booking_life("large-booking-of-this-test", 7)))
    document = json.loads(large.body)
    document["payload"]["metadata"] = {"incompressible": secrets.token_hex(20_000)}
    assert Sender(daemon.intake_port, daemon.secret).post(Delivery("large", json.dumps(document).encode()))[0] == 200
    daemon.wait_published()
    events = daemon.events()
    settings = {"max.message.bytes": "10000"}  # of a batch, as compressed: one event alone has more, and many together
    admin = AdminClient({"bootstrap.servers": broker.address})
    for made in admin.create_topics([NewTopic("calsync.bookings.small", 6, 1, config=settings)]).values():
        made.result(60)
    told = json.loads(daemon.calsync(*replay, ".small", "--topic", "bookings"))
    messages = read_all(broker.address)
    copies = [int(m.header("ce_sequence")) for m in messages if m.topic.endswith(".replay-1")]
    assert sorted(copies) == sorted(2 * [e["sequence"] for e in events[:-1]]), "each twice"
    small = {int(m.header("ce_sequence")): m.header("ce_type") for m in messages if m.topic == "calsync.bookings.small"}
    assert sorted(small) == [e["sequence"] for e in events if e["topic"] == "bookings"], "each once"
    oversize = [sequence for sequence, kind in small.items() if kind == "calsync.event.oversize"]
    assert (oversize, told["oversize"]) == ([events[-1]["sequence"]], 1), f"{oversize} too large, told: {told}"


def main():
    deliveries = list(webhooks.fixtures())
    schema_of = schemas.Shipped()
    with tempfile.TemporaryDirectory(prefix="calsync-fixtures-") as folder, Broker(Path(folder) / "kafka") as broker, \
            Daemon(Path(folder) / "d", broker.address) as daemon:
        daemon.wait_ready()
        sequences = post_all(daemon, deliveries)
        log = daemon.wait_published()["log"]
        events = daemon.events()
        messages = read_all(broker.address)
        oracle.kafka_is_the_log(messages, events, log["id"])
        oracle.booking_state_is_the_last_event(messages)
        assert log["rawHead"] == len(deliveries), f"{log['rawHead']} records of {len(deliveries)} bodies"

        name_of = {sequence: name for name, sequence in sequences.items()}
        given = {name: [] for name in sequences}
        ids = set()
        for message in messages:
            if oracle.topic_of(message) == "booking-state":
                schema_of.check_state(json.loads(message.value))
            if not oracle.is_event(message):
                continue
            name = name_of[int(message.header("ce_rawsequence"))]
            given[name].append(check_message(message, schema_of))
            check_golden(message, name)
            ids.add((message.header("ce_source"), message.header("ce_id")))
        assert len(ids) == len(events), "source and id must be unique"
        for name, kinds in given.items():
            print(f"{name:48} {', '.join(kinds) or '-'}")
        for name, kinds in given.items():
            assert len(kinds) == (0 if name in SILENT else 1), f"{name} gave {kinds}"
        daemon.calsync("log", "rebuild", "--verify")
        check_replay(broker, daemon, events)
    print(f"{len(deliveries)} bodies, {len(events)} events")


if __name__ == "__main__":
    main()
