"""A real PostgreSQL of its own: made by initdb, on a free port, as a user who is not root."""
import os
import pwd
import secrets
import shutil
import subprocess
from pathlib import Path

import psycopg
from e2e.ports import free_port


def _programs():
    """Debian keeps them off PATH, a folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    program = found[-1] if found else shutil.which("initdb")
    assert program, "initdb is missing: apt-get install postgresql"
    return Path(program).resolve().parent


class PostgresServer:
    def __init__(self, folder):
        self.folder, self.bin, self.password = Path(folder), _programs(), secrets.token_hex(16)
        self.folder.mkdir(mode=0o755)
        self.port = free_port()
        self.as_user = []
        if os.geteuid() == 0:  # it refuses root
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        word = self.folder / "word"
        word.write_text(self.password)
        word.chmod(0o644)
        self._run("initdb", "--no-sync", "-U", "agency", "-A", "scram-sha-256", "--pwfile", word, "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    @property
    def connection(self):
        return f"postgresql://agency:{self.password}@127.0.0.1:{self.port}/postgres"

    def start(self):
        self._run("pg_ctl", "start", "-w", "-l", self.folder / "log", "-o", f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}")

    def crash(self):
        self._run("pg_ctl", "stop", "-m", "immediate")

    def rows(self, query):
        with psycopg.connect(self.connection) as connection:
            return connection.execute(query).fetchall()

    def change(self, query, values=None):
        with psycopg.connect(self.connection) as connection:
            connection.execute(query, values)

    def _run(self, program, *words):
        done = subprocess.run([*self.as_user, self.bin / program, "-D", self.folder / "data", *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/")
        assert done.returncode == 0, done.stderr
