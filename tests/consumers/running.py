"""A consumer as a process: started, killed, ended, and where its group stands."""
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import yaml
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from e2e.broker import Broker
from e2e.places import ROOT, wait_until

CONSUME = ROOT / "deploy" / "consumers" / "consume"
# A member with a name takes its own place again at once; else a start waits until the killed one counts as gone.
QUICK = {"session.timeout.ms": 2000, "heartbeat.interval.ms": 400, "fetch.wait.max.ms": 50}


@contextmanager
def a_broker(scratch):
    """That of all_consumers_test.py, or one of our own."""
    if shared := os.environ.get("CALSYNC_CONSUMERS_BROKER"):
        yield SimpleNamespace(address=shared)
    else:
        with Broker(scratch / "kafka", properties="group.min.session.timeout.ms=500") as broker:
            yield broker


class Running:
    """`told`: whose topics it reads. `group`: another one's, to share its work. `properties`: more of Kafka's."""

    def __init__(self, folder, name, told, own, shared=None, group=None, properties=None):
        self.folder, self.name, self.told, self.group = Path(folder), name, told, group or told.prefix + Path(folder).name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log_file = self.folder / "log"
        self.settings = self.folder / "consumers.yaml"
        self.settings.write_text(yaml.safe_dump({"kafka": {"bootstrap_servers": told.address, "topic_prefix": told.prefix, "properties": {**QUICK, "group.instance.id": self.folder.name, **(properties or {})}, "group": self.group},
                                                 "state_directory": str(self.folder / "state"), **(shared or {}), name: own}))
        self.process = None
        self.looking = Consumer({"bootstrap.servers": told.address, "group.id": self.group})

    def start(self, env=None):
        with open(self.log_file, "ab") as out:
            self.process = subprocess.Popen([sys.executable, CONSUME, self.name, "--settings", self.settings], stdout=out, stderr=out,
                                            stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})})
        return self

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        return self.process and self.process.wait(30)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def log(self):
        return self.log_file.read_text()

    def committed(self, topic="bookings"):
        """Partition → the offset that the group will go on from."""
        places = [TopicPartition(self.told.prefix + topic, n) for n in range(self.told.partitions)]
        return {p.partition: max(p.offset, 0) for p in self.looking.committed(places, 20)}

    def wait_read(self, topic="bookings"):
        """All that was published is handled and committed."""
        ends = {partition: end for (name, partition), end in self.told.ends.items() if name == self.told.prefix + topic}

        def read():
            try:
                committed = self.committed(topic)
            except KafkaException:  # a broker that has just started coordinates no groups yet
                return False
            return self.alive() and all(committed[partition] >= end for partition, end in ends.items())
        wait_until(f"{self.name} has read {topic}", read, 40, 0.05)

    def alive(self):
        assert self.process.poll() is None, f"{self.name} ended with {self.process.poll()}: {self.log()[-2000:]}"
        return True

    def forget_commits(self, topic="bookings"):
        """As if it had been killed between every effect and its commit."""
        assert self.process.poll() is not None
        admin = AdminClient({"bootstrap.servers": self.told.address})
        places = [TopicPartition(self.told.prefix + topic, p, 0) for p in self.committed(topic)]

        def moved():  # refused while the killed member still counts
            request = [ConsumerGroupTopicPartitions(self.group, places)]
            try:
                return all(not p.error for f in admin.alter_consumer_group_offsets(request).values() for p in f.result(10).topic_partitions)
            except Exception as error:
                raise OSError(error) from None
        wait_until("the group is empty", moved, 20, 0.1)
