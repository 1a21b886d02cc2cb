"""A server on this machine that answers the calls a test scripts, in the envelopes of the recorded Cal.com, and remembers
what it was asked. What must hold against a whole Cal.com is tried against `calsync sandbox`; here it is about the way of
a call, and about answers that no healthy server gives."""
import http.server
import json
import threading
import time

KEY = "cal_live_0123456789abcdef0123456789abcdef"


def booking(uid, status="accepted", host="edith@quill.test", start=86_400, **more):
    begin = time.time() + start
    at = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))  # noqa: E731
    return {"id": abs(hash(uid)) % 10_000, "uid": uid, "title": "Review", "status": status, "start": at(begin),
            "end": at(begin + 3600), "duration": 60, "eventType": {"id": 2, "slug": "manuscript-review"}, "absentHost": False,
            "hosts": [{"id": 6, "name": "Edith", "email": host}], "metadata": {},
            "attendees": [{"name": "Ana", "email": "ana@client.test", "absent": False}], **more}


class Answers:
    """`answer(method, path, body)` → (status, data or error message); path without its query."""

    def __init__(self, answer):
        self.calls, self.keys = [], set()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size) or b"null")
                outer.calls.append(f"{self.command} {self.path}")
                outer.keys.add(self.headers.get("Authorization"))
                status, said = answer(self.command, self.path.partition("?")[0], body)
                self.reply(status, said)

            def reply(self, status, said):
                now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
                content = ({"status": "success", **said} if status < 400 else
                           {"status": "error", "timestamp": now, "path": self.path,
                            "error": {"code": "NotFoundException" if status == 404 else "E", "message": said}})
                text = json.dumps(content).encode()
                self.send_response(status)
                for name, value in (("Content-Type", "application/json; charset=utf-8"), ("Content-Length", len(text)),
                                    ("X-RateLimit-Limit-Default", 120), ("X-RateLimit-Remaining-Default", 100),
                                    ("X-RateLimit-Reset-Default", 60), ("X-Request-Id", "8a85cebb-c228")):
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_DELETE = handle_one

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def posts(self):
        return [call for call in self.calls if call.startswith("POST")]
