"""deploy/reference/config.schema.json: sound by itself; the example fits it; and what it refuses `calsync validate` refuses."""
import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import yaml

CALSYNC = sys.argv[1]
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SCHEMA = json.loads((DEPLOY / "reference" / "config.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

EVENT_TYPE = {"team": "t", "slug": "s", "title": "S", "lengthInMinutes": 30, "schedulingType": "roundRobin"}
WHOLE = {
    "teams": [{"slug": "t", "name": "T", "brandColor": "#1a2b3c", "members": ["ana@x.org", {"user": "b@x.org", "role": "ADMIN"}]}],
    "users": [{"email": "ana@x.org", "timeZone": "Europe/London", "schedules": ["Hours"], "bio": None}, {"email": "b@x.org"}],
    "schedules": [{"name": "Hours", "timeZone": "Europe/London",
                   "availability": [{"days": ["Monday"], "startTime": "09:00", "endTime": "17:00"}]}],
    "eventTypes": [{**EVENT_TYPE, "seats": {"disabled": True}}, {"team": "t", "slug": "old", "absent": True}],
    "webhooks": [{"scope": "organization", "subscriberUrl": "https://x.org/h", "active": True, "triggers": ["BOOKING_PAID"],
                  "secret": "env:SECRET"}],
    "outOfOffice": [{"user": "ana@x.org", "start": "2030-01-01", "end": "2030-01-02"}],
    "policy": {"removal": {"eventTypes": "disable", "memberships": "delete"}, "drift": {"users": "heal"},
               "limits": {"removals": 3, "removalShare": 0.1}},
}
# What is wrong, where: a path into WHOLE and the value that stands there instead.
WRONG = [
    (["teem"], []), (["teams", 0, "nam"], "T"), (["teams", 0, "brandColor"], "red"), (["teams", 0, "name"], ""),
    (["teams", 0, "members", 1, "role"], "BOSS"), (["teams", 0, "weekStart"], "Someday"), (["teams", 0, "timeFormat"], 25),
    (["users", 0, "email"], "ana"), (["users", 0, "timeZone"], "9 o'clock"), (["schedules", 0, "availability", 0, "startTime"], "24:00"),
    (["schedules", 0, "availability", 0, "days"], []), (["schedules", 0, "availability", 0, "days"], ["Mo"]),
    (["eventTypes", 0, "lengthInMinutes"], 0), (["eventTypes", 0, "lengthInMinutes"], "30"), (["eventTypes", 0, "hidden"], "yes"),
    (["eventTypes", 0, "seats"], {"seatsPerTimeSlot": 0}), (["eventTypes", 0, "title"], None), (["eventTypes", 1, "absent"], False),
    (["webhooks", 0, "secret"], "whsec_abc"), (["webhooks", 0, "triggers"], ["BOOKING_CONFIRMED"]),
    (["webhooks", 0, "subscriberUrl"], "ftp://x.org"), (["outOfOffice", 0, "start"], "01.01.2030"),
    (["policy", "removal", "users"], "delete"), (["policy", "removal", "teems"], "keep"), (["policy", "limits", "changes"], 0),
    (["policy", "drift", "users"], "fix"), (["policy", "protect"], "user/ana@x.org"),
]


def validates(*documents):
    with tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate(documents):
            (Path(folder) / f"{number}.json").write_text(json.dumps(document))
        done = subprocess.run([CALSYNC, "--json", "validate", folder], capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 2), done.stderr
    return done.returncode == 0, done.stdout


def example_fits():
    files = sorted((DEPLOY / "example-org").glob("*.yaml"))
    assert len(files) >= 7
    for file in files:
        problems = [problem.message for problem in VALIDATOR.iter_errors(yaml.safe_load(file.read_text()))]
        assert not problems, (file, problems)


def of_one_mind():
    good, findings = validates(WHOLE)
    assert good, findings
    VALIDATOR.validate(WHOLE)
    for path, value in WRONG:
        document = copy.deepcopy(WHOLE)
        node = document
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value
        assert not VALIDATOR.is_valid(document), f"the schema takes {path} = {value!r}"
        assert not validates(document)[0], f"calsync takes {path} = {value!r}"


example_fits()
of_one_mind()
