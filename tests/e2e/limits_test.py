"""How much polls ask of Cal.com: an unchanged organisation of 25 people costs at most 4 requests for each interval; however short
the interval, no request goes beyond what Cal.com allows in a minute; and when somebody else with the same key makes Cal.com
refuse all, what changes meanwhile is known when that is over. The sandbox counts and refuses as Cal.com does (CONTRACT 1)."""
import contextlib
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402

LIMIT, BLOCK_S = 40, 6


@contextlib.contextmanager
def polled(*options, a_minute, prepare=lambda sandbox: None):
    """A sandbox that sends nothing, and a daemon that polls it each second."""
    with tempfile.TemporaryDirectory(prefix="calsync-limits-") as folder, contextlib.ExitStack() as cleanup:
        sandbox = Sandbox("--seed", "5", *options)
        cleanup.callback(sandbox.kill)
        prepare(sandbox)
        key = Path(folder) / "key"
        key.touch(mode=0o600)
        key.write_text(sandbox.facts["apiKey"])
        extra = (f'calcom: {{base_url: "{sandbox.facts["url"]}", organization_id: 1, api_key: "file:{key}", '
                 f'requests_per_minute: {a_minute}}}\n'
                 "poll:   {interval: 1s, overlap: 1m, full_sweep: 24h, past: 100d, future: 2000d}\n")
        with Daemon(Path(folder) / "daemon", extra=extra) as daemon:
            daemon.wait_ready()
            yield sandbox, daemon


def refused(sandbox):
    return sandbox.good("GET", "/sandbox")["requestsRefused"]


def poll_of(daemon):
    return daemon.status()["poll"]


def several_polls(daemon, count):
    upto = poll_of(daemon)["polls"] + count
    wait_until(f"{count} more polls", lambda: poll_of(daemon)["polls"] >= upto)


def locations(daemon, uid):
    return [event["type"] for event in daemon.events() if event["subject"] == uid]


def hire(sandbox):
    """25 people, whoever was there before."""
    for number in range(25 - len(sandbox.good("GET", "/v2/organizations/1/users?take=250"))):
        sandbox.good("POST", "/v2/organizations/1/users", {"email": f"editor{number}@quill.test", "timeZone": "Europe/London"})
    assert len(sandbox.good("GET", "/v2/organizations/1/users?take=250")) >= 25


def an_unchanged_organisation_is_cheap():
    with polled("--requests-per-minute", "0", a_minute=100_000, prepare=hire) as (_, daemon):
        several_polls(daemon, 2)
        head = daemon.status()["log"]["rawHead"]
        for _ in range(4):
            several_polls(daemon, 1)
            asked = poll_of(daemon)["requests"]
            assert 1 <= asked <= 4, f"{asked} requests"
        assert daemon.status()["log"]["rawHead"] == head, "nothing changed, and something was written"
        print(f"25 people: {asked} requests for each interval")


def polls_keep_to_the_limit_and_outlast_a_block():
    with polled("--requests-per-minute", str(LIMIT), "--block", f"{BLOCK_S}s", a_minute=LIMIT) as (sandbox, daemon):
        begun, counted = time.monotonic(), poll_of(daemon)["polls"]
        wait_until("a minute and more is over", lambda: daemon.alive() and time.monotonic() - begun > 66, within_s=70)
        poll = poll_of(daemon)
        assert refused(sandbox) == 0, "Cal.com had to refuse"
        assert poll["polls"] - counted >= 7, f"polls stand still: {poll}"
        assert 1 < poll["intervalSeconds"] < 10, f"60 polls a minute of 2 requests do not fit into {LIMIT}: {poll}"

        uid = sandbox.good("GET", "/sandbox/history")[-1]["uid"]
        before = locations(daemon, uid)
        wait_until("a stranger has used up the key", lambda: sandbox.ask("GET", "/v2/me")[0] == 429)
        sandbox.good("POST", f"/sandbox/bookings/{uid}/location", {"location": "https://meet.elsewhere.test/1"})
        wait_until("the change of the blocked time is known",
                   lambda: locations(daemon, uid) == before + ["booking.changed"], within_s=90)
        print(f"a minute of polls at {LIMIT} a minute: every {poll['intervalSeconds']} s, none refused; "
              f"a block of {BLOCK_S} s: nothing lost, {refused(sandbox)} requests refused in all")


an_unchanged_organisation_is_cheap()
polls_keep_to_the_limit_and_outlast_a_block()
