"""An issue with a due date in a Jira project for each booking: Jira Cloud (REST version 3), or Data Center (version 2)."""
import base64
import re
from urllib.parse import urlencode

from ..api import Api
from ..errors import SettingsError
from ..settings import REQUIRED, SECRET
from ..tasks import Tasks


class Jira(Tasks):
    SETTINGS = {**Tasks.COMMON, "url": REQUIRED, "edition": "cloud", "user": "", "token": SECRET, "project": REQUIRED, "issue_type": "Task", "settle": 5}

    def __init__(self, settings):
        super().__init__(settings)
        if settings["edition"] not in ("cloud", "data_center"):
            raise SettingsError("jira.edition: is cloud or data_center")
        self.cloud = settings["edition"] == "cloud"
        if self.cloud and not settings["user"]:
            raise SettingsError("jira.user: Jira Cloud wants the e-mail address that the token belongs to")
        if not re.fullmatch(r"[A-Z][A-Z0-9_]+", settings["project"]):
            raise SettingsError("jira.project: is a project's key, like EDIT")

    def open(self):
        token = self.settings["token"].value()
        basic = base64.b64encode(f"{self.settings['user']}:{token}".encode()).decode()
        base = self.settings["url"].rstrip("/") + ("/rest/api/3" if self.cloud else "/rest/api/2")
        self.api = Api("Jira", base, {"Authorization": f"Basic {basic}" if self.cloud else f"Bearer {token}"}, self.wait,
                       settle=self.settings["settle"])

    def create(self, event, title, due, note):
        fields = {"project": {"key": self.settings["project"]}, "issuetype": {"name": self.settings["issue_type"]}, "summary": title,
                  "description": self._description(note), "duedate": due, "labels": [_label(event)]}
        made = self.api.call("POST", "/issue", {"fields": fields}, unsure=lambda: self.find(event))
        return made if isinstance(made, str) else made["key"]

    def find(self, event, ever=False):
        """The label is made of letters, digits, - and _ alone: nothing of it is JQL."""
        query = {"jql": f'project = "{self.settings["project"]}" AND labels = "{_label(event)}" ORDER BY created', "fields": "created", "maxResults": 1}
        answer = self.api.call("GET", ("/search/jql?" if self.cloud else "/search?") + urlencode(query))
        return answer["issues"][0]["key"] if answer["issues"] else None

    def update(self, task, title, due, over):
        self.api.call("PUT", f"/issue/{task}", {"fields": {"summary": title, "duedate": due}})

    def redact(self, task, event, title, note):
        self.api.call("PUT", f"/issue/{task}", {"fields": {"description": self._description(note), **({} if title is None else {"summary": title})}})

    def _description(self, note):
        return _document(note) if self.cloud else note


def _label(event):
    return "calsync-" + re.sub(r"[^A-Za-z0-9_-]", "_", event.key)


def _document(text):
    """Atlassian's document format: plain text, in which nothing of the client's is markup."""
    lines = [[{"type": "text", "text": line}] if line else [] for line in text.split("\n")]
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": line} for line in lines]}
