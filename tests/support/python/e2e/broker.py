"""A real Apache Kafka for one test (tests/support/kafka), and reading it as any consumer would."""
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from .places import ROOT

TOOL = ROOT / "tests" / "support" / "kafka" / "kafka_broker"


class Broker:
    """`properties`: more lines for server.properties. `proxied`: (port, port of a proxy), see kafka_broker."""

    def __init__(self, folder, properties="", proxied=None):
        self.folder = Path(folder)
        self.address = ""
        self.env = {**os.environ, "CALSYNC_KAFKA_PROPERTIES": properties}
        if proxied:
            self.env["CALSYNC_KAFKA_PROXIED"] = f"{proxied[0]}:{proxied[1]}"

    def __enter__(self):
        # The tool is plain Python: any interpreter will do, so take ours.
        done = subprocess.run([sys.executable, TOOL, "start", self.folder, "--owner", str(os.getpid())],
                              stdout=subprocess.PIPE, text=True, check=True, env=self.env)
        self.address = done.stdout.strip().splitlines()[-1]
        return self

    def __exit__(self, *_):
        subprocess.run([sys.executable, TOOL, "stop", self.folder], check=False)

    def kill(self):
        self._do("kill")

    def start_again(self):
        self._do("start", "--owner", str(os.getpid()))

    def freeze(self):
        self._do("freeze")

    def thaw(self):
        self._do("thaw")

    def _do(self, verb, *options):
        subprocess.run([sys.executable, TOOL, verb, self.folder, *options], check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class Message:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: tuple
    value: bytes | None

    def header(self, name):
        found = [value for key, value in self.headers if key == name]
        return found[0].decode() if found else None


def consumer(address, isolation="read_committed"):
    return Consumer({"bootstrap.servers": address, "group.id": "e2e", "enable.auto.commit": False,
                     "isolation.level": isolation, "enable.partition.eof": True, "auto.offset.reset": "earliest",
                     "fetch.wait.max.ms": 50})


def partitions(reader, prefix):
    found = []
    for name, topic in reader.list_topics(timeout=10).topics.items():
        if name.startswith(prefix):
            found += [(name, number) for number in topic.partitions]
    return sorted(found)


def read_all(address, prefix="calsync.", isolation="read_committed", within_s=60.0):
    """Every message of every topic with this prefix, to its end, by topic, partition and offset.

    Kafka answers a commit before its markers are in the partitions: a reader of committed messages may meet an end in front
    of them. The end is where the partition ended, markers or not, when this was called.
    """
    ends = end_offsets(address, prefix)
    reader = consumer(address, isolation)
    try:
        waiting = set(partitions(reader, prefix))
        reader.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for topic, number in waiting])
        messages = []
        deadline = time.monotonic() + within_s
        while waiting:
            if time.monotonic() > deadline:
                raise AssertionError(f"after {within_s} s no end yet of {sorted(waiting)}")
            message = reader.poll(0.2)
            if message is None:
                continue
            if message.error():
                if message.error().code() != KafkaError._PARTITION_EOF:
                    raise AssertionError(f"{message.topic()}: {message.error()}")
                place = (message.topic(), message.partition())
                if message.offset() >= ends.get(place, 0):
                    waiting.discard(place)
                continue
            messages.append(Message(message.topic(), message.partition(), message.offset(), message.key(),
                                    tuple(message.headers() or ()), message.value()))
        return sorted(messages, key=lambda m: (m.topic, m.partition, m.offset))
    finally:
        reader.close()


def end_offsets(address, prefix="calsync."):
    """(topic, partition) → the next offset; transaction markers count."""
    reader = consumer(address, "read_uncommitted")
    try:
        return {place: reader.get_watermark_offsets(TopicPartition(*place), timeout=10)[1]
                for place in partitions(reader, prefix)}
    finally:
        reader.close()
