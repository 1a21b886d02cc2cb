"""A task in an Asana project for each booking: https://developers.asana.com/reference/tasks."""
from datetime import timedelta
from urllib.parse import urlencode

from ..api import Api
from ..settings import REQUIRED, SECRET
from ..tasks import Tasks

LOOK_BACK = timedelta(days=1)  # their clock and ours


class Asana(Tasks):
    SETTINGS = {**Tasks.COMMON, "token": SECRET, "project": REQUIRED, "assignee": "", "url": "https://app.asana.com/api/1.0", "settle": 2}

    def __init__(self, settings):
        super().__init__(settings)
        self.fields.check(settings["assignee"], "asana.assignee")

    def open(self):
        token = {"Authorization": "Bearer " + self.settings["token"].value()}
        self.api = Api("Asana", self.settings["url"], token, self.wait, settle=self.settings["settle"])

    def create(self, event, title, due, note):
        data = {"name": title, "notes": self._notes(event, note), "due_on": due, "projects": [self.settings["project"]]}
        if assignee := self.fields.fill(self.settings["assignee"], event):
            data["assignee"] = assignee
        made = self.api.call("POST", "/tasks", {"data": data}, unsure=lambda: self.find(event))
        return made if isinstance(made, str) else made["data"]["gid"]

    def find(self, event, ever=False):
        """Asana's search is for paying customers, and late: the project's tasks since then are looked through."""
        page = {"project": self.settings["project"], "opt_fields": "notes", "limit": 100}
        if not ever:
            page["modified_since"] = (event.time - LOOK_BACK).isoformat()
        while True:
            answer = self.api.call("GET", "/tasks?" + urlencode(page))
            for task in answer["data"]:
                if self._mark(event) in task["notes"].splitlines():
                    return task["gid"]
            if not answer.get("next_page"):
                return None
            page["offset"] = answer["next_page"]["offset"]

    def update(self, task, title, due, over):
        self.api.call("PUT", f"/tasks/{task}", {"data": {"name": title, "due_on": due, **({"completed": True} if over else {})}})

    def redact(self, task, event, title, note):
        self.api.call("PUT", f"/tasks/{task}", {"data": {"notes": self._notes(event, note), **({} if title is None else {"name": title})}})

    def _notes(self, event, note):
        return f"{note}\n\n{self._mark(event)}"

    def _mark(self, event):
        return f"calsync: {event.key}"
