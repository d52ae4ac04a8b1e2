"""ai-ticketd --backtest: solved tickets are decided and compared with what they have now; nothing is written anywhere."""

import re

import pytest

from conftest import answering
from test_service import ACCOUNT, ready, start, stop

# Of the tickets behind the findable ones each fifth is solved, each fifth closed.
OTHERS = ("--tickets", 6, "--others", 60, *ACCOUNT)
SOLVED = 24


def decided(out):
    return int(re.search(r"^Decided anew: the last (\d+) tickets? that were solved without ai-ticketd\. Nothing was written, no ticket was touched\.$",
                         out, re.M).group(1))


def nothing_was_written(world, sim):
    audit = sim.audit()
    assert audit["writes"] == 0 and audit["notes"] == 0 and not any(key.startswith("PUT") for key in audit["requests"]), audit
    assert not (world.path / "state.db").exists() and world.results() == []


@pytest.mark.parametrize("asked, expected", [(1, 1), (10, 10), (10000, SOLVED)])
def test_the_last_solved_tickets_are_decided_and_nothing_is_written(world, asked, expected):
    sim = world.use(world.sim(*OTHERS))
    run = world.run("--backtest", asked)
    assert run.status == 0, run
    assert decided(run.out) == expected
    assert "Cost: $0." in run.out and "Half of the answers took at most" in run.out
    assert run.out.rstrip().endswith("ai-ticketctl report")
    assert "✓ Ticket" not in run.err and "Processed:" not in run.out
    nothing_was_written(world, sim)


def test_pages_of_tickets_are_walked_through_once_each(world):
    sim = world.use(world.sim("--tickets", 1, "--others", 600, *ACCOUNT))
    run = world.run("--backtest", 10000, env={"BATCH_SIZE": 20})
    assert run.status == 0 and decided(run.out) == 240, run
    assert sim.audit()["model_calls"] == 240
    nothing_was_written(world, sim)


def test_what_tickets_have_now_is_compared_and_the_numbers_add_up(world):
    world.use(world.sim("--tickets", 1, "--others", 300, *ACCOUNT))
    run = world.run("--backtest", 200, env={"AI_TICKETD_REPORT_TAGS": "vip,mobile=bug,web=other"})
    assert run.status == 0, run
    known, all_of_them = map(int, re.search(r"something to compare with on (\d+) of (\d+) tickets \(\d+ %\); who set it is not known", run.out).groups())
    assert 0 < known <= all_of_them == decided(run.out)
    for what in ("a category", "a priority"):
        same, compared = map(int, re.search(rf"Where they have {what}, it was the same in \d+ % \((\d+) of (\d+)", run.out).groups())
        assert 0 <= same <= compared <= known
    # Three differences are shown, and which of several tags come most often is the world's chance.
    run = world.run("--backtest", 200, env={"AI_TICKETD_REPORT_TAGS": "vip"})
    assert run.status == 0 and 'they said "vip"' in run.out, run


@pytest.mark.parametrize("value", ["0", "10001", "-1", "ten", ""])
def test_a_number_out_of_range_is_answered(world, value):
    run = world.run("--backtest", value)
    assert run.status == 2 and "--backtest: a number of tickets from 1 to 10000 is required" in run.err, run


@pytest.mark.parametrize("other", [("--once",), ("--ticket-id", 5), ("--once", "--limit", 5), ("--dry-run",), ("--shadow",)])
def test_what_it_cannot_be_used_with_is_named(world, other):
    run = world.run("--backtest", 5, *other)
    assert run.status == 2 and f"--backtest: cannot be used with {other[0]}" in run.err, run


def test_a_model_that_fails_ends_it_with_status_1_and_no_ticket_was_touched(world):
    sim = world.use(world.sim(*OTHERS), world.peer(answering('{"error":{"message":"overloaded"}}', status="503 Down")))
    run = world.run("--backtest", 5, env={"RETRY_BACKOFF_FACTOR": 1, "AI_TICKETD_LLM_PATIENCE": "2s"})
    assert run.status == 1, run
    assert "No ticket was touched." in run.err and "No solved ticket was decided. Nothing was written, no ticket was touched." in run.out, run
    nothing_was_written(world, sim)


def test_a_zendesk_that_fails_ends_it_with_status_1_and_no_ticket_was_touched(world):
    sim = world.sim(*OTHERS)
    world.use(world.peer(answering('{"error":"x"}', status="500 Down")), sim)
    run = world.run("--backtest", 5, env={"RETRY_BACKOFF_FACTOR": 1})
    assert run.status == 1 and "no ticket was touched" in run.out, run


def test_it_runs_beside_the_service(world):
    world.use(world.sim(*OTHERS))
    process = start(world)
    assert ready(world)
    run = world.run("--backtest", 3)
    assert run.status == 0 and decided(run.out) == 3, run
    assert stop(process) == 0
