#!/usr/bin/env python3
"""The sandbox's answers against Cal.com's own OpenAPI document: schema_test.py REPLAY_PROGRAM

Each 2xx answer of the replay is held against the schema of its path, method and status, after the corrections below. Where
the document is wrong in still more, the recorded answer of the running server says so: ours may depart from the schema
in what that one departs in, and in nothing else. Without ../shared/calcom/openapi.json it is skipped, and says so.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[4]
SKIPPED = 77
PLACES = [ROOT.parent / "shared", ROOT.parents[1] / "shared"]


def read_document():
    for place in PLACES:
        if (place / "calcom/openapi.json").exists():
            return json.loads((place / "calcom/openapi.json").read_text(encoding="utf-8"))
    print("SKIPPED: ../shared/calcom/openapi.json is not here, so no answer was held against Cal.com's schema")
    sys.exit(SKIPPED)


def nullable(schema):
    return {"anyOf": [schema, {"type": "null"}]}


def corrected(document):
    """What is known to be wrong (CONTRACT §14), and OpenAPI 3.0's `nullable` as JSON Schema has it."""
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        properties = schema.get("properties", {})
        if "Webhook" in name and "id" in properties:
            properties["id"] = {"type": "string"}
        if "payloadTemplate" in properties:
            properties["payloadTemplate"] = nullable({"type": "string"})
        if name == "TeamEventTypeOutput_2024_06_14":
            properties["hosts"]["items"] = {"type": "object"}
        if "lengthInMinutesOptions" in properties:
            properties["lengthInMinutesOptions"] = {"type": "array", "items": {"type": "number"}}
        if name.startswith(("BookingOutput", "RecurringBookingOutput", "CreateSeatedBooking", "GetSeatedBooking",
                            "CreateRecurringSeated", "GetRecurringSeated")):
            for member in ("location", "description", "eventType", "updatedAt"):
                if member in properties:
                    properties[member] = nullable(properties[member])
        if name == "BookingHost":
            properties["id"] = {"type": ["number", "string"]}
    return loosened(document)


def loosened(node):
    """Absent and null are the same to this server (CONTRACT §4): what is not required may be null."""
    if isinstance(node, list):
        return [loosened(one) for one in node]
    if not isinstance(node, dict):
        return node
    out = {name: loosened(value) for name, value in node.items()}
    if isinstance(out.get("properties"), dict):
        required = out.get("required") if isinstance(out.get("required"), list) else []
        out["properties"] = {name: value if name in required else nullable(value)
                             for name, value in out["properties"].items()}
    if out.pop("nullable", False):
        out = nullable(out)
    return out


class Document:
    def __init__(self, document):
        self.whole = corrected(document)
        self.routes = []
        for path, methods in self.whole["paths"].items():
            pattern = re.compile("^" + re.sub(r"\{[^}]*\}", "[^/]+", path) + "$")
            self.routes.append((path.count("{"), pattern, path, methods))
        self.routes.sort(key=lambda route: route[0])

    def schema_of(self, method, target, status):
        path = target.split("?")[0].removeprefix("/api")
        for _, pattern, _, methods in self.routes:
            if pattern.match(path) and method.lower() in methods:
                answer = methods[method.lower()]["responses"].get(str(status), {})
                return answer.get("content", {}).get("application/json", {}).get("schema")
        return None

    def route_of(self, method, target):
        path = target.split("?")[0].removeprefix("/api")
        return next((known for _, pattern, known, methods in self.routes if pattern.match(path) and method.lower() in methods), None)

    def departures(self, schema, answer):
        """Where and in what an answer departs; list positions do not count."""
        validator = jsonschema.Draft7Validator({**schema, "components": self.whole["components"]})
        return {("/".join("*" if isinstance(step, int) else step for step in error.absolute_path), error.validator,
                 error.message if error.validator == "required" else "") for error in validator.iter_errors(answer)}


def replayed(program):
    with tempfile.TemporaryDirectory() as folder:
        answers = pathlib.Path(folder) / "answers.jsonl"
        subprocess.run([program, "--gtest_brief=1"], check=True, cwd=ROOT, stdout=subprocess.DEVNULL,
                       env={**os.environ, "CALSYNC_REPLAY_ANSWERS": str(answers)})
        return [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]


def recorded():
    lines = (ROOT / "tests/fixtures/calcom/recorded.jsonl").read_text(encoding="utf-8").splitlines()
    return {one["n"]: one for one in map(json.loads, lines)}


def catches_a_planted_departure(document):
    schema = document.schema_of("GET", "/v2/me", 200)
    return bool(document.departures(schema, {"status": "success", "data": {"id": "one"}}))


def main():
    document = Document(read_document())
    if not catches_a_planted_departure(document):
        print("an id that is no number was not noticed: this check sees nothing")
        return 1
    theirs = recorded()
    count = collections.Counter()
    problems = []
    for ours in replayed(sys.argv[1]):
        number = ours["n"]
        count["answers"] += 1
        schema = document.schema_of(ours["method"], ours["target"], ours["status"])
        old_shape = ours["version"] == "2099-01-01" or "nover" in theirs[number]["name"]
        if schema is None or ours["status"] >= 300 or old_shape:
            count["without a schema (errors, old shapes, paths of older servers)"] += 1
            continue
        departs = document.departures(schema, ours["answer"])
        # Where the recorded server failed and ours does not, its other answers of the same route say what it does.
        route = document.route_of(ours["method"], ours["target"])
        witnesses = [one for one in theirs.values() if one["status"] == ours["status"] and
                     (one["n"] == number if theirs[number]["status"] == ours["status"] else
                      document.route_of(one["method"], one["path"]) == route)]
        allowed = set().union(*(document.departures(schema, one["answer"]) for one in witnesses))
        count["fit" if not departs else "depart as the recorded server does" if departs <= allowed else "DEPART"] += 1
        for where, validator, message in sorted(departs - allowed):
            problems.append(f"#{number} {ours['method']} {ours['target']}: /{where}: {validator} {message}")
    print("; ".join(f"{number} {what}" for what, number in count.items()))
    print("\n".join(problems))
    return 1 if problems or count["fit"] == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
