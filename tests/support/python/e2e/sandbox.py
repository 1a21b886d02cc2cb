"""`calsync sandbox` as a process, and what tests ask of it."""
import json
import os
import subprocess
import urllib.error
import urllib.request

from .places import BUILD, wait_until

SECRET = "whispered"
TRIGGERS = ["BOOKING_CREATED", "BOOKING_REQUESTED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "BOOKING_REJECTED",
            "BOOKING_NO_SHOW_UPDATED", "MEETING_STARTED", "MEETING_ENDED", "OOO_CREATED"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "CALSYNC_SANDBOX_KEY"}


class Sandbox:
    patience_s = 20

    def __init__(self, *options):
        self.process = subprocess.Popen([BUILD / "calsync", "--json", "sandbox", "--listen", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        self.facts = json.loads(self.process.stdout.readline())
        assert self.facts["sandbox"] is True

    def ask(self, method, path, body=None, key=None):
        version = "2024-09-04" if path.startswith("/v2/slots") else "2024-08-13"
        headers = {"cal-api-version": version, "Content-Type": "application/json"}
        headers["Authorization"] = "Bearer " + (key or self.facts["apiKey"])
        request = urllib.request.Request(self.facts["url"] + path, method=method, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        try:
            patience_s = self.patience_s if path.startswith("/v2/") else 60  # its own routes have no faults: it may be busy
            with urllib.request.urlopen(request, timeout=patience_s) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except TimeoutError:  # a fault of the sandbox's: what became of it is not known
            return 0, {}

    def good(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        assert status in (200, 201), (method, path, status, answer)
        return answer["data"]

    def book(self, *words):
        done = subprocess.run([BUILD / "calsync", "--json", "sandbox", "book", *words, "--url", self.facts["url"],
                               "--api-key", self.facts["apiKey"]], capture_output=True, text=True, timeout=20, env=ENVIRONMENT)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def subscribe(self, url, secret=SECRET):
        body = {"active": True, "subscriberUrl": url, "triggers": TRIGGERS, "secret": secret}
        wait_until("there is a subscription", lambda: self.ask("POST", "/v2/organizations/1/webhooks", body)[0] in (201, 409))

    def all_sent(self, within_s=30):
        wait_until("nothing waits", lambda: self.good("GET", "/sandbox")["deliveriesWaiting"] == 0, within_s)

    def all_sent_but_late(self):
        def done():
            return not any(one["fault"] not in ("dropped", "late") and len(one["attempts"]) < 1 + (one["fault"] == "sent twice")
                           for one in self.good("GET", "/sandbox/deliveries"))
        wait_until("only what is late waits", done, 60)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(10) == 0
