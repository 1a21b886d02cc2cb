"""A full disk (RELIABILITY D1: P27): the log on a small file system of its own, filled, held, freed, while the daemon runs.

While it is full every delivery gets a 503 and what was acknowledged stays; when there is room again the same process takes
deliveries; in the end all that was acknowledged, and nothing that was refused, is in the log. Needs a mount namespace.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import webhooks  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402

SKIPPED = 77
DISK, FILLER = 32 << 20, 20 << 20


def in_a_namespace():
    """This test again, where mounts are its own; only if the machine lets us."""
    why = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True)
    if why.returncode != 0:
        print(f"skipped: no mount namespace may be made here ({why.stderr.strip()})")
        sys.exit(SKIPPED)
    os.execvp("unshare", ["unshare", "--mount", sys.executable, __file__, "inside"])


def large(number):
    """A delivery of about 60 kB, of bytes that do not shrink."""
    document = {"triggerEvent": "FORM_SUBMITTED", "createdAt": "2026-09-14T11:00:00.003Z",
                "payload": {"formId": "form", "formName": "f", "teamId": None,
                            "responses": {"who": {"value": f"{number}", "response": os.urandom(30_000).hex()}}}}
    return webhooks.Delivery(f"large {number}", json.dumps(document).encode())


def free(path):
    space = os.statvfs(path)
    return space.f_bavail * space.f_frsize


def fill(sender, acknowledged):
    """Until the first refusal."""
    for number in range(2000):
        delivery = large(number)
        status, text = sender.post(delivery, 30)
        if status == 503:
            return
        assert status == 200, f"{delivery.name}: {status} {text}"
        acknowledged[delivery] = json.loads(text)["sequence"]
    raise AssertionError("the disk is not full after 2000 deliveries")


def hold(daemon, sender, refused):
    for number in range(10_000, 10_010):
        delivery = large(number)
        status, text = sender.post(delivery, 30)
        assert status == 503, f"while the disk is full: {status} {text}"
        refused.append(delivery)
    assert daemon.get("/healthz")[0] == 200
    assert not (daemon.log_path / "reserve").exists(), "the reserve is what is left for work under way"
    wait_until("the condition is told", lambda: "no room on the disk" in daemon.get("/api/v1/conditions")[1], 60)


def goes_on(daemon, sender, acknowledged):
    delivery = large(20_000)

    def taken():
        daemon.alive()
        status, text = sender.post(delivery, 30)
        assert status in (200, 503), f"{status} {text}"
        return status == 200 and json.loads(text)["sequence"]
    acknowledged[delivery] = wait_until("deliveries are taken again", taken, 120, 0.2)
    assert (daemon.log_path / "reserve").stat().st_size > 0, "the reserve is held again"


def nothing_is_lost(daemon, acknowledged, refused):
    sender = webhooks.Sender(daemon.intake_port, daemon.secret)
    for delivery, sequence in acknowledged.items():
        status, text = sender.post(delivery, 30)
        assert (status, json.loads(text)["sequence"]) == (200, sequence), f"{delivery.name}: {status} {text}"
    assert daemon.status()["log"]["rawHead"] == len(acknowledged), "what was refused is not in the log"
    wait_until("all is normalised", lambda: daemon.status()["log"]["normalised"] == len(acknowledged), 60)
    sender.close()


def inside():
    with tempfile.TemporaryDirectory(prefix="calsync-full-") as folder:
        log = Path(folder) / "d" / "log"
        log.mkdir(parents=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700", "tmpfs", log],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            print(f"skipped: nothing may be mounted here ({mounted.stderr.strip()})")
            sys.exit(SKIPPED)
        try:
            with Daemon(Path(folder) / "d", None) as daemon:
                run(daemon, log)
        finally:
            subprocess.run(["umount", "--lazy", log], check=False)


def run(daemon, log):
    daemon.wait_listening(60)
    pid = daemon.process.pid
    reserve = (log / "reserve").stat().st_size
    assert DISK / 25 < reserve <= DISK / 20, f"the reserve of a small disk is small: {reserve}"
    filler = log / "filler"
    filler.write_bytes(b"x" * FILLER)
    sender = webhooks.Sender(daemon.intake_port, daemon.secret)
    acknowledged, refused = {}, []
    fill(sender, acknowledged)
    print(f"full after {len(acknowledged)} deliveries, {free(log)} bytes free", flush=True)
    hold(daemon, sender, refused)
    filler.unlink()
    goes_on(daemon, sender, acknowledged)
    assert daemon.process.pid == pid and daemon.alive()
    nothing_is_lost(daemon, acknowledged, refused)
    sender.close()
    daemon.kill()
    daemon.start().wait_listening(60)
    nothing_is_lost(daemon, acknowledged, refused)
    daemon.calsync("log", "verify")
    assert daemon.stop() == 0, "SIGTERM must end with 0"
    print(f"{len(acknowledged)} acknowledged deliveries are in the log, {len(refused)} refused ones are not", flush=True)


if __name__ == "__main__":
    inside() if sys.argv[1:] == ["inside"] else in_a_namespace()
