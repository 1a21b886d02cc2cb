"""A bad network: a TCP proxy between the daemon and Kafka.

Kafka tells clients where to come, so the broker has a listener that names the proxy (Broker's `proxied`). The tests read past it.
"""
import selectors
import socket
import threading
import time

CHUNK = 65536


class _Pipe:
    """One direction of one connection. What arrived and is not yet due waits here, and no more is read: backpressure, as in life."""

    def __init__(self, source, target, upwards):
        self.source, self.target, self.upwards = source, target, upwards
        self.waiting, self.due, self.ended = b"", 0.0, False


class Proxy:
    """Threads are few: one loop serves all connections. The verbs may be called from any thread, at any time.

    cut()         connections are reset, new ones are too, until heal()
    blackhole()   nothing passes and nobody is told; new connections are taken and hear nothing
    half_open()   what the daemon sends passes, what Kafka answers does not
    slow(rate)    so many bytes a second in each direction of each connection
    delay(s)      each chunk so late
    break_once()  connections are reset once; new ones pass
    heal()        all passes
    """

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.listening.setblocking(False)
        self.port = self.listening.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.lock = threading.Lock()
        self.pipes = []
        self.carried = 0       # bytes that passed
        self.over = False
        self.heal()
        self.thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over = True
        self.thread.join()
        self.listening.close()

    def heal(self):
        self.mode, self.rate, self.lag = "pass", None, 0.0

    def cut(self):
        self.mode = "cut"
        self.break_once()

    def blackhole(self):
        self.mode = "blackhole"

    def half_open(self):
        self.mode = "half open"

    def slow(self, rate):
        self.rate = rate

    def delay(self, seconds):
        self.lag = seconds

    def break_once(self):
        with self.lock:
            for pipe in self.pipes:
                self._reset(pipe)

    def connections(self):
        return len(self.pipes) // 2

    @staticmethod
    def _reset(pipe):
        pipe.ended = True
        for each in (pipe.source, pipe.target):
            try:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                each.close()
            except OSError:
                pass

    def _run(self):
        while not self.over:
            with self.lock:
                self.pipes = [p for p in self.pipes if not p.ended]
                moved = self._accept()
                for pipe in self.pipes:
                    moved |= not pipe.ended and self._move(pipe)
            if not moved:
                self._rest()

    def _rest(self):
        """Until something may be moved again."""
        with selectors.DefaultSelector() as wanted:
            wanted.register(self.listening, selectors.EVENT_READ)
            for pipe in list(self.pipes):
                if not pipe.ended and not pipe.waiting and self.mode == "pass":
                    try:
                        wanted.register(pipe.source, selectors.EVENT_READ)
                    except (KeyError, ValueError):
                        pass
            wanted.select(0.005)

    def _accept(self):
        try:
            client, _ = self.listening.accept()
        except OSError:
            return False
        try:
            if self.mode == "cut":
                raise OSError
            server = socket.create_connection(self.target, 5)
        except OSError:  # nobody there: so it is for the client
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
            return True
        for each in (client, server):
            each.setblocking(False)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pipes += [_Pipe(client, server, True), _Pipe(server, client, False)]
        return True

    def _blocked(self, pipe):
        return self.mode == "blackhole" or (self.mode == "half open" and not pipe.upwards)

    def _move(self, pipe):
        """True: something moved."""
        if self._blocked(pipe):
            return False
        try:
            if not pipe.waiting:
                pipe.waiting = pipe.source.recv(min(CHUNK, max(1, int((self.rate or CHUNK) / 10))))
                if not pipe.waiting:
                    self._reset(pipe)
                    return True
                pipe.due = time.monotonic() + self.lag + (len(pipe.waiting) / self.rate if self.rate else 0)
                return True
            if time.monotonic() < pipe.due:
                return False
            sent = pipe.target.send(pipe.waiting)
            pipe.waiting = pipe.waiting[sent:]
            self.carried += sent
            return sent > 0
        except BlockingIOError:
            return False
        except OSError:
            self._reset(pipe)
            return True
