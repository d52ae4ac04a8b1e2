"""Shadow mode: everything but the write. Marked wherever a person or a program looks, decided once, never written as such when the mode
changes, by a reload or by a restart."""

import json
import signal
import time

from test_explain import explain
from test_service import ACCOUNT, ctl, ready, start, stop, until

SHADOW = "Shadow mode: nothing is written to Zendesk"


def told(world, command):
    return json.loads(ctl(world, "--json", command).stdout)


def counts(sim):
    audit = sim.audit()
    return audit["model_calls"], audit["writes"]


def all_shadowed(world, ids):
    return all("Decided in shadow" in explain(world, i) for i in ids)


def configured(world, mode):
    path = world.path / "a.conf"
    path.write_text(f"mode = {mode}\nzendesk {{\n  poll_interval = 1s\n}}\n")
    return path


def start_configured(world, mode):
    path = configured(world, mode)
    return world.start("--config", str(path), stdout=-3, stderr=-3)


def test_everything_but_the_write_and_marked_wherever_one_looks(world):
    sim = world.use(world.sim("--tickets", 20, *ACCOUNT))
    process = start(world, AI_TICKETD_MODE="shadow", AI_TICKETD_LOG_BATCH_INTERVAL="1s")
    assert ready(world)
    assert until(lambda: all_shadowed(world, range(1, 21)))
    assert counts(sim) == (20, 0)
    for look in ("health", "status"):
        shown = told(world, look)
        assert shown["mode"] == "shadow" and shown["message"].startswith(SHADOW), shown
        assert shown["status"] == "healthy" and shown["writes"] == "on"
    status = ctl(world, "status").stdout
    assert status.startswith(SHADOW) and "shadow: decisions are recorded" in status, status
    text = explain(world, 5)
    assert "Decided in shadow: nothing was written to Zendesk." in text
    assert "Shadow, nothing was written: decided by " in text and "Would add the tags:" in text, text
    assert until(lambda: world.results())
    assert until(lambda: {row["status"] for row in world.rows().values()} == {"shadow"} and len(world.rows()) == 20)
    assert sum(json.loads(path.read_text()).get("shadow", 0) for path in world.results()) == 20
    assert until(lambda: "Shadow: " in world.log())  # the summary comes after the results
    log = world.log()
    assert SHADOW in log and "(shadow): would add tags " in log
    assert told(world, "status")["days"][0]["tokens_prompt"] > 0  # paid, and counted
    assert ctl(world, "process", "3").returncode == 0
    assert until(lambda: "Ticket 3 skipped: already decided in shadow" in world.log())
    refused = ctl(world, "process", "--again", "3")
    assert refused.returncode == 1 and "Shadow mode: nothing is written" in refused.stderr, refused
    time.sleep(3)  # more polls
    assert counts(sim) == (20, 0)
    assert stop(process) == 0
    process = start(world, AI_TICKETD_MODE="shadow")
    assert ready(world) and until(lambda: told(world, "status").get("last_poll_wall"))
    time.sleep(2)
    assert counts(sim) == (20, 0) and all_shadowed(world, range(1, 21))
    assert stop(process) == 0


def test_a_restart_in_writing_mode_uses_fresh_answers_for_new_decisions(world):
    sim = world.use(world.sim("--tickets", 12, *ACCOUNT))
    run = world.run("--once", "--shadow")
    assert run.status == 0 and SHADOW in run.err and "Shadow: 12 analysed" in run.out + run.err, run
    assert counts(sim) == (12, 0)
    again = world.run("--once", "--shadow")
    assert again.status == 0 and counts(sim) == (12, 0), again
    run = world.run("--once")
    assert run.status == 0, run
    audit = sim.audit()
    assert (audit["processed"], audit["notes"], audit["model_calls"]) == (12, 12, 12)
    process = start(world)
    assert ready(world)
    text = explain(world, 4)
    assert "Shadow, nothing was written" in text and "Answer of the shadow decision:" in text and "Done: " in text, text
    assert stop(process) == 0


def test_another_model_decides_anew(world):
    sim = world.use(world.sim("--tickets", 6, *ACCOUNT))
    assert world.run("--once", "--shadow").status == 0
    assert world.run("--once", "--model", "gpt-4o").status == 0
    audit = sim.audit()
    assert (audit["processed"], audit["notes"], audit["model_calls"]) == (6, 6, 12)


def test_a_reload_changes_the_mode_there_and_back(world):
    sim = world.use(world.sim("--tickets", 10, *ACCOUNT))
    process = start_configured(world, "shadow")
    assert ready(world)
    assert until(lambda: all_shadowed(world, range(1, 11)))
    configured(world, "writing")
    assert ctl(world, "reload").returncode == 0
    assert until(lambda: sim.audit()["processed"] == 10), sim.audit()
    assert counts(sim)[0] == 10 and sim.audit()["notes_max_per_ticket"] == 1
    assert told(world, "health")["mode"] == "writing"
    writes = counts(sim)[1]
    configured(world, "shadow")
    process.send_signal(signal.SIGHUP)
    assert until(lambda: told(world, "health")["mode"] == "shadow")
    assert told(world, "health")["message"].startswith(SHADOW)
    time.sleep(2)
    assert counts(sim) == (10, writes)
    configured(world, "shadows")
    refused = ctl(world, "reload")
    assert refused.returncode == 1 and told(world, "health")["mode"] == "shadow", refused
    assert stop(process) == 0


def test_wrong_values_and_words_that_do_not_go_together_are_refused(world):
    world.use(world.sim("--tickets", 1))
    for words, why in ((("--shadow", "--dry-run", "--once"), "choose one"),
                       (("--shadow", "--ticket-id", "1", "--again"), "--again: cannot be used with --shadow")):
        run = world.run(*words)
        assert run.status == 2 and why in run.err, run
    run = world.run("--check-config", env={"AI_TICKETD_MODE": "shade"})
    assert run.status == 2 and "AI_TICKETD_MODE: expected writing or shadow" in run.err, run
    run = world.run("--dump-config", "--shadow")
    assert run.status == 0 and "mode = shadow" in run.out, run


def test_one_ticket_in_shadow(world):
    sim = world.use(world.sim("--tickets", 3))
    first = world.run("--ticket-id", "2", "--shadow")
    assert first.status == 0 and "(shadow): would add tags" in first.err, first
    second = world.run("--ticket-id", "2", "--shadow")
    assert second.status == 0 and "already decided in shadow" in second.err, second
    assert counts(sim) == (1, 0)
    again = world.run("--ticket-id", "2", "--again", env={"AI_TICKETD_MODE": "shadow"})
    assert again.status == 1 and "in shadow mode nothing is written" in again.err, again
