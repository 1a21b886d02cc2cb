"""deploy/github-actions and deploy/gitlab: their scripts are run as they stand, against the sandbox, in a real Git repository."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support" / "python"))
from e2e.places import BUILD  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402

GOOD = "teams: [{slug: t, name: T}]\n"


def github(file, job, step):
    """The step of that name; its script."""
    steps = yaml.safe_load((ROOT / "deploy" / "github-actions" / file).read_text())["jobs"][job]["steps"]
    return next(one["run"] for one in steps if one.get("name") == step)


def gitlab(job):
    return "\n".join(yaml.safe_load((ROOT / "deploy" / "gitlab" / "calsync.gitlab-ci.yml").read_text())[job]["script"])


class World:
    """A checkout with two commits, a sandbox, and calsync in PATH, which is told where that sandbox is."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.checkout, self.temp = self.folder / "checkout", self.folder / "temp"
        for path in (self.checkout / "org", self.temp, self.folder / "bin"):
            path.mkdir(parents=True)
        self.sandbox = Sandbox()
        # The scripts name no base_url, as they are for cal.com: the settings that they write get this one's.
        wrapper = self.folder / "bin" / "calsync"
        wrapper.write_text("#!/bin/bash\n"
                           f'[ "$1" != --settings ] || sed -i \'s|calcom: {{|calcom: {{base_url: "{self.sandbox.facts["url"]}", |\' "$2"\n'
                           f'exec {BUILD}/calsync "$@"\n')
        wrapper.chmod(0o755)
        self.git("init", "-q", "-b", "main")
        self.base = self.commit(GOOD)

    def git(self, *words):
        done = subprocess.run(["git", "-C", self.checkout, "-c", "user.name=Ana", "-c", "user.email=ana@x.org", *words], check=True,
                              capture_output=True, text=True, env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"})
        return done.stdout.strip()

    def commit(self, text):
        (self.checkout / "org" / "org.yaml").write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a change")
        return self.git("rev-parse", "HEAD")

    def run(self, script, code=0):
        shutil.rmtree(self.temp)
        self.temp.mkdir()
        script = script.replace("/tmp/", f"{self.temp}/")
        done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=self.checkout, capture_output=True, text=True, timeout=120,
                              env={"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder), "CALSYNC_FOLDER": "org",
                                   "RUNNER_TEMP": str(self.temp), "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
                                   "CALCOM_API_KEY": self.sandbox.facts["apiKey"], "CALCOM_ORGANIZATION_ID": "1",
                                   "BASE": self.base, "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.base})
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done

    def plan(self):
        """What the script wrote: GitHub's beside the checkout, GitLab's in it."""
        return next(path for path in (self.temp / "plan.md", self.checkout / "plan.md") if path.exists()).read_text()

    def teams(self):
        return {one["slug"] for one in self.sandbox.good("GET", "/v2/organizations/1/teams")}


def wrong_files_end_the_job(world, validate):
    world.commit("teams: [{slug: t, nam: T}]\n")
    assert "org.yaml:1:" in world.run(validate, code=2).stdout
    world.commit(GOOD)
    world.run(validate)


def a_plan_is_markdown_and_no_failure(world, plan):
    world.commit(GOOD + "users: [{email: ana@x.org, teams: [t]}]\n")
    world.run(plan)
    text = world.plan()
    assert text.startswith("## calsync plan: 3 to create") and "`user/ana@x.org`" in text, text
    assert "t" not in world.teams()


def an_unsafe_plan_fails_and_says_why(world, plan):
    world.commit("teams: []\n")
    world.run(plan, code=3)
    text = world.plan()
    assert "### Refused" in text and "states nothing at all" in text, text


def apply_makes_it_so(world, apply):
    world.commit(GOOD)
    world.run(apply)
    assert "t" in world.teams()
    world.run(apply)  # again: nothing is left to do


for scripts in (
    (github("calsync.yml", "plan", "Validate"), github("calsync.yml", "plan", "Plan"),
     github("calsync-apply.yml", "apply", "Apply")),
    (gitlab("validate"), gitlab("plan"), gitlab("apply")),
):
    with tempfile.TemporaryDirectory(prefix="calsync-ci-") as place:
        here = World(place)
        try:
            wrong_files_end_the_job(here, scripts[0])
            a_plan_is_markdown_and_no_failure(here, scripts[1])
            an_unsafe_plan_fails_and_says_why(here, scripts[1])
            apply_makes_it_so(here, scripts[2])
        finally:
            here.sandbox.kill()
