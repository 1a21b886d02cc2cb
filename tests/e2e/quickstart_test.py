"""deploy/quickstart as a stranger runs it: from a copy of the tree, with the programs that were built."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.places import BUILD, ROOT, wait_until  # noqa: E402

EVENT_LINE = re.compile(r"^calsync\.[a-z_]+\.[a-z_]+ +by (webhook|poll) +key \S+ +subject \S+", re.MULTILINE)


def start(tree, scratch, *arguments):
    out = open(scratch / "output", "w+")
    environment = {**os.environ, "CALSYNC_BUILD": str(BUILD), "TMPDIR": str(scratch)}
    return out, subprocess.Popen([tree / "deploy" / "quickstart", *arguments], stdout=out, stderr=subprocess.STDOUT,
                                 stdin=subprocess.DEVNULL, env=environment, start_new_session=True)


def text_of(out):
    return Path(out.name).read_text()


def check_once(tree, scratch):
    out, process = start(tree, scratch, "--once")
    code = process.wait(120)
    text = text_of(out)
    assert code == 0, f"quickstart --once = {code}:\n{text}"
    tellers = EVENT_LINE.findall(text)
    assert f"All {len(tellers)} events came out of Kafka, each once" in text, text
    assert "webhook" in tellers and "poll" in tellers, f"who told it: {tellers}\n{text}"
    assert "33 done, 0 failed" in text and "A second plan is empty" in text, text
    assert "no webhook had told it" in text and "Cal.com sends no webhook for it" in text, text
    assert "nothing is wrong; 0 pending" in text, text
    without = [line for line in text.splitlines() if EVENT_LINE.match(line) and re.search(r"subject \S+ *$", line)]
    assert not without, f"events without a word of what they are about: {without}"
    assert "embedded broker, a demo" in text and "keeps nothing" in text, text
    assert "a stand-in for Cal.com" in text and "Nobody in it is real" in text, text
    print(text)


def check_interrupt(tree, scratch):
    out, process = start(tree, scratch)
    wait_until("it waits for Ctrl-C", lambda: process.poll() is not None or "until Ctrl-C stops all" in text_of(out), 90)
    assert process.poll() is None, text_of(out)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: everyone in the group
    assert process.wait(20) == 0, text_of(out)
    wait_until("nothing of it is left", lambda: not group_alive(process.pid), 10)


def group_alive(group):
    try:
        os.killpg(group, 0)
        return True
    except ProcessLookupError:
        return False


def main():
    with tempfile.TemporaryDirectory(prefix="calsync-quickstart-") as folder:
        tree, scratch = Path(folder) / "tree", Path(folder) / "scratch"
        scratch.mkdir()
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("build", ".git", ".cache"))
        check_once(tree, scratch)
        check_interrupt(tree, scratch)
        left = [p.name for p in scratch.iterdir() if p.name != "output"]
        assert not left, f"it left behind: {left}"


if __name__ == "__main__":
    main()
