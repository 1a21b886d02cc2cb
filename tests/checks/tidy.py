"""Runs clang-tidy-14 in parallel over what compile_commands.json names; called by ./tidy, which says how.

Sources that are compiled together are checked as one text, not through their #include lines: clang's analyzer does not
enter functions of an included file. Line numbers are told as those of the sources. gcc's precompiled header is unreadable to
clang, so its flags are cut out. A good result is kept by the digest of what went in (sources, their includes, flags,
.clang-tidy) under ~/.cache/calsync/tidy (or $XDG_CACHE_HOME): a second run, also of another clone, checks what changed.
"""
import bisect
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

TOOL = "clang-tidy-14"
ROOMS = ("config/", "connectors/", "daemon/", "state/")
OWN_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)
GCC_ONLY = {"-fpch-preprocess", "-Winvalid-pch", "-Werror"}  # a warning of clang's own is no error here: gcc builds the product
PLACE = re.compile(r"^(/[^:\n]+):(\d+):(\d+): ", re.M)
FINDING = re.compile(r"^([^:\n]+):\d+:\d+: (?:warning|error): .*\[([^]]+)\]$", re.M)
PLANTED = "int planted(const int* p) { return p == nullptr ? *p : 0; }\n"


def cleaned(command):
    """The arguments without launcher, precompiled header and what only gcc knows."""
    words = shlex.split(command)
    compiler = next(i for i, word in enumerate(words) if re.search(r"(^|/)(c\+\+|g\+\+(-\d+)?|clang\+\+(-\d+)?)$", word))
    kept, i = ["clang++"], compiler + 1
    while i < len(words):
        if words[i] == "-include" and "cmake_pch" in words[i + 1]:
            i += 2
            continue
        if words[i] not in GCC_ONLY and not words[i].startswith("-ffile-prefix-map"):
            kept.append(words[i])
        i += 1
    return kept


class Unit:
    """Sources that are checked together: `text` is theirs, one behind the other."""

    def __init__(self, name, sources, arguments, directory):
        self.name, self.sources, self.arguments, self.directory = name, sources, arguments, directory
        self.text, self.first_lines = "", []
        for source in sources:
            self.first_lines.append(self.text.count("\n") + 1)
            with open(source, encoding="utf-8") as file:
                self.text += file.read() + "\n"

    def place(self, line):
        """The source and its line, of a line of the text."""
        at = bisect.bisect_right(self.first_lines, line) - 1
        return self.sources[at], line - self.first_lines[at] + 1


def sources_of(path, root):
    """Of a compiled file: itself, or what it includes where it only puts sources together."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    together = [re.fullmatch(r'#include "(.+\.cpp)"', line) for line in lines if line]
    if together and all(together):
        return [match.group(1) for match in together]
    return [os.path.relpath(path, root)]


def read_units(build, root):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    units = []
    for entry in entries:
        path = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
        sources = sources_of(path, root)
        if not all(source.startswith(ROOMS) for source in sources):
            continue
        name = "__".join(os.path.relpath(path, build if path.startswith(build + os.sep) else root).split(os.sep))
        checked = os.path.join(build, "tidy", name)
        arguments = [checked if os.path.join(entry["directory"], word) == entry["file"] or word == entry["file"] else word
                     for word in cleaned(entry["command"])]
        units.append(Unit(checked, sources, arguments, entry["directory"]))
    return units


class Includes:
    """Our own files that a file reaches, itself included."""

    def __init__(self, root):
        self.root, self.direct = root, {}

    def of(self, path, seen=None):
        seen = set() if seen is None else seen
        if path in seen or not os.path.exists(os.path.join(self.root, path)):
            return seen
        seen.add(path)
        if path not in self.direct:
            with open(os.path.join(self.root, path), "rb") as file:
                self.direct[path] = [m.decode() for m in OWN_INCLUDE.findall(file.read())]
        for included in self.direct[path]:
            self.of(included, seen)
        return seen

    def of_all(self, paths):
        return set().union(*(self.of(path) for path in paths))


def cache_directory():
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "calsync", "tidy")


def digest(unit, includes, root):
    """Where the clone lies does not count: its path is cut out of the flags."""
    hasher = hashlib.sha256(" ".join(unit.arguments).replace(root, "").encode())
    for name in [*unit.sources, *sorted(includes.of_all(unit.sources)), ".clang-tidy", "tests/checks/tidy.py"]:
        with open(os.path.join(root, name), "rb") as file:
            hasher.update(name.encode() + b"\0" + file.read())
    return hasher.hexdigest()


def write_database(units, build):
    os.makedirs(os.path.join(build, "tidy"), exist_ok=True)
    for unit in units:
        with open(unit.name, "w", encoding="utf-8") as file:
            file.write(unit.text)
    with open(os.path.join(build, "tidy", "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump([{"directory": unit.directory, "file": unit.name, "arguments": unit.arguments} for unit in units], file)


def ours(match, root):
    """Findings elsewhere do not count: the analyzer walks into Asio's coroutines and does not understand them."""
    return match.group(1).startswith(ROOMS) or "clang-diagnostic-error" in match.group(2)


def check(unit, build, root):
    """What is wrong with it, as text; empty: nothing."""
    run = subprocess.run([TOOL, "-p", os.path.join(build, "tidy"), "--config-file=" + os.path.join(root, ".clang-tidy"), "--quiet",
                          unit.name], capture_output=True, text=True)

    def told(match):
        path, line = match.group(1), int(match.group(2))
        if path == unit.name:
            path, line = unit.place(line)
        return f"{os.path.relpath(path, root) if path.startswith(root) else path}:{line}:{match.group(3)}: "

    text = PLACE.sub(told, run.stdout)
    findings = [match for match in FINDING.finditer(text) if ours(match, root)]
    if not findings and run.returncode and not FINDING.search(text):
        return f"{unit.name}: {TOOL} ended with {run.returncode}\n{text}{run.stderr}"
    ends = [match.start() for match in FINDING.finditer(text)] + [len(text)]
    return "".join(text[match.start():ends[bisect.bisect_right(ends, match.start())]] for match in findings)


def changed_since(base):
    names = subprocess.run(["git", "diff", "--name-only", base], check=True, capture_output=True, text=True).stdout.split("\n")
    names += subprocess.run(["git", "ls-files", "--others", "--exclude-standard"], check=True, capture_output=True, text=True).stdout.split("\n")
    return {name for name in names if name.endswith((".cpp", ".hpp"))}


def refuse_to_see_nothing(units, build, root):
    """A set-up in which the analyzer does not run would always be content: it has to find a mistake that is put in."""
    smallest = min(units, key=lambda unit: len(unit.text))
    planted = Unit(os.path.join(build, "tidy", "planted.cpp"), [], [], smallest.directory)
    planted.sources, planted.first_lines, planted.text = ["state/planted.cpp"], [1], PLANTED
    planted.arguments = [planted.name if word == smallest.name else word for word in smallest.arguments]
    write_database([planted], build)
    if "NullDereference" not in check(planted, build, root):
        sys.exit("clang-tidy does not find a null dereference that was planted: it checks nothing")


def main():
    arguments = sys.argv[1:]
    if len(arguments) not in (1, 3) or not os.path.exists(os.path.join(arguments[0], "compile_commands.json")):
        sys.exit("usage: tests/checks/tidy BUILD_DIR [--changed BASE]; BUILD_DIR must be configured (cmake --preset release)")
    if not shutil.which(TOOL):
        sys.exit(f"{TOOL} is missing: apt-get install {TOOL}")
    root, build = os.path.realpath(os.getcwd()), os.path.realpath(arguments[0])
    units, includes = read_units(build, root), Includes(root)
    if not units:
        sys.exit("compile_commands.json names none of our sources")
    refuse_to_see_nothing(units, build, root)
    write_database(units, build)
    if arguments[1:2] == ["--changed"]:
        changed = changed_since(arguments[2])
        units = [unit for unit in units if includes.of_all(unit.sources) & changed]

    cache = cache_directory()
    os.makedirs(cache, exist_ok=True)
    stamps = {unit.name: os.path.join(cache, digest(unit, includes, root)) for unit in units}
    due = [unit for unit in units if not os.path.exists(stamps[unit.name])]
    due.sort(key=lambda unit: -len(unit.text))
    findings = set()  # a header's are found once for each that includes it
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        for unit, output in zip(due, pool.map(lambda unit: check(unit, build, root), due)):
            if not output:
                open(stamps[unit.name], "w", encoding="utf-8").close()
            elif output not in findings:
                print(output.strip(), flush=True)
            findings.update(match.group(0) for match in FINDING.finditer(output))
            if output:
                findings.add(output)
    files = sum(len(unit.sources) for unit in units)
    good = sum(len(unit.sources) for unit in units if unit not in due)
    print(f"clang-tidy: {files} files, {good} unchanged since they were last good, {'findings above' if findings else 'no finding'}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
