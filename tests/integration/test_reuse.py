"""Equal mails on the real process: one request for all of them, also over restarts, and what people are told of it."""

import json

import pytest

from test_metrics import scrape, service
from test_service import ctl, ready, start, stop, until

EQUAL = ("--duplicates", 1)


@pytest.fixture(autouse=True)
def answers_are_kept(world):
    del world.env["AI_TICKETD_LLM_CACHE_TTL"]  # as it is without a word about it


def cached(world):
    return [row for row in world.rows().values() if row["analysis"]["metadata"].get("cached")]


def test_a_storm_of_a_thousand_equal_mails_costs_one_request(world):
    sim = world.use(world.sim("--tickets", 1000, *EQUAL))
    assert world.run("--once", "--limit", "0").status == 0
    audit = sim.audit()
    assert (audit["processed"], audit["notes"], audit["model_calls"]) == (1000, 1000, 1)
    rows = cached(world)
    assert len(rows) == 999
    assert {row["analysis"]["metadata"]["tokens_used"] for row in rows} == {0}
    assert len({json.dumps({name: row["analysis"][name] for name in ("summary", "root_cause", "urgency", "sentiment")})
                for row in world.rows().values()}) == 1


def test_an_answer_is_used_by_the_next_process_too_until_one_that_used_it_is_erased(world):
    sim = world.use(world.sim("--tickets", 9, *EQUAL))
    for left in (6, 3):
        assert world.run("--once", "--limit", "3").status == 0
        assert sim.audit()["model_calls"] == 1
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 9)
    assert sim.audit()["model_calls"] == 1
    stop(process)


def test_erasing_one_that_used_it_drops_it_from_memory_and_disk(world):
    sim = world.use(world.sim("--tickets", 3, "--arrivals", 60, *EQUAL))
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] >= 3)
    calls = sim.audit()["model_calls"]
    assert calls == 1
    assert until(lambda: ctl(world, "--yes", "erase", "2").returncode == 0)
    assert until(lambda: sim.audit()["model_calls"] == 2)
    stop(process)


def test_explain_and_metrics_say_it(world):
    sim = world.use(world.sim("--tickets", 5, *EQUAL))
    process, port = service(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 5)
    lookups = scrape(port)
    assert lookups.sum("ai_ticketd_llm_cache_lookups_total", result="hit") == 4
    assert lookups.sum("ai_ticketd_llm_cache_lookups_total", result="miss") == 1
    told = [ctl(world, "explain", str(ticket)).stdout for ticket in range(1, 6)]
    assert sum("Answer to another ticket with the same text" in text for text in told) == 4, told[0]
    stop(process)
