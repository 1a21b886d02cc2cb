"""Between the daemon and the sandbox: passes everything on, and spoils the answers that a test names."""
import http.client
import http.server
import json
import threading
import urllib.parse


class Between:
    """`spoil(method, path)` → None: as it is; ("instead", STATUS): an error, and nothing was done; ("after", STATUS): the same, and it was."""

    def __init__(self, url):
        self.spoil = lambda method, path: None
        to = urllib.parse.urlsplit(url).netloc
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                how, status = outer.spoil(self.command, self.path) or (None, 0)
                if how != "instead":
                    connection = http.client.HTTPConnection(to, timeout=30)
                    connection.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k.lower() != "host"})
                    answer = connection.getresponse()
                    text = answer.read()
                    connection.close()
                if how:
                    said = {"code": "E", "message": "the test says no"}
                    return self.reply(status, [("Content-Type", "application/json")], json.dumps({"status": "error", "error": said}).encode())
                return self.reply(answer.status, answer.getheaders(), text)

            def reply(self, status, headers, text):
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_one

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
