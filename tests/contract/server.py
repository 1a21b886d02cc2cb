"""A Cal.com by its base URL, organisation and key: requests as they are, and everything that a test makes is taken away again."""
import json
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

VERSIONS = [("/v2/bookings", "2024-08-13"), ("/v2/event-types", "2024-06-14"), ("/v2/schedules", "2024-06-11"), ("/v2/slots", "2024-09-04")]
BLOCKED_S = 65  # a key that asked too much is refused for a minute


@dataclass
class Answer:
    status: int
    body: object
    headers: dict

    @property
    def data(self):
        assert self.status in (200, 201), f"{self.status}: {json.dumps(self.body)[:300]}"
        return self.body["data"]

    @property
    def message(self):
        return str((self.body.get("error") or {}).get("message", ""))


@dataclass
class Server:
    url: str
    organisation: int
    key: str
    made: list = field(default_factory=list)  # paths to delete, newest last
    receiver: object = None  # where it sends webhooks (receiver.py); None: no habits of deliveries

    @property
    def org(self):
        return f"/v2/organizations/{self.organisation}"

    def ask(self, method, path, body=None, version=None, key=None):
        version = version or next((v for group, v in VERSIONS if path.split("?")[0].startswith(group)), "2024-08-13")
        headers = {"cal-api-version": version, "Authorization": f"Bearer {self.key if key is None else key}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, method=method, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        for _ in range(3):
            answer = self._once(request)
            if answer.status != 429:
                return answer
            time.sleep(BLOCKED_S)  # the server's own rule, nothing to wait for but time
        return answer

    @staticmethod
    def _once(request):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, _json(answer.read()), dict(answer.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, _json(error.read()), dict(error.headers))

    def get(self, path, **how):
        return self.ask("GET", path, **how)

    def post(self, path, body=None, **how):
        return self.ask("POST", path, body if body is not None else {}, **how)

    def patch(self, path, body, **how):
        return self.ask("PATCH", path, body, **how)

    def delete(self, path):
        return self.ask("DELETE", path)

    def make(self, path, body):
        """Makes it, and takes it away at the end. Gives its id and the answer's data."""
        data = self.post(path, body).data
        first = data[0] if isinstance(data, list) else data
        self.made.append(f"{path}/{first['id']}")
        return first["id"], data

    def take_away(self):
        for path in reversed(self.made):
            self.delete(path)
        self.made.clear()


def _json(raw):
    try:
        return json.loads(raw)
    except ValueError:
        return {}


def own(word):
    """A name that nobody else has."""
    return f"{word}-{secrets.token_hex(4)}"


@dataclass
class Team:
    """A team with one editor who has accepted, and a schedule of all hours so that anything can be booked."""
    server: Server

    def __post_init__(self):
        s = self.server
        self.slug = own("contract")
        self.id, _ = s.make(s.org + "/teams", {"name": "Contract " + self.slug, "slug": self.slug})
        self.email = f"{own('editor')}@contract.example"
        self.path = f"{s.org}/teams/{self.id}"
        self.user, self.membership, self.schedule = self._editor(self.email)
        self.of_user = f"{s.org}/users/{self.user}"

    def another_editor(self):
        return self._editor(f"{own('editor')}@contract.example")[0]

    def _editor(self, email):
        s = self.server
        user, _ = s.make(s.org + "/users", {"email": email})
        membership, _ = s.make(self.path + "/memberships", {"userId": user, "accepted": True})
        days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        schedule, _ = s.make(f"{s.org}/users/{user}/schedules", {
            "name": "Always", "timeZone": "Europe/Berlin", "isDefault": True,
            "availability": [{"days": days, "startTime": "00:00", "endTime": "23:59"}]})
        return user, membership, schedule

    def event_type(self, **more):
        body = {"title": "Contract", "slug": own("type"), "lengthInMinutes": 30, "schedulingType": "roundRobin",
                "minimumBookingNotice": 0, "hosts": [{"userId": self.user}]} | more
        number, _ = self.server.make(self.path + "/event-types", body)
        return number, f"{self.path}/event-types/{number}", body["slug"]
