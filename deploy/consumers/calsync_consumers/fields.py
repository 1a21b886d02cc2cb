"""The words in braces that texts of the settings may name, filled from an event.

`{service}` and the other short names below, or a path into the event's value: `{booking.responses.field-of-study}`,
`{booking.attendees.0.email}`. What is not there is empty. Only what the settings name gets out: no name holds more than it says.
"""
import re
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from .errors import SettingsError

NAME = re.compile(r"\{([^{}]*)\}")
TAKEN_APART = {  # short names that are paths
    "status": "booking.status", "title": "booking.title", "uid": "booking.uid", "chain": "booking.chain",
    "minutes": "booking.durationMinutes", "price": "booking.price", "currency": "booking.currency",
    "team": "booking.team.name",
    "editor": "booking.hosts.0.name", "editor_email": "booking.hosts.0.email",
    "client": "booking.attendees.0.name", "client_email": "booking.attendees.0.email",
}
MADE = ("id", "type", "what", "service", "time", "start", "end", "date", "link")


def at_path(value, path):
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def safe_link(text):
    """The client's own text as a link, or "" where a click on it would do anything but open a web page."""
    if not isinstance(text, str) or re.search(r"[\x00-\x20\x7f<>\"]", text.strip()):
        return ""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    return text.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


def one_line(text, most=200):
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    return text if len(text) <= most else text[:most - 1] + "…"


class Fields:
    def __init__(self, time_zone, link_answers):
        self.zone = ZoneInfo(time_zone)
        self.link_answers = link_answers

    def check(self, template, where):
        for name in NAME.findall(template):
            self.check_name(name, where)

    def check_name(self, name, where):
        if name not in MADE and name not in TAKEN_APART and "." not in name:
            raise SettingsError(f"{where}: nothing is called {{{name}}}; there are {', '.join(sorted([*TAKEN_APART, *MADE]))}, and paths "
                                "like booking.metadata.orderId")

    def fill(self, template, event, escape=str):
        return NAME.sub(lambda found: escape(self.text(found[1], event)), template)

    def text(self, name, event):
        value = self._made(name, event) if name in MADE else at_path(event.value, TAKEN_APART.get(name, name))
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value if isinstance(value, str) else str(value)

    def moment(self, text):
        return datetime.fromisoformat(text).astimezone(self.zone) if text else None

    def _made(self, name, event):
        if name == "id":
            return event.id
        if name == "type":
            return event.type
        if name == "what":  # "booking.no_show_updated" → "Booking no show updated"
            return event.type.replace(".", " ").replace("_", " ").capitalize()
        if name == "service":  # polls tell a slug and no title
            kind = event.booking.get("eventType") or {}
            return kind.get("title") or kind.get("slug")
        if name == "link":
            return self.link(event)
        told = event.value.get("occurredAt") if name == "time" else event.booking.get("end" if name == "end" else "start")
        moment = self.moment(told)
        if moment is None:
            return ""
        return moment.strftime("%Y-%m-%d" if name == "date" else "%Y-%m-%d %H:%M")

    def link(self, event):
        answers = event.booking.get("responses") or {}
        return next((link for name in self.link_answers if (link := safe_link(answers.get(name)))), "")
