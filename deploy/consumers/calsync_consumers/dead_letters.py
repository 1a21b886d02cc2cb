"""Messages that can never be handled: a file of JSON lines, each with the whole message, its place and the reason."""
import base64
import fcntl
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path


def _text(data):
    return None if data is None else base64.b64encode(data).decode()


class DeadLetters:
    """Of one group's processes that share a state directory, one at a time changes it."""

    def __init__(self, path):
        self.path = Path(path)
        self.lock_file = self.path.with_suffix(".lock")

    def add(self, message, reason):
        line = json.dumps({"topic": message.topic(), "partition": message.partition(), "offset": message.offset(), "reason": str(reason),
                           "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "key": _text(message.key()),
                           "headers": [[name, _text(value)] for name, value in message.headers() or []], "value": _text(message.value())})
        # It has personal data: for the consumer's own user alone.
        with self._locked(), open(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w", encoding="ascii") as out:
            out.write(line + "\n")
            out.flush()
            os.fsync(out.fileno())

    def forget(self, key):
        """Takes away what has this key: somebody in that booking was forgotten, and the letters are whole messages."""
        if not self.path.exists():
            return
        with self._locked():
            self._rewrite_without(key)

    def _rewrite_without(self, key):
        lines = self.path.read_text(encoding="ascii").splitlines(keepends=True)
        kept = [line for line in lines if json.loads(line)["key"] != _text(key)]
        if len(kept) == len(lines):
            return
        part = self.path.with_suffix(".part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.writelines(kept)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self.path)

    @contextmanager
    def _locked(self):
        """By a file beside it that stays: the letters' own is replaced. The lock ends with the process."""
        with open(os.open(self.lock_file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
