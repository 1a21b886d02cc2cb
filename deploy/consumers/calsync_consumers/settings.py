"""One YAML file for all consumers: what they share at the top, a section for each. Unknown names and wrong types are errors."""
import difflib
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from .errors import SettingsError
from .fields import Fields
from .secret import PLACES, resolve

REQUIRED, SECRET = object(), object()  # in place of a default

SHARED = {"kafka": {}, "time_zone": "UTC", "link_answers": ["document-link", "manuscript-link"],
          "state_directory": "/var/lib/calsync-consumers", "poison": "stop"}
KAFKA = {"bootstrap_servers": "localhost:9092", "topic_prefix": "calsync.", "group": "", "properties": {}}
OURS = ("isolation.level", "enable.auto.commit", "enable.auto.offset.store", "group.id", "bootstrap.servers")


class Settings:
    """`consumer`: the name of its section; `own`: that section's names and their defaults."""

    def __init__(self, path, consumer, own, consumers):
        self.consumer = consumer
        given = _read(path)
        top = _fitting({k: v for k, v in given.items() if k not in consumers}, SHARED, str(path), [*SHARED, *consumers])
        if consumer not in given:
            raise SettingsError(f"{path}: there is no section {consumer}")
        self.own = _fitting(given[consumer] or {}, own, f"{path}: {consumer}")
        self.kafka = _fitting(top["kafka"], KAFKA, f"{path}: kafka")
        if top["poison"] not in ("stop", "dead_letter"):
            raise SettingsError(f"{path}: poison: is stop or dead_letter")
        self.poison = top["poison"]
        self.state_directory = Path(top["state_directory"])
        try:
            ZoneInfo(top["time_zone"])
        except (ValueError, OSError, KeyError):
            raise SettingsError(f"{path}: time_zone: there is no {top['time_zone']}") from None
        self.fields = Fields(top["time_zone"], top["link_answers"])

    def __getitem__(self, name):
        return self.own[name]

    def topics(self, names):
        return [self.kafka["topic_prefix"] + name for name in names]

    def state_file(self, ending, make=True):
        """In a directory of our own: it holds who booked what."""
        if make:
            self.state_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.state_directory / f"{self.consumer}.{ending}"

    def kafka_properties(self):
        properties = {}
        for name, value in self.kafka["properties"].items():
            if name in OURS:
                raise SettingsError(f"kafka.properties: {name} is set by the consumer itself")
            of_secret = isinstance(value, str) and value.startswith(PLACES)
            if "password" in name and not of_secret:
                raise SettingsError(f"kafka.properties: {name} is a secret: name it ({', '.join(PLACES)}), do not write it here")
            properties[name] = resolve(value, name).value() if of_secret else value
        return {"auto.offset.reset": "earliest", "socket.timeout.ms": 15000, "session.timeout.ms": 30000, **properties,
                "bootstrap.servers": self.kafka["bootstrap_servers"],
                "group.id": self.kafka["group"] or f"calsync-{self.consumer}",
                # What was not committed by calsync is no event; and an offset is committed when its effect is there, never before.
                "isolation.level": "read_committed", "enable.auto.commit": False, "enable.auto.offset.store": False}


def _read(path):
    try:
        given = yaml.safe_load(Path(path).read_text())
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SettingsError(f"{path}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', None) or 'no YAML'}") from None
    if not isinstance(given, dict):
        raise SettingsError(f"{path}: sections are wanted: kafka, …")
    return given


def _fitting(given, known, where, names=None):
    """`given` with the defaults of `known`; secrets looked up."""
    if not isinstance(given, dict):
        raise SettingsError(f"{where}: names with values are wanted")
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(str(name), names or known, 1)
            raise SettingsError(f"{where}: unknown name {name}" + (f" (is it {near[0]}?)" if near else ""))
    result = {}
    for name, default in known.items():
        value = given.get(name, default)
        if default is SECRET:
            value = resolve(given.get(name), f"{where}.{name}")
        elif value is REQUIRED or value is None:
            raise SettingsError(f"{where}: {name} is missing")
        elif default is REQUIRED:
            value = str(value)
        elif type(value) is not type(default):
            raise SettingsError(f"{where}.{name}: {type(default).__name__} is wanted, not {type(value).__name__}")
        result[name] = value
    return result
