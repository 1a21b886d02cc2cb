"""The shipped JSON Schemas and AsyncAPI document, and holding messages against them."""
import json

from jsonschema import Draft202012Validator

from .places import ROOT

DEPLOY = ROOT / "deploy"


def _check(validator, value, what):
    errors = sorted(validator.iter_errors(value), key=lambda e: list(map(str, e.absolute_path)))
    assert not errors, f"{what}: " + "; ".join(f"/{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in errors[:5])


class Shipped:
    def __init__(self):
        self.documents, self.validators = {}, {}
        for path in sorted((DEPLOY / "schemas").glob("*.json")):
            document = json.loads(path.read_text())
            Draft202012Validator.check_schema(document)
            self.documents[path.stem] = document
            self.validators[path.stem] = Draft202012Validator(document)
        self.asyncapi = json.loads((DEPLOY / "asyncapi.json").read_text())
        self.headers = {}
        for message in self.asyncapi["components"]["messages"].values():
            if "headers" in message:
                self.headers[message["name"]] = Draft202012Validator(message["headers"])

    def check_value(self, event_type, dataschema, value):
        assert event_type in self.validators, f"no schema for {event_type}"
        assert self.documents[event_type]["$id"] == dataschema, f"{event_type}: ce_dataschema is {dataschema}"
        _check(self.validators[event_type], value, event_type)

    def check_state(self, value):
        _check(self.validators["booking-state"], value, "booking-state")

    def check_message(self, message):
        """Headers as the AsyncAPI document describes them."""
        headers = {name: value.decode() for name, value in message.headers}
        kind = headers["ce_type"]
        assert kind in self.headers, f"the AsyncAPI document has no {kind}"
        _check(self.headers[kind], headers, f"headers of {kind}")
        channel = message.topic.removeprefix("calsync.")
        references = [m["$ref"].rsplit("/", 1)[1] for m in self.asyncapi["channels"][channel]["messages"].values()]
        names = [self.asyncapi["components"]["messages"][r]["name"] for r in references]
        assert kind in names, f"the AsyncAPI document has no {kind} in {channel}"
