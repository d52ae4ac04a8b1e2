"""What the running service says of its health and of its work: to monitors, to containers and to people."""

import json
import os
import re
import subprocess
import time

from conftest import http
from test_bad_servers import GOOD, MODELS
from test_service import ACCOUNT, ctl, ready, start, stop, until


def health(world):
    return json.loads(ctl(world, "--json", "health").stdout)


def status(world):
    return json.loads(ctl(world, "--json", "status").stdout)


def test_a_pause_leads_the_sentence_and_leaves_the_status_as_it_is(world):
    world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert until(lambda: health(world)["metrics"]["tickets_processed_24h"] == 3)
    assert health(world)["paused"] is False and ctl(world, "health").returncode == 0
    assert ctl(world, "pause").returncode == 0
    assert until(lambda: health(world)["paused"] is True)
    told = health(world)
    assert told["status"] == "healthy" and told["message"].startswith("Paused. No new tickets are taken; ") and "Healthy. 3" in told["message"]
    assert ctl(world, "health").returncode == 0 and ctl(world, "health", "--ready").returncode == 0
    assert "paused" in ctl(world, "status").stdout
    assert ctl(world, "resume").returncode == 0
    assert stop(process) == 0


def test_it_lives_before_it_is_ready(world):
    """Zendesk does not let it in: it answers, and is not ready."""
    world.use(world.sim("--tickets", 3, "--credentials", "agent@example.com:another-token"))
    process = start(world)
    assert until(lambda: ctl(world, "health", "--live").returncode == 0)
    assert until(lambda: health(world)["status"] == "unhealthy")
    assert ctl(world, "health", "--ready").returncode == 1 and ctl(world, "health", "--live").returncode == 0
    assert health(world)["checks"]["zendesk_api"].startswith("error: Zendesk refused the sign-in")
    assert stop(process) == 0
    assert ctl(world, "health", "--live").returncode == 1


def failing_model():
    """It has answered well once: tickets wait for one that never did."""
    answered = []

    def talk(connection, request):
        if b"/models" in request.split(b"\r\n")[0]:
            connection.sendall(MODELS)
        elif not answered:
            answered.append(True)
            connection.sendall(http(GOOD))
        else:
            connection.sendall(http('{"error":{"message":"overloaded"}}', status="500 Trouble"))
    return talk


def test_tickets_that_use_up_their_attempts_degrade_it_at_once(world):
    """The model fails at each request; a day's rate would hardly move."""
    sim = world.sim("--tickets", 30, *ACCOUNT)
    world.use(sim, world.peer(failing_model()))
    process = start(world, RETRY_ATTEMPTS=1, AI_TICKETD_LLM_PATIENCE="0")
    assert ready(world)
    assert until(lambda: health(world)["status"] == "degraded"), health(world)
    assert until(lambda: sim.audit()["processed"] == 30), sim.audit()
    told = health(world)
    trouble = told["checks"]["attempts"] + told["checks"]["llm_api"]
    assert told["status"] == "degraded" and "error: " in trouble, told
    assert ctl(world, "health").returncode == 1
    assert stop(process) == 0
    lines = [line for line in world.log().splitlines() if "classified by rules because" in line]
    assert len(lines) < 30 and "The same of " in world.log(), lines


def test_a_backlog_that_takes_too_long_degrades_it_and_names_the_limit(world):
    sim = world.use(world.sim("--tickets", 300, *ACCOUNT))
    process = start(world, AI_TICKETD_ALERTS_BACKLOG_TIME="1s", AI_TICKETD_LLM_REQUESTS_PER_MINUTE="30")
    assert ready(world)
    assert until(lambda: status(world)["work"]["waiting"] > 100), status(world)
    assert until(lambda: health(world)["status"] == "degraded", 90), status(world)["work"]
    told = health(world)
    assert "limited by llm.requests_per_minute: 30 a minute" in told["message"], told
    assert told["metrics"]["backlog"] > 100 and told["metrics"]["backlog_seconds"] > 60
    shown = ctl(world, "status").stdout
    assert "Time left    about " in shown and "Limited by   llm.requests_per_minute" in shown, shown
    assert stop(process) == 0


def test_status_tells_people_who_it_is_and_what_it_ignores(world):
    world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = start(world, AI_TICKETD_UNHEARD_OF="1")
    assert ready(world)
    assert until(lambda: health(world)["metrics"]["tickets_processed_24h"] == 3)
    told = status(world)
    assert told["account"]["email"] == "agent@example.com" and told["mode"] == "writing"
    assert any("AI_TICKETD_UNHEARD_OF" in line for line in told["warnings"]), told["warnings"]
    assert told["llm"]["breaker"] == "closed"
    shown = ctl(world, "status").stdout
    assert "signed in as agent@example.com" in shown and "Warning: " in shown and "breaker" not in shown
    assert "llm.breaker" in ctl(world, "status", "--inside").stdout
    assert stop(process) == 0


def test_process_wait_shows_what_became_of_a_ticket(world):
    world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = start(world)
    assert ready(world)
    told = ctl(world, "process", "--wait", "2")
    assert told.returncode == 0 and told.stdout.splitlines()[-1].startswith(("Ticket 2: done: ", "Ticket 2: skipped: ")), told
    told = ctl(world, "process", "--wait", "999999")
    assert told.returncode == 1 and "Ticket 999999: not found" in told.stdout, told
    assert stop(process) == 0


def test_a_summary_and_results_are_not_written_at_each_poll(world):
    sim = world.use(world.sim("--tickets", 10, *ACCOUNT))
    process = start(world, AI_TICKETD_LOG_BATCH_INTERVAL="1h")
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 10)
    assert until(lambda: health(world)["metrics"]["tickets_processed_24h"] == 10)
    time.sleep(2.5)  # polls that find nothing
    assert world.results() == [] and "Processed: " not in world.log()
    assert stop(process) == 0
    assert len(world.rows()) == 10 and len(world.results()) == 1 and "Processed: 10/10 tickets" in world.log()


def test_the_progress_line_knows_phases_and_never_says_that_no_time_is_left(world):
    world.use(world.sim("--tickets", 150, "--latency", "1000", *ACCOUNT))
    mine, its = os.openpty()
    process = world.start("--once", "--limit", "0", stderr=its, stdout=subprocess.DEVNULL, env={"TERM": "xterm", "MAX_WORKERS": "50"})
    os.close(its)
    shown = b""
    try:
        while piece := os.read(mine, 65536):
            shown += piece
    except OSError:
        pass  # its last end was closed
    os.close(mine)
    assert process.wait(timeout=60) == 0
    lines = [line.strip() for line in re.split(r"[\r\n]+|\x1b\[[0-9;]*[A-Za-z]", shown.decode()) if line.strip()]
    assert any(line.startswith("Analysing: ") and " left" in line for line in lines), lines
    assert any(line.startswith("Writing: ") for line in lines), lines
    assert not any(re.search(r"(?<![\d.])0(\.0)? s left|0 ms", line) for line in lines), lines
