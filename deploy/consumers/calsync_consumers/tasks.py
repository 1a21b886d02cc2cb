"""What Asana and Jira have in common: one task for each booking, with a deadline that moves with it.

The task is found again by a mark in it. So a create that was not answered, or that a kill -9 cut short, is looked for before it is
made again; and which task is whose is kept on disk (done.py), so that later events find it without a search.
"""
from datetime import timedelta

from .effect import Effect
from .errors import SettingsError
from .fields import one_line

TITLE_MOST = 200
LIVE, OVER = ("accepted",), ("cancelled", "rejected")
DUE_FROM = ("start", "end")


class Tasks(Effect):
    COMMON = {"events": [], "title": "{service} on {date}, {editor}", "note": "{start} to {end}\nDocument: {link}", "due_from": "end", "due_days": 3}
    HANDLES = ("booking.created", "booking.confirmed", "booking.rescheduled", "booking.cancelled", "booking.rejected", "booking.reassigned",
               "booking.changed")
    REMEMBERS = True

    def __init__(self, settings):
        super().__init__(settings)
        for name in ("title", "note"):
            self.fields.check(settings[name], f"{settings.consumer}.{name}")
        if settings["due_from"] not in DUE_FROM:
            raise SettingsError(f"{settings.consumer}.due_from: is one of {', '.join(DUE_FROM)}")

    def apply(self, event):
        chain, status = event.key, event.booking["status"]
        over = status in OVER
        task = self.done.task(chain) or self.find(event)
        if task is None and status in LIVE:
            task = self.create(event, self._title(event, over), self._due(event), self.fields.fill(self.settings["note"], event))
            self.done.set_task(chain, task)
        elif task is not None and (over or status in LIVE):
            self.done.set_task(chain, task)
            self.update(task, self._title(event, over), self._due(event), over)

    def erase(self, event):
        """Its texts anew from what is left. The title is of the newest booking of a chain, the note of the first that made a task."""
        task = self.done.task(event.key) or self.find(event, ever=True)
        if task is not None:
            title = None if event.moved_on else self._title(event, event.booking["status"] in OVER)
            self.redact(task, event, title, self.fields.fill(self.settings["note"], event))

    def create(self, event, title, due, note):
        """Makes the task with its mark; answers its name there."""
        raise NotImplementedError

    def find(self, event, ever=False):
        """The name of the task with this booking's mark, or None. `ever`: also one that was made long before the event."""
        raise NotImplementedError

    def update(self, task, title, due, over):
        raise NotImplementedError

    def redact(self, task, event, title, note):
        """title None: it stays."""
        raise NotImplementedError

    def _title(self, event, over):
        return one_line(("Cancelled: " if over else "") + self.fields.fill(self.settings["title"], event), TITLE_MOST)

    def _due(self, event):
        moment = self.fields.moment(event.booking[self.settings["due_from"]])
        return (moment + timedelta(days=self.settings["due_days"])).date().isoformat() if moment else None
