"""ai-ticketctl explain on the real process: the whole trail of a ticket, and why nothing was done where nothing was."""

import hashlib
import json
import os
import re
import sqlite3

import pytest

from conftest import http
from test_bad_servers import model_of
from test_service import ACCOUNT, ctl, ready, start, stop, until

ENDED = "Done; will not be processed again."


def explain(world, ticket):
    """The text for people; both forms must work and agree on whether something is known."""
    shown, told = ctl(world, "explain", str(ticket)), ctl(world, "--json", "explain", str(ticket))
    assert shown.returncode == told.returncode, (shown, told)
    assert json.loads(told.stdout)["ticket_id"] == ticket
    return shown.stdout + shown.stderr


def lines(text):
    """Label to value, of all indented lines."""
    return dict(re.findall(r"^    ([^:]+): +(.*)$", text, re.M))


def processed(world, sim, count):
    return until(lambda: sim.audit()["processed"] == count and all(ENDED in explain(world, i) for i in range(1, count + 1)))


def assert_trail(text, by_rules):
    """Everything the audit trail must hold."""
    told = lines(text)
    assert re.search(r"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC  Decided by " + ("the built-in rules" if by_rules else r"\S"), text, re.M)
    assert re.search(r"^20.* UTC  Prepared to write", text, re.M) and re.search(r"^20.* UTC  Done", text, re.M)
    assert re.match(r"[0-9a-f]{64}( \(as sent\)| \(not sent\))$", told["SHA-256 of the text"])
    assert told["Prompt version"] == "v3.0"
    for label in ("Root cause", "Urgency", "Sentiment"):
        assert by_rules or "% sure)" in told[label] or "gave no confidence" in told[label]
    assert int(told["Requests to the model"]) >= (0 if by_rules else 1)
    assert (told["Raw answer"] == "none") if by_rules else told["Raw answer"].startswith("{")
    assert "ai_processed" in told["Tags to add"] and "ai_processed" in told["Tags after"]
    assert "ai_processed" not in told["Tags before"]
    for label in ("Priority when first read", "Priority before", "Priority after", "Priority to set"):
        assert told[label] in ("none", "low", "normal", "high", "urgent")
    assert told["Adds a note"] == "yes"
    assert "[closed]" in text


@pytest.mark.parametrize("provider", ["openai", "rules"])
@pytest.mark.parametrize("bulk", ["always", "never"])
def test_the_trail_is_whole_however_it_was_decided_and_written(world, provider, bulk):
    sim = world.use(world.sim("--tickets", 12, *ACCOUNT))
    process = start(world, AI_TICKETD_LLM_PROVIDER=provider, AI_TICKETD_ZENDESK_BULK=bulk)
    assert ready(world)
    assert processed(world, sim, 12)
    for ticket in (1, 7, 12):
        text = explain(world, ticket)
        assert_trail(text, provider == "rules")
        assert ("bulk update" if bulk == "always" else "single update") in text
    assert stop(process) == 0


def test_rules_that_step_in_say_why_and_how_often_the_model_was_asked(world):
    def talk(connection, request):
        connection.sendall(http('{"error":{"message":"overloaded"}}', status="500 Trouble"))

    sim = world.use(world.sim("--tickets", 3, *ACCOUNT), world.peer(model_of(talk, good=1)))
    process = start(world, RETRY_ATTEMPTS=2, RETRY_BACKOFF_FACTOR=1, AI_TICKETD_LLM_PATIENCE="0")
    assert ready(world)
    assert processed(world, sim, 3)
    text = next(text for text in (explain(world, ticket) for ticket in (1, 2, 3)) if "built-in rules" in text)
    assert "Decided by the built-in rules, because the model gave no usable answer; reason: " in text
    assert lines(text)["Requests to the model"] == "2" and "(as sent)" in text
    assert_trail(text, True)
    assert stop(process) == 0


def test_what_zendesk_refuses_or_has_closed_says_why_nothing_was_written(world):
    sim = world.use(world.sim("--tickets", 5, *ACCOUNT, "--refused", "2", "--closing", "3"))
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 3)
    assert until(lambda: "Failed: it will be retried; reason: Zendesk answered 422: " in explain(world, 2)), explain(world, 2)
    assert "It has failed 1 time and will be retried in" in explain(world, 2)
    assert until(lambda: "Skipped: nothing was written; reason: " in explain(world, 3)), explain(world, 3)
    assert "Skipped until it changes in Zendesk" in explain(world, 3)
    assert stop(process) == 0


def test_a_ticket_that_was_never_seen_is_answered_with_what_to_check(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = start(world, AI_TICKETD_ZENDESK_QUERY="group:support", AI_TICKETD_ZENDESK_POLL_INTERVAL="1h")
    assert ready(world)
    assert until(lambda: "last answered a search at" in explain(world, 999999))
    assert sim.audit()["notes"] <= 3
    asked = ctl(world, "explain", "999999")
    assert asked.returncode == 1 and asked.stdout == ""
    assert "No record of this ticket." in asked.stderr
    for words in ("without the tag ai_processed", "group:support", "ai-ticketctl process 999999", "does not exist", "Zendesk"):
        assert words in asked.stderr
    told = json.loads(ctl(world, "--json", "explain", "999999").stdout)
    assert told["error"] and len(told["reasons"]) >= 4
    assert ctl(world, "pause").returncode == 0
    assert "paused" in explain(world, 999999)
    assert stop(process) == 0


def test_a_ticket_that_is_held_says_where_it_is_and_what_holds_it_back(world):
    sim = world.use(world.sim("--tickets", 9, *ACCOUNT, "--latency", "600000-600000"))
    process = start(world, AI_TICKETD_LLM_MAX_IN_FLIGHT=1, AI_TICKETD_LLM_INITIAL_IN_FLIGHT=1, AI_TICKETD_LLM_TIMEOUT="1h")
    assert ready(world)

    def now():
        return [json.loads(ctl(world, "--json", "explain", str(ticket)).stdout).get("now", "") for ticket in range(1, 10)]

    assert until(lambda: any("being analysed" in words for words in now()) and any("waiting for its turn" in words for words in now())), now()
    waiting = 1 + next(i for i, words in enumerate(now()) if "waiting for its turn" in words)
    assert "It has no recorded history." in explain(world, waiting)
    assert ctl(world, "pause").returncode == 0
    assert until(lambda: any("paused" in words for words in now())), now()
    process.kill()
    process.communicate()
    assert sim.audit()["notes"] == 0


def test_a_ticket_that_is_closed_or_was_tagged_by_somebody_says_so(world):
    sim = world.use(world.sim("--tickets", 4, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert processed(world, sim, 4)
    assert ctl(world, "process", "2").returncode == 0
    assert until(lambda: "Ticket 2 skipped: already processed" in world.log())
    assert ENDED in explain(world, 2) and "Done: tags, priority and note" in explain(world, 2)
    assert stop(process) == 0
    os.remove(world.path / "state.db")  # another installation: it has no record of them
    process = start(world)
    assert ready(world)
    assert ctl(world, "process", "2").returncode == 0
    assert until(lambda: "Skipped: nothing was written" in explain(world, 2))
    assert "reason: already processed: it has the tag ai_processed" in explain(world, 2)
    assert "Skipped until it changes in Zendesk" in explain(world, 2)
    assert stop(process) == 0


def test_a_quarantined_ticket_says_how_often_it_ended_the_process_and_what_to_do(world):
    sim = world.use(world.sim("--tickets", 4, *ACCOUNT))
    (world.path / "deaths").write_text("2\n3\n2\n2\n")
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 3)
    assert until(lambda: "quarantined" in explain(world, 2))
    text = explain(world, 2)
    assert "3 times" in text and "from the file \"deaths\"" in text and "Quarantined; will not be processed" in text
    assert "Skipped: nothing was written; reason: crashed the service twice" in text
    assert until(lambda: "Done" in explain(world, 3)) and "after a second crash the ticket is quarantined" in explain(world, 3)
    assert stop(process) == 0


def test_a_database_that_cannot_be_read_is_no_ticket_that_is_not_known(world):
    sim = world.use(world.sim("--tickets", 4, *ACCOUNT))
    process = start(world, LOG_ENCRYPTION_KEY="first passphrase of a test", AI_TICKETD_LOG_ENCRYPT="true")
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 4)
    assert until(lambda: "Done" in explain(world, 1))
    assert stop(process) == 0
    database = sqlite3.connect(world.path / "state.db")
    with database:
        database.execute("UPDATE record SET payload = x'00112233' WHERE ticket = 1 AND kind = 0")
    database.close()
    process = start(world, LOG_ENCRYPTION_KEY="first passphrase of a test", AI_TICKETD_LOG_ENCRYPT="true")
    assert ready(world)
    assert "it is damaged, or sealed with a key other than" in explain(world, 1)
    assert stop(process) == 0


def test_numbers_with_zeros_in_front_name_the_same_ticket(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert processed(world, sim, 3)
    assert ctl(world, "process", "002", "3").returncode == 0
    assert until(lambda: "Ticket 2 skipped" in world.log())
    assert ctl(world, "explain", "002").stdout.startswith("Ticket 2\n")
    assert stop(process) == 0


def test_the_hash_is_that_of_the_text_that_was_sent(world):
    texts = world.path / "texts.jsonl"
    texts.write_text(json.dumps({"subject": "Reports fail", "description": "Since today every report says 404."}) + "\n")
    sim = world.use(world.sim("--tickets", 1, "--texts", texts, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert processed(world, sim, 1)
    sent = hashlib.sha256(b"Reports fail\nSince today every report says 404.").hexdigest()
    assert lines(explain(world, 1))["SHA-256 of the text"] == f"{sent} (as sent)"
    assert stop(process) == 0
