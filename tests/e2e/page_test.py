"""The page in a real browser: an event appears by itself, plan and drift are shown, bookings are found; at two widths, by keyboard, without a
console error or a request to elsewhere (DESIGN §7). CALSYNC_SCREENSHOTS=DIR keeps pictures."""
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e.config_repository import ConfigRepository  # noqa: E402
from e2e.daemon import EMBEDDED, Daemon  # noqa: E402
from e2e.places import ROOT, wait_until  # noqa: E402
from e2e.sandbox import Sandbox  # noqa: E402
from e2e.webhooks import Delivery, Sender  # noqa: E402
from playwright.sync_api import expect, sync_playwright  # noqa: E402

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 30_000  # ms
TOKEN = "a token of the admin address, long enough"


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ["CRM_WEBHOOK_SECRET"] = "a secret of a test, not of anybody"
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.playwright.stop()

    def begin(self, token=""):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.sandbox = Sandbox("--requests-per-minute", "0")
        self.addCleanup(self.sandbox.kill)
        self.repository = ConfigRepository(self.folder, ROOT / "deploy/example-org")
        for name, text in (("key", self.sandbox.facts["apiKey"]), ("token", TOKEN)):
            (self.folder / name).touch(mode=0o600)
            (self.folder / name).write_text(text)
        settings = ('intake: {{listen: "127.0.0.1:{d.intake_port}", sources: [{{id: main, secrets: ["file:{d.secret_file}"]}}]}}\n'
                    'log: {{path: "{d.log_path}"}}\nadmin: {{listen: "127.0.0.1:{d.admin_port}"' + (f', token: "file:{self.folder}/token"' if token else "") + "}}\n"
                    f'calcom: {{{{base_url: "{self.sandbox.facts["url"]}", organization_id: 1, api_key: "file:{self.folder}/key", requests_per_minute: 100000}}}}\n'
                    f'poll: {{{{interval: 1s}}}}\nconfig_repo: {{{{url: "{self.repository.file_url}", poll: 1s}}}}\nreconcile: {{{{mode: apply, interval: 1s}}}}\n')
        self.daemon = Daemon(self.folder / "daemon", EMBEDDED, settings=settings).start()
        self.addCleanup(self.daemon.__exit__)
        self.daemon.wait_listening()

    def open(self, width, height=900):
        page = self.browser.new_page(viewport={"width": width, "height": height})
        self.addCleanup(page.close)
        self.noise, self.requests = [], []
        page.on("console", lambda said: self.noise.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.noise.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(f"http://127.0.0.1:{self.daemon.admin_port}/")
        return page

    def keep(self, page, name):
        if folder := os.environ.get("CALSYNC_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def service(self):
        team = next(t for t in self.sandbox.good("GET", "/v2/organizations/1/teams") if t["slug"] == "academic-editors")["id"]
        path = f"/v2/organizations/1/teams/{team}/event-types"
        return path, {e["slug"]: e["id"] for e in self.sandbox.good("GET", path)}

    def test_what_happens_appears_by_itself_at_both_widths(self):
        self.begin()
        wait_until("the organisation is live", lambda: (self.daemon.status()["reconcile"] or {}).get("applied"))
        path, services = self.service()
        for width in (1280, 390):
            with self.subTest(width=width):
                page = self.open(width)
                expect(page.locator("#state")).to_have_text("ready", timeout=PATIENCE)
                expect(page.locator("#plan")).to_contain_text("as Git says", timeout=PATIENCE)
                uid = self.sandbox.book("create", "--event-type", str(services["proofreading-check-in"]), "--start", self.free(services), "--name",
                                        f"Wide {width} <b>bold</b>", "--email", "client@example.org")["uid"]
                expect(page.locator("#rows")).to_contain_text(f"Wide {width} <b>", timeout=PATIENCE)
                expect(page.locator("#rows")).to_contain_text("booking.created", timeout=PATIENCE)
                self.assertEqual(page.locator("#rows b").count(), 0, "what a client wrote is text")
                page.keyboard.press("Tab")
                expect(page.locator(":focus")).to_have_text("To the events")  # the first stop of the keyboard
                page.locator("#text").focus()
                page.keyboard.type(f"Wide {width}")
                page.keyboard.press("Enter")
                expect(page.locator("#found")).to_have_text("1 found", timeout=PATIENCE)
                self.assertIn("client@example.org", page.locator("#bookings").inner_text())
                self.sandbox.good("PATCH", f"{path}/{services['dissertation-review']}", {"title": f"Edited at {width}"})
                expect(page.locator("#drift")).to_contain_text("dissertation-review", timeout=PATIENCE)
                sizes = page.context.new_cdp_session(page).send("Page.getLayoutMetrics")
                self.assertLessEqual(sizes["cssContentSize"]["width"], width, "nothing sticks out")
                self.keep(page, f"page-{width}")
                self.assertEqual(self.noise, [])
                self.assertTrue(all(url.startswith(f"http://127.0.0.1:{self.daemon.admin_port}/") for url in self.requests if not url.startswith("data:")))
                self.assertTrue(uid)
                self.sandbox.good("PATCH", f"{path}/{services['dissertation-review']}", {"title": "1-Hour Dissertation Review"})

    def free(self, services):
        from datetime import datetime, timedelta, timezone
        start = datetime.now(timezone.utc).date() + timedelta(days=3)
        query = f"eventTypeId={services['proofreading-check-in']}&start={start}&end={start + timedelta(days=14)}"
        return next(slot["start"] for day in self.sandbox.good("GET", f"/v2/slots?{query}").values() for slot in day)

    def test_with_a_token_nothing_is_shown_without_it(self):
        self.begin(token=TOKEN)
        page = self.open(1280)
        expect(page.locator("#login")).to_be_visible(timeout=PATIENCE)
        self.assertNotIn("records", page.locator("main").inner_text())
        page.locator("#token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("#now")).to_contain_text("records", timeout=PATIENCE)

    def test_what_could_not_be_read_is_shown_and_read_again(self):
        self.begin(token=TOKEN)
        assert Sender(self.daemon.intake_port, self.daemon.secret).post(Delivery("bad", b"[[[ not json"))[0] == 200
        page = self.open(390)
        page.locator("#token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("#held")).to_contain_text("record", timeout=PATIENCE)
        self.keep(page, "quarantine-390")
        page.locator("#retry").click()
        expect(page.locator("#retried")).to_have_text("0 read, 1 still cannot be", timeout=PATIENCE)


if __name__ == "__main__":
    if not BROWSER:
        print("skipped: there is no chromium (deploy/install-packages test)")
        sys.exit(77)
    unittest.main(verbosity=2)
