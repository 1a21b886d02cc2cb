"""deploy/prometheus and deploy/grafana: promtool takes them, every alert is tested from both sides, and a running daemon
exposes every metric and label that they ask for."""
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support" / "python"))
from e2e import webhooks  # noqa: E402
from e2e.daemon import Daemon  # noqa: E402
from e2e.places import ROOT  # noqa: E402
from promql import complaints, exposed, selectors  # noqa: E402

PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = PROMETHEUS / "calsync.rules.yaml"
RULE_TESTS = sorted(PROMETHEUS.glob("*.test.yaml"))
EXAMPLE = PROMETHEUS / "prometheus.example.yaml"
DASHBOARD = ROOT / "deploy" / "grafana" / "calsync.json"
TARGET_LABELS = {"job", "instance"}
LABELS = TARGET_LABELS | {"outcome", "source", "class", "state", "trigger"}  # fixed words, and the operator's own names


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=240)
    assert done.returncode == 0, f"promtool {' '.join(map(str, arguments))} = {done.returncode}\n{done.stdout}"
    return done.stdout


def alerts():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def instances(text):
    return set(re.findall(r'instance="([^"]*)"', text))


def dashboard():
    return json.loads(DASHBOARD.read_text())


def panels():
    return [p for p in dashboard()["panels"] if p["type"] != "row"]


def dashboard_expressions():
    found = [(p["title"], t["expr"]) for p in panels() for t in p["targets"]]
    board = dashboard()
    found += [(a["name"], a["expr"]) for a in board["annotations"]["list"]]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            found.append((variable["name"], re.fullmatch(r"label_values\((.*), \w+\)", variable["query"]["query"])[1]))
    return found


def filled_in(expression):
    """As Grafana would send it."""
    return expression.replace("$__rate_interval", "5m").replace("$job", ".*").replace("$instance", ".*")


class Rules(unittest.TestCase):
    def test_promtool_takes_rules_and_example(self):
        # The example names the rules beside it, so both are read; every description is tried as a template.
        self.assertIn(f"{len(alerts())} rules found", promtool("check", "rules", RULES))
        promtool("check", "config", EXAMPLE)

    def test_every_alert_fires_when_it_must_and_not_else(self):
        promtool("test", "rules", *RULE_TESTS)

    def test_every_alert_is_tested_from_both_sides(self):
        fires, silent = set(), set()
        for file in RULE_TESTS:
            for case in yaml.safe_load(file.read_text())["tests"]:
                there = set().union(*(instances(series["series"]) for series in case["input_series"]))
                for check in case.get("promql_expr_test", [])[-1:]:  # those before it ask whether it waits long enough
                    asked = re.fullmatch(r'ALERTS\{alertname="(\w+)",alertstate="firing"\}', check["expr"])
                    if not asked:
                        continue
                    expected = [sample["labels"] for sample in check["exp_samples"]]
                    if expected:
                        fires.add(asked[1])
                    if there - set().union(*map(instances, expected)):
                        silent.add(asked[1])
        # Where there is nothing to watch, no instance can be silent: this one has a case of its own for that.
        names = {alert["alert"] for alert in alerts()}
        self.assertEqual(names - fires, set(), "never seen to fire")
        self.assertEqual(names - silent, set(), "never seen to be silent")

    def test_every_alert_says_what_it_is_and_what_to_do(self):
        names = [alert["alert"] for alert in alerts()]
        self.assertEqual(len(names), len(set(names)))
        for alert in alerts():
            with self.subTest(alert["alert"]):
                self.assertRegex(alert["alert"], r"^Calsync[A-Z]\w+$")
                self.assertEqual(set(alert["labels"]), {"severity"})
                self.assertIn(alert["labels"]["severity"], {"critical", "warning", "info"})
                self.assertEqual(set(alert["annotations"]), {"summary", "description"})
                self.assertLess(len(alert["annotations"]["summary"]), 120)
                self.assertGreater(len(alert["annotations"]["description"]), 60)

    def test_only_labels_without_personal_data(self):
        for alert in alerts():
            for label in re.findall(r"\$labels\.(\w+)", str(alert["annotations"])):
                self.assertIn(label, LABELS, alert["alert"])

    def test_commands_in_the_texts_exist(self):
        known = (ROOT / "daemon" / "cli" / "command_table.cpp").read_text()
        options = (ROOT / "daemon" / "app" / "options.cpp").read_text()
        text = " ".join(alert["annotations"]["description"] for alert in alerts())
        for command in re.findall(r"`calsync ((?:log )?[a-z]+)", text):
            self.assertIn(f'{{"{command}",', known)
        for option in re.findall(r"`calsyncd (--[a-z-]+)", text):
            self.assertIn(option, options)

    def test_the_example_names_the_job_that_the_rules_ask_for(self):
        jobs = {value for alert in alerts() for _, matchers in selectors(alert["expr"])
                for label, _, value in matchers if label == "job"}
        self.assertEqual(jobs, {c["job_name"] for c in yaml.safe_load(EXAMPLE.read_text())["scrape_configs"]})


class Dashboard(unittest.TestCase):
    def test_every_panel_has_a_title_a_unit_and_a_query(self):
        for panel in panels():
            with self.subTest(panel.get("title")):
                self.assertTrue(panel["title"])
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                self.assertTrue(panel["targets"])
                for target in panel["targets"]:
                    self.assertTrue(target["expr"] and target["legendFormat"])
                    self.assertIn('job=~"$job", instance=~"$instance"', target["expr"])

    def test_rows_ids_and_places(self):
        every = dashboard()["panels"]
        self.assertEqual([p["title"] for p in every if p["type"] == "row"],
                         ["Intake", "Log", "Normaliser", "Publisher", "Cal.com's API", "Polls", "Process", "Retention", "The organisation as code"])
        ids = [p["id"] for p in every]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in every:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(taken & cells, f"{panel['title']} lies on another panel")
            self.assertLessEqual(at["x"] + at["w"], 24)
            taken |= cells

    def test_belongs_to_no_single_grafana(self):
        board = dashboard()
        self.assertGreaterEqual(board["schemaVersion"], 39)
        self.assertNotIn("uid", board)
        self.assertNotIn("id", board)
        uids = set(re.findall(r'"uid": "([^"]*)"', DASHBOARD.read_text()))
        self.assertEqual(uids, {"${datasource}"})
        self.assertEqual([v["name"] for v in board["templating"]["list"]], ["datasource", "job", "instance"])

    def test_promtool_takes_every_expression(self):
        rules = [{"record": f"panel:{n}", "expr": filled_in(expression)}
                 for n, (_, expression) in enumerate(dashboard_expressions())]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
            file.flush()
            promtool("check", "rules", file.name)


class Exposed(unittest.TestCase):
    """A daemon with the embedded broker and every part at work, and what it exposes."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="calsync-monitoring-"))
        daemon = cls.enterClassContext(Embedded(folder))
        daemon.wait_ready()
        # Counts from 0 before anything happened: else increase() misses the first time.
        cls.at_start = exposed(daemon.metrics())
        sender = webhooks.Sender(daemon.intake_port, daemon.secret)
        for delivery in webhooks.fixtures():
            assert sender.post(delivery)[0] == 200, delivery.name
        sender.close()
        daemon.wait_published()
        cls.metrics = exposed(daemon.metrics())
        # What Prometheus itself makes of a target and of rules.
        cls.metrics["up"] = [{}]
        cls.metrics["ALERTS"] = [{"alertstate": "firing"}]
        cls.at_start["up"] = [{}]

    def test_every_alert_asks_for_what_is_there_from_the_start(self):
        for alert in alerts():
            with self.subTest(alert["alert"]):
                self.assertTrue(selectors(alert["expr"]))
                self.assertEqual(complaints(alert["expr"], self.at_start, TARGET_LABELS), [])

    def test_every_panel_asks_for_what_is_there(self):
        for title, expression in dashboard_expressions():
            with self.subTest(title):
                self.assertTrue(selectors(expression))
                self.assertEqual(complaints(expression, self.metrics, TARGET_LABELS | {"alertname"}), [])

    def test_the_dashboard_shows_every_metric(self):
        shown = {re.sub(r"_(bucket|sum|count)$", "", name) for _, e in dashboard_expressions() for name, _ in selectors(e)}
        there = {re.sub(r"_(bucket|sum|count)$", "", name) for name in self.metrics}
        self.assertEqual(there - shown, set(), "a new metric needs a place on the dashboard")

    def test_no_label_carries_what_a_webhook_said(self):
        for name, series in self.metrics.items():
            for labels in series:
                for label, value in labels.items():
                    self.assertRegex(value, r"^[A-Za-z0-9_+.e-]{1,64}$", f"{name}: {label}")
                    self.assertNotIn("@", value)


class Embedded(Daemon):
    def __init__(self, folder):
        super().__init__(folder, "")
        cluster = 'mode: cluster, bootstrap_servers: ""'
        text = self.settings.read_text()
        assert cluster in text
        self.settings.write_text(text.replace(cluster, "mode: embedded"))

    def metrics(self):
        code, text = self.get("/metrics")
        assert code == 200, f"metrics: {code} {text}"
        return text


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
