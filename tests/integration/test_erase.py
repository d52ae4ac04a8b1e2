"""Erasing on the real process: nothing of the ticket stays, it is never analysed again, and an end in the middle changes neither."""

import json
import sqlite3
import urllib.request

import pytest

from test_service import ACCOUNT, ctl, ready, start, stop, until


def said_of(world, ticket):
    """Files below the logs and the state that name the ticket, as far as their text shows it."""
    needles = (f'"ticket_id":{ticket},', f"icket {ticket} ", f"icket {ticket}:")
    found = []
    for folder in (world.logs, world.path):
        for path in folder.iterdir():
            if path.is_file():
                text = path.read_bytes().decode("utf-8", "replace")
                found += [str(path) for needle in needles if needle in text]
    return found


def erased(world, ticket):
    """Until it is not in hand any more."""
    assert until(lambda: ctl(world, "erase", str(ticket)).returncode == 0), ctl(world, "erase", str(ticket))


def edit(sim, ticket, **what):
    request = urllib.request.Request(f"{sim.base}/_sim/edit", json.dumps({"id": ticket, **what}).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).read()


def processed(sim, count):
    return until(lambda: sim.audit()["processed"] == count)


@pytest.mark.parametrize("source", ["search", "incremental"])
def test_an_erased_ticket_that_shows_up_again_is_not_analysed_not_even_after_a_restart(world, source):
    env = {"AI_TICKETD_ZENDESK_SOURCE": source}
    sim = world.use(world.sim("--tickets", 10, *ACCOUNT))
    process = start(world, **env)
    assert ready(world)
    assert processed(sim, 10)
    erased(world, 7)
    for life in range(2):
        calls, notes = sim.audit()["model_calls"], sim.audit()["notes"]
        edit(sim, 7, tags=["vip"], comment="it is still broken")
        edit(sim, 8, comment="this one too")
        before = json.loads(ctl(world, "--json", "status").stdout).get("last_poll_wall", 0)
        assert until(lambda: json.loads(ctl(world, "--json", "status").stdout).get("last_poll_wall", 0) > before + 2500)
        assert (sim.audit()["model_calls"], sim.audit()["notes"]) == (calls, notes)
        asked = ctl(world, "process", "7")
        assert asked.returncode == 1 and "erased on request" in asked.stderr
        both = ctl(world, "process", "7", "3")
        assert both.returncode == 0 and "erased, not processed  7" in both.stdout
        assert until(lambda: world.log().count("Ticket 3 skipped") == life + 1)
        refused = ctl(world, "--json", "process", "7")
        assert refused.returncode == 1 and json.loads(refused.stdout)["erased_and_left_alone"] == [7]
        assert sim.audit()["model_calls"] == calls
        assert said_of(world, 7) == []
        text = ctl(world, "explain", "7").stdout
        assert "Erased on request on 20" in text and "prevents a new analysis" in text
        assert stop(process) == 0
        assert said_of(world, 7) == []
        if life == 0:
            process = start(world, **env)
            assert ready(world)
    result = world.run("--ticket-id", "7")
    assert result.status == 0 and "erased on request" in world.log()
    assert sim.audit()["model_calls"] == calls


def test_what_a_killed_process_left_in_the_making_is_erased_too(world):
    sim = world.use(world.sim("--tickets", 10, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert processed(sim, 10)
    assert until(lambda: world.results())
    assert stop(process) == 0
    text = world.results()[0].read_text()
    left = world.logs / ".results_20251105_223301.json.4194999"  # no process has such a number
    left.write_text(text[:text.rindex('{"ticket_id":')])
    assert '"ticket_id":' in left.read_text()
    ticket = json.loads(text)["results"][0]["ticket_id"]
    process = start(world)
    assert ready(world)
    erased(world, ticket)
    assert said_of(world, ticket) == []
    assert left.exists()
    assert stop(process) == 0


def test_the_batch_that_is_running_names_it_no_more_when_it_is_over(world):
    sim = world.use(world.sim("--tickets", 30, *ACCOUNT, "--latency", "200-3000"))
    process = start(world, MAX_WORKERS=4, AI_TICKETD_LLM_INITIAL_IN_FLIGHT=4, AI_TICKETD_ZENDESK_BULK="never")
    assert ready(world)
    assert until(lambda: "✓ Ticket" in world.log())
    ticket = int(world.log().split("✓ Ticket ")[1].split(" ")[0])
    erased(world, ticket)
    assert processed(sim, 30)
    assert stop(process) == 0
    assert said_of(world, ticket) == []
    rows = world.rows()
    assert ticket not in rows and len(rows) == 29


def test_the_log_says_that_something_was_erased_and_not_what(world):
    sim = world.use(world.sim("--tickets", 5, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert processed(sim, 5)
    erased(world, 4)
    assert until(lambda: "A ticket was erased on request: " in world.log())  # who writes it does so behind the answer
    assert said_of(world, 4) == []
    assert stop(process) == 0


def being_erased(world):
    """Tickets that the state names as not erased everywhere; the service must have ended."""
    database = sqlite3.connect(world.path / "state.db")
    rows = [row[0] for row in database.execute("SELECT ticket FROM erasing")]
    database.close()
    return rows


def test_a_batch_that_is_cut_off_after_an_erasing_does_not_bring_the_ticket_back(world):
    sim = world.use(world.sim("--tickets", 200, *ACCOUNT, "--latency", "100-2000"))
    env = {"AI_TICKETD_LLM_MAX_IN_FLIGHT": "2", "AI_TICKETD_LLM_INITIAL_IN_FLIGHT": "2", "AI_TICKETD_ZENDESK_BULK": "never"}
    process = start(world, **env)
    assert ready(world)
    assert until(lambda: "✓ Ticket" in world.log())
    ticket = int(world.log().split("✓ Ticket ")[1].split(" ")[0])
    left = next(world.logs.glob(f".results_*.json.{process.pid}"))
    assert until(lambda: f'"ticket_id":{ticket},' in left.read_text())
    erased(world, ticket)
    process.kill()
    process.communicate()
    assert f'"ticket_id":{ticket},' in left.read_text()  # it would have lost it with its name
    assert being_erased(world) == [ticket]
    process = start(world, **env)
    assert ready(world)
    assert until(lambda: said_of(world, ticket) == []), said_of(world, ticket)
    assert ctl(world, "pause").returncode == 0
    assert stop(process) == 0
    assert being_erased(world) == []
    assert sim.audit()["notes_max_per_ticket"] == 1


def test_an_erasing_that_was_cut_off_goes_on_with_the_next_life(world):
    sim = world.use(world.sim("--tickets", 10, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert processed(sim, 10)
    assert until(lambda: world.results())
    assert stop(process) == 0
    before = {path: path.read_text() for path in [*world.results(), *world.logs.glob("????????.log")]}
    process = start(world)
    assert ready(world)
    erased(world, 4)
    assert stop(process) == 0
    for path, text in before.items():  # as if the process had died between the database and the files
        path.write_text(text)
    database = sqlite3.connect(world.path / "state.db")
    with database:
        database.execute("INSERT INTO erasing (ticket, account) VALUES (4, 1)")
    database.close()
    assert said_of(world, 4) != []
    assert world.run("--once").status == 0  # a run leaves it to the service
    process = start(world)
    assert ready(world)
    assert until(lambda: said_of(world, 4) == []), said_of(world, 4)
    assert stop(process) == 0
    assert being_erased(world) == []
    assert "was erased on request" in world.log()


def test_a_file_that_cannot_be_rewritten_is_told_and_tried_again(world):
    sim = world.use(world.sim("--tickets", 5, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert processed(sim, 5)
    foreign = world.logs / "results_20251105_223301.json"
    foreign.write_text('{"results": [ { "ticket_id": 4 } ]}\n')
    assert until(lambda: ctl(world, "erase", "4").returncode == 1 and foreign.name in ctl(world, "erase", "4").stderr)
    told = json.loads(ctl(world, "--json", "erase", "4").stdout)
    assert foreign.name in told["what_is_left"] and "remove it by hand" in told["what_is_left"]
    assert "some data could not be erased:" in world.log()
    assert stop(process) == 0
    assert being_erased(world) == [4]
    foreign.unlink()
    process = start(world)
    assert ready(world)
    assert until(lambda: world.log().count("was erased on request") > world.log().count("some data could not be erased:"))
    assert stop(process) == 0
    assert being_erased(world) == []
