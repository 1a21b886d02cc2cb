"""Runs clang-tidy-14 in parallel over a cleaned compile_commands.json; called by ./tidy, which says how.

gcc's precompiled header is unreadable to clang, so its flags are cut out; each file includes what it needs anyway.
A result is kept by the digest of what went in (file, its includes, flags, .clang-tidy) under ~/.cache/calsync/tidy (or
$XDG_CACHE_HOME), so a second run, also of another clone, checks only what changed.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

ROOMS = ("config/", "connectors/", "daemon/", "state/")
OWN_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)
GCC_ONLY = {"-fpch-preprocess", "-Winvalid-pch", "-Werror"}  # a warning of clang's own is no error here: gcc builds the product


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


def read_commands(build, root):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    commands = {}
    for entry in entries:
        path = os.path.relpath(os.path.realpath(os.path.join(entry["directory"], entry["file"])), root)
        if path.startswith(ROOMS):
            commands[path] = {"directory": entry["directory"], "file": os.path.join(root, path),
                              "arguments": cleaned(entry["command"])}
    return commands


class Includes:
    """Our own headers that a file reaches, itself included."""

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


def cache_directory():
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "calsync", "tidy")


def digest(path, command, includes, root):
    """Where the clone lies does not count: its path is cut out of the flags."""
    hasher = hashlib.sha256(" ".join(command["arguments"]).replace(root, "").encode())
    for name in sorted(includes.of(path)) + [".clang-tidy", "tests/checks/tidy.py"]:
        with open(os.path.join(root, name), "rb") as file:
            hasher.update(name.encode() + b"\0" + file.read())
    return hasher.hexdigest()


def check(path, database, checks):
    command = ["clang-tidy-14", "-p", database, "--quiet", *(["--checks=" + checks] if checks else []), path]
    run = subprocess.run(command, capture_output=True, text=True)
    return path, run.returncode, run.stdout + (run.stderr if run.returncode and not run.stdout else "")


def error_checks(root):
    """The checks that .clang-tidy makes errors, less those that it switches off: what CI runs, at half the time of all."""
    with open(os.path.join(root, ".clang-tidy"), encoding="utf-8") as file:
        text = file.read()
    errors = re.search(r"^WarningsAsErrors:\s*'([^']*)'", text, re.M).group(1)
    off = [word.strip() for word in re.search(r"^Checks:\s*'([^']*)'", text, re.M).group(1).split(",") if word.strip().startswith("-")]
    return ",".join(["-*", errors] + [word for word in off if word != "-*"])


def changed_since(base):
    names = subprocess.run(["git", "diff", "--name-only", base], check=True, capture_output=True, text=True).stdout.split("\n")
    names += subprocess.run(["git", "ls-files", "--others", "--exclude-standard"], check=True, capture_output=True, text=True).stdout.split("\n")
    return {name for name in names if name.endswith((".cpp", ".hpp"))}


def main():
    arguments = [word for word in sys.argv[1:] if word != "--advice"]
    advice = len(arguments) < len(sys.argv) - 1
    if not arguments or not os.path.exists(os.path.join(arguments[0], "compile_commands.json")):
        sys.exit("usage: tests/checks/tidy BUILD_DIR [--changed BASE] [--advice]; BUILD_DIR must be configured (cmake --preset release)")
    if not shutil.which("clang-tidy-14"):
        sys.exit("clang-tidy-14 is missing: apt-get install clang-tidy-14")
    root, build = os.getcwd(), os.path.abspath(arguments[0])
    commands, includes = read_commands(build, root), Includes(root)
    if not commands:
        sys.exit("compile_commands.json names none of our sources")
    cache, database = cache_directory(), os.path.join(build, "tidy")
    os.makedirs(cache, exist_ok=True)
    os.makedirs(database, exist_ok=True)
    with open(os.path.join(database, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(list(commands.values()), file)

    wanted = sorted(path for path in commands if os.path.exists(path))
    if arguments[1:2] == ["--changed"]:
        changed = changed_since(arguments[2])
        wanted = [path for path in wanted if includes.of(path) & changed]
    stamps = {path: os.path.join(cache, digest(path, commands[path], includes, root)) for path in wanted}
    due = [path for path in wanted if advice or not os.path.exists(stamps[path])]

    checks = "" if advice else error_checks(root)
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        for path, code, output in pool.map(lambda p: check(p, database, checks), due):
            if advice and output.strip():
                print(output.strip(), flush=True)
            if code == 0:
                open(stamps[path], "w", encoding="utf-8").close()
                continue
            bad += 1
            if not advice or not output.strip():
                print(output.strip() or f"{path}: clang-tidy ended with {code}", flush=True)
    print(f"clang-tidy: {len(wanted)} files, {len(wanted) - len(due)} unchanged since they were last good, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
