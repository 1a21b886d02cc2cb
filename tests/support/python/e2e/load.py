"""Senders as Cal.com is one: a delivery is tried once, an answer is waited for 5 s, and what failed is not repeated.

Deliveries start at a steady rate whether or not earlier ones were answered (an open loop): a daemon that does not answer meets
more and more senders, as in life. Half of them take a connection of their own; the others share connections as Node's fetch,
with which Cal.com sends, does: the one used last is used first, and one that was idle for a second less than the server's
`Keep-Alive: timeout=`, or for 4 s, is let go. The deliveries of one booking follow each other: each after the answer to the one before.
"""
import asyncio
import hashlib
import hmac
import itertools
import json
import random
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass

IDLE_S = 4.0  # of a kept connection, where the server names no time


@dataclass(frozen=True)
class Failure:
    how: str          # timeout, refused, reset, ended, "status 503" …
    connection: str   # fresh, reused
    delivery: str
    began: float      # time.monotonic()
    at: float


class Connection(asyncio.Protocol):
    """One request at a time; answer() gives (status, body), or raises OSError."""

    def __init__(self):
        self.transport, self.arrived, self.waiting = None, b"", None
        self.open, self.used, self.idle_since, self.idle_limit_s, self.keeps = True, 0, 0.0, IDLE_S, True

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.arrived += data
        head, found, body = self.arrived.partition(b"\r\n\r\n")
        if not found:
            return
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if len(body) < int(fields["content-length"]):
            return
        self.arrived = b""
        self.keeps = self.keeps and fields.get("connection", "").lower() != "close"
        hint = fields.get("keep-alive", "")
        if hint.startswith("timeout="):
            self.idle_limit_s = max(0.0, float(hint.removeprefix("timeout=")) - 1)
        if self.waiting and not self.waiting.done():
            self.waiting.set_result((int(lines[0].split(" ")[1]), body.decode()))

    def connection_lost(self, error):
        self.open = False
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(error or EOFError())

    async def ask(self, request):
        self.waiting = asyncio.get_running_loop().create_future()
        self.used += 1
        self.transport.write(request)
        try:
            return await self.waiting
        finally:
            self.waiting = None

    def usable(self, now):
        return self.open and self.keeps and not self.transport.is_closing() and now - self.idle_since < self.idle_limit_s

    def close(self):
        self.open = False
        if self.transport:
            self.transport.close()


class Load:
    """Runs in a thread of its own until stop(). `lives`: a number → the deliveries of one booking (or entry, or form)."""

    def __init__(self, port, secret, rate, lives, patience_s=5.0, kept=0.5, seed="load", active=200):
        self.port, self.secret, self.rate, self.lives, self.active = port, secret.encode(), rate, lives, active
        self.patience_s, self.kept = patience_s, kept  # the share that uses kept connections
        self.random = random.Random(seed)
        self.acknowledged = {}      # delivery → sequence, in the order of the answers
        self.failures = []
        self.waits = []             # seconds from the start of a delivery to its 200, in the order of the answers
        self.skipped = 0            # starts that this process was too slow for
        self.connections = Counter()
        self._free, self._ready, self._numbers = [], deque(), itertools.count(1)
        self._over = threading.Event()
        self._bug = None
        self._thread = threading.Thread(target=self._run, name="load")
        self._thread.start()

    def _run(self):
        try:
            asyncio.run(self._start_at_rate())
        except BaseException as bug:  # shown by check()
            self._bug = bug

    async def _start_at_rate(self):
        loop, tasks = asyncio.get_running_loop(), set()
        due = loop.time()
        while not self._over.is_set():
            now = loop.time()
            if due < now - 1.0:  # not what was asked for, but what this machine can do
                self.skipped += int((now - due) * self.rate)
                due = now
            while due <= now:
                due += 1 / self.rate
                task = loop.create_task(self._next_of_a_life())
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            await asyncio.sleep(max(0.0, due - loop.time()))
        await asyncio.gather(*tasks)
        for connection in self._free:
            connection.close()

    async def _next_of_a_life(self):
        life = None
        while life is None:
            if len(self._ready) < self.active:
                life = iter(self.lives(next(self._numbers)))
            else:
                life = self._ready.popleft()
            delivery = next(life, None)
            if delivery is None:
                life = None
        if await self._deliver(delivery):
            self._ready.append(life)

    async def _deliver(self, delivery):
        """False: it failed, and its life is broken off."""
        keeps = self.random.random() < self.kept
        began, connection = time.monotonic(), None
        try:
            async with asyncio.timeout(self.patience_s):
                connection = self._take_free() if keeps else None
                if connection is None:
                    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self.port)
                status, text = await connection.ask(self._request(delivery, keeps))
            if status != 200:
                return self._failed(f"status {status}", connection, delivery, began)
        except TimeoutError:
            return self._failed("timeout", connection, delivery, began)
        except ConnectionRefusedError:
            return self._failed("refused", connection, delivery, began)
        except (ConnectionError, EOFError) as error:
            return self._failed("ended" if isinstance(error, EOFError) else "reset", connection, delivery, began)
        self.waits.append(time.monotonic() - began)
        self.acknowledged[delivery] = json.loads(text)["sequence"]
        self.connections["reused" if connection.used > 1 else "fresh"] += 1
        connection.idle_since = time.monotonic()
        if keeps and connection.usable(connection.idle_since):
            self._free.append(connection)
        else:
            connection.close()
        return True

    def _take_free(self):
        now = time.monotonic()
        stale = [c for c in self._free if not c.usable(now)]
        self._free = [c for c in self._free if c.usable(now)]
        for connection in stale:
            connection.close()
        return self._free.pop() if self._free else None

    def _failed(self, how, connection, delivery, began):
        reused = connection is not None and connection.used > 1
        self.failures.append(Failure(how, "reused" if reused else "fresh", delivery.name, began, time.monotonic()))
        if connection is not None:
            connection.close()
        return False

    def _request(self, delivery, keeps):
        signature = hmac.new(self.secret, delivery.body, hashlib.sha256).hexdigest()
        return (f"POST /hooks/main HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: {'keep-alive' if keeps else 'close'}\r\n"
                f"Content-Type: {delivery.content_type}\r\nX-Cal-Signature-256: {signature}\r\nX-Cal-Webhook-Version: 2021-10-20\r\n"
                f"Content-Length: {len(delivery.body)}\r\n\r\n").encode() + delivery.body

    def check(self):
        if self._bug:
            raise self._bug
        return True

    def waits_since(self, number):
        """Of the deliveries answered after the first `number`: p99 and the longest, in ms, as text."""
        waits = sorted(self.waits[number:]) or [0.0]
        return f"p99 {waits[int(len(waits) * 0.99)] * 1000:.0f} ms, slowest {waits[-1] * 1000:.0f} ms"

    def answered(self):
        return len(self.acknowledged) + len(self.failures)

    def stop(self):
        self._over.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "the load does not end"
        self.check()
