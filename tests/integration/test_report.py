"""ai-ticketctl report: what was decided in a span of time, whether agents chose the same afterwards, and what it cost."""

import json
import re
import sqlite3
import subprocess
import time

import pytest

from test_service import ACCOUNT, ctl, ready, start, stop, until

CHOICE = 10  # its number in the database


def report(world, *words):
    """The text; and the facts, which are the same."""
    shown, told = ctl(world, "report", *words), ctl(world, "--json", "report", *words)
    assert shown.returncode == told.returncode == 0, (shown, told)
    return shown.stdout, json.loads(told.stdout)


def adds_up(facts):
    assert facts["tickets"] == facts["shadow"]["tickets"] + facts["writing"]["tickets"]
    for group in (facts["shadow"], facts["writing"]):
        assert group["tickets"] == group["tagged"] + group["left_alone"] + group["failed"] + group["under_way"]
        assert group["left_alone"] == sum(row["tickets"] for row in group["reasons"])
    assert facts["decided"] == facts["by_model"] + facts["by_rules"] and facts["by_rules"] >= facts["fallback"]
    for field in ("category", "urgency", "sentiment"):
        field = facts["agreement"][field]
        assert field["compared"] == field["same"] + sum(row["count"] for row in field["differences"])
    return True


def done(world, sim, count):
    return until(lambda: sim.audit()["processed"] == count and report(world)[1]["writing"]["tagged"] == count)


def agents_choose(world, choices):
    """What the search for changes finds within a quarter of an hour: (ticket, priority, tags), recorded while the service is stopped."""
    database = sqlite3.connect(world.path / "state.db")
    now = int(time.time() * 1000)
    for number, (ticket, priority, tags) in enumerate(choices):
        payload = {"at": now, "by": "agent", "priority": priority, "tags": tags, "audit": number + 1}
        database.execute("INSERT INTO record (wall, ticket, kind, sequence, payload, account) VALUES (?, ?, ?, 0, ?, 1)",
                         (now, ticket, CHOICE, json.dumps(payload)))
    database.commit()
    database.close()


def test_what_was_written_is_told_in_words_and_as_json_and_adds_up(world):
    sim = world.use(world.sim("--tickets", 12, *ACCOUNT))
    process = start(world)
    assert ready(world) and done(world, sim, 12)
    text, facts = report(world)
    assert adds_up(facts) and facts["decided"] == facts["by_model"] == 12
    assert text.startswith("In the last 7 days ai-ticketd looked at 12 tickets.\nIt tagged 12, changed the priority of ")
    assert "Agents have chosen no priority, and no tag of report.tags, since" in text
    assert re.search(r"^Cost: \$0\.\d+, \$0\.\d+ a ticket; at this rate a month would be about \$0\.\d+; [\d,]+ tokens\.$", text, re.M)
    assert text.endswith("Why one was decided so:  ai-ticketctl explain ID\n")
    assert facts["cost"]["per_month"] == pytest.approx(30 * facts["cost"]["dollars"], rel=0.01)
    assert report(world, "24h")[0].startswith("In the last 24 hours ai-ticketd looked at 12 tickets.")
    assert stop(process) == 0


def test_what_agents_chose_later_is_compared_and_the_tickets_are_named(world):
    sim = world.use(world.sim("--tickets", 12, *ACCOUNT))
    tags = {"AI_TICKETD_REPORT_TAGS": "billing"}
    process = start(world, **tags)
    assert ready(world) and done(world, sim, 12)
    assert stop(process) == 0
    ours = {ticket: row["analysis"] for ticket, row in world.rows().items()}
    same = {"high": "high", "medium": "normal", "low": "low"}
    agents_choose(world, [(1, same[ours[1]["urgency"]], []), (2, None, ["billing"]), (3, None, ["ai_" + ours[3]["root_cause"]])])
    process = start(world, **tags)
    assert ready(world)
    text, facts = report(world)
    assert adds_up(facts)
    assert "What agents chose themselves is known of 3 of 12 tickets (25 %): a sample." in text
    assert "Where agents chose a category, it was the same in 50 % (1 of 2). Most often different:" in text
    assert f'it said "{ours[2]["root_cause"]}", they said "billing" (1 time): 2\n' in text
    assert "Where agents chose a priority, it was the same in 100 % (1 of 1; urgent counts as high)." in text
    assert "An agent chose, after the decision" in ctl(world, "explain", "2").stdout
    assert ctl(world, "erase", "2", "--yes").returncode == 0
    text, facts = report(world)
    assert adds_up(facts) and facts["tickets"] == 11 and "billing" not in text
    assert stop(process) == 0


def test_what_was_left_alone_has_its_reasons(world):
    sim = world.use(world.sim("--tickets", 8, "--closed", "3", *ACCOUNT))
    process = start(world)
    assert ready(world) and done(world, sim, 7)
    assert ctl(world, "process", "3", "--wait").returncode == 0
    text, facts = report(world)
    assert adds_up(facts) and facts["writing"]["left_alone"] == 1
    assert re.search(r"left 1 alone \(1: [^)]*closed\)", text), text
    assert stop(process) == 0


def test_in_shadow_it_tells_what_would_have_been_done_and_how_to_write(world):
    sim = world.use(world.sim("--tickets", 12, *ACCOUNT))
    process = start(world, AI_TICKETD_MODE="shadow")
    assert ready(world)
    assert until(lambda: report(world)[1]["shadow"]["tagged"] == 12)
    text, facts = report(world)
    assert adds_up(facts) and facts["writing"]["tickets"] == 0 and sim.audit()["writes"] == 0
    assert text.startswith("In the last 7 days ai-ticketd looked at 12 tickets in shadow mode. It wrote nothing.\nIt would have tagged 12,")
    assert "Cost: $0." in text and "Ready to write? A careful first step:  mode = writing, zendesk { priority = never }" in text
    assert stop(process) == 0


@pytest.mark.parametrize("span", ["7", "d", "7m", "0d", "401d", "7d x"])
def test_a_bad_span_is_answered_before_the_service_is_asked(world, span):
    told = ctl(world, "report", *span.split())
    assert told.returncode == 3, told
    assert "such as 24h, 7d or 4w" in told.stderr or "one span at most" in told.stderr
    assert "no answer" not in told.stderr


def test_readers_may_see_it_and_a_bad_path_is_refused(world):
    world.use(world.sim("--tickets", 1, *ACCOUNT))
    process = start(world, AI_TICKETD_HTTP_READ_SOCKET=world.path / "read")
    assert ready(world)

    def get(path, socket="read"):
        return subprocess.run(["curl", "-s", "-o", "/dev/stdout", "-w", " %{http_code}", "--unix-socket", str(world.path / socket), f"http://x{path}"],
                              capture_output=True, text=True, timeout=60).stdout

    assert get("/report").endswith(" 200") and get("/report/24h").endswith(" 200")
    assert "such as 24h, 7d or 4w" in get("/report/7x") and get("/report/7x").endswith(" 400")
    assert get("/report/").endswith(" 400") and get("/reports").endswith(" 404")
    assert stop(process) == 0


def test_nothing_decided_is_one_sentence_with_the_next_command(world):
    world.use(world.sim("--tickets", 0, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert report(world)[0] == "In the last 7 days ai-ticketd looked at no ticket.\nHow it is, and what to do:  ai-ticketctl status\n"
    assert stop(process) == 0


def test_sealed_records_are_read_too(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = start(world, AI_TICKETD_LOG_ENCRYPT="true", LOG_ENCRYPTION_KEY="00" * 32)
    assert ready(world) and done(world, sim, 3)
    assert stop(process) == 0


def test_without_a_service_it_says_so(world):
    told = ctl(world, "report")
    assert told.returncode == 3 and "no answer: start the service" in told.stderr
