"""calsyncd as a process: started, killed, looked at through its admin address and through `calsync`."""
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from .places import BUILD, wait_until
from .ports import free_port

EMBEDDED = "embedded"


def kafka_section(bootstrap):
    if bootstrap in (None, EMBEDDED):
        return "kafka:  {mode: embedded}\n" if bootstrap else ""
    return f'kafka:  {{mode: cluster, bootstrap_servers: "{bootstrap}"}}\n'


def listening_socket():
    """As calsyncd.socket makes it."""
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen(4096)
    return made


SETTINGS = """
intake: {{listen: "127.0.0.1:{d.intake_port}", sources: [{{id: main, secrets: ["file:{d.secret_file}"]}}]}}
log:    {{path: "{d.log_path}"}}
admin:  {{listen: "127.0.0.1:{d.admin_port}"}}
"""


class Daemon:
    """One log directory; started and killed as often as the test likes.

    `bootstrap`: a broker's address, or EMBEDDED, or None: no Kafka.
    `held`: the intake's listening socket is the test's and is handed to each start, as calsyncd.socket does.
    `settings`: a template for str.format(d=self).
    """

    def __init__(self, folder, bootstrap=None, secret=None, extra="", held=False, settings=SETTINGS):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.secret = secret or secrets.token_hex(24)
        self.held = listening_socket() if held else None
        self.intake_port, self.admin_port = self.held.getsockname()[1] if held else free_port(), free_port()
        self.log_file = self.folder / "calsyncd.log"
        self.out_file = self.folder / "stdout"
        self.log_path = self.folder / "log"
        self.settings = self.folder / "calsyncd.yaml"
        self.process = None
        self.secret_file = self.folder / "webhook_secret"
        self.secret_file.touch(mode=0o600)
        self.secret_file.write_text(self.secret + "\n")
        self.settings.write_text(settings.format(d=self) + kafka_section(bootstrap) + extra)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()
        if self.held:
            self.held.close()

    def start(self, *options, program=BUILD / "calsyncd", env=None, wrap=(), pass_fds=()):
        assert self.process is None or self.process.poll() is not None
        ours = {k: v for k, v in os.environ.items() if k not in ("NOTIFY_SOCKET", "JOURNAL_STREAM", "LISTEN_FDS")}
        fds = [self.held.fileno()] if self.held else pass_fds
        with open(self.log_file, "ab") as log, open(self.out_file, "ab") as out:
            self.process = subprocess.Popen([*wrap, *self.hand_over(), program, "--settings", self.settings, *options],
                                            stdout=out, stderr=log, stdin=subprocess.DEVNULL, env={**ours, **(env or {})},
                                            pass_fds=fds)
        return self

    def hand_over(self):
        """A shell that becomes calsyncd: only then is the process id known that LISTEN_PID must hold."""
        if not self.held:
            return []
        return ["sh", "-c", f'exec 3<&{self.held.fileno()}; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=intake; exec "$@"', "sh"]

    def peak_memory_mib(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmHWM")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, within_s=10):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within_s)

    def get(self, path, timeout=10):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin_port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def alive(self):
        if self.process.poll() is not None:
            tail = self.log_file.read_text(errors="replace").splitlines()[-15:]
            raise AssertionError(f"calsyncd ended with {self.process.returncode}:\n" + "\n".join(tail))
        return True

    def wait_listening(self, within_s=20):
        def listens():
            self.alive()
            with socket.create_connection(("127.0.0.1", self.intake_port), 1):
                return True
        wait_until("the intake listens", listens, within_s)

    def wait_ready(self, within_s=30):
        wait_until("calsyncd is ready", lambda: self.alive() and self.get("/readyz")[0] == 200, within_s)

    def status(self):
        code, text = self.get("/api/v1/status")
        assert code == 200, f"status: {code} {text}"
        return json.loads(text)

    def wait_published(self, within_s=60):
        """Everything in the log is normalised and in Kafka; the status that says so."""
        def done():
            self.alive()
            s = self.status()
            log, publisher = s["log"], s["publisher"]
            return s if publisher and log["normalised"] == log["rawHead"] and \
                publisher["published"] == log["eventHead"] else None
        return wait_until("all is normalised and published", done, within_s, 0.05)

    def events(self):
        """All events of the log, in order."""
        found, after = [], 0
        while True:
            code, text = self.get(f"/api/v1/events?after={after}&limit=1000", 30)
            assert code == 200, f"events: {code} {text}"
            page = json.loads(text)
            found += page["items"]
            after = page["next"]
            if not page["more"]:
                return found

    def calsync(self, *arguments, codes=(0,), timeout=120):
        """Runs the command line on this daemon's settings; its standard output."""
        done = subprocess.run([BUILD / "calsync", "--settings", self.settings, *map(str, arguments)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        assert done.returncode in codes, \
            f"calsync {' '.join(map(str, arguments))} = {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout
