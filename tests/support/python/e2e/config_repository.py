"""A configuration repository as people have one: a bare origin, by file or by http (git's own http-backend), and a clone to push from."""
import http.server
import os
import shutil
import subprocess
import threading
from pathlib import Path

IDENTITY = {"GIT_AUTHOR_NAME": "Nobody", "GIT_AUTHOR_EMAIL": "nobody@example.org", "GIT_COMMITTER_NAME": "Nobody",
            "GIT_COMMITTER_EMAIL": "nobody@example.org", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


class ConfigRepository:
    def __init__(self, folder, example):
        """`example`: the folder whose files are the first commit."""
        self.folder = Path(folder)
        self.origin = self.folder / "origin.git"
        self.work = self.folder / "work"
        self.server = None
        self.run("init", "--quiet", "--bare", "--initial-branch=main", self.origin, at=self.folder)
        self.run("init", "--quiet", "--initial-branch=main", self.work, at=self.folder)
        self.git("remote", "add", "origin", self.origin)
        shutil.copytree(example, self.work, dirs_exist_ok=True)
        self.push("the organisation as it is wanted")

    def run(self, *words, at):
        return subprocess.run(["git", *map(str, words)], cwd=at, check=True, capture_output=True, text=True,
                              env={**os.environ, **IDENTITY}).stdout.strip()

    def git(self, *words):
        return self.run(*words, at=self.work)

    def edit(self, name, old, new):
        file = self.work / name
        text = file.read_text()
        assert old in text, f"{old} is not in {name}"
        file.write_text(text.replace(old, new, 1))

    def push(self, message="a change", *options):
        """The new commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        self.git("push", "--quiet", *options, "origin", "main")
        return self.git("rev-parse", "HEAD")

    @property
    def file_url(self):
        return f"file://{self.origin}"

    def serve(self):
        """By http on loopback; the address."""
        backend = Path(self.run("--exec-path", at=self.folder)) / "git-http-backend"
        handler = type("Handler", (GitHandler,), {"backend": backend, "root": self.folder})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}/origin.git"

    def close(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()


class GitHandler(http.server.BaseHTTPRequestHandler):
    """CGI to git-http-backend: what a git host does."""
    backend = root = None

    def answer(self, body=b""):
        path, _, query = self.path.partition("?")
        cgi = {"GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
               "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
               "CONTENT_LENGTH": str(len(body)), "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
               "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", "")}
        ran = subprocess.run([self.backend], input=body, capture_output=True, env={**os.environ, **cgi})
        head, _, content = ran.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(fields.pop("Status", "200 OK").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        self.answer()

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(body)

    def log_message(self, *_):
        pass
