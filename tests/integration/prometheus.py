"""Metrics as Prometheus reads them: the text format, the rules that promtool does not check, and a server of Debian's package that
scrapes. Loopback only; the server is stopped by its process id."""

import json
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

from ports import spare_port

PROMTOOL, PROMETHEUS = shutil.which("promtool"), shutil.which("prometheus")
TYPE = "text/plain; version=0.0.4; charset=utf-8"
SAMPLE = re.compile(r'^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_][a-z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')


def get(port, path, headers=()):
    """Status, content type and text of one GET over TCP."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=dict(headers))
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.status, reply.headers["Content-Type"], reply.read().decode()


class Metrics:
    """One scrape: families in their order, and samples by name and labels. A line of another form fails."""

    def __init__(self, text):
        self.text, self.types, self.helps, self.order, self.samples = text, {}, {}, [], []
        assert text.endswith("\n") and "\r" not in text
        for line in text[:-1].split("\n"):
            words = line.split(" ", 3)
            if words[:2] == ["#", "HELP"]:
                assert words[2] not in self.helps, f"{words[2]} has two HELP lines"
                self.helps[words[2]] = words[3]
                self.order.append(words[2])
            elif words[:2] == ["#", "TYPE"]:
                assert words[2] not in self.types and self.order[-1] == words[2]
                self.types[words[2]] = words[3]
            else:
                found = SAMPLE.match(line)
                assert found, f"no sample: {line!r}"
                labels = tuple(LABEL.findall(found[2] or ""))
                assert "".join(f'{n}="{v}",' for n, v in labels)[:-1] == (found[2] or ""), line
                self.samples.append((found[1], labels, float(found[3])))

    def family(self, name):
        """The family that a sample belongs to."""
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        return base if self.types.get(base) == "histogram" else name

    def value(self, name, **labels):
        found = [value for sample, own, value in self.samples if sample == name and dict(own) == {k: str(v) for k, v in labels.items()}]
        assert len(found) == 1, f"{name} {labels}: {found}"
        return found[0]

    def all(self, name, **labels):
        """All samples of the name whose labels include these: a list of (labels, value)."""
        wanted = labels.items()
        return [(dict(own), value) for sample, own, value in self.samples if sample == name and wanted <= dict(own).items()]

    def sum(self, name, **labels):
        return sum(value for _, value in self.all(name, **labels))


def wrong(metrics):
    """What breaks one of the five rules that promtool does not check, as sentences."""
    found, seen, closed, last = [], set(), set(), None
    names, buckets = {}, {}
    for name, labels, value in metrics.samples:
        family = metrics.family(name)
        if (name, labels) in seen:
            found.append(f"{name}{dict(labels)} comes twice")
        seen.add((name, labels))
        if family != last and family in closed:
            found.append(f"{family} is in pieces")
        closed.add(family)
        last = family
        own = frozenset(label for label, _ in labels if label != "le")
        if names.setdefault(family, own) != own:
            found.append(f"{family} has other labels: {sorted(own)}")
        if metrics.types.get(family) != "histogram":
            continue
        key = (family, tuple(pair for pair in labels if pair[0] != "le"))
        row = buckets.setdefault(key, {"buckets": [], "count": None})
        if name.endswith("_bucket"):
            row["buckets"].append((float(dict(labels)["le"].replace("+Inf", "inf")), value))
        elif name.endswith("_count"):
            row["count"] = value
    for key, row in buckets.items():
        bounds, counts = [b for b, _ in row["buckets"]], [c for _, c in row["buckets"]]
        if bounds != sorted(set(bounds)) or counts != sorted(counts):
            found.append(f"buckets of {key} do not ascend")
        if not bounds or bounds[-1] != float("inf") or counts[-1] != row["count"]:
            found.append(f"+Inf of {key} is not its count")
    return found


def wrong_between(before, after, may_go=()):
    """The sixth rule, on two scrapes of one process: no counter falls, no series disappears."""
    later = {(name, labels): value for name, labels, value in after.samples}
    found = []
    for name, labels, value in before.samples:
        family = before.family(name)
        if (name, labels) not in later:
            if family not in may_go:
                found.append(f"{name}{dict(labels)} is gone")
        elif before.types[family] != "gauge" and later[name, labels] < value:
            found.append(f"{name}{dict(labels)} fell from {value} to {later[name, labels]}")
    return found


def promtool(*words, text=None):
    """Exit status and all output. (A pipe to `head` would hide the status.)"""
    run = subprocess.run([PROMTOOL, *map(str, words)], input=text, capture_output=True, text=True, timeout=300)
    return run.returncode, run.stdout + run.stderr


class Prometheus:
    """A server that scrapes `target` each second, with or without rules."""

    def __init__(self, path, target, rules=()):
        self.port = spare_port()
        config = path / "prometheus.yml"
        files = "".join(f"  - {rule}\n" for rule in rules)
        config.write_text("global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\n"
                          + (f"rule_files:\n{files}" if files else "")
                          + f"scrape_configs:\n  - job_name: x\n    static_configs:\n      - targets: ['127.0.0.1:{target}']\n")
        self.log = open(path / "prometheus.log", "w")
        self.process = subprocess.Popen([PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={path}/tsdb",
                                         f"--web.listen-address=127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log)

    def api(self, path, **query):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}"
        with urllib.request.urlopen(url + ("?" + urllib.parse.urlencode(query) if query else ""), timeout=10) as reply:
            return json.load(reply)["data"]

    def ask(self, query):
        """The values of an instant query, by labels."""
        return [(row["metric"], float(row["value"][1])) for row in self.api("query", query=query)["result"]]

    def scraped(self, seconds=60):
        """The target, once it was scraped."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                targets = self.api("targets")["activeTargets"]
                if targets and targets[0]["health"] != "unknown" and self.ask('up{job="x"}'):
                    return targets[0]
            except OSError:
                pass
            time.sleep(0.2)
        raise AssertionError("Prometheus did not scrape")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.log.close()
