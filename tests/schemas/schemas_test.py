"""The shipped schemas and the AsyncAPI document: sound by themselves, strict, complete, and every golden event fits."""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import schemas  # noqa: E402
from e2e.places import FIXTURES  # noqa: E402


def strict(node, where, free):
    """Every object with properties of ours closes itself and requires all of them; absent is null, never missing."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            strict(item, f"{where}/{number}", free)
    if not isinstance(node, dict):
        return
    if "properties" in node and isinstance(node["properties"], dict):
        assert node.get("additionalProperties") is False, f"{where} is open"
        assert node.get("required") == list(node["properties"]), f"{where} does not require all its keys"
    elif node.get("type") in ("object", ["object", "null"]):
        free.add(where.rsplit("/", 1)[1])
    for key, item in node.items():
        strict(item, f"{where}/{key}", free)


def check_schemas(shipped):
    for name, document in shipped.documents.items():
        free = set()
        strict(document, name, free)
        assert free <= {"responses", "metadata", "detail", "answers", "action"}, f"{name} leaves open: {sorted(free)}"
        assert document["$id"] == f"urn:calsync:schema:{name}:1", name
        used = json.dumps(document)
        for definition in document.get("$defs", {}):
            assert f'"#/$defs/{definition}"' in used, f"{name} defines {definition} and does not use it"


def resolve(document, reference):
    node = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def check_asyncapi(shipped):
    document = shipped.asyncapi
    assert document["asyncapi"] == "3.0.0"
    assert set(document["channels"]) == {"bookings", "ooo", "forms", "system", "config", "booking-state"}
    named = set()
    for name, channel in document["channels"].items():
        assert channel["address"] == "{prefix}" + name
        for parameter in channel["parameters"].values():
            assert resolve(document, parameter["$ref"])["default"] == "calsync."
        for message in channel["messages"].values():
            found = resolve(document, message["$ref"])
            named.add(found["name"])
            payload = found["payload"]
            assert payload["schemaFormat"] == "application/schema+json;version=draft-2020-12"
            assert (schemas.DEPLOY / payload["schema"]["$ref"]).is_file(), payload
            assert found["bindings"]["kafka"]["key"]["type"] == "string"
    for operation in document["operations"].values():
        assert operation["action"] == "send" and resolve(document, operation["channel"]["$ref"])
    types = {"calsync." + name for name in shipped.documents if name != "booking-state"}
    assert named == types | {"booking-state"}, f"messages and schemas differ: {named ^ types}"
    for name, validator in shipped.headers.items():
        required = validator.schema["required"]
        assert required[:6] == ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time"], name
        assert set(required) - set(validator.schema["properties"]) == set(), name


def check_goldens(shipped):
    """Every event that a fixture gives, alone and in its history, fits the schema of its kind."""
    count = 0
    for path in sorted((FIXTURES / "golden").glob("*.json")):
        for golden in json.loads(path.read_text()).values():
            event = golden.get("event")
            if event is None:
                continue
            shipped.check_value(event["type"], f"urn:calsync:schema:{event['type']}:1", event["value"])
            if event["topic"] == "bookings":
                shipped.check_state(event["value"]["booking"])
            count += 1
    assert count >= 90, f"only {count} golden events"
    return count


def main():
    shipped = schemas.Shipped()
    check_schemas(shipped)
    check_asyncapi(shipped)
    count = check_goldens(shipped)
    print(f"{len(shipped.documents)} schemas, {len(shipped.headers)} kinds of events, {count} golden events fit")


if __name__ == "__main__":
    main()
