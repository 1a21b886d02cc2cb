"""A row of a CSV file for each event: RFC 4180, UTF-8 with the mark that Excel wants, nothing in it that a spreadsheet would run.

The first column is the event's id. What is in the file is not written again, and a row that a crash cut short is taken away first.
The rows of a booking in which somebody is forgotten are found by its chain, a column that every file has.
"""
import csv
import fcntl
import io
import os
import re
from pathlib import Path

from ..effect import Effect
from ..errors import SettingsError
from ..settings import REQUIRED

MARK = b"\xef\xbb\xbf"
# Line breaks stay.
CONTROLS = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Where a program may begin a cell: it may divide at semicolons or bars, take quotes for its own, leave out spaces, and know the wide forms.
FORMULA = re.compile(r'(^|[,;|\r\n])(?=[ "]*[=+\-@\uff1d\uff0b\uff0d\uff20])')
# Columns that hold nothing of a person.
FACTS = ("id", "type", "what", "time", "chain", "uid", "status", "start", "end", "date", "minutes", "price", "currency")


def harmless(text):
    """As calsync's statements (one table of cases tests both): what a spreadsheet would run of a text from outside gets an apostrophe in front."""
    plain = FORMULA.sub(r"\1'", CONTROLS.sub(" ", text))
    return "'" + plain if plain.startswith(("\r", "\n")) else plain


def row(cells):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode(errors="replace")


class Spreadsheet(Effect):
    SETTINGS = {"file": REQUIRED, "events": [], "columns": ["type", "time", "chain", "status", "service", "start", "end", "minutes", "editor", "price", "currency"]}
    HANDLES = ("booking.created", "booking.confirmed", "booking.rescheduled", "booking.cancelled", "booking.rejected", "booking.reassigned",
               "booking.paid", "booking.no_show_updated")
    NUMBERS = ("minutes", "price")

    def __init__(self, settings):
        super().__init__(settings)
        self.columns = settings["columns"] if "chain" in settings["columns"] else [*settings["columns"], "chain"]
        for name in self.columns:
            self.fields.check_name(name, "spreadsheet.columns")
        self.header = MARK + row(["id", *self.columns])
        self.path = Path(settings["file"])
        self.file = None

    def open(self):
        try:
            self.file = _locked(self.path)
        except BlockingIOError:
            raise SettingsError(f"{self.path}: another consumer writes it") from None
        except OSError as error:
            raise SettingsError(f"{self.path}: {error.strerror}") from None
        held = self.file.read()
        if not held.startswith(self.header):
            if held and not self.header.startswith(held):
                raise SettingsError(f"{self.path}: it has other columns: name another file, or move this one away")
            held = self.header
            self._write_at(0, self.header)
        rows_end, rows = _whole_rows(held[len(self.header):])
        self.ids = {cells[0] for cells in rows}
        self.end = len(self.header) + rows_end
        self.file.truncate(self.end)

    def apply(self, event):
        if event.id in self.ids:
            return
        self._write_at(self.end, row([event.id, *(self._cell(name, event) for name in self.columns)]))
        self.end = self.file.tell()
        self.ids.add(event.id)

    def erase(self, event):
        """Of the booking's rows only facts stay, and what its event still says: the other hosts, a service that is called after nobody."""
        self.file.seek(len(self.header))
        _, rows = _whole_rows(self.file.read(self.end - len(self.header)))
        redacted = [self._redacted(cells, event) for cells in rows]
        if redacted != rows:
            self._replace(b"".join([self.header, *map(row, redacted)]))

    def close(self):
        if self.file:
            self.file.close()

    def _redacted(self, cells, event):
        of = dict(zip(self.columns, cells[1:]))
        if of.get("chain") != harmless(event.key):
            return cells
        return [cells[0], *(text if name in FACTS or text in self._left(name, event) else "" for name, text in of.items())]

    def _left(self, name, event):
        hosts = [harmless(host.get({"editor": "name", "editor_email": "email"}.get(name)) or "") for host in event.booking.get("hosts") or []]
        slug = harmless((event.booking.get("eventType") or {}).get("slug") or "") if name == "service" else ""
        return [self._cell(name, event), slug, *hosts]

    def _replace(self, data):
        """Whole or not at all, and locked from its first instant."""
        part = self.path.with_name(f".{self.path.name}.part")
        new = _locked(part, os.fstat(self.file.fileno()).st_mode & 0o777)
        new.truncate(0)
        new.write(data)
        new.flush()
        os.fsync(new.fileno())
        part.replace(self.path)
        self.file.close()
        self.file, self.end = new, len(data)

    def _cell(self, name, event):
        text = self.fields.text(name, event)
        return text if name in self.NUMBERS else harmless(text)

    def _write_at(self, place, data):
        self.file.seek(place)
        self.file.write(data)
        self.file.flush()
        os.fsync(self.file.fileno())


def _locked(path, mode=0o640):
    """BlockingIOError: another process has it."""
    file = open(os.open(path, os.O_RDWR | os.O_CREAT, mode), "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(file.fileno()), os.stat(path)):  # replaced in this instant by who had it
            raise BlockingIOError
    except OSError:
        file.close()
        raise
    return file


def _whole_rows(data):
    """Up to the last row that is all there, and those rows. A line break inside of quotes ends no row."""
    end, quotes, begin = 0, 0, 0
    while (line_end := data.find(b"\n", begin)) != -1:
        quotes += data.count(b'"', begin, line_end)
        begin = line_end + 1
        if quotes % 2 == 0:
            end = begin
    rows = csv.reader(io.StringIO(data[:end].decode(errors="replace"), newline=""))
    return end, [cells for cells in rows if cells]
