"""README.md and the man pages say what the programs and schemas are, in both directions: nothing that is not there, and nothing left out."""
import json
import os
import re
import subprocess
import sys
import unittest
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.places import BUILD, ROOT  # noqa: E402

README = (ROOT / "README.md").read_text()
CONSUMERS = (ROOT / "deploy/consumers/README.md").read_text()
NOT_OURS = {"--preset", "--build", "--install", "--prefix", "--create", "--now", "--once"}  # of cmake, systemd and quickstart


@cache
def said(program, *words):
    done = subprocess.run([BUILD / program, *words], capture_output=True, text=True, timeout=60, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def subcommands(*path):
    """Each command as a tuple of words: what `--help` lists, down to the leaves."""
    lines = said("calsync", *path, "--help").partition("\nSubcommands:\n")[2].splitlines()
    words = [found[1] for line in lines if (found := re.match(r"  ([a-z][a-z-]*)", line))]
    return [leaf for word in words for leaf in subcommands(*path, word)] if words else [path]


def groups():
    return {leaf[:size] for leaf in subcommands() for size in range(len(leaf) + 1)}


def options(*path):
    return set(re.findall(r"--[a-z][a-z-]*", said("calsync", *path, "--help")))


def rows():
    """Of README's table: the commands of the first cell, and its text."""
    table = README.partition("| command | does |")[2].partition("\n\n")[0]
    for line in table.splitlines():
        cells = line.replace("\\|", "/").split("|")
        if len(cells) > 3 and "`" in cells[1]:
            yield cells[1], line


def commands_of(cell):
    """`bookings cancel / reassign UID…`, `log verify`, `rotate api-key` → their paths."""
    group = ()
    for text in re.findall(r"`([^`]*)`", cell):
        words = text.removeprefix("calsync ").replace("/", " / ").split()
        path, known = [], set(subcommands())
        for word in words:
            if any(leaf[:len(path) + 1] == (*path, word) for leaf in known):
                path.append(word)
            elif word == "/":
                yield tuple(path)
                path = path[:-1]
            elif any(leaf[:len(group) + 1] == (*group, word) for leaf in known) and not path:
                path = [*group, word]
        if path:
            group = tuple(path[:-1])
            yield tuple(path)


def example_settings():
    """section → its keys ("tls.certificate", too), as `calsyncd --print-example` has them, commented out or not."""
    found, section, above = {}, None, []
    for line in said("calsyncd", "--print-example").splitlines():
        plain = line.removeprefix("#")
        if not (key := re.match(r"( *)([a-z_]+):(?: |$)", plain)):
            continue
        depth = len(key[1]) // 2
        above = [*above[:depth], key[2]]
        if depth == 0:
            section = found.setdefault(key[2], set())
        else:
            section.add(".".join(above[1:]))
    return found


class Documents(unittest.TestCase):
    def test_every_command_is_in_the_readme_and_every_one_there_is_a_command(self):
        told = {path for cell, _ in rows() for path in commands_of(cell)}
        there = set(subcommands())
        self.assertEqual({path for path in there if path not in told and path[:1] not in told}, set(), "no row of README tells them")
        self.assertEqual({path for path in told if not any(leaf[:len(path)] == path for leaf in there)}, set(), "there is no such command")

    def test_every_option_in_a_row_is_one_of_its_commands(self):
        for cell, line in rows():
            if "`calsyncd`" in cell:
                known = set(re.findall(r"--[a-z][a-z-]*", said("calsyncd", "--help")))
            else:
                known = set().union(*(options(*path) for path in commands_of(cell))) | options()
                known |= set().union(*(options(*leaf) for path in commands_of(cell) for leaf in subcommands() if leaf[:len(path)] == path))
            self.assertEqual(set(re.findall(r"--[a-z][a-z-]*", line)) - known, set(), cell)

    def test_every_option_in_the_text_is_one_of_the_programs(self):
        known = set(re.findall(r"--[a-z][a-z-]*", said("calsyncd", "--help"))).union(*(options(*path) for path in groups()))
        text = "\n".join(line for line in README.splitlines() if "calsync" in line and "cmake" not in line and "tests/" not in line and "sim " not in line)
        self.assertEqual(set(re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z]", text)) - known - NOT_OURS, set())

    def test_the_man_pages_have_every_command_option_and_setting(self):
        page = said("calsync", "--generate-man").replace("\\-", "-")
        for path in subcommands():
            self.assertIn(f'.SS "calsync {" ".join(path)}"', page)
            self.assertEqual({option for option in options(*path) - {"--help"} if option not in page}, set(), path)
        daemons = said("calsyncd", "--generate-man").replace("\\-", "-")
        for section, keys in example_settings().items():
            self.assertIn(section, daemons)
            self.assertEqual({key for key in keys if key.rpartition(".")[2] not in daemons}, set(), section)

    def test_every_setting_in_the_readme_is_in_the_example_and_every_section_of_it_is_in_the_readme(self):
        there = example_settings()
        named = re.findall(r"`([a-z_]+)\.([a-z_.]+[a-z])(?::[^`]*)?`", README)
        files = {"yaml", "json", "cpp", "hpp", "sh", "conf"}
        wrong = {f"{section}.{key}" for section, key in named if section in there and key not in there[section] and key.rpartition(".")[2] not in files}
        self.assertEqual(wrong - {"policy.limits", "policy.drift"}, set(), "calsyncd --print-example has no such setting")
        self.assertEqual({section for section in there if f"{section}:" not in README and f"`{section}." not in README}, set(), "README tells nothing of them")

    def test_every_event_that_is_named_has_a_schema_and_every_schema_is_an_event(self):
        there = {path.stem for path in (ROOT / "deploy/schemas").glob("*.json")} - {"booking-state"}
        rooms = {kind.partition(".")[0] for kind in there}
        for name, text in (("README.md", README), ("deploy/consumers/README.md", CONSUMERS)):
            named = {kind for kind in re.findall(r"`([a-z_]+\.[a-z_]+)`", text) if kind.partition(".")[0] in rooms - {"booking"} - example_settings().keys()}
            named |= {kind for kind in re.findall(r"`(booking\.[a-z_]+|config\.[a-z_]+|subject\.[a-z_]+)`", text) if not kind.startswith("config.yaml")}
            files = {"booking.txt", "config.schema"}
            self.assertEqual(named - there - files, set(), f"{name} names an event without a schema")
        sent = {message["name"].removeprefix("calsync.") for message in json.loads((ROOT / "deploy/asyncapi.json").read_text())["components"]["messages"].values()}
        self.assertEqual(there - sent, set())
        sys.path.insert(0, str(ROOT / "deploy/consumers"))
        from calsync_consumers.main import NAMES, effect_class
        for name in NAMES:
            self.assertEqual(set(effect_class(name).HANDLES) - there - {"booking-state", "tombstone"}, set(), name)

    def test_every_alert_and_metric_that_is_named_is_there(self):
        rules = (ROOT / "deploy/prometheus/calsync.rules.yaml").read_text()
        alerts = set(re.findall(r"- alert: (\w+)", rules))
        self.assertEqual(set(re.findall(r"`(Calsync[A-Z]\w+)`", README)) - alerts, set())
        made = "\n".join(path.read_text() for room in ("daemon", "state", "connectors") for path in (ROOT / room).rglob("*.[ch]pp"))
        named = set(re.findall(r"`(calsync_[a-z_]+)`", README)) - {"calsync_schemas", "calsync_log_bench", "calsync_bookings", "calsync_booking"}
        self.assertEqual({name for name in named if name not in made}, set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
