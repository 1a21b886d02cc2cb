"""A cluster that changes under the daemon (RELIABILITY B1: P1, P8, P10, P11), on a real broker with access control.

The broker is killed between begin and commit, is frozen for 5 s, refuses to let the daemon write, loses a topic while nothing
happens and another while events come, loses the cursor, and gets more partitions. Each delivery is answered 200 at the first
try; what a person must put right makes the daemon not ready, with the topic and the cure in words; once it is right,
publishing goes on by itself; and Kafka holds the log exactly once.
"""
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from confluent_kafka.admin import (AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient,  # noqa: E402
                                   NewPartitions, NewTopic, ResourcePatternType, ResourceType)
from e2e import oracle, webhooks  # noqa: E402
from e2e.broker import Broker, read_all  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.load import Load  # noqa: E402
from e2e.places import wait_until  # noqa: E402

ACCESS_CONTROL = """authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
"""


BEGAN = time.monotonic()


def done(futures):
    for future in futures.values():
        future.result(30)


class Scene:
    def __init__(self, broker, daemon):
        self.daemon, self.admin, self.number = daemon, AdminClient({"bootstrap.servers": broker.address, "log_level": 0}), 0

    def send(self, life=webhooks.form_life, count=3):
        """Each at the first try, whatever became of the cluster."""
        sender = webhooks.Sender(self.daemon.intake_port, self.daemon.secret)
        for _ in range(count):
            self.number += 10
            for delivery in life(f"change-{self.number}", 9_000_000 + self.number):
                status, text = sender.post(delivery, timeout=5)
                assert status == 200, f"{delivery.name}: {status} {text}"
        sender.close()

    def told(self, words, ready=False):
        """The condition, and readiness, say so."""
        def said():
            self.daemon.alive()
            found = [c["message"] for c in self.daemon.status()["conditions"] if c["component"] == "publisher"]
            return found if found and all(word in found[0] for word in words) else None
        try:
            [message] = wait_until(f"a condition with {words}", said, 60, 0.1)
        except AssertionError:
            print("\n".join(self.daemon.log_file.read_text().splitlines()[-20:]), flush=True)
            raise
        status, text = self.daemon.get("/readyz")
        assert status == (200 if ready else 503), f"/readyz: {status} {text}"
        assert ready or all(word in text for word in words), f"/readyz does not say why: {text}"
        print(f"{time.monotonic() - BEGAN:3.0f} s: {message[:160]}", flush=True)

    def goes_on(self):
        self.daemon.wait_published(90)
        self.daemon.wait_ready()
        assert not [c for c in self.daemon.status()["conditions"] if c["component"] == "publisher"]

    def delete(self, topic):
        done(self.admin.delete_topics([topic], operation_timeout=10))

    def make(self, topic, partitions, policy):
        """Again and again: a topic is deleted some time after Kafka has said so."""
        def made():
            for future in self.admin.create_topics([NewTopic(topic, partitions, 1, config={"cleanup.policy": policy})]).values():
                return future.exception(30) is None
        wait_until(f"{topic} is made", made, 30, 0.2)


def broker_dies_in_a_transaction(broker, daemon):
    load = Load(daemon.intake_port, daemon.secret, 60, lambda n: webhooks.form_life(f"dies-{n}", 9_500_000 + n))
    try:
        for _ in range(2):
            at = daemon.status()["publisher"]["published"]
            wait_until("transactions follow each other", lambda: load.check() and daemon.status()["publisher"]["published"] > at, 60, 0.001)
            broker.kill()
            broker.start_again()
            wait_until("publishing goes on", lambda: load.check() and daemon.status()["publisher"]["published"] > at + 5, 60)
        broker.freeze()
        time.sleep(5)  # how long is the subject
        broker.thaw()
    finally:
        load.stop()
    assert not load.failures, load.failures[:3]
    daemon.wait_published()
    print(f"killed twice and frozen: {len(load.acknowledged)} deliveries, all published", flush=True)


def writing_is_refused(scene):
    topic = (ResourceType.TOPIC, "calsync.forms", ResourcePatternType.LITERAL, "User:ANONYMOUS", "*")
    done(scene.admin.create_acls([AclBinding(*topic, AclOperation.ALL, AclPermissionType.ALLOW)]))
    done(scene.admin.create_acls([AclBinding(*topic, AclOperation.WRITE, AclPermissionType.DENY)]))
    scene.send()
    scene.told(["calsync.forms", "TOPIC_AUTHORIZATION_FAILED"], ready=True)
    done(scene.admin.delete_acls([AclBindingFilter(*topic, AclOperation.WRITE, AclPermissionType.DENY)]))
    scene.goes_on()
    # With a rule for somebody else only, the topic is hidden from us.
    done(scene.admin.create_acls([AclBinding(*topic, AclOperation.DESCRIBE, AclPermissionType.DENY)]))
    scene.send()
    scene.told(["calsync.forms", "hidden from this user"])
    done(scene.admin.delete_acls([AclBindingFilter(*topic, AclOperation.ANY, AclPermissionType.ANY)]))
    scene.goes_on()


def topics_go(scene):
    scene.delete("calsync.ooo")  # nobody sends: it is noticed all the same
    scene.told(["calsync.ooo", "gone"])
    scene.send()
    scene.make("calsync.ooo", 1, "delete")
    scene.goes_on()
    scene.delete("calsync.cursor")
    scene.send()
    scene.told(["calsync.cursor", "gone", "compact"])
    scene.make("calsync.cursor", 1, "compact")
    scene.goes_on()


def a_topic_with_events_goes(scene):
    scene.delete("calsync.forms")
    scene.send()
    scene.told(["calsync.forms", "gone"])
    scene.make("calsync.forms", 1, "delete")
    scene.goes_on()


def keys_would_move(scene, daemon):
    done(scene.admin.create_partitions([NewPartitions("calsync.bookings", 8)]))
    scene.told(["bookings has 8 partitions", "topic_prefix"])
    head = daemon.status()["publisher"]["published"]
    scene.send(webhooks.booking_life)
    assert daemon.status()["publisher"]["published"] == head, "published to other partitions than before"
    assert daemon.stop() == 0
    assert daemon.start().process.wait(60) == 78, "the next start does not refuse"


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-changes-") as folder, \
            Broker(Path(folder) / "kafka", ACCESS_CONTROL) as broker, Daemon(Path(folder) / "d", broker.address) as daemon:
        daemon.wait_ready(60)
        scene = Scene(broker, daemon)
        scene.send()
        daemon.wait_published()
        broker_dies_in_a_transaction(broker, daemon)
        writing_is_refused(scene)
        topics_go(scene)
        log = daemon.status()["log"]
        oracle.kafka_is_the_log(read_all(broker.address), daemon.events(), log["id"])
        print(f"Kafka holds the log exactly once: {log['eventHead']} events", flush=True)
        a_topic_with_events_goes(scene)
        keys_would_move(scene, daemon)


if __name__ == "__main__":
    main()
