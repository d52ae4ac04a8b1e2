"""The emergency stop: from the order on nothing leaves that changes anything or costs money, whatever happens to the process, and
nothing is lost when a person starts writing again."""

import errno
import json
import os
import pwd
import time

from conftest import http
from test_bad_servers import MODELS
from test_service import ACCOUNT, ctl, ready, start, stop, until

STOPPED = "Writing is stopped by "


def told(world, command):
    return json.loads(ctl(world, "--json", command).stdout)


def order(world):
    answer = ctl(world, "--json", "stop-writing")
    assert answer.returncode == 0, answer
    return json.loads(answer.stdout)


def counts(sim):
    audit = sim.audit()
    return audit["notes"], audit["model_calls"]


def nothing_leaves(sim, seconds=3):
    """What had left may still arrive; then neither a note is written nor a model asked."""
    time.sleep(1)
    before = counts(sim)
    time.sleep(seconds)
    return counts(sim) == before


def test_it_stops_a_service_at_work_and_a_start_loses_nothing(world):
    sim = world.use(world.sim("--tickets", 300, "--latency", "500-1500", "--limits", "enterprise", "--job-queue", "2", "--job-rate", "50"))
    process = start(world, MAX_WORKERS=40)
    assert ready(world)
    assert until(lambda: sim.audit()["notes"] > 0)
    answer = order(world)
    assert answer["message"].startswith(STOPPED) and "start-writing" in answer["message"], answer
    assert answer["jobs_that_cannot_be_recalled"] == len(answer["jobs"])
    assert answer["tickets_in_these_jobs"] == sum(job["tickets"] for job in answer["jobs"])
    assert all(job["job"] for job in answer["jobs"])
    assert until(lambda: told(world, "status")["queue"]["jobs"] == 0)  # they are still followed
    assert nothing_leaves(sim)
    assert sim.audit()["processed"] < 300
    for look in ("health", "status"):
        shown = told(world, look)
        assert shown["writes"] == "stopped" and shown["message"].startswith(STOPPED), shown
        assert shown["status"] == "degraded"
    assert STOPPED in world.log()
    me = f"Writing is stopped by {pwd.getpwuid(os.getuid()).pw_name} (uid {os.getuid()}) since "
    assert until(lambda: told(world, "status")["message"].startswith(me)), told(world, "status")
    assert until(lambda: me[len(STOPPED):-7] in (world.path / "stop-writing").read_text())
    assert "stop-writing" in ctl(world, "audit").stdout
    refused = ctl(world, "process", "7")
    assert refused.returncode == 1 and STOPPED in refused.stderr
    assert ctl(world, "resume").returncode == 0  # ends a pause, and this is none
    assert nothing_leaves(sim, 1)
    assert "Writing is started" in ctl(world, "start-writing").stdout
    assert until(lambda: sim.audit()["processed"] == 300), sim.audit()
    assert sim.audit()["notes_max_per_ticket"] == 1 and sim.audit()["second_notes"] == 0
    assert told(world, "health")["writes"] == "on"
    assert stop(process) == 0


def test_it_outlives_the_process_and_binds_runs_by_hand(world):
    sim = world.use(world.sim("--tickets", 100, "--latency", "2000", *ACCOUNT))
    process = start(world, MAX_WORKERS=10)
    assert until(lambda: sim.audit()["model_calls"] > 0)
    order(world)
    process.kill()
    process.communicate()
    time.sleep(2.5)  # the model answers what it had been asked
    before = counts(sim)
    for words in (("--once",), ("--ticket-id", "3"), ("--once", "--dry-run")):
        run = world.run(*words)
        assert run.status == 1 and STOPPED in run.err + run.out and "start-writing" in run.err + run.out, run
    process = start(world)
    assert ready(world)
    assert nothing_leaves(sim) and counts(sim) == before
    assert stop(process) == 0  # at once, although tickets wait
    process = start(world)
    assert ready(world)
    assert ctl(world, "start-writing").returncode == 0
    assert until(lambda: sim.audit()["processed"] == 100), sim.audit()
    assert sim.audit()["notes_max_per_ticket"] == 1
    assert stop(process) == 0
    assert world.run("--once").status == 0


def test_a_full_disk_is_no_reason_to_forget_it(world):
    trouble = world.trouble()
    sim = world.use(world.sim("--tickets", 100, "--latency", "500", *ACCOUNT))
    process = start(world, **trouble.env, MAX_WORKERS=5)
    assert until(lambda: sim.audit()["notes"] > 0)
    trouble.set_disk(errno.ENOSPC)
    assert "only while this process runs" not in order(world)["message"]
    assert nothing_leaves(sim)
    process.kill()
    process.communicate()
    trouble.set_disk(0)
    process = start(world, **trouble.env)
    assert ready(world) and told(world, "health")["writes"] == "stopped"
    assert nothing_leaves(sim)
    assert ctl(world, "start-writing").returncode == 0
    assert until(lambda: sim.audit()["processed"] == 100), sim.audit()
    assert stop(process) == 0


def test_it_holds_although_it_cannot_be_remembered(world):
    """A folder stands where the file should be: the service says that a restart would end the stop, and tries again."""
    sim = world.use(world.sim("--tickets", 100, "--latency", "500", *ACCOUNT))
    process = start(world, MAX_WORKERS=5)
    assert until(lambda: sim.audit()["notes"] > 0)
    folder = world.path / "stop-writing"
    (folder / "x").mkdir(parents=True)
    answer = order(world)
    assert "It holds only while this process runs" in answer["message"] and "stop-writing" in answer["message"], answer
    assert "A restart would end that" in told(world, "health")["message"]
    assert until(lambda: "a restart would end that" in world.log())
    assert nothing_leaves(sim)
    (folder / "x").rmdir()
    folder.rmdir()
    assert "only while" not in order(world)["message"]  # a second order tries again, and keeps the first one's time
    assert folder.is_file()
    assert ctl(world, "start-writing").returncode == 0
    assert until(lambda: sim.audit()["processed"] == 100), sim.audit()
    assert stop(process) == 0


def test_the_file_made_by_hand_stops_the_next_start(world):
    sim = world.use(world.sim("--tickets", 5))
    (world.path / "stop-writing").touch()
    run = world.run("--once")
    assert run.status == 1 and "stop-writing" in run.err + run.out
    assert counts(sim) == (0, 0)
    (world.path / "stop-writing").unlink()
    assert world.run("--once").status == 0 and sim.audit()["processed"] == 5


def test_writes_off_in_the_configuration_does_the_same_until_it_is_on(world):
    sim = world.use(world.sim("--tickets", 5, "--arrivals", 120))
    conf = world.path / "a.conf"
    conf.write_text("writes = off\n")
    run = world.run("-c", conf, "--once")
    assert run.status == 1 and "writes = off in the configuration" in run.err + run.out, run
    process = world.start("-c", conf, env={"AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s"})
    assert ready(world) and nothing_leaves(sim) and counts(sim) == (0, 0)
    refused = ctl(world, "start-writing")
    assert refused.returncode == 1 and "set writes = on" in refused.stderr, refused
    conf.write_text("writes = on\n")
    assert ctl(world, "reload").returncode == 0
    assert until(lambda: sim.audit()["processed"] >= 5)
    conf.write_text("service { writes = off }\n".replace("{ ", "{\n").replace(" }", "\n}"))
    assert "service.writes" in ctl(world, "reload").stdout
    assert nothing_leaves(sim)
    conf.write_text("write = off\n")
    bad = ctl(world, "reload")
    assert bad.returncode == 1 and "did you mean writes?" in bad.stderr, bad
    assert stop(process) == 0


def test_what_has_not_left_yet_is_taken_back(world):
    """The model's service accepts no connection, so the questions wait in the client: after the stop none of them arrives."""
    import socket

    asleep = socket.create_server(("127.0.0.1", 0), backlog=0)
    full = [socket.socket() for _ in range(3)]  # the backlog is full: further connections are not made
    for other in full:
        other.setblocking(False)
        other.connect_ex(asleep.getsockname())
    sim = world.use(world.sim("--tickets", 5))
    process = start(world, AI_TICKETD_LLM_PROVIDER="ollama", OLLAMA_HOST=f"http://127.0.0.1:{asleep.getsockname()[1]}")
    assert ready(world)
    assert until(lambda: told(world, "status")["llm"]["in_flight"] > 0)
    order(world)
    assert until(lambda: told(world, "status")["queue"]["analysing"] == 0, 10), told(world, "status")
    for other in full:
        other.close()
    asleep.settimeout(1)
    seen = b""
    try:
        while True:
            connection, _ = asleep.accept()
            connection.settimeout(1)
            seen += connection.recv(65536)
    except OSError:
        pass
    assert b"/api/chat" not in seen
    assert counts(sim) == (0, 0)
    assert stop(process) == 0
