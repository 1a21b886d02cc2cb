#!/usr/bin/env python3
"""Includes against the rooms: check_layers.py SOURCE_DIR LAYERS_TXT. Exit 1 with a line per violation.

LAYERS_TXT is written by calsync_library(): "name folder use,use" a line. A file may include its own room and what its
library USES, directly or through another. Each outside package has one home (README.md, "rooms"). Standard library only.
"""
import os
import re
import sys

ROOMS = ("config", "connectors", "daemon", "state")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)

# Outside header → where it may be included. The first pattern that fits decides.
HOMES = [
    (r"rocksdb/", ["state/store/"]),
    (r"librdkafka/", ["connectors/kafka/"]),
    (r"boost/beast|boost/asio/ssl|openssl/ssl\.h", ["connectors/http/"]),
    (r"boost/url", ["connectors/http/"]),
    (r"boost/asio", ["connectors/", "daemon/"]),
    (r"openssl/", ["state/base/", "connectors/http/"]),
    (r"yaml-cpp/", ["config/yaml/"]),
    (r"CLI/", ["daemon/cli/", "daemon/app/options.cpp"]),
    (r"(spdlog|fmt|prometheus)/", ["state/base/"]),
    (r"systemd/", ["daemon/app/"]),
    (r"date/", ["state/base/"]),
    (r"unicode/", ["connectors/calcom/sandbox/"]),
    # the cursor's record and the body of an error are JSON too; nothing else of those two rooms is
    (r"boost/json", ["state/events/", "state/views/", "config/kinds/", "config/resources/", "config/desired/", "config/plan/", "connectors/calcom/", "daemon/", "connectors/kafka/cursor.cpp", "connectors/secrets/",
                     "connectors/http/server_policy.cpp"]),
    (r"(nlohmann|rapidjson)/", []),  # JSON is Boost.JSON everywhere
]

# No network, files, clock of a thread's own: their tests take milliseconds, and fuzzers use them as they are.
PURE = ("state/events/", "state/views/", "config/yaml/", "config/settings/", "config/kinds/", "config/resources/", "config/desired/", "config/plan/", "connectors/calcom/wire/")
IMPURE = re.compile(r"(boost/asio.*|fstream|thread|filesystem|boost/beast.*|sys/socket\.h|unistd\.h)$")
IMPURE_ALLOWED = {"config/settings/settings_file.cpp"}  # read_settings_file()


def read_layers(path):
    """folder → (library names, folders that it may include)."""
    uses, folder_of = {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, folder, *rest = line.split()
            uses[name] = [u for u in (rest[0].split(",") if rest else []) if u]
            folder_of[name] = folder

    def below(name, seen):
        for used in uses.get(name, []):
            if used not in seen:
                seen.add(used)
                below(used, seen)
        return seen

    allowed = {}
    for name, folder in folder_of.items():
        allowed.setdefault(folder, {folder}).update(folder_of[u] for u in below(name, set()))
    return allowed


def room_of(path, folders):
    fitting = [f for f in folders if path.startswith(f + "/")]
    return max(fitting, key=len) if fitting else None


def own_problem(path, included, allowed, root):
    if not included.startswith(tuple(room + "/" for room in ROOMS)):
        return None if included.startswith("tests/") else "our includes are full paths from the root"
    if not os.path.exists(os.path.join(root, included)):
        return "no such file"
    room, target = room_of(path, allowed), room_of(included, allowed)
    if room is None or target is None or path.endswith("_main.cpp"):
        return None  # a program's main joins what it likes; a folder without a library cannot be linked at all
    return None if target in allowed[room] else f"{room} does not use {target} (its CMakeLists.txt)"


def outside_problem(path, included):
    if path.startswith(PURE) and path not in IMPURE_ALLOWED and IMPURE.match(included):
        return "this room is pure: no network, files or threads"
    for pattern, homes in HOMES:
        if re.match(pattern, included):
            return None if path.startswith(tuple(homes)) else f"its home is {' and '.join(homes) or 'nowhere'}"
    return None


def violations(root, layers):
    allowed = read_layers(layers)
    found, files = [], 0
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(root, room)):
            for name in sorted(names):
                if not name.endswith((".cpp", ".hpp", ".h", ".in")):
                    continue
                path = os.path.relpath(os.path.join(folder, name), root)
                with open(os.path.join(root, path), encoding="utf-8") as file:
                    text = file.read()
                files += 1
                for match in INCLUDE.finditer(text):
                    own, outside = match.groups()
                    problem = own_problem(path, own, allowed, root) if own else outside_problem(path, outside)
                    if problem:
                        line = text.count("\n", 0, match.start()) + 1
                        found.append(f"{path}:{line}: {own or outside}: {problem}")
    return found, files


def main():
    found, files = violations(sys.argv[1], sys.argv[2])
    print("\n".join(found) if found else f"{files} files keep to their rooms")
    if files == 0:
        print("no file was looked at")
    return 1 if found or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
