"""packaging/prometheus: the rules are valid, their tests pass, a bug planted in them turns the tests red, and they name nothing that the
running service does not show."""

import os
import re

import pytest
from conftest import TOP
from prometheus import Prometheus, promtool
from test_metrics import table
from test_service import ACCOUNT, ready, stop, until
from test_metrics import service

FOLDER = os.path.join(TOP, "packaging/prometheus")
RULES, TESTS = os.path.join(FOLDER, "ai-ticketd.rules.yml"), os.path.join(FOLDER, "ai-ticketd.tests.yml")


def text_of(path):
    with open(path) as file:
        return file.read()


def alerts():
    """name → its lines."""
    return {found[1]: found[0] for found in re.finditer(r"- alert: (\w+)\n.*?(?=\n      - alert|\n\n|\Z)", text_of(RULES), re.S)}


def names_in(text):
    """The metrics that queries name, histograms by their family."""
    found = set(re.findall(r"(?<![\w:])(?:ai_ticketd|process)_[a-z0-9_]+", text))
    return {re.sub(r"_(bucket|sum|count)$", "", name) if name not in table() else name for name in found}


def test_the_rules_are_valid():
    code, said = promtool("check", "rules", "--lint=all", "--lint-fatal", RULES)
    assert code == 0, said
    code, said = promtool("check", "config", "--syntax-only", os.path.join(FOLDER, "prometheus.example.yml"))
    assert code == 0, said


def test_quiet_nights_stay_quiet_and_outages_do_not():
    code, said = promtool("test", "rules", TESTS)
    assert code == 0, said


def verdict(folder, rules, case):
    """What promtool says of changed rules in the case whose title begins so: its exit status."""
    head, *cases = re.split(r"(?m)^  # ", text_of(TESTS))
    chosen = [one for one in cases if one.startswith(case)]
    assert len(chosen) == 1, case
    (folder / "ai-ticketd.rules.yml").write_text(rules)
    (folder / "tests.yml").write_text(head + "  # " + chosen[0])
    code, said = promtool("test", "rules", folder / "tests.yml")
    assert code in (0, 1) and ("FAILED" in said) == (code == 1), said
    return code


def ratio_alerts():
    """The alerts about a share, an average or a percentile: those that rest on a recorded one."""
    return [name for name, lines in alerts().items() if re.search(r"ratio_rate|p95_|:mean", lines)]


def test_every_alert_about_a_share_wants_twenty_events():
    assert len(ratio_alerts()) == 10
    for name in ratio_alerts():
        assert re.search(r"and instance:\w+:increase\w+ >= 20\n", alerts()[name] + "\n"), name


@pytest.mark.parametrize("name", ratio_alerts())
def test_without_its_minimum_of_events_it_wakes_people_in_a_quiet_night(tmp_path, name):
    lines = alerts()[name]
    without = re.sub(r"\n +and \S+ >= 20(?=\n|$)", "", lines)
    assert without != lines
    assert verdict(tmp_path, text_of(RULES), "A quiet night") == 0
    assert verdict(tmp_path, text_of(RULES).replace(lines, without), "A quiet night") == 1


@pytest.mark.parametrize("right, wrong, case", [
    ("14.4 * 0.005\n", "140 * 0.005\n", "Zendesk fails three tickets in ten"),
    ("rate6h > 6 * 0.005", "rate6h > 60 * 0.005", "Six per cent fail"),
    ("rate3d > 1 * 0.005", "rate3d > 10 * 0.005", "Seven in a thousand"),
    ('outcome=~"failed|quarantined"', 'outcome=~"skipped|quarantined"', "Zendesk fails three tickets in ten"),
    ("ai_ticketd_llm_answers_total{result!~", "ai_ticketd_llm_answer_total{result!~", "Five answers in a hundred"),
    ("p95_15m > 15", "p95_15m > 20", "A ticket in ten is slower"),
    ("mean15m > 10\n", "mean15m > 15\n", "All take 12 seconds"),
    ("mean1d > 0.002", "mean1d > 0.02", "A ticket costs a cent"),
    ("\n            and instance:ai_ticketd_queue_tickets:sum >= instance:ai_ticketd_queue_tickets:sum offset 10m", "", "A deep queue"),
    ("offset 10m\n            unless on (job, instance) ai_ticketd_paused == 1", "offset 10m", "The same while it is paused"),
    ("> 3600\n            unless on (job, instance) ai_ticketd_paused == 1", "> 3600", "The same while it is paused"),
    ("tickets_done:increase1d >= 20", "tickets_ended:increase3d >= 20", "Nearly all fail"),
    ('\n            and on (job, instance) ai_ticketd_write_mode{mode="writing"} == 1', "", "Four tickets in a hundred"),
    ("absent_over_time(ai_ticketd_build_info[10m])", "absent_over_time(ai_ticketd_build_infos[10m])", "An idle service"),
    ("< 30 * 86400", "< 400 * 86400", "A model that leaves in a year"),
])
def test_a_planted_bug_turns_the_tests_red(tmp_path, right, wrong, case):
    assert right in text_of(RULES)
    assert verdict(tmp_path, text_of(RULES).replace(right, wrong), case) == 1


def test_each_alert_has_its_paragraph_and_each_paragraph_its_alert():
    described = re.findall(r"(?m)^### (AiTicketd\w+)$", text_of(os.path.join(TOP, "docs/METRICS.md")))
    assert described == list(alerts())
    for name, lines in alerts().items():
        assert lines.rstrip().endswith(f"/docs/METRICS.md#{name.lower()}"), name
        assert "summary: " in lines and "description: " in lines and "severity: " in lines


def test_a_real_prometheus_evaluates_them_on_the_running_service(world, tmp_path):
    """No rule fails, each recorded series that can have a value has one, and a healthy service fires nothing."""
    world.use(world.sim("--tickets", 30, *ACCOUNT))
    process, port = service(world)
    assert ready(world)
    assert names_in(re.sub(r"(?m)^ *(#|summary|description|runbook).*", "", text_of(RULES))) <= set(table())
    server = world.keep(Prometheus(tmp_path, port, [RULES]))
    server.scraped()
    assert until(lambda: server.ask("instance:ai_ticketd_queue_tickets:sum"))
    rules = [rule for group in server.api("rules")["groups"] for rule in group["rules"]]
    assert len(rules) == text_of(RULES).count("- record: ") + text_of(RULES).count("- alert: ")
    assert until(lambda: all(rule["health"] == "ok" for group in server.api("rules")["groups"] for rule in group["rules"]))
    assert server.ask('ALERTS{alertstate="firing",severity=~"critical|warning"}') == []
    assert stop(process) == 0
