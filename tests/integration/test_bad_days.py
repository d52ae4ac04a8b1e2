"""What the machine does to a running service: its clock jumps, its disk takes no more, a ticket ends it. Preloaded by the test
(trouble.c); the program under test is the one that is installed."""

import errno
import json
import os
import signal
import subprocess
import time

import pytest

from conftest import http
from test_bad_servers import MODELS, chat
from test_service import ctl, ready, start, stop, until

DAY = 86400


def health(world):
    return json.loads(ctl(world, "--json", "health").stdout or "{}")


def day(shift):
    return time.strftime("%Y%m%d", time.gmtime(time.time() + shift))


# --- the clock ---


@pytest.mark.parametrize("jumps", [(3 * DAY, 0, -3 * DAY, 0), (-3 * DAY, 400 * DAY, 0), (3 * DAY,)], ids=["forth and back", "a year", "ahead"])
def test_a_wall_clock_that_jumps_by_days_stops_nothing_and_doubles_nothing(world, jumps):
    trouble = world.trouble()
    sim = world.use(world.sim("--tickets", 10, "--arrivals", 600))
    world.logs.mkdir()
    for age in (5, 1):  # of days on which the clock was right
        (world.logs / f"{day(-age * DAY)}.log").write_text("kept\n")
    # Two weeks are kept: a clock that is a year ahead by mistake would remove everything.
    # A year ahead the default model is no longer served, and health says so.
    process = start(world, **trouble.env, LOG_RETENTION_DAYS=14, LLM_MODEL="gpt-6-luna")
    assert ready(world)
    for jump in jumps:
        trouble.set_clock(jump)
        before = sim.audit()["arrivals_processed"]
        assert until(lambda: sim.audit()["arrivals_processed"] > before + 5), sim.audit()
        assert until(lambda: (world.logs / f"{day(jump)}.log").exists())
        assert until(lambda: health(world).get("status") == "healthy"), health(world)
    assert sim.audit()["notes_max_per_ticket"] == 1 and sim.audit()["second_notes"] == 0
    # Reading the retention anew sweeps at once.
    process.send_signal(signal.SIGHUP)
    assert until(lambda: "Reload:" in world.log())
    # Nothing turns in circles: neither requests while it works nor the loop while it rests.
    assert sim.audit()["zendesk_requests"] < 10 * sim.audit()["notes"] + 100, sim.audit()
    assert ctl(world, "pause").returncode == 0
    assert until(lambda: json.loads(ctl(world, "--json", "status").stdout)["zendesk"]["in_flight"] == 0 and resting(sim))
    used = cpu(process)
    time.sleep(2)
    assert cpu(process) - used < 0.5
    assert stop(process) == 0
    for age in (5, 1):
        assert (world.logs / f"{day(-age * DAY)}.log").exists()
    assert (world.logs / f"{day(0)}.log").exists()
    rows = [row["ticket_id"] for path in world.results() for row in json.loads(path.read_text())["results"] if row["status"] == "success"]
    assert len(rows) == len(set(rows)) == sim.audit()["notes"]


def cpu(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_service_that_starts_with_a_clock_far_ahead_removes_nothing_that_day(world):
    trouble = world.trouble()
    trouble.set_clock(400 * DAY)
    world.use(world.sim("--tickets", 5))
    world.logs.mkdir()
    old = [world.logs / f"{day(0)}.log", world.logs / f"results_{day(-DAY)}_000000.json"]
    for path in old:
        path.write_text("{}\n")
    # A year ahead the default model is no longer served, and health says so.
    process = start(world, **trouble.env, LOG_RETENTION_DAYS=14, LLM_MODEL="gpt-6-luna")
    assert until(lambda: "The system clock is more than a week ahead" in world.log())
    assert ready(world)
    assert stop(process) == 0
    assert all(path.exists() for path in old)
    # The clock put right, the same files are looked at as ever.
    trouble.set_clock(10 * DAY)
    (world.logs / f"{day(-7 * DAY)}.log").write_text("x\n")
    (world.logs / f"{day(9 * DAY)}.log").write_text("of yesterday\n")
    # A year ahead the default model is no longer served, and health says so.
    process = start(world, **trouble.env, LOG_RETENTION_DAYS=14, LLM_MODEL="gpt-6-luna")
    assert ready(world)
    assert until(lambda: not (world.logs / f"{day(-7 * DAY)}.log").exists())
    assert all(path.exists() for path in old)
    assert stop(process) == 0


# --- the disk ---


@pytest.mark.parametrize("code", [errno.EROFS, errno.ENOSPC], ids=["read-only", "full"])
def test_a_disk_that_takes_no_more_while_it_runs_is_waited_for(world, code):
    """Once the disk of the database alone, once that of the log too."""
    own = code == errno.EROFS
    disk = world.path / "disk" if own else world.path
    disk.mkdir(exist_ok=True)
    trouble = world.trouble(folder=disk)
    sim = world.use(world.sim("--tickets", 400, "--latency", "30-60"))
    process = start(world, **trouble.env, AI_TICKETD_STORE_PATH=disk / "state.db", MAX_WORKERS=8, AI_TICKETD_LLM_INITIAL_IN_FLIGHT=8,
                    AI_TICKETD_ZENDESK_BULK="never")
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] >= 20)
    trouble.set_disk(code)
    paid = sim.audit()["model_calls"]
    assert until(lambda: health(world).get("status") == "unhealthy"), health(world)
    words = ctl(world, "status").stdout.splitlines()[0]
    assert "disk" in words.lower() or "database" in words.lower(), words
    assert until(lambda: resting(sim))
    held = sim.audit()["processed"]
    assert held < 400, "it was over before the disk failed"
    assert ctl(world, "explain", "1").returncode < 3 and process.poll() is None
    assert sim.audit()["model_calls"] - paid < 40, "a model is asked for what cannot be kept"
    trouble.set_disk(0)
    if code == errno.ENOSPC:  # those that failed would come back by themselves, as they do in the other case
        assert ctl(world, "process", *map(str, range(1, 401))).returncode == 0
    assert until(lambda: sim.audit()["processed"] == 400, 120), (sim.audit(), health(world))
    # Degraded is right too: of the last 24 hours many failed.
    assert until(lambda: health(world).get("status") in ("healthy", "degraded")), health(world)
    assert health(world)["checks"]["database"] == "ok" and "The database can be written again" in world.log()
    if own:
        assert world.log().count("the database cannot be written, so Zendesk updates are on hold") == 1
        assert f"| ERROR | store.path: {disk}/state.db: " in world.log()
    audit = sim.audit()
    assert (audit["notes"], audit["notes_max_per_ticket"], audit["tags_lost"]) == (400, 1, 0)
    assert stop(process) == 0


def resting(sim):
    before = sim.audit()["writes"]
    time.sleep(1)
    return sim.audit()["writes"] == before


# --- the ticket ---


def test_a_ticket_that_ends_the_process_twice_is_quarantined_and_the_others_are_done(world):
    word, deadly = "deadlyword", "ticket number seven"
    trouble = world.trouble(word)
    texts = world.path / "texts"
    texts.write_text("".join(json.dumps({"subject": "hello", "description": deadly if number == 7 else "the page is slow"}) + "\n"
                             for number in range(1, 21)))

    def model(connection, request):
        if b"/models" in request.split(b"\r\n", 1)[0]:
            connection.sendall(MODELS)
            return
        summary = word if deadly.encode() in request else "a slow page"
        connection.sendall(http(chat(json.dumps({"summary": summary, "root_cause": "bug", "urgency": "low", "sentiment": "neutral"}))))
    peer = world.peer(model)
    sim = world.use(world.sim("--texts", texts, "--tickets", 20), peer)

    def asked_for_seven():
        return sum(deadly.encode() in request for request in peer.requests)
    for death in (1, 2):
        process = world.start(env={**trouble.env, "AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s"})
        _, words = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGSEGV, (process.returncode, words)
        assert (world.path / "deaths").read_text() == "7\n" * death
        assert asked_for_seven() == death
    process = start(world, **trouble.env)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 19), sim.audit()
    said = "Ticket 7 crashed the service twice and is quarantined"
    assert until(lambda: said in world.log())
    assert until(lambda: "quarantined" in ctl(world, "explain", "7").stdout), ctl(world, "explain", "7")
    assert ctl(world, "process", "7").returncode == 0
    assert until(lambda: world.log().count("Ticket 7 ") >= 3), world.log()
    time.sleep(2)  # two more looks for tickets
    assert process.poll() is None and health(world)["status"] in ("healthy", "degraded")
    assert world.log().count(said) == 1
    assert asked_for_seven() == 2 and sim.audit()["notes_max_per_ticket"] == 1
    assert stop(process) == 0
    assert world.rows()[7]["status"] == "skipped" and "quarantined" in world.rows()[7]["error"]
    # Kept over a start too.
    process = start(world, **trouble.env)
    assert ready(world)
    assert until(lambda: world.log().count(said) == 2)
    assert asked_for_seven() == 2 and process.poll() is None
    assert stop(process) == 0


def test_a_process_that_is_ended_between_two_steps_blames_no_ticket(world):
    sim = world.use(world.sim("--tickets", 5))
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 5 and world.results())
    process.send_signal(signal.SIGABRT)  # as the watchdog does
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGABRT
    assert (world.path / "deaths").read_text() == ""
