"""The loop of every consumer: take a message, have its effect made, then commit its offset.

At least once: whoever is killed in between sees the message again, and the effects are such that the second time changes nothing.
A message that can never be handled stops the consumer, with its place, or goes to the dead letters: never silently passed over.
Runs on the main thread alone; SIGTERM and SIGINT end it after the effect that is under way.
"""
import logging
import signal
import time
import traceback
from collections import deque
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from .dead_letters import DeadLetters
from .done import Done
from .errors import Abandoned, Displaced, Poison
from .event import ERASED, OVERSIZE, read_event

log = logging.getLogger("calsync")
POISONED = 65  # exit code
PASSED_OVER_MOST = 500  # messages without an effect between two commits


class Loop:
    def __init__(self, settings, effect):
        self.settings, self.effect = settings, effect
        self.prefix = settings.kafka["topic_prefix"]
        self.goes_on = settings.poison == "dead_letter"
        self.dead_letters = DeadLetters(settings.state_file("dead.jsonl", make=self.goes_on))
        self.kafka = Consumer({**settings.kafka_properties(), "error_cb": lambda error: log.warning("Kafka: %s", error)}, logger=log)
        self.stopping = False
        self.ours = set()        # (topic, partition)
        self.given = []          # partitions that wait for their offsets (KEEPS_OFFSETS)
        self.at_work = None      # the place of the message under way
        self.handled = {}        # place → the offset to commit
        self.passed_over = 0
        self.early = deque()     # messages that came while an effect waited

    def run(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        if self.effect.REMEMBERS:
            self.effect.done = Done(self.settings.state_file("db"))
        self.effect.wait = self.wait
        self.kafka.subscribe(self.settings.topics(self.effect.TOPICS), on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost)
        try:
            self.effect.open()
            log.info("reading %s", ", ".join(self.settings.topics(self.effect.TOPICS)))
            return self._take_all()
        except Abandoned:
            return 0
        finally:
            self._commit()
            self.kafka.close()
            self.effect.close()
            if self.effect.done:
                self.effect.done.close()

    def wait(self, seconds):
        """Keeps our place in the group meanwhile, and takes nothing new in."""
        until = time.monotonic() + seconds
        self.kafka.pause(self.kafka.assignment())
        try:
            while True:
                if self.stopping or (self.at_work and self.at_work not in self.ours):
                    raise Abandoned
                left = until - time.monotonic()
                if left <= 0:
                    return
                message = self.kafka.poll(min(left, 0.2))
                if message is not None and not message.error():  # of a partition that was given to us just now
                    self.early.append(message)
                    self.kafka.pause([TopicPartition(message.topic(), message.partition())])
        finally:
            self.kafka.resume(self.kafka.assignment())

    def _stop(self, *_):
        self.stopping = True

    def _take_all(self):
        while not self.stopping:
            if self.given:
                self._begin_where_stored()
            message = self.early.popleft() if self.early else self.kafka.poll(0.5)
            if message is None:
                self._commit()
            elif message.error():
                log.warning("Kafka: %s", message.error())
            elif (message.topic(), message.partition()) in self.ours:
                try:
                    if not self._take(message):
                        return POISONED
                except Abandoned:
                    log.info("left for later: %s", _place(message))
                except Displaced:
                    log.warning("somebody moved the stored offsets: going on from where they are")
                    self.given, self.ours = [TopicPartition(*place) for place in self.ours], set()
                finally:
                    self.at_work = None
        return 0

    def _take(self, message):
        """False: it is poison and there is no place for dead letters."""
        self.at_work = (message.topic(), message.partition())
        try:
            worked = self._apply(message)
        except Poison as reason:
            if not self._put_away(message, reason):
                return False
            worked = True
        self.handled[self.at_work] = message.offset() + 1
        self.passed_over += 1
        if (worked and not self.effect.KEEPS_OFFSETS) or self.passed_over >= PASSED_OVER_MOST:
            self._commit()
        return True

    def _put_away(self, message, reason):
        if not self.goes_on:
            log.error("%s can never be handled: %s. Nothing behind it is read: mend the cause, or set poison: dead_letter",
                      _place(message), reason)
            return False
        self.dead_letters.add(message, reason)
        log.error("%s went to the dead letters: %s", _place(message), reason)
        return True

    def _apply(self, message):
        event = read_event(message, self.prefix)
        works = [self.effect.erase] if event.type == ERASED else []
        works += [self.effect.apply] if event.type in self.effect.handles() else []
        if not works:
            if event.type == OVERSIZE:
                log.warning("%s was too large for Kafka: nothing is done for it here (calsync log show --event %s)", event.id, event.sequence)
            return False
        if self.effect.done and self.effect.done.has(event.id):
            return False
        try:
            for work in works:
                work(event)
        except (LookupError, TypeError, ValueError, AttributeError) as error:  # not the shape that the schemas promise
            raise Poison(_where(error)) from None
        if event.type == ERASED:
            self.dead_letters.forget(message.key())
        if self.effect.done:
            self.effect.done.add(event.id)
        log.info("done: %s %s (%s)", event.type, event.subject, event.id)
        return True

    def _commit(self):
        if not self.handled:
            return
        offsets = [TopicPartition(topic, partition, offset) for (topic, partition), offset in self.handled.items()]
        try:
            self.kafka.commit(offsets=offsets, asynchronous=False)
            self.handled.clear()
            self.passed_over = 0
        except KafkaException as error:  # kept: the next commit has it, too
            log.warning("Kafka: offsets are not committed yet: %s", error.args[0])

    def _assigned(self, kafka, partitions):
        if self.effect.KEEPS_OFFSETS:
            self.given = partitions
            kafka.assign([])  # until _begin_where_stored: whoever has the offsets may have to be waited for
            return
        kafka.assign(partitions)
        self.ours = {(p.topic, p.partition) for p in partitions}

    def _begin_where_stored(self):
        given = self.given
        for p in given:
            _, end = self.kafka.get_watermark_offsets(p, timeout=15)
            offset = self.effect.next_offset(p.topic, p.partition, end)
            p.offset = OFFSET_BEGINNING if offset is None else offset
        if self.given is given:  # nobody took them away meanwhile
            self.given = []
            self.kafka.assign(given)
            self.ours = {(p.topic, p.partition) for p in given}

    def _revoked(self, _, partitions):
        self._commit()
        self._lost(_, partitions)

    def _lost(self, _, partitions):
        self.given = []
        for p in partitions:
            self.ours.discard((p.topic, p.partition))
            self.handled.pop((p.topic, p.partition), None)
        self.early = deque(m for m in self.early if (m.topic(), m.partition()) in self.ours)


def _place(message):
    return f"{message.topic()}/{message.partition()}/{message.offset()}"


def _where(error):
    """Without the error's own text, which may quote the message: personal data."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
