"""The service: it stays, takes orders, keeps what it knows, and ends as asked."""

import errno
import json
import os
import re
import signal
import socket
import subprocess
import time

import draw
from conftest import BIN
from test_bad_servers import MODELS

CTL = os.path.join(BIN, "daemon/ai-ticketctl")
HELPER = os.path.join(BIN, "packaging/systemd/ai-ticketd-reload")
ACCOUNT = ("--limits", "enterprise", "--job-queue", "1", "--job-rate", "200")


def start(world, **env):
    env = {"AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s", **env}
    return world.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)


def ctl(world, *words):
    return subprocess.run([CTL, "--socket", str(world.path / "socket"), *words], capture_output=True, text=True, timeout=90)


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def ready(world):
    return until(lambda: ctl(world, "health").returncode < 3)


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    return process.returncode


def test_it_finds_what_comes_answers_about_itself_and_stops_with_status_0(world):
    sim = world.use(world.sim("--tickets", 60, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 60), sim.audit()
    assert until(lambda: world.results())
    health = json.loads(ctl(world, "--json", "health").stdout)
    assert health["status"] == "healthy" and health["metrics"]["tickets_processed_24h"] == 60
    assert ctl(world, "status").stdout.startswith("Healthy")
    explained = ctl(world, "explain", "5").stdout
    assert "Decided by" in explained and "Done" in explained
    assert stop(process) == 0
    assert "Processed: 60/60 tickets" in world.log()
    assert not os.path.exists(world.path / "socket")


def sockets(process):
    count = 0
    for number in os.listdir(f"/proc/{process.pid}/fd"):
        try:
            count += os.readlink(f"/proc/{process.pid}/fd/{number}").startswith("socket:")
        except FileNotFoundError:
            pass
    return count


def test_connections_of_a_burst_are_closed_a_while_later_and_polls_go_on(world):
    sim = world.use(world.sim("--tickets", 60, "--latency", 500, *ACCOUNT))
    process = start(world)
    assert until(lambda: ready(world) and sockets(process) > 40)
    assert until(lambda: sim.audit()["processed"] == 60), sim.audit()
    assert until(lambda: sockets(process) < 10)
    polled = json.loads(ctl(world, "--json", "status").stdout)["last_poll_wall"]
    assert until(lambda: json.loads(ctl(world, "--json", "status").stdout)["last_poll_wall"] > polled)
    assert ctl(world, "health").returncode == 0
    assert stop(process) == 0


def test_a_second_instance_is_refused_and_once_beside_it_names_the_way(world):
    world.use(world.sim("--tickets", 5))
    process = start(world)
    assert ready(world)
    for options in ([], ["--once"]):
        result = world.run(*options)
        assert result.status == 2, result
        assert f"`ai-ticketctl --socket {world.path}/socket process ID`" in result.err
    assert world.run("--once", "--dry-run").status == 0  # beside the service
    assert stop(process) == 0


def test_who_orders_something_while_it_stops_is_told_that_it_is_not_done(world):
    def model(connection, request):
        if b"/models" in request.split(b"\r\n", 1)[0]:
            connection.sendall(MODELS)  # and to a ticket nothing, so that there is something in flight
    peer, sim = world.peer(model), world.sim("--tickets", 1)
    world.use(sim, peer)
    process = start(world)
    assert ready(world)
    assert until(lambda: any(b"/chat/" in request for request in peer.requests))
    process.send_signal(signal.SIGTERM)
    assert until(lambda: "Stopping" in ctl(world, "health").stdout)
    for order in (["pause"], ["resume"], ["process", "1"]):
        answer = ctl(world, *order)
        assert answer.returncode == 1 and "the service is stopping" in answer.stderr, answer
    process.send_signal(signal.SIGTERM)  # at once
    process.communicate(timeout=60)


def test_a_service_that_is_not_let_in_stays_and_stops_with_status_0(world):
    """As a command it would end with 3; a service has no work to fail at when it is stopped."""
    sim = world.use(world.sim("--tickets", 3, "--credentials", "agent@example.com:another-token"))
    assert world.run("--once", "--dry-run").status == 3
    process = start(world)
    assert until(lambda: ctl(world, "health").returncode == 2)
    assert "Zendesk refused the sign-in" in ctl(world, "health").stdout
    assert stop(process) == 0
    assert sim.audit()["processed"] == 0


def test_pause_resume_and_process(world):
    sim = world.use(world.sim("--tickets", 30, *ACCOUNT))
    process = start(world, AI_TICKETD_ZENDESK_POLL_INTERVAL="1h")
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 30)
    assert ctl(world, "pause").returncode == 0
    assert "paused" in ctl(world, "health").stdout.lower()
    assert ctl(world, "process", "5", "999999").returncode == 0
    assert until(lambda: "Ticket 999999" in world.log() and "Ticket 5 " in world.log().split("Paused")[1]), world.log()
    assert sim.audit()["notes_max_per_ticket"] == 1
    assert ctl(world, "resume").returncode == 0
    assert stop(process) == 0


def test_a_pause_counts_what_goes_on_as_the_log_does(world):
    """30 tickets wait for their turn with a model that answers nobody: a page of them was only found."""
    sim = world.use(world.sim("--tickets", 30, "--latency", "60000", *ACCOUNT))
    conf = world.path / "a.conf"
    conf.write_text("llm {\n  max_in_flight = 2\n}\n")
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert until(lambda: sim.audit()["model_calls"] == 2)
    told = ctl(world, "pause").stdout.strip()
    assert re.search(r"; [1-9] in progress", told), told
    assert until(lambda: told in world.log()), (told, world.log())
    process.kill()
    process.communicate()


def test_a_reload_is_applied_whole_or_refused_whole_with_its_reasons(world):
    world.use(world.sim("--tickets", 5))
    conf = world.path / "a.conf"
    conf.write_text("log {\n  level = info\n}\n")
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert ready(world)
    conf.write_text("log {\n  level = perhaps\n}\n")
    refused = ctl(world, "reload")
    assert refused.returncode == 1 and "log.level" in refused.stdout + refused.stderr, refused
    conf.write_text("log {\n  level = perhaps\n  json = perhaps\n}\n")
    first, second = [line for line in ctl(world, "reload").stderr.splitlines() if "a.conf:" in line]
    assert ":2: log.level" in first and ":3: log.json" in second  # a line each
    conf.write_text("log {\n  level = debug\n}\nzendesk {\n  processed_tag = other_tag\n}\n")
    good = ctl(world, "reload")
    assert good.returncode == 0 and "log.level" in good.stdout, good
    assert "zendesk.processed_tag (needs a restart)" in good.stdout
    process.send_signal(signal.SIGHUP)
    assert until(lambda: world.log().count("Reload:") >= 3)
    assert stop(process) == 0


def test_a_reload_that_raises_max_in_flight_lets_so_many_run_and_the_transfers_under_way_go_on(world):
    sim = world.use(world.sim("--tickets", 200, "--latency", "60000", *ACCOUNT))
    conf = world.path / "a.conf"
    conf.write_text("llm {\n  max_in_flight = 2\n}\n")
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert ready(world)
    assert until(lambda: sim.audit()["model_calls"] == 2)
    conf.write_text("llm {\n  max_in_flight = 180\n  initial_in_flight = 180\n}\n")
    assert ctl(world, "reload").returncode == 0
    assert until(lambda: sim.audit()["model_calls"] == 180), sim.audit()
    process.kill()
    process.communicate()


def test_the_tag_may_not_change_by_accident(world):
    world.use(world.sim("--tickets", 5))
    assert world.run("--once").status == 0
    changed = {"AI_TICKETD_ZENDESK_PROCESSED_TAG": "other_tag"}
    result = world.run("--once", env=changed)
    assert result.status == 2 and "--accept-tag-change" in result.err
    assert world.run("--once", "--accept-tag-change", env=changed).status == 0


def test_the_account_may_not_change_by_accident(world):
    """Ticket numbers of one account mean other tickets in another: nothing is sent there."""
    first, second = world.sim("--tickets", 5), world.sim("--tickets", 5)
    world.use(first)
    assert world.run("--once").status == 0
    world.use(second)
    for how in (["--once"], ["--ticket-id", "1"], []):
        result = world.run(*how)
        assert result.status == 2 and "zendesk.base_url" in result.err and "store.path" in result.err, result
        assert first.base in result.err and second.base in result.err, result
    assert second.audit()["zendesk_requests"] == 0
    assert world.run("--once", env={"AI_TICKETD_STORE_PATH": world.path / "other.db"}).status == 0
    assert second.audit()["processed"] == 5
    world.use(first)
    assert world.run("--once").status == 0
    moved = world.sim("--tickets", 5)
    world.use(moved)
    assert world.run("--once", "--accept-account-change").status == 0
    assert world.run("--once").status == 0


def test_a_damaged_database_is_put_aside_and_the_service_goes_on(world):
    sim = world.use(world.sim("--tickets", 20))
    (world.path / "state.db").write_bytes(draw.chance("database").randbytes(20000))
    assert world.run("--once").status == 0
    assert list(world.path.glob("state.db.bak*"))
    assert "it was kept as" in world.log()
    assert sim.audit()["processed"] == 20


def test_a_stop_does_not_wait_for_jobs_that_stand_still(world):
    sim = world.use(world.sim("--tickets", 30, *ACCOUNT, "--faults", "jobstuck:1"))
    process = start(world)
    assert until(lambda: sim.audit()["jobs"] > 0)
    began = time.monotonic()
    assert stop(process) == 0
    assert time.monotonic() - began < 30
    assert "reads before it writes" in world.log()


def test_erase_removes_a_ticket_everywhere_and_it_is_not_analysed_again(world):
    sim = world.use(world.sim("--tickets", 10))
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 10 and world.results())
    erased = ctl(world, "erase", "7")
    assert erased.returncode == 0, erased
    assert "cannot be erased from here" in erased.stdout.lower()
    assert 7 not in world.rows()
    assert "Decided by" not in ctl(world, "explain", "7").stdout
    assert stop(process) == 0


def test_a_socket_of_a_dead_instance_is_replaced(world):
    world.use(world.sim("--tickets", 5))
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(world.path / "socket"))
    left.close()
    process = start(world)
    assert ready(world)
    assert stop(process) == 0


def refused_under_a_manager(world, **more):
    """It waits before it ends, so that the manager does not lose patience."""
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(world.path / "notify"))
    env = {**more, **({"NOTIFY_SOCKET": world.path / "notify"})}
    result = world.run(env=env)
    manager.close()
    (world.path / "notify").unlink()
    return result.status


def test_a_manager_tries_again_what_may_go_by_itself_and_nothing_else(world):
    world.use(world.sim("--tickets", 1))
    process = start(world)
    assert ready(world)
    managed = os.path.exists(HELPER)  # built with libsystemd
    assert refused_under_a_manager(world) == (1 if managed else 2)  # another process has the database
    assert stop(process) == 0
    trouble = world.trouble()
    for code in (errno.ENOSPC, errno.EIO, errno.EROFS):
        trouble.set_disk(code)
        assert refused_under_a_manager(world, **trouble.env) == (1 if managed else 2)
        assert world.run(env=trouble.env).status == 2  # by hand
    trouble.set_disk(errno.EACCES)
    assert refused_under_a_manager(world, **trouble.env) == 2
    trouble.set_disk(0)
    assert refused_under_a_manager(world, AI_TICKETD_ZENDESK_PROCESSED_TAG="another") == 2
    assert not list(world.path.glob("**/.ai-ticketd.*"))
