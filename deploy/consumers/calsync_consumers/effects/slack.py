"""A message to a Slack channel for each event, through an incoming webhook.

Slack cannot be asked what it has already been told: what was posted is noted on disk at once. A kill in the instant between Slack's
answer and that note, or an answer that never came, says it twice; nothing is left out.
"""
import logging

from ..api import Api
from ..effect import Effect
from ..settings import SECRET

log = logging.getLogger("calsync")
TEXT_MOST = 3000


def escaped(text):
    """Slack's own three: so that no text from outside makes a link or calls a whole channel (<!channel>)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Slack(Effect):
    SETTINGS = {"webhook": SECRET, "events": [], "text": "{what}: {service}, {start}"}
    HANDLES = ("booking.created", "booking.confirmed", "booking.rescheduled", "booking.cancelled", "booking.rejected", "booking.reassigned")
    REMEMBERS = True

    def __init__(self, settings):
        super().__init__(settings)
        self.fields.check(settings["text"], "slack.text")

    def open(self):
        self.api = Api("Slack", self.settings["webhook"].value(), {}, self.wait)

    def apply(self, event):
        text = self.fields.fill(self.settings["text"], event, escaped)[:TEXT_MOST]
        self.api.call("POST", body={"text": text, "unfurl_links": False, "unfurl_media": False})

    def erase(self, event):
        """An incoming webhook takes nothing back: what was said stays until a person deletes it, or Slack's retention does."""
        log.warning("%s was erased; messages about it stay in Slack: delete by hand those that name somebody", event.subject)
