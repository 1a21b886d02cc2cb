"""calsync as a process: exit codes, streams, beside a daemon's control socket and without one.

Standard library only. The logs are real ones (log_fixture); the control socket and the intake are small stand-ins
that speak the protocol of daemon/admin/control.hpp and DESIGN §7.
"""
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

CALSYNC, LOG_FIXTURE, FIXTURES = sys.argv[1:4]
WEBHOOKS = pathlib.Path(FIXTURES) / "webhooks"
BODIES = [WEBHOOKS / n for n in ("BOOKING_CREATED.json", "BOOKING_CANCELLED.json", "PING.json", "FORM_SUBMITTED.json")]
SECRET = "a secret of more than 24 bytes"


class ControlSocket(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """The daemon's side. `answers`: (method, path without query) → (status, document)."""

    daemon_threads = True

    def __init__(self, path, answers):
        self.answers, self.asked = answers, []
        super().__init__(str(path), ControlHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Intake(http.server.ThreadingHTTPServer):
    def __init__(self, status=200):
        self.status, self.got, self.limit = status, [], 1 << 20
        super().__init__(("127.0.0.1", 0), IntakeHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, document):
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:  # the other side may be gone already where it waits for none
            self.wfile.write(body)


class ControlHandler(Handler):
    def address_string(self):
        return "unix"

    def any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, body))
        missing = (404, {"error": {"code": "not_found", "message": "no such route"}})
        self.answer(*self.server.answers.get((self.command, self.path.split("?")[0]), missing))

    do_GET = do_POST = do_DELETE = any


class IntakeHandler(Handler):
    def do_POST(self):
        if int(self.headers["Content-Length"]) > self.server.limit:  # by the header alone, as the real one does
            text = b"the body is larger than 1 MiB\n"
            self.send_response(413)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(text)
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.answer(self.server.status, {"sequence": len(self.server.got)} if self.server.status == 200 else {})


class Base(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="calsync-cli-"))
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.log = self.dir / "log"
        self.settings = self.dir / "calsyncd.yaml"
        (self.dir / "secret").write_text(SECRET)
        self.write_settings("127.0.0.1:1")

    def write_settings(self, listen):
        self.settings.write_text(
            f'intake: {{listen: "{listen}", sources: [{{id: main, secrets: ["file:{self.dir}/secret"]}}]}}\n'
            f"log: {{path: {self.log}}}\nkafka: {{mode: cluster}}\n")

    def run_calsync(self, *words, code=0, stdin=b""):
        done = subprocess.run([CALSYNC, "--settings", str(self.settings), *map(str, words)], input=stdin,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, code, f"calsync {words}: {done.stdout!r} {done.stderr!r}")
        self.stderr = done.stderr.decode()
        self.assertNotIn(SECRET, done.stdout.decode(errors="replace") + self.stderr)
        return done.stdout

    def json(self, *words, code=0):
        return json.loads(self.run_calsync(*words, "--json", code=code))

    def make_log(self, bodies=BODIES):
        done = subprocess.run([LOG_FIXTURE, self.log, "leave", *bodies], check=True, capture_output=True, timeout=60)
        return tuple(map(int, done.stdout.split()))


class WithoutADaemon(Base):
    def setUp(self):
        super().setUp()
        (self.dir / "bad.json").write_text('{"triggerEvent":"BOOKING_CREATED","createdAt":"x","payload":')
        self.bodies = [*BODIES, self.dir / "bad.json"]
        self.records, self.events = self.make_log(self.bodies)

    def test_lists_every_record_and_event(self):
        rows = self.json("log", "list")
        self.assertEqual([r["sequence"] for r in rows], list(range(1, self.records + 1)))
        self.assertEqual(rows[0]["trigger"], "BOOKING_CREATED")
        self.assertEqual(rows[0]["outcome"], "event")
        self.assertEqual(rows[0]["bytes"], BODIES[0].stat().st_size)
        self.assertEqual(rows[0]["events"][0]["type"], "booking.created")
        self.assertNotIn("body", rows[0])
        self.assertEqual(sum(len(r["events"]) for r in rows), self.events)
        self.assertEqual(len(self.json("log", "list", "--events")), self.events)
        self.assertEqual([r["sequence"] for r in self.json("log", "list", "-n", "2")], [self.records - 1, self.records])
        self.assertEqual(rows, self.json("log", "list", "--all"))

    def test_filters(self):
        uid = json.loads(BODIES[0].read_bytes())["payload"]["uid"]
        email = json.loads(BODIES[0].read_bytes())["payload"]["attendees"][0]["email"]
        self.assertIn(1, [r["sequence"] for r in self.json("log", "list", "--booking", uid)])
        self.assertIn(1, [r["sequence"] for r in self.json("log", "list", "--person", email.upper())])
        self.assertEqual([r["sequence"] for r in self.json("log", "list", "--trigger", "ping")], [3])
        self.assertEqual(self.json("log", "list", "--since", "2099-01-01"), [])
        self.assertEqual(len(self.json("log", "list", "--since", "1h")), self.records)
        self.assertEqual([r["sequence"] for r in self.json("log", "list", "--from-seq", "2", "--to-seq", "3")], [2, 3])
        self.run_calsync("log", "list", "--since", "yesterday", code=64)
        self.assertIn("--since", self.stderr)

    def test_times_are_those_of_the_log_for_records_events_and_replays(self):
        # what the bodies tell of happened long ago; all was taken into the log just now
        self.assertEqual(len(self.json("log", "list", "--since", "1h")), self.records)
        self.assertEqual(len(self.json("log", "list", "--events", "--since", "1h")), self.events)
        self.assertEqual(self.json("log", "list", "--events", "--until", "1h"), [])
        lines = self.run_calsync("log", "replay", "--to-file", "-", "--yes", "--since", "1h").splitlines()
        self.assertEqual(len(lines), self.events)

    def test_table_is_for_people_and_notes_go_to_standard_error(self):
        lines = self.run_calsync("log", "list").decode().splitlines()
        self.assertTrue(lines[0].lstrip().startswith("SEQUENCE"))
        self.assertEqual(len(lines), self.records + 1)
        self.assertNotIn("\x1b", "".join(lines))
        self.assertEqual(self.run_calsync("log", "list", "--since", "2099-01-01"), b"")
        self.assertIn("nothing matches", self.stderr)

    def test_shows_a_body_byte_for_byte_only_when_asked(self):
        self.assertEqual(self.run_calsync("log", "show", "1", "--body"), BODIES[0].read_bytes())
        self.assertNotIn("body", self.json("log", "show", "1"))
        self.assertEqual(self.json("log", "show", "1", "--body")["body"], BODIES[0].read_text())
        self.assertEqual(self.json("log", "show", "--event", "1")["value"]["trigger"], "BOOKING_CREATED")
        self.run_calsync("log", "show", self.records + 1, code=1)
        self.assertEqual(self.stderr, f"calsync: no raw record {self.records + 1}\n")

    def test_shows_a_record_to_people_in_words(self):
        self.assertNotIn("people", self.json("log", "show", "1"))
        shown = self.run_calsync("log", "show", "1").decode()
        self.assertRegex(shown, r"(?m)^content type +application/json$")
        self.assertRegex(shown, r"(?m)^events +1  bookings  booking\.created$")
        self.assertNotIn("people", shown)
        self.assertNotIn("{", shown)

    def test_quarantine_and_retry(self):
        entry, = self.json("log", "quarantine")
        self.assertEqual(entry["sequence"], self.records)
        self.assertTrue(entry["reason"])
        self.run_calsync("log", "retry", "--all", code=3)  # nobody there to ask
        retried, = self.json("log", "retry", "--all", "--yes", code=1)  # it stays in quarantine
        self.assertEqual(retried["sequence"], self.records)
        row, = self.json("log", "list", "-n", "1")
        self.assertEqual((row["source"], row["subject"]), ("retry", f"raw/{self.records}"))
        known, missing = self.json("log", "retry", "1", "9999", code=1)  # nothing to do: nobody is asked
        self.assertEqual((known["outcome"], missing["outcome"]), ("not_quarantined", "not_found"))
        self.assertEqual(missing["reason"], "no raw record 9999")
        self.run_calsync("log", "retry", "1", self.records, code=3)
        both = self.json("log", "retry", "1", self.records, "--yes", code=1)
        self.assertEqual([r["sequence"] for r in both], [self.records, 1])

    def test_verify_and_rebuild(self):
        self.assertTrue(self.json("log", "verify")["sound"])
        self.assertEqual(self.json("log", "rebuild", "--verify")["identical"], True)
        before = self.json("log", "list", "--events")
        self.run_calsync("log", "rebuild", code=3)
        self.assertEqual(self.json("log", "rebuild", "--yes")["events"], self.events)
        self.assertEqual(self.json("log", "list", "--events"), before)

    def test_replay_to_a_file(self):
        out = self.dir / "events.jsonl"
        self.run_calsync("log", "replay", "--to-file", out, code=3)
        self.assertFalse(out.exists())
        self.run_calsync("log", "replay", "--to-file", out, "--yes")
        events = [json.loads(line) for line in out.read_text().splitlines()]
        self.assertEqual([int(e["sequence"]) for e in events], list(range(1, self.events + 1)))
        self.assertEqual(events[0]["specversion"], "1.0")
        self.assertEqual(events[0]["type"], "calsync.booking.created")
        self.assertEqual(events[0]["source"], "/calsync/local")
        self.assertEqual(events[0]["data"]["sequence"], 1)
        self.assertEqual(out.stat().st_mode & 0o777, 0o600)
        self.run_calsync("log", "replay", "--to-file", out, "--yes", code=1)  # exists: never overwritten
        self.assertEqual(len(self.run_calsync("log", "replay", "--to-file", "-", "--yes", "--type", "form.*").splitlines()), 1)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir() if "jsonl" in p.name), ["events.jsonl"])

    def test_replay_never_goes_into_live_topics(self):
        for suffix in ("/x", " ", "x" * 101, "-x"):
            self.run_calsync("log", "replay", "--yes", "--to-topic-suffix=" + suffix, code=64)
        for option in ("--to-topic-suffix", "--to-file"):  # whatever is missing names no live topic
            self.run_calsync("log", "replay", "--yes", option, "", code=64)
            self.assertIn(option, self.stderr)
            self.run_calsync("log", "replay", "--yes", option + "=", code=64)
            self.run_calsync("log", "replay", option + "=", "--yes", code=64)
        self.run_calsync("log", "replay", "--to-topic-suffix", "--yes", code=64)

    def test_the_demo_broker_takes_no_replay(self):
        self.settings.write_text(f"log: {{path: {self.log}}}\nkafka: {{mode: embedded}}\n")
        self.run_calsync("log", "replay", "--yes", "--to-topic-suffix", ".x", code=3)
        self.assertIn("use --to-file, or kafka.mode: cluster", self.stderr)

    def test_without_a_kafka_section_there_are_no_topics(self):
        self.settings.write_text(f"log: {{path: {self.log}}}\n")
        for words in ((), ("--key", "nosuch")):
            self.run_calsync("log", "replay", "--yes", "--to-topic-suffix", ".x", *words, code=1)
            self.assertIn("no section kafka", self.stderr)
        self.run_calsync("log", "replay", "--to-file", "-", "--append", "--yes", code=64)

    def test_a_replay_of_nothing_makes_no_file(self):
        out = self.dir / "none.jsonl"
        self.run_calsync("log", "replay", "--to-file", out, "--key", "nosuch")  # nor does it ask
        self.assertIn("nothing matches", self.stderr)
        self.assertEqual([p.name for p in self.dir.iterdir() if "jsonl" in p.name], [])
        self.assertEqual(self.json("log", "replay", "--to-file", out, "--key", "nosuch")["events"], 0)

    def test_replay_to_a_file_touches_no_file_that_is_there(self):
        out = self.dir / "events.jsonl"
        kept = self.dir / "events.jsonl.part"
        kept.write_text("mine")
        os.link(kept, self.dir / "another name")
        self.run_calsync("log", "replay", "--to-file", out, "--yes")
        self.assertEqual((kept.read_text(), (self.dir / "another name").read_text()), ("mine", "mine"))
        self.assertEqual((out.stat().st_mode & 0o777, out.stat().st_nlink), (0o600, 1))
        before = sorted(p.name for p in self.dir.iterdir())
        dangling = self.dir / "dangling"
        dangling.symlink_to(self.dir / "nowhere")
        for taken in (out, dangling, kept):
            self.run_calsync("log", "replay", "--to-file", taken, "--yes", code=1)
            self.assertIn("exists", self.stderr)
        dangling.unlink()
        self.run_calsync("log", "replay", "--to-file", self.dir / ("n" * 255), "--yes", "--type", "form.*")
        (self.dir / ("n" * 255)).unlink()
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), before)  # nothing is left beside it

    def test_status_tells_what_the_log_knows(self):
        status = self.json("status", code=1)
        self.assertEqual(status["running"], False)
        self.assertEqual(status["log"]["rawHead"], self.records)
        self.assertIn("no daemon", self.stderr)

    def test_a_reader_that_leaves_early_is_no_failure(self):
        process = subprocess.Popen([CALSYNC, "--settings", self.settings, "log", "list", "--json"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdout.close()
        self.assertEqual((process.stderr.read(), process.wait(60)), (b"", 0))
        process.stderr.close()

    def test_a_full_disk_behind_standard_output_is_a_failure(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([CALSYNC, "--settings", self.settings, "log", "list"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"not complete", done.stderr)

    def test_events_are_listed_with_both_times(self):
        heading, first, *_ = self.run_calsync("log", "list", "--events").decode().splitlines()
        self.assertRegex(heading, r"SEQUENCE +RECEIVED \(UTC\) +OCCURRED \(UTC\)")
        occurred = self.json("log", "list", "--events")[0]["time"][:19].replace("T", " ")
        received = self.json("log", "list")[0]["received"][:19].replace("T", " ")
        self.assertRegex(first, rf"^ *1  {received}  {occurred}  ")
        heading, line, *_ = self.run_calsync("log", "tail").decode().splitlines()
        self.assertRegex(heading, r"^SEQUENCE +OCCURRED +TYPE +KEY +SUBJECT$")
        self.assertEqual(heading.index("KEY"), line.index(self.json("log", "tail")[0]["key"]))

    def test_tail(self):
        self.assertEqual([e["sequence"] for e in self.json("log", "tail", "-n", "2")], [self.events - 1, self.events])
        self.assertEqual(self.json("log", "tail", "--key", "nosuch"), [])
        self.run_calsync("log", "tail", "--follow", code=1)
        self.assertIn("start calsyncd", self.stderr)

    def test_a_damaged_log_is_told_in_json_too(self):
        head = self.log / "head"
        head.unlink()
        verified = self.json("log", "verify", code=1)
        self.assertEqual((verified["sound"], len(verified["damage"])), (False, 1))
        self.assertIn("damaged", verified["damage"][0])


class AChainThatWasLearnedLate(Base):
    """What `calsync send` of a folder does: in alphabetical order the first booking comes after what it became."""

    ROOT = "p9RmTc4wYxKe7JqHnZsV2b"

    def setUp(self):
        super().setUp()
        self.make_log(sorted(WEBHOOKS.glob("*.json")))
        bookings = {e["sequence"]: e["value"]["booking"] for e in self.json("log", "tail", "-n", "1000") if e["value"]["booking"]}
        became = {b["uid"] for b in bookings.values() if (b["rescheduledFrom"] or {}).get("uid") == self.ROOT}
        self.chain = {sequence for sequence, b in bookings.items() if b["uid"] in {self.ROOT, *became}}

    def test_is_found_whole_by_its_root_in_every_command(self):
        self.assertGreaterEqual(len(self.chain), 4)
        events = {e["sequence"] for e in self.json("log", "list", "--events", "--all", "--booking", self.ROOT)}
        self.assertEqual(events, self.chain)
        records = self.json("log", "list", "--all", "--booking", self.ROOT)
        self.assertLessEqual(self.chain, {e["sequence"] for r in records for e in r["events"]})
        replayed = self.run_calsync("log", "replay", "--to-file", "-", "--yes", "--booking", self.ROOT).splitlines()
        self.assertEqual({json.loads(line)["data"]["sequence"] for line in replayed}, self.chain)
        tail = {e["sequence"] for e in self.json("log", "tail", "-n", "1000", "--booking", self.ROOT)}
        self.assertEqual(tail, self.chain)


class AnEmptyLog(Base):
    def test_is_told_from_one_where_nothing_matches(self):
        self.assertEqual(self.make_log([]), (0, 0))
        self.assertEqual(self.json("log", "tail"), [])
        self.assertEqual(self.run_calsync("log", "tail"), b"")
        self.assertIn("the log holds no events yet", self.stderr)


class ADeepBody(Base):
    """The intake and the normaliser take 64 levels: every command must show what came of them."""

    def setUp(self):
        super().setUp()
        body = json.loads(BODIES[0].read_bytes())
        deep = "end"
        for _ in range(60):
            deep = {"a": deep}
        body["payload"]["metadata"] = {"deep": deep}
        self.body = self.dir / "deep.json"
        self.body.write_text(json.dumps(body))
        self.assertEqual(self.make_log([self.body]), (1, 1))

    def test_is_listed_shown_and_replayed(self):
        self.assertEqual(self.json("log", "list")[0]["outcome"], "event")
        shown = self.json("log", "show", "--event", "1")["value"]
        self.assertIn("end", json.dumps(shown["booking"]["metadata"]))
        self.assertEqual(self.json("log", "tail")[0]["value"], shown)
        replayed = self.run_calsync("log", "replay", "--to-file", "-", "--yes")
        self.assertEqual(json.loads(replayed)["data"], shown)


class WhenTheLogIsNotThere(Base):
    def test_says_so(self):
        self.run_calsync("log", "list", code=1)
        self.assertIn(str(self.log), self.stderr)
        self.assertFalse(self.log.exists())

    def test_settings_errors_come_all_at_once_with_their_lines(self):
        self.settings.write_text("intak: {}\nlog: {pth: x}\n")
        self.run_calsync("log", "list", code=1)
        self.assertIn(":1:", self.stderr)
        self.assertIn(":2:", self.stderr)


class WhenTheSettingsHaveMistakes(Base):
    """The commands that should show a mistake need only log.path: they warn, and go on."""

    def setUp(self):
        super().setUp()
        self.records, self.events = self.make_log()

    def mistake(self, text):
        self.settings.write_text(f"log: {{path: {self.log}}}\n{text}\n")

    def test_a_mistake_elsewhere_is_warned_of_with_its_line(self):
        for text in ("intake: {listen: nonsense}", "kafka: {bootstrap_servers: 7 7}", "nosuch: {}", "admin: {lisen: x}"):
            self.mistake(text)
            for words in (("log", "list"), ("log", "show", "1"), ("log", "tail"), ("log", "quarantine"), ("log", "verify"),
                          ("log", "replay", "--to-file", "-", "--yes")):
                self.assertTrue(self.run_calsync(*words) or words[1] == "quarantine", (text, words))
                self.assertIn(f"warning: {self.settings}:2: ", self.stderr, (text, words))

    def test_what_the_command_needs_must_be_good(self):
        for text in (f"log: {{path: {self.log}, pth: x}}", "log: 7", f"lgo: {{path: {self.log}}}", "log: {path: [}", "*x"):
            self.settings.write_text(text + "\n")
            self.run_calsync("log", "list", code=1)
            self.assertIn(f"{self.settings}:1: ", self.stderr, text)
        self.mistake("kafka: {bootstrap_servers: 7 7}")
        self.run_calsync("log", "replay", "--to-topic-suffix", ".x", "--yes", code=1)
        self.assertIn(f"{self.settings}:2: ", self.stderr)

    def test_status_carries_the_first_one(self):
        self.mistake("intake: {listen: nonsense}\nadmin: {listen: nonsense}")
        status = self.json("status", code=1)
        self.assertEqual(status["log"]["rawHead"], self.records)
        condition, = status["conditions"]
        self.assertEqual((condition["component"], condition["severity"]), ("settings", "error"))
        self.assertTrue(condition["message"].startswith(f"{self.settings}:2: intake.listen: "), condition)
        self.assertRegex(self.run_calsync("status", code=1).decode(), r"settings +error: .*:2: intake\.listen: ")

    def test_status_answers_with_one_document_whatever_is_missing(self):
        shutil.rmtree(self.log)
        self.assertEqual([c["component"] for c in self.json("status", code=1)["conditions"]], ["log"])
        self.settings.write_text("log: 7\n")
        self.assertEqual([c["component"] for c in self.json("status", code=1)["conditions"]], ["settings"])
        self.settings.unlink()
        self.assertIsNone(self.json("status", code=1)["log"])
        self.assertEqual(len(self.stderr.splitlines()), 1, self.stderr)


class WhenAnotherProcessHoldsTheLog(Base):
    def test_ends_with_4(self):
        holder = subprocess.Popen([LOG_FIXTURE, self.log, "hold", BODIES[0]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            holder.stdout.readline()
            for words in (["log", "list"], ["log", "rebuild", "--yes"], ["log", "retry", "1", "--yes"], ["log", "verify"]):
                self.run_calsync(*words, code=4)
        finally:
            holder.communicate(b"\n")


class BesideADaemon(Base):
    def setUp(self):
        super().setUp()
        (self.dir / "bad.json").write_text('{"triggerEvent":"BOOKING_CREATED","createdAt":"x","payload":')
        self.records, self.events = self.make_log([*BODIES, self.dir / "bad.json"])
        self.copy = self.dir / "checkpoint of it"
        shutil.copytree(self.log, self.copy)
        self.serve({("POST", "/control/checkpoint"): (201, {"path": str(self.copy)}),
                    ("DELETE", "/control/checkpoint"): (204, None),
                    ("GET", "/api/v1/status"): (200, {"ready": True, "log": {"rawHead": 4}, "publisher": None})})

    def serve(self, answers):
        self.daemon = ControlSocket(self.log / "control.sock", answers)
        self.addCleanup(self.daemon.server_close)
        self.addCleanup(self.daemon.shutdown)

    def deleted(self):
        return [path for method, path, _ in self.daemon.asked if method == "DELETE"]

    def test_reads_from_a_checkpoint_and_gives_it_back(self):
        self.assertEqual(len(self.json("log", "list")), self.records)
        self.assertEqual(self.deleted(), ["/control/checkpoint?path=" + str(self.copy).replace("/", "%2F").replace(" ", "%20")])

    def test_gives_it_back_also_after_an_error(self):
        shutil.rmtree(self.copy)
        self.run_calsync("log", "list", code=1)
        self.assertEqual(len(self.deleted()), 1)

    def test_gives_it_back_after_ctrl_c(self):
        fifo = self.dir / "fifo"
        os.mkfifo(fifo)
        end = os.open(fifo, os.O_RDWR)
        self.addCleanup(os.close, end)
        process = subprocess.Popen([CALSYNC, "--settings", self.settings, "log", "list", "--all", "--json"],
                                   stdout=end, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while not self.daemon.asked and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, 1))
        self.assertEqual(len(self.deleted()), 1)

    def test_writing_beside_it_is_refused(self):
        self.run_calsync("log", "rebuild", "--yes", code=4)
        self.assertIn("stop it first", self.stderr)

    def test_status_is_shown_as_served(self):
        self.assertEqual(self.json("status"), {"ready": True, "log": {"rawHead": 4}, "publisher": None})
        self.assertIn(b"ready", self.run_calsync("status"))

    def test_retry_runs_in_the_daemon(self):
        self.daemon.answers[("POST", "/control/retry")] = (200, {"retried": [
            {"sequence": 5, "record": 9, "outcome": "event", "reason": ""}]})
        row, = self.json("log", "retry", "5", "--yes")
        self.assertEqual(row["record"], 9)
        self.assertIn(("POST", "/control/retry", b'{"sequences":[5]}'), self.daemon.asked)

    def test_status_says_each_thing_once_and_what_is_off(self):
        self.assertIn(b"off (no kafka section)", self.run_calsync("status"))
        word = "broker down: Connection refused"
        self.daemon.answers[("GET", "/api/v1/status")] = (200, {
            "ready": False, "log": {"rawHead": 1, "eventHead": 1, "normalised": 1, "quarantined": 0},
            "publisher": {"state": "waiting_for_broker", "mode": "cluster", "published": 0, "lag": 1, "lastError": word},
            "intake": {"listening": None, "connections": 0},
            "conditions": [{"component": "publisher", "severity": "warning", "since": "T",
                            "message": "waiting for Kafka, the log keeps growing: " + word}],
            "notReady": ["kafka: the cursor has not been read yet (waiting_for_broker): " + word]})
        shown = self.run_calsync("status").decode()
        self.assertEqual(shown.count(word), 1, shown)
        self.assertRegex(shown, r"(?m)^conditions$")
        self.assertRegex(shown, r"(?m)^intake +off$")
        self.assertIn("1 record, 1 read, 1 event, 0 in quarantine", shown)

    def test_a_refusal_is_told_in_the_daemons_words(self):
        self.daemon.answers[("POST", "/control/checkpoint")] = (503, {"error": {"code": "unavailable", "message": "too many"}})
        self.run_calsync("log", "list", code=1)
        self.assertIn("too many", self.stderr)


class Send(Base):
    def send_to(self, status=200):
        intake = Intake(status)
        self.addCleanup(intake.server_close)
        self.addCleanup(intake.shutdown)
        self.write_settings(f"127.0.0.1:{intake.server_address[1]}")
        return intake

    def test_signs_every_body_as_calcom_does(self):
        intake = self.send_to()
        answer = self.json("send", WEBHOOKS)
        self.assertEqual(answer["accepted"], len(intake.got))
        self.assertGreater(len(intake.got), 30)
        for path, headers, body in intake.got:
            self.assertEqual(path, "/hooks/main")
            self.assertEqual(headers["X-Cal-Signature-256"], hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest())
            self.assertEqual(headers["X-Cal-Webhook-Version"], "2021-10-20")
        files = {body for _, _, body in intake.got}
        for name in ("BOOKING_CREATED.json", "template.form.txt"):
            self.assertIn((WEBHOOKS / name).read_bytes(), files)
        self.assertIn("application/x-www-form-urlencoded", [h["Content-Type"] for _, h, _ in intake.got])

    def test_ping_stdin_and_repeat(self):
        intake = self.send_to()
        self.run_calsync("send", "--ping")
        self.assertEqual(json.loads(intake.got[0][2])["triggerEvent"], "PING")
        self.run_calsync("send", "-", "--repeat", "3", "--connections", "2", stdin=b"hello")
        self.assertEqual([body for _, _, body in intake.got[1:]], [b"hello"] * 3)

    def test_rate_is_kept(self):
        self.send_to()
        start = time.monotonic()
        self.run_calsync("send", BODIES[0], "--repeat", "5", "--rate", "20")
        self.assertGreaterEqual(time.monotonic() - start, 0.2)

    def test_a_refused_delivery_is_listed_and_ends_with_1(self):
        self.send_to(401)
        answer = self.json("send", BODIES[0], code=1)
        self.assertEqual((answer["accepted"], answer["failed"], answer["deliveries"][0]["status"]), (0, 1, 401))
        self.assertNotRegex(answer["deliveries"][0]["error"], ":.*:")

    def test_a_body_that_is_too_large_is_told_in_the_intakes_words(self):
        self.send_to()
        (self.dir / "big.json").write_bytes(b"x" * (8 << 20))
        delivery, = self.json("send", self.dir / "big.json", code=1)["deliveries"]
        self.assertEqual(delivery["status"], 413)
        self.assertIn("larger than 1 MiB", delivery["error"])

    def test_what_cannot_be_known_is_not_called_new(self):
        intake = self.send_to()
        url = f"http://127.0.0.1:{intake.server_address[1]}/hooks/main"
        words = ("send", BODIES[0], "--url", url, "--secret", f"file:{self.dir}/secret")
        self.assertIsNone(self.json(*words)["deliveries"][0]["duplicate"])
        self.assertRegex(self.run_calsync(*words).decode(), r"\bdurable\b(?! known)")

    def test_a_200_is_told_in_the_same_word_wherever_the_settings_come_from(self):
        intake = self.send_to()
        url = f"http://127.0.0.1:{intake.server_address[1]}/hooks/main"
        by_settings = self.run_calsync("send", BODIES[0]).decode().splitlines()[1]
        by_options = self.run_calsync("send", BODIES[0], "--url", url, "--secret", f"file:{self.dir}/secret").decode()
        self.assertEqual(by_settings.split()[3:], by_options.splitlines()[1].split()[3:])

    def test_seconds_are_told_as_people_write_them(self):
        self.send_to()
        self.assertRegex(self.run_calsync("send", "--ping", "--json").decode(), r'"seconds":\d+\.\d{3}\}$')

    def test_a_folder_says_what_it_left_out(self):
        self.send_to()
        folder = pathlib.Path(FIXTURES) / "recorded"
        sent = self.json("send", folder)["sent"]
        others = len(list(folder.iterdir())) - sent
        self.assertRegex(self.stderr, rf"left out, as no payloads, in {folder}: .* and {others - 3} more")

    def test_a_source_that_there_is_not_ends_with_64(self):
        self.run_calsync("send", BODIES[0], "--source", "nope", code=64)
        self.assertIn("--source: intake.sources has no source nope", self.stderr)

    def test_nobody_listening_ends_with_1(self):
        answer = self.json("send", BODIES[0], code=1)
        self.assertEqual(answer["deliveries"][0]["status"], 0)
        self.run_calsync("send", "/nonexistent.json", code=1)


class Words(unittest.TestCase):
    def test_usage_errors_end_with_64_and_print_nothing_on_standard_output(self):
        for words in ([], ["nosuch"], ["log"], ["log", "list", "--nosuch"], ["send"]):
            done = subprocess.run([CALSYNC, *words], capture_output=True)
            self.assertEqual((done.returncode, done.stdout), (64, b""), words)
            self.assertIn(b"calsync", done.stderr)

    def test_help_and_version_end_with_0(self):
        for words in (["--help"], ["log", "list", "--help"], ["--version"]):
            done = subprocess.run([CALSYNC, *words], capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, b""), words)

    def test_completions_are_well_formed_and_name_every_command(self):
        for shell in ("bash", "zsh"):
            done = subprocess.run([CALSYNC, "--generate-completion", shell], capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, b""), shell)
            for word in (b"quarantine", b"replay", b"--settings", b"--to-topic-suffix"):
                self.assertIn(word, done.stdout, shell)
            # zsh's is bash's behind bashcompinit
            read = subprocess.run(["bash", "-n"], input=done.stdout, capture_output=True)
            self.assertEqual((read.returncode, read.stderr), (0, b""), shell)
        self.assertEqual(self.completed("log re"), ["rebuild", "rejoin", "replay", "restore", "retry"])
        self.assertEqual(self.completed("bookings re"), ["reassign", "report", "reschedule"])
        self.assertEqual(self.completed("rotate api-key --pl"), [])

    def test_fish_completes_every_word_and_option_with_its_text(self):
        script = subprocess.run([CALSYNC, "--generate-completion", "fish"], capture_output=True, check=True).stdout.decode()
        for text in ("__calsync_is 'log'\" -a quarantine", "__calsync_is 'log replay'\" -l to-topic-suffix -rF"):
            self.assertIn(text, script)
        if not shutil.which("fish"):
            self.skipTest("fish is not installed: only the text was looked at")
        for line, words in (("log re", ["rebuild", "rejoin", "replay", "restore", "retry"]), ("bookings re", ["reassign", "report", "reschedule"]),
                            ("--settings log sta", ["status"]), ("log list --outc", ["--outcome"])):
            done = subprocess.run(["fish", "--no-config", "-c", f"{script}\ncomplete -C 'calsync {line}'"], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), line)
            self.assertEqual([found.split("\t")[0] for found in done.stdout.splitlines()], words)

    def completed(self, line):
        words = ["calsync", *line.split(" ")]
        script = subprocess.run([CALSYNC, "--generate-completion", "bash"], capture_output=True, check=True).stdout.decode()
        ask = f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _calsync_words; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        done = subprocess.run(["bash"], input=(script + "\n" + ask).encode(), capture_output=True)
        return sorted(done.stdout.decode().split())

    def test_man_page_is_well_formed(self):
        done = subprocess.run([CALSYNC, "--generate-man"], capture_output=True)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertTrue(done.stdout.startswith(b".TH "), done.stdout[:80])
        for word in (b".SH NAME", b".SH SYNOPSIS", b"log quarantine", b"EXIT STATUS"):
            self.assertIn(word, done.stdout)
        if shutil.which("groff"):
            read = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z"], input=done.stdout, capture_output=True)
            self.assertEqual((read.returncode, read.stderr), (0, b""))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
