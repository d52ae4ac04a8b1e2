"""packaging/grafana/ai-ticketd.json: the structure that Grafana wants, and every query asked of a real Prometheus that has read a running
service. (Whether Grafana draws it is not tried: it is no package of Debian.)"""

import json
import os
import re

import pytest
from conftest import TOP
from prometheus import Prometheus, promtool
from test_metrics import scrape, service, table
from test_prometheus_rules import names_in
from test_service import ACCOUNT, ready, stop, until

PATH = os.path.join(TOP, "packaging/grafana/ai-ticketd.json")
PANELS = {"row", "stat", "timeseries", "bargauge", "table", "gauge", "piechart", "heatmap"}
UNITS = {"short", "s", "percentunit", "currencyUSD", "bytes", "reqps"}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@pytest.fixture(scope="module")
def dashboard():
    with open(PATH) as file:
        return json.load(file)


def panels(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(dashboard):
    """(panel's title, query) as Prometheus gets it."""
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield panel["title"], filled(target["expr"])


def filled(query):
    for name, value in {"$__rate_interval": "1m", "$__range": "1h", "$job": "x", "$instance": ".*"}.items():
        query = query.replace(name, value)
    return query


def test_it_is_a_dashboard_that_any_grafana_can_import(dashboard):
    assert dashboard["uid"] == "ai-ticketd" and dashboard["title"] == "ai-ticketd" and dashboard["schemaVersion"] == 39
    assert "id" not in dashboard and "__inputs" not in dashboard and "__requires" not in dashboard
    assert {"annotations", "templating", "time", "refresh", "timezone", "panels"} <= set(dashboard)
    assert [one["name"] for one in dashboard["templating"]["list"]] == ["datasource", "job", "instance"]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_every_panel_is_of_a_known_kind_with_a_unit_and_our_data_source(dashboard):
    for panel in dashboard["panels"]:
        assert panel["type"] in PANELS and panel["title"], panel["id"]
        assert all(isinstance(panel["gridPos"][side], int) for side in "hwxy") and panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
    for panel in panels(dashboard):
        assert panel["datasource"] == SOURCE and panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        assert [target["refId"] for target in panel["targets"]] == [chr(65 + i) for i in range(len(panel["targets"]))]
        for target in panel["targets"]:
            assert target["datasource"] == SOURCE and target["legendFormat"], panel["title"]


def test_panels_do_not_overlap(dashboard):
    taken = {}
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[x, y]}"
                taken[x, y] = panel["title"]


def test_rates_use_the_interval_of_grafana_and_only_the_chosen_service(dashboard):
    for panel in panels(dashboard):
        for target in panel["targets"]:
            spans = re.findall(r"\[([^\]]+)\]", target["expr"])
            assert set(spans) <= {"$__rate_interval", "$__range"}, panel["title"]
            selectors = re.findall(r"(?:ai_ticketd|process)_\w+(\{[^}]*\})?", target["expr"])
            assert selectors and all(one.startswith('{job="$job",instance=~"$instance"') for one in selectors), panel["title"]


def test_every_query_is_one_and_names_what_the_service_shows(dashboard, tmp_path):
    rules = tmp_path / "queries.yml"
    rows = "".join(f"      - record: query:{number}\n        expr: {json.dumps(query)}\n" for number, (_, query) in enumerate(queries(dashboard)))
    rules.write_text("groups:\n  - name: dashboard\n    rules:\n" + rows)
    code, said = promtool("check", "rules", rules)
    assert code == 0, said
    for title, query in queries(dashboard):
        assert names_in(query) <= set(table()), title
    for variable in dashboard["templating"]["list"][1:]:
        assert names_in(variable["definition"]) == {"ai_ticketd_build_info"}


def test_every_query_has_an_answer_of_a_prometheus_that_reads_a_running_service(dashboard, world, tmp_path):
    """What can have no answer in so short a time, or on a good day, is named."""
    world.use(world.sim("--tickets", 40, *ACCOUNT))
    process, port = service(world)
    server = world.keep(Prometheus(tmp_path, port))
    assert ready(world) and until(lambda: scrape(port).value("ai_ticketd_tickets_total", outcome="done") == 40)
    server.scraped()
    assert until(lambda: len(server.ask('ai_ticketd_tickets_total{outcome="done"} offset 5s')) == 1)
    may_be_empty = {"Age of the oldest", "Quota left at Zendesk", "Requests by code", "Requests to this service", "In flight and window"}
    for title, query in queries(dashboard):
        rows = server.ask(query)
        assert rows or title in may_be_empty, f"{title}: {query}"
    assert stop(process) == 0
