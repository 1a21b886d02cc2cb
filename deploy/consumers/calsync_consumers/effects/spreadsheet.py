"""A row of a CSV file for each event: RFC 4180, UTF-8 with the mark that Excel wants, nothing in it that a spreadsheet would run.

The first column is the event's id. What is in the file is not written again, and a row that a crash cut short is taken away first.
"""
import csv
import fcntl
import io
import os
from pathlib import Path

from ..effect import Effect
from ..errors import SettingsError
from ..settings import REQUIRED

MARK = b"\xef\xbb\xbf"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text):
    """As calsync's statements: a text from outside that a spreadsheet would run gets an apostrophe in front."""
    return "'" + text if text.startswith(FORMULA) else text


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
        self.columns = settings["columns"]
        for name in self.columns:
            self.fields.check_name(name, "spreadsheet.columns")
        self.file = None

    def open(self):
        path = Path(self.settings["file"])
        try:
            self.file = open(os.open(path, os.O_RDWR | os.O_CREAT, 0o640), "r+b")
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"{path}: another consumer writes it") from None
        except OSError as error:
            raise SettingsError(f"{path}: {error.strerror}") from None
        header = MARK + row(["id", *self.columns])
        held = self.file.read()
        if not held.startswith(header):
            if held and not header.startswith(held):
                raise SettingsError(f"{path}: it has other columns: name another file, or move this one away")
            held = header
            self._write_at(0, header)
        rows_end, self.ids = _whole_rows(held[len(header):])
        self.end = len(header) + rows_end
        self.file.truncate(self.end)

    def apply(self, event):
        if event.id in self.ids:
            return
        self._write_at(self.end, row([event.id, *(self._cell(name, event) for name in self.columns)]))
        self.end = self.file.tell()
        self.ids.add(event.id)

    def close(self):
        if self.file:
            self.file.close()

    def _cell(self, name, event):
        text = self.fields.text(name, event)
        return text if name in self.NUMBERS else harmless(text)

    def _write_at(self, place, data):
        self.file.seek(place)
        self.file.write(data)
        self.file.flush()
        os.fsync(self.file.fileno())


def _whole_rows(data):
    """Up to the last row that is all there, and the ids of those rows. A line break inside of quotes ends no row."""
    end, quotes, begin = 0, 0, 0
    while (line_end := data.find(b"\n", begin)) != -1:
        quotes += data.count(b'"', begin, line_end)
        begin = line_end + 1
        if quotes % 2 == 0:
            end = begin
    rows = csv.reader(io.StringIO(data[:end].decode(errors="replace"), newline=""))
    return end, {cells[0] for cells in rows if cells}
