"""The metrics and labels that a PromQL expression asks for. Not a parser: it knows the expressions of deploy/ well enough,
and what it does not know it reports as a metric that nobody exposes."""
import re

WORDS = {"and", "or", "unless", "on", "by", "ignoring", "without", "group_left", "group_right", "bool", "offset", "sum",
         "rate", "increase", "changes", "absent", "time", "max_over_time", "min_over_time", "histogram_quantile"}
GROUPING = re.compile(r"\b(?:by|on|ignoring|without)\s*\(([^)]*)\)")
SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{([^}]*)\})?")
MATCHER = re.compile(r'([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"([^"]*)"')


def selectors(expression):
    """[(metric, [(label, operator, value)])], one for each place where the expression reads a metric."""
    text = GROUPING.sub(" ", expression)
    text = re.sub(r"\[[^\]]*\]", " ", text)           # ranges
    text = re.sub(r"(?<![\w.])\d+(\.\d+)?[a-z]*", " ", text)  # numbers, and the durations of offset
    return [(name, MATCHER.findall(labels)) for name, labels in SELECTOR.findall(text) if name not in WORDS]


def groupings(expression):
    """The labels that the expression groups or joins by."""
    return {label.strip() for labels in GROUPING.findall(expression) for label in labels.split(",") if label.strip()}


SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? \S+$")


def exposed(text):
    """Prometheus text format → {metric: [labels of each of its series]}; a histogram's parts are metrics of their own."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        name, labels = SAMPLE.match(line).groups()
        found.setdefault(name, []).append(dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")))
    return found


def complaints(expression, metrics, given):
    """What the expression asks for that is not there. `given`: labels that Prometheus itself adds."""
    found, labels_read = [], set(given)
    for name, matchers in selectors(expression):
        if name not in metrics:
            found.append(f"nobody exposes {name}")
            continue
        for series in metrics[name]:
            labels_read |= set(series)
        for label, operator, value in matchers:
            if label in given:
                continue
            values = {series.get(label) for series in metrics[name]}
            wanted = value.split("|") if "~" in operator else [value]
            found += [f'{name} has no {label}="{one}"' for one in wanted if one not in values]
    return found + [f"no metric of it has the label {label}" for label in sorted(groupings(expression) - labels_read)]
