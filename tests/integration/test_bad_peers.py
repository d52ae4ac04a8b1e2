"""Whoever may open the socket may do there what he likes: the service at its work is unharmed, answers afterwards, and every ticket is done
once."""

import json
import os
import resource
import socket
import threading

import pytest

import draw
from test_http import HEALTH, HOST, memory_of, read_all, read_answer, status_of
from test_service import ctl, start, stop, until

TICKETS = 300


def connect(world):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(world.path / "socket"))  # blocking: with a time-out a full queue would be an error
    connection.settimeout(60)
    return connection


def garbage(world, process):
    words = [draw.chance("peer").randbytes(5000), b"\x16\x03\x01\x02\x00\x01\x00", b"GET", b"\r\n" * 3000, b"GET /health HTTP/9.9\r\n\r\n", b"\x00" * 9000,
             b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999\r\n\r\n",
             b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 7\r\n\r\n" + b"{\"ids\":", b"A" * 100000,
             b"POST /reload HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
             b"GET /explain/" + b"9" * 7000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"]
    for data in words * 10:
        with connect(world) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # hung up on, as it may be
            answer = read_all(connection)
            assert answer == b"" or 400 <= status_of(answer) < 600, answer


def half_requests(world, process):
    """All places are held by who says half of something and then nothing; they are free again when their time is over."""
    held = [connect(world) for _ in range(64)]
    for number, connection in enumerate(held):
        connection.sendall((HEALTH + HEALTH[:20], HEALTH[:-2], b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 50\r\n\r\n{")[number % 3])
    for connection in held:
        read_all(connection)  # to the end that the daemon makes
        connection.close()


def slow_drip(world, process):
    """A byte now and then keeps nobody longer than ten seconds."""
    connection, stopped = connect(world), threading.Event()

    def drip():
        try:
            while not stopped.wait(0.1):
                connection.sendall(b"x")
        except OSError:
            pass
    connection.sendall(b"GET /health HTTP/1.1\r\nX: ")
    thread = threading.Thread(target=drip)
    thread.start()
    read_all(connection)
    stopped.set()
    thread.join()
    connection.close()


def ten_thousand(world, process):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = 10200 if hard == resource.RLIM_INFINITY else min(10200, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, room), hard))
    before, open_before, peers = memory_of(process), len(os.listdir(f"/proc/{process.pid}/fd")), []
    try:
        for _ in range(10000):
            peers.append(connect(world))
            if len(peers) > room - 200:
                peers.pop(0).close()
        assert len(os.listdir(f"/proc/{process.pid}/fd")) < open_before + 64 + 512
        peers[0].sendall(HEALTH)
        assert read_answer(peers[0])[0] in (200, 503)
    finally:
        for connection in peers:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert memory_of(process) - before < 100e6


@pytest.mark.parametrize("misbehave", [garbage, half_requests, slow_drip, ten_thousand], ids=lambda deed: deed.__name__)
def test_a_service_at_work_is_unharmed_by(world, misbehave):
    sim = world.use(world.sim("--tickets", TICKETS, "--latency", "200-300"))
    process = start(world, MAX_WORKERS=8, AI_TICKETD_LLM_INITIAL_IN_FLIGHT=8)
    assert until(lambda: os.path.exists(world.path / "socket") and sim.audit()["model_calls"] > 0)
    assert sim.audit()["processed"] < TICKETS
    misbehave(world, process)
    assert process.poll() is None
    with connect(world) as connection:
        connection.sendall(HEALTH)
        status, _, body = read_answer(connection)
    assert status == 200 and json.loads(body)["status"] in ("healthy", "degraded")
    assert until(lambda: sim.audit()["processed"] == TICKETS), sim.audit()
    assert until(lambda: ctl(world, "health").returncode == 0)
    audit = sim.audit()
    assert (audit["notes"], audit["notes_max_per_ticket"], audit["tags_lost"]) == (TICKETS, 1, 0)
    assert stop(process) == 0
