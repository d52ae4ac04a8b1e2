"""A person orders that a ticket which is done is analysed once more: from the command line, by ai-ticketctl, and by a tag."""

import os
import pwd
import signal
import time

from test_explain import ENDED, explain
from test_service import ACCOUNT, ctl, ready, start, stop, until


def notes(sim):
    return sim.audit()["notes"]


def done(world, sim, count, **env):
    """A service that has processed all tickets."""
    process = start(world, **env)
    assert ready(world)
    assert until(lambda: notes(sim) == count and all(ENDED in explain(world, i) for i in range(1, count + 1)))
    return process


def test_ctl_orders_one_more_analysis_and_one_more_note(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = done(world, sim, 3)
    assert ctl(world, "process", "1").returncode == 0  # without --again a done ticket is left alone
    told = ctl(world, "process", "--again", "1", "2")
    assert told.returncode == 0 and "explain ID" in told.stdout, told
    assert until(lambda: notes(sim) == 5), sim.audit()
    assert until(lambda: explain(world, 1).count("  Done: ") == 2), explain(world, 1)
    text = explain(world, 1)
    me = f"{pwd.getpwuid(os.getuid()).pw_name} (uid {os.getuid()}, process "
    assert f"Ordered to be analysed again by {me}" in text and "Carries out the order:" in text
    assert stop(process) == 0
    process = start(world)
    assert ready(world)
    time.sleep(3)
    assert notes(sim) == 5
    audit = sim.audit()
    assert (audit["notes_max_per_ticket"], audit["tags_lost"], audit["priorities_overwritten"]) == (2, 0, 0)
    assert stop(process) == 0


def test_again_is_refused_where_it_means_nothing(world):
    world.use(world.sim("--tickets", 1))
    assert world.run("--once", "--again").status == 2
    process = start(world)
    assert ready(world)
    refused = ctl(world, "explain", "--again", "1")
    assert refused.returncode == 3 and "--again: can only be used with process" in refused.stderr
    missing = ctl(world, "process", "--again")
    assert missing.returncode == 3 and "a ticket number is required" in missing.stderr
    assert ctl(world, "process", "--again", "77").returncode == 0
    assert until(lambda: "no such ticket" in world.log()), world.log()
    assert stop(process) == 0


def test_the_command_line_analyses_a_done_ticket_again_and_a_new_one_once(world):
    sim = world.use(world.sim("--tickets", 4))
    assert world.run("--ticket-id", "2", "--again").status == 0
    assert notes(sim) == 1
    assert world.run("--ticket-id", "2", "--again").status == 0
    assert (notes(sim), sim.audit()["notes_max_per_ticket"]) == (2, 2)
    shown = world.run("--ticket-id", "2", "--again", "--dry-run")
    assert shown.status == 0 and notes(sim) == 2, shown
    missing = world.run("--ticket-id", "999", "--again")
    assert missing.status == 1 and "no such ticket" in missing.err + missing.out, missing
    assert world.run("--once", "--limit", "0").status == 0
    assert (notes(sim), sim.audit()["processed"]) == (5, 4)


def test_an_order_survives_kills_with_one_note(world):
    sim = world.use(world.sim("--tickets", 8, *ACCOUNT, "--latency", "100-400"))
    process = done(world, sim, 8)
    assert ctl(world, "process", "--again", *(str(i) for i in range(1, 9))).returncode == 0
    for delay in (0.05, 0.3, 0.6, 0.4):
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        process = start(world)
        assert ready(world)
    assert until(lambda: all(explain(world, i).count("  Done: ") == 2 for i in range(1, 9)), 90)
    audit = sim.audit()
    assert (audit["notes_max_per_ticket"], audit["notes"]) == (2, 16), audit
    assert stop(process) == 0


def test_an_agents_tag_orders_and_those_of_triggers_and_requesters_do_not(world):
    sim = world.use(world.sim("--tickets", 20, *ACCOUNT, "--again", "120"))
    process = start(world)
    assert ready(world)
    assert until(lambda: "was added by a trigger or an automation, not by an agent: ignored" in world.log(), 90), world.log()
    assert until(lambda: any("analysed again by an agent, user " in explain(world, i) for i in range(1, 21)), 90)
    assert until(lambda: notes(sim) > 20, 90)
    assert sim.audit()["notes_max_per_ticket"] == 2
    assert stop(process) == 0
