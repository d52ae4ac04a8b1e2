"""One ticket that a service refuses harms nobody else, on the real process."""

import json

import pytest

from conftest import http
from test_explain import explain, processed
from test_service import ACCOUNT, ctl, ready, start, stop, until

GOOD = json.dumps({"summary": "Login fails", "root_cause": "bug", "urgency": "high", "sentiment": "negative"})
CHAT = json.dumps({"model": "gpt-4o-mini", "choices": [{"index": 0, "finish_reason": "stop",
                                                        "message": {"role": "assistant", "content": GOOD}}]})


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 422, 451, 500])
@pytest.mark.parametrize("body", [0, 1, 2], ids=["json", "html", "empty"])
def test_a_refused_ticket_is_classified_by_rules_and_all_others_by_the_model(world, status, body):
    sim = world.use(world.sim("--tickets", 7, "--poison-first", 1, "--poison-status", status, "--poison-body", body))
    result = world.run("--once", env={"MAX_WORKERS": "1", "RETRY_BACKOFF_FACTOR": "1"})
    assert result.status == 0, result
    assert sim.audit()["processed"] == 7
    assert (result.out + result.err).count("classified by rules") == 1


def test_a_key_that_may_not_list_models_is_enough(world):
    def talk(connection, request):
        if b"GET " in request[:5]:
            connection.sendall(http('{"error":{"message":"Missing scopes: api.model.read","code":"missing_scope"}}', status="403 Forbidden"))
        else:
            connection.sendall(http(CHAT))

    sim = world.use(world.sim("--tickets", 3), world.peer(talk))
    result = world.run("--once")
    assert result.status == 0, result
    assert sim.audit()["processed"] == 3 and "classified by rules" not in result.out + result.err


def test_a_key_that_is_refused_everything_is_found_out_before_a_ticket_is_sent(world):
    sent = []

    def talk(connection, request):
        sent.append(request)
        connection.sendall(http('{"error":{"message":"no"}}', status="403 Forbidden"))

    sim = world.use(world.sim("--tickets", 3), world.peer(talk))
    result = world.run("--once")
    assert result.status == 3, result
    assert len(sent) == 2 and b"invoice" in sent[1]
    assert sim.audit()["writes"] == 0


def test_explain_says_that_the_model_refused_the_ticket_and_the_service_stays_well(world):
    sim = world.use(world.sim("--tickets", 12, "--poison-first", 4, "--poison-status", 403, "--poison-body", 1, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert processed(world, sim, 12)
    text = explain(world, 1)
    assert "Refused for itself by gpt-4o-mini: not sent to it again until its text changes; reason: HTTP 403" in text
    assert "Refused for itself" not in explain(world, 9)
    assert "unhealthy" not in ctl(world, "health").stdout
    assert stop(process) == 0


def test_the_first_ticket_that_may_not_be_updated_stops_no_other(world):
    sim = world.use(world.sim("--tickets", 6, "--forbidden", "1,2,3,4", *ACCOUNT))
    process = start(world, AI_TICKETD_ZENDESK_BULK="never", MAX_WORKERS="1", RETRY_BACKOFF_FACTOR="1")
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 2)
    assert "unhealthy" not in ctl(world, "health").stdout
    assert stop(process) == 0
