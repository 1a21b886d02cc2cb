"""Hostile bodies (RELIABILITY H4: P2, P22, P24), against the whole daemon, with the embedded broker or a real one.

What is signed is made durable, whatever it holds, and what cannot be read is kept with its reason; what is not signed is refused.
Meanwhile other senders are answered, and the daemon stays small: also when many bodies of 1 MiB come, each of which says
as much as a body can.

CALSYNC_WAIT_MAX_S: how long a good sender may wait at most (10; nightly 1). CALSYNC_HEAVY: bodies of each heavy kind (12).
"""
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.broker import Broker  # noqa: E402
from e2e.daemon import EMBEDDED, Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402

WAIT_MAX_S = float(os.environ.get("CALSYNC_WAIT_MAX_S", "10"))
HEAVY = int(os.environ.get("CALSYNC_HEAVY", "12"))
MEMORY_MAX_MIB = 256
MIB = 1024 * 1024
SECOND_SECRET = "a second secret, while the first is being rotated"


def sign(secret, body):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(daemon, body, signature=None, content_type="application/json"):
    """The status; signed with the daemon's secret where no signature is given. \"\": no such header."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.intake_port, timeout=60)
    signature = sign(daemon.secret, body) if signature is None else signature
    headers = {"Content-Type": content_type, **({"X-Cal-Signature-256": signature} if signature else {})}
    try:
        connection.request("POST", "/hooks/main", body, headers)
        return connection.getresponse().status
    except OSError as refused_early:  # the answer was there before the body was sent whole
        return refused_early
    finally:
        connection.close()


def booking(payload, uid="hostile"):
    return (b'{"triggerEvent":"BOOKING_CREATED","createdAt":"2026-09-14T09:00:00.003Z","payload":{"uid":"%s","title":"x",'
            b'"startTime":"2026-10-01T14:00:00Z","endTime":"2026-10-01T15:00:00Z",%s}}' % (uid.encode(), payload))


def filled(uid, before, each, after):
    """A booking of just below 1 MiB: `each`(n) as often as it fits."""
    room = MIB - len(booking(before + after, uid)) - 1
    parts = []
    for n in range(MIB):
        part = each(n)
        room -= len(part) + 1
        if room < 0:
            break
        parts.append(part)
    body = booking(before + b",".join(parts) + after, uid)
    assert MIB * 0.99 < len(body) <= MIB, len(body)
    return body


# A uid → a body of 1 MiB that is good and says as much as it can.
HEAVY_BODIES = {
    "attendees": lambda uid: filled(uid, b'"attendees":[', lambda n: b'{"email":"%x@c.de"}' % n, b"]"),
    "distinct keys": lambda uid: filled(uid, b'"metadata":{', lambda n: b'"k%x":1' % n, b"}"),
    "answers": lambda uid: filled(uid, b'"responses":{', lambda n: b'"r%x":{"label":"l","value":"v"}' % n, b"}"),
    "escapes": lambda uid: filled(uid, b'"description":["', lambda n: rb"\u00e9\u0041\ud83d\ude00" * 10, b'"]'),
    "a long title": lambda uid: booking(b'"description":"%s"' % (b"x" * (MIB - 400)), uid),
    "empty lists": lambda uid: filled(uid, b'"x":[', lambda n: b"[]", b"]"),
    "numbers": lambda uid: filled(uid, b'"x":[', lambda n: b"%d" % (n % 10), b"]"),
}


def signed_bodies():
    """Stories and bodies that must be kept."""
    deep = {"65": 65, "10,000": 10_000, "500,000": 500_000}
    for story, depth in deep.items():
        yield f"{story} levels of lists", b"[" * depth + b"]" * depth
        yield f"{story} levels of lists in a booking, never closed", booking(b'"x":' + b"[" * depth)[:MIB]
    for depth in (65, 10_000, 150_000):
        yield f"{depth} levels of objects", b'{"a":' * depth + b"1" + b"}" * depth
    yield "1e400", booking(b'"price":1e400')
    yield "a number of 900,000 digits", booking(b'"price":' + b"1" * 900_000)
    yield "a number with an exponent of 100,000 digits", booking(b'"price":1e' + b"1" * 100_000)
    yield "a name twice", b'{"triggerEvent":"PING","triggerEvent":"BOOKING_CREATED","payload":{}}'
    yield "a name twice, deep", booking(b'"x":{"a":1,"a":2}')
    yield "a byte order mark", b"\xef\xbb\xbf" + booking(b'"x":1')
    yield "UTF-16", booking(b'"x":1').decode().encode("utf-16")
    yield "bad UTF-8", booking(b'"title":"\xff\xfe"')
    yield "overlong UTF-8", booking(b'"title":"\xc0\xaf"')
    yield "an encoded surrogate", booking(b'"title":"\xed\xa0\x80"')
    yield "a lone surrogate", booking(rb'"title":"\ud800"')
    yield "a NUL", booking(b'"title":"\x00"')
    yield "an escaped NUL", booking(rb'"title":"\u0000"')
    yield "nothing", b""
    for word in (b"false", b"null", b"{}", b"[]", b'""', b"0", b"{", b'"', b"nul", b" ", b"NaN", b"-", b"\x00", b"<xml/>"):
        yield f"only {word!r}", word
    yield "something behind the end", booking(b'"x":1') + b" {}"
    yield "cut off", booking(b'"x":1')[:-20]
    yield "1 MiB of spaces", b" " * MIB
    yield "1 MiB of NULs", bytes(MIB)
    yield "an unknown trigger", b'{"triggerEvent":"SOMETHING_NEW","createdAt":"2026-09-14T09:00:00.003Z","payload":{"x":1}}'
    yield "a trigger of 100,000 letters", b'{"triggerEvent":"' + b"A" * 100_000 + b'","payload":{}}'
    yield "a uid of 500,000 letters", booking(b'"y":1', "u" * 500_000)
    yield "every field of the wrong kind", (b'{"triggerEvent":"BOOKING_CREATED","createdAt":[],"payload":{"uid":"w","title":{},'
                                            b'"startTime":7,"endTime":true,"attendees":"x","organizer":[],"responses":0,"metadata":[1]}}')
    yield "a date of the year 99999", booking(b'"rescheduleStartTime":"99999-99-99T99:99:99Z"')


def signatures(daemon, body):
    """Stories, signatures and the status that each must get."""
    good, of_other = sign(daemon.secret, body), sign("no-secret-provided", body)
    yield "none", "", 401
    yield "the words for no secret", "no-secret-provided", 401
    yield "with the words for no secret as the key", of_other, 401
    yield "with an empty key", sign("", body), 401
    yield "63 digits", good[:63], 401
    yield "65 digits", good + "0", 401
    yield "no hexadecimal digit", "g" + good[1:], 401
    yield "a prefix", "sha256=" + good, 401
    yield "another body's", sign(daemon.secret, body + b" "), 401
    yield "another secret's", sign(daemon.secret + "x", body), 401
    yield "twice, with a comma", f"{good}, {good}", 401
    yield "the first digit wrong", ("1" if good[0] == "0" else "0") + good[1:], 401
    yield "the last digit wrong", good[:-1] + ("1" if good[-1] == "0" else "0"), 401
    yield "upper case", good.upper(), 200
    yield "the right one", good, 200


class GoodSender:
    """Somebody else, all the time: each first try must be answered 200 soon."""

    def __init__(self, daemon):
        self.daemon, self.over, self.waits, self.failures = daemon, threading.Event(), [], []
        self.thread = threading.Thread(target=self.run)

    def run(self):
        number = 0
        while not self.over.is_set():
            number += 1
            began = time.monotonic()
            status = post(self.daemon, b'{"triggerEvent":"PING","createdAt":"2026-01-01T00:00:00.000Z","payload":{"n":%d}}' % number)
            self.waits.append(time.monotonic() - began)
            if status != 200:
                self.failures.append(status)
            self.over.wait(0.02)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.over.set()
        self.thread.join(120)
        waits = sorted(self.waits)
        print(f"a good sender meanwhile: {len(waits)} deliveries, p99 {waits[int(len(waits) * 0.99)] * 1000:.0f} ms, "
              f"slowest {waits[-1] * 1000:.0f} ms", flush=True)
        if kind is None:
            assert not self.failures, f"{len(self.failures)} good deliveries failed: {self.failures[:3]}"
            assert waits[-1] <= WAIT_MAX_S, f"a good sender waited {waits[-1]:.1f} s"


def small(daemon, what):
    daemon.alive()
    peak = daemon.peak_memory_mib()
    print(f"{what}: at most {peak:.0f} MiB", flush=True)
    assert peak <= MEMORY_MAX_MIB, f"{what}: {peak:.0f} MiB"


def signed_ones_are_kept(daemon):
    bodies = list(signed_bodies())
    for story, body in bodies:
        for content_type in ("application/json", "application/x-www-form-urlencoded"):
            status = post(daemon, body, content_type=content_type)
            assert status == 200, f"{story}, {content_type}: {status}"  # the second time: a duplicate
    print(f"{len(bodies)} kinds of hostile bodies, each twice: all acknowledged", flush=True)
    return len(bodies)


def too_large_ones_are_refused(daemon):
    for size in (MIB + 1, 2 * MIB, 64 * MIB):
        status = post(daemon, b" " * size)
        assert status == 413 or isinstance(status, OSError), f"{size} bytes: {status}"


def signatures_decide(daemon):
    for n, body in enumerate((b"", b"x" * 1000, booking(b'"x":2'))):
        for story, signature, expected in signatures(daemon, body):
            status = post(daemon, body, signature)
            assert status == expected, f"signature: {story}: {status}"


def rotation(daemon):
    """Both secrets while both are there; the old one no more once it is gone."""
    secret_file = daemon.folder / "webhook_secret"
    old, body = daemon.secret, booking(b'"x":3')
    assert post(daemon, body, sign(SECOND_SECRET, body)) == 200
    secret_file.write_text("yet another secret, the only one that counts\n")
    daemon.process.send_signal(signal.SIGHUP)
    wait_until("the old secret has expired", lambda: post(daemon, body, sign(old, body)) == 401, 60)
    assert post(daemon, body, sign(SECOND_SECRET, body)) == 200
    secret_file.write_text(old + "\n")
    daemon.process.send_signal(signal.SIGHUP)
    wait_until("the first secret counts again", lambda: post(daemon, body) == 200, 60)


def heavy_ones_are_read(daemon):
    with ThreadPoolExecutor(4) as senders:
        for kind, body_of in HEAVY_BODIES.items():
            sent = list(senders.map(lambda n: post(daemon, body_of(f"{kind.replace(' ', '-')}-{n}")), range(HEAVY)))
            assert sent == [200] * HEAVY, f"{kind}: {sent}"
            small(daemon, f"{HEAVY} x 1 MiB of {kind}")
    # The same booking told anew, so that each telling is compared with what is known.
    again = [HEAVY_BODIES["attendees"]("attendees-0").replace(b'"title":"x"', b'"title":"%d"' % n) for n in range(HEAVY)]
    for body in again:
        assert post(daemon, body) == 200


def everything_is_normalised(daemon):
    def done():
        daemon.alive()
        log, publisher = daemon.status()["log"], daemon.status()["publisher"]
        return log["normalised"] == log["rawHead"] and publisher["published"] == log["eventHead"]
    wait_until("everything is normalised and published", done, 300, 0.1)


def quarantined(daemon):
    held = json.loads(daemon.calsync("log", "quarantine", "--json"))
    return len(held["items"] if isinstance(held, dict) else held)


def attack(daemon):
    daemon.wait_ready(60)
    with GoodSender(daemon):
        kept = signed_ones_are_kept(daemon)
        too_large_ones_are_refused(daemon)
        signatures_decide(daemon)
        everything_is_normalised(daemon)
        held = quarantined(daemon)  # before the heavy ones, some of which are beyond a booking's limits
        assert kept // 2 <= held <= kept + 5, f"{held} records are in quarantine"
        heavy_ones_are_read(daemon)
        everything_is_normalised(daemon)
    rotation(daemon)
    everything_is_normalised(daemon)
    small(daemon, "all of it")
    assert daemon.stop() == 0


def main():
    os.environ["CALSYNC_SECOND_SECRET"] = SECOND_SECRET
    real = sys.argv[1:] == ["cluster"]
    with tempfile.TemporaryDirectory(prefix="calsync-hostile-") as folder, contextlib.ExitStack() as stack:
        bootstrap = stack.enter_context(Broker(Path(folder) / "kafka")).address if real else EMBEDDED
        daemon = Daemon(Path(folder) / "d", bootstrap)
        daemon.settings.write_text(daemon.settings.read_text().replace('"]}]', '", "env:CALSYNC_SECOND_SECRET"]}]'))
        attack(stack.enter_context(daemon))


if __name__ == "__main__":
    main()
