"""Slack's incoming webhook, Asana and Jira on loopback, as their documentation has them; with faults on demand."""
import base64
import http.server
import json
import re
import threading
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-that-nobody-may-print"
HOOK = "/services/T000/B000/a-hook-that-nobody-may-print"
USER = "office@quill-and-fern.example"


class StandIns:
    """`faults`: one for each request to come: (status, headers), or None for a good answer. `before_answer(what)`: after the effect."""

    def __init__(self):
        self.posted, self.tasks, self.issues, self.asked = [], {}, {}, []
        self.faults, self.before_answer = [], lambda what: None
        self.lose_answers = 0  # so many POSTs are carried out and answered 500
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append(f"{self.command} {self.path}")
                fault = outer.faults.pop(0) if outer.faults else None
                if fault:
                    return self.reply(fault[0], {"errors": ["a fault"]}, fault[1])
                status, answer = outer.handle(self.command, urlsplit(self.path), self.headers, json.loads(body or b"null"))
                outer.before_answer(self.command)
                if self.command == "POST" and outer.lose_answers:
                    outer.lose_answers -= 1
                    status, answer = 500, {}
                self.reply(status, answer, {})

            do_GET = do_POST = do_PUT = answer

            def reply(self, status, answer, headers):
                data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # a killed client

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def handle(self, method, url, headers, body):
        if url.path.startswith("/services/"):
            if url.path != HOOK:
                return 404, "no_service"
            self.posted.append(body)
            return 200, "ok"
        if url.path.startswith("/api/1.0"):
            return self._asana(method, url, headers, body) if headers["Authorization"] == f"Bearer {TOKEN}" else (401, {})
        if url.path.startswith("/rest/api/3"):
            basic = "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
            return self._jira(method, url, body) if headers["Authorization"] == basic else (401, {})
        return 404, {}

    def _asana(self, method, url, _, body):
        if method == "POST" and url.path == "/api/1.0/tasks":
            if "forbidden" in body["data"]["name"]:
                return 400, {"errors": [{"message": "name: what Asana does not take"}]}
            gid = str(7000 + len(self.tasks))
            self.tasks[gid] = {"completed": False, **body["data"]}
            return 201, {"data": {"gid": gid}}
        if method == "PUT":
            gid = url.path.rsplit("/", 1)[1]
            if gid not in self.tasks:
                return 404, {}
            self.tasks[gid].update(body["data"])
            return 200, {"data": {"gid": gid}}
        query = parse_qs(url.query)  # pages of one task each
        at, gids = int(query.get("offset", ["0"])[0]), [g for g, t in self.tasks.items() if query["project"][0] in t["projects"]]
        page = [{"gid": g, "notes": self.tasks[g]["notes"]} for g in gids[at:at + 1]]
        return 200, {"data": page, "next_page": {"offset": str(at + 1)} if at + 1 < len(gids) else None}

    def _jira(self, method, url, body):
        if method == "POST" and url.path == "/rest/api/3/issue":
            key = f"EDIT-{len(self.issues) + 1}"
            assert all(re.fullmatch(r"\S+", label) for label in body["fields"]["labels"])
            self.issues[key] = body["fields"]
            return 201, {"key": key}
        if method == "PUT":
            self.issues[url.path.rsplit("/", 1)[1]].update(body["fields"])
            return 204, ""
        label = re.fullmatch(r'project = "EDIT" AND labels = "([^"]+)" ORDER BY created', parse_qs(url.query)["jql"][0])[1]
        return 200, {"issues": [{"key": key} for key, fields in self.issues.items() if label in fields["labels"]][:1]}
