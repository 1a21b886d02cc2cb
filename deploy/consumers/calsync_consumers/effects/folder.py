"""A folder for each booking, with the client's document link: in a local directory, or in any remote of rclone (Drive, Dropbox, …).

One folder for all of a booking's reschedules: its name ends with the chain's uid, by which it is found again, also where a person
gave it another beginning. Everything is written anew from each event, so that a repetition changes nothing.
"""
import logging
import os
import re
import subprocess
from pathlib import Path

from ..effect import Effect
from ..errors import SettingsError
from ..fields import one_line

log = logging.getLogger("calsync")
NAME_MOST = 80
RCLONE_WITHIN_S = 120
NOT_THERE = (("lsf", 3), ("deletefile", 3), ("deletefile", 4))  # rclone's exit codes: no such directory, no such file


def safe_name(text):
    """One step of a path on every system and service: no separators, no hidden, no reserved names."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", one_line(text, NAME_MOST)).strip(" .")


class Local:
    def __init__(self, directory):
        self.root = Path(directory)
        if not self.root.is_dir():
            raise SettingsError(f"folder.directory: {directory} is no directory")

    def folders(self):
        return [entry.name for entry in os.scandir(self.root) if entry.is_dir(follow_symlinks=False)]

    def write(self, folder, name, text):
        """Whole or not at all: nobody sees half of a file."""
        (self.root / folder).mkdir(mode=0o750, exist_ok=True)
        part = self.root / folder / f".{name}.part"
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640), "w", encoding="utf-8", errors="replace", newline="") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self.root / folder / name)

    def remove(self, folder, name):
        (self.root / folder / name).unlink(missing_ok=True)

    def rename(self, folder, to):
        (self.root / folder).rename(self.root / to)


class Rclone:
    """Whatever `rclone config` knows. It is asked again for as long as it fails: the network may be away."""

    def __init__(self, remote, wait):
        self.remote, self.wait = remote if remote.endswith((":", "/")) else remote + "/", wait

    def folders(self):
        return [line.rstrip("/") for line in self._run("lsf", "--dirs-only", self.remote).splitlines()]

    def write(self, folder, name, text):
        self._run("rcat", f"{self.remote}{folder}/{name}", given=text)

    def remove(self, folder, name):
        self._run("deletefile", f"{self.remote}{folder}/{name}")

    def rename(self, folder, to):
        self._run("moveto", f"{self.remote}{folder}", f"{self.remote}{to}")

    def _run(self, verb, *words, given=""):
        pause = 1
        while True:
            try:
                done = subprocess.run(["rclone", verb, *words], input=given.encode(errors="replace"), capture_output=True, timeout=RCLONE_WITHIN_S)
                if done.returncode == 0:
                    return done.stdout.decode()
                if (verb, done.returncode) in NOT_THERE:
                    return ""
                why = f"ended with {done.returncode}: {one_line(done.stderr.decode(errors='replace'))}"
            except FileNotFoundError:
                raise SettingsError("folder.remote needs the program rclone") from None
            except subprocess.TimeoutExpired:
                why = f"took longer than {RCLONE_WITHIN_S} s"
            log.warning("rclone %s %s; again in %d s", verb, why, pause)
            self.wait(pause)
            pause = min(2 * pause, 60)


class Folder(Effect):
    SETTINGS = {"directory": "", "remote": "", "events": [], "name": "{date} {service}",
                "lines": ["{service}", "{start} to {end}", "Editor: {editor}", "Status: {status}", "Document: {link}"]}
    HANDLES = ("booking.created", "booking.confirmed", "booking.rescheduled", "booking.cancelled", "booking.rejected", "booking.reassigned",
               "booking.changed", "booking.paid")

    def __init__(self, settings):
        super().__init__(settings)
        if bool(settings["directory"]) == bool(settings["remote"]):
            raise SettingsError("folder: directory or remote is wanted, one of them")
        for text in (settings["name"], *settings["lines"]):
            self.fields.check(text, "folder")
        self.known = {}  # chain → folder

    def open(self):
        self.store = Local(self.settings["directory"]) if self.settings["directory"] else Rclone(self.settings["remote"], self.wait)

    def apply(self, event):
        folder = self._folder(event)
        self._describe(folder, event)
        if link := self.fields.link(event):
            # Opens by a double click on Windows, macOS and most of the others. The link has neither blanks nor line breaks.
            self.store.write(folder, "document.url", f"[InternetShortcut]\r\nURL={link}\r\n")

    def erase(self, event):
        """Ours in it anew from what is left, no link, and no name that a person may have given it. What others put into it is theirs."""
        self.known.pop(safe_name(event.key), None)
        for folder in self._found(event):
            self.store.remove(folder, "document.url")
            if not event.moved_on:  # else it is of a later booking, which has an event of its own
                self._describe(folder, event)
            self._call_anew(folder, event)

    def _describe(self, folder, event):
        lines = [one_line(self.fields.fill(line, event)) for line in self.settings["lines"]]
        self.store.write(folder, "booking.txt", "".join(line + "\r\n" for line in lines))

    def _call_anew(self, folder, event):
        wanted = self._name(event)
        taken = set(self.store.folders()) - {folder}
        while wanted in taken:  # somebody made a second one
            wanted = f"_{wanted}"
        if wanted != folder:
            self.store.rename(folder, wanted)

    def _folder(self, event):
        chain = safe_name(event.key)
        if chain not in self.known:
            self.known[chain] = next(iter(self._found(event)), None) or self._name(event)
        return self.known[chain]

    def _found(self, event):
        chain = safe_name(event.key)
        return sorted(name for name in self.store.folders() if name == chain or name.endswith(" " + chain))

    def _name(self, event):
        return f"{safe_name(self.fields.fill(self.settings['name'], event))} {safe_name(event.key)}".strip()
