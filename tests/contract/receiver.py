"""Where Cal.com sends its webhooks during the habits of deliveries.

  CALSYNC_CONTRACT_RECEIVER=https://tunnel.example.org     the address at which Cal.com reaches this receiver (a path may follow)
  CALSYNC_CONTRACT_LISTEN=0.0.0.0:8799                     where it listens; else a port of loopback
"""
import hashlib
import hmac
import http.server
import json
import os
import threading
from dataclasses import dataclass

NO_SECRET = "no-secret-provided"


@dataclass
class Delivery:
    body: bytes
    headers: dict  # by lower-case name

    @property
    def signature(self):
        return self.headers.get("x-cal-signature-256")

    @property
    def content_type(self):
        return self.headers.get("content-type", "").split(";")[0]

    @property
    def document(self):
        return json.loads(self.body)

    def is_of(self, trigger, uid=None):
        try:
            told = self.document
        except ValueError:
            return False
        return isinstance(told, dict) and told.get("triggerEvent") == trigger and uid in (None, told.get("payload", told).get("uid"))

    def is_signed_with(self, secret):
        return self.signature == hmac.new(secret.encode(), self.body, hashlib.sha256).hexdigest()


class Receiver(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, public="", listen=""):
        host, _, port = (listen or "127.0.0.1:0").rpartition(":")
        super().__init__((host, int(port)), Handler)
        self.public = (public or f"http://127.0.0.1:{self.server_port}").rstrip("/")
        self.changed = threading.Condition()
        self.taken = {}  # by the last part of the path
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @classmethod
    def of_environment(cls):
        public = os.environ.get("CALSYNC_CONTRACT_RECEIVER", "")
        return cls(public, os.environ.get("CALSYNC_CONTRACT_LISTEN", "")) if public else None

    def at(self, name):
        with self.changed:
            return list(self.taken.get(name, []))

    def wait(self, name, wanted, within_s=60):
        """The first delivery at this address that is wanted."""
        def found():
            return next((one for one in self.taken.get(name, []) if wanted(one)), None)
        with self.changed:
            assert self.changed.wait_for(found, within_s), f"no such delivery in {within_s} s, but {self.taken.get(name, [])}"
            return found()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        length = self.headers.get("Content-Length")
        body = self.rfile.read(int(length)) if length else b"".join(iter(self.chunk, b""))
        name = self.path.split("?")[0].rsplit("/", 1)[-1]
        with self.server.changed:
            self.server.taken.setdefault(name, []).append(Delivery(body, {k.lower(): v for k, v in self.headers.items()}))
            self.server.changed.notify_all()
        self.send_response(500 if name.startswith("fails") else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def chunk(self):
        size = int(self.rfile.readline().split(b";")[0], 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data
