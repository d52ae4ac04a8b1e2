"""The HTTP server over real sockets, with canned answers behind it: what peers may do to it, and what they may not."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time

import pytest

import draw
from conftest import BIN

PEER = os.path.join(BIN, "tests/http_peer")
HOST = b"Host: x\r\n"
NUMBERS = lambda value: "" if isinstance(value, bytes) else None  # bytes are no name of a test
HEALTH = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"


class Server:
    """http_peer on a Unix socket and, if wanted, on one that only shows and on TCP."""

    def __init__(self, folder, *options, tcp=False, reading=False, **more):
        self.path, self.reading = str(folder / "s.sock"), str(folder / "r.sock")
        words = [PEER, "--socket", self.path, *map(str, options), *(["--read", self.reading] if reading else [])]
        # Held until the server has it: who allows its reuse may bind it a second time, nobody else gets it.
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        self.port = held.getsockname()[1]
        if tcp:
            words += ["--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
        line = self.process.stdout.readline()
        held.close()
        assert line.startswith("ready"), self.process.stderr.read()

    def connect(self, tcp=False, read=False):
        if tcp:
            return socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.reading if read else self.path)  # blocking: with a time-out a full queue would be an error
        connection.settimeout(20)
        return connection

    def talk(self, data, tcp=False, read=False):
        """Sends, and reads to the end of the connection."""
        with self.connect(tcp, read) as connection:
            connection.sendall(data)
            return read_all(connection)

    def stop(self):
        """The counters; the process must have ended well (a leak is an error under ASan)."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, err
        return json.loads(out.splitlines()[-1])


@pytest.fixture
def start(tmp_path):
    servers = []

    def begin(*options, **more):
        servers.append(Server(tmp_path, *options, **more))
        return servers[-1]
    yield begin
    for server in servers:
        if server.process.returncode is None:
            counters = server.stop()
            assert counters["served"] == counters["lingering"] == 0


def read_all(connection):
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data


def read_answer(connection):
    """One answer of a connection that stays open: status, head, body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(1)
        assert piece, data
        data += piece
    head = data.decode()
    length = int(re.search(r"Content-Length: (\d+)", head).group(1))
    body = b""
    while len(body) < length:
        body += connection.recv(length - len(body))
    return int(head.split()[1]), head, body


def status_of(data):
    assert data.startswith(b"HTTP/1.1 "), data
    return int(data.split(b" ", 2)[1])


def request(line, headers=b"", body=None):
    length = b"" if body is None else b"Content-Length: %d\r\n" % len(body)
    return line + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n" + headers + length + b"\r\n" + (body or b"")


# --- what is there ---


def test_health_answers_with_its_status_and_json(start):
    with start().connect() as connection:
        connection.sendall(HEALTH)
        status, head, body = read_answer(connection)
    assert status == 200 and json.loads(body)["status"] == "healthy"
    assert "Content-Type: application/json" in head and "Date: " in head and "no-store" in head


def test_a_view_has_a_type_and_a_status_of_its_own(start):
    server = start(tcp=True)
    for tcp in (False, True):
        with server.connect(tcp) as connection:
            connection.sendall(b"GET /text HTTP/1.1\r\nHost: localhost\r\n\r\n")
            status, head, body = read_answer(connection)
            assert (status, body) == (200, b"up 1\n") and "Content-Type: text/plain; version=0.0.4\r\n" in head
    head = server.talk(request(b"HEAD /text"))
    assert status_of(head) == 200 and b"Content-Length: 5\r\n" in head and head.endswith(b"\r\n\r\n")
    refused = server.talk(request(b"POST /text", body=b"{}"))
    assert status_of(refused) == 405 and b"Allow: GET, HEAD" in refused
    huge = server.talk(request(b"GET /huge"))
    assert status_of(huge) == 500 and b"too large" in huge and len(huge) < 1000


def test_a_refusal_after_head_has_its_body(start):
    with start().connect() as connection:
        connection.sendall(b"HEAD /health HTTP/1.1\r\n" + HOST + b"\r\n")
        assert status_of(connection.recv(65536)) == 200
        connection.sendall(b"nonsense\r\n\r\n")
        status, _, body = read_answer(connection)
        assert status == 400 and json.loads(body)["error"]


def test_unhealthy_is_503(start):
    assert status_of(start("--health", "unhealthy").talk(request(b"GET /health"))) == 503


def test_head_is_get_without_the_body(start):
    with start().connect() as connection:
        for _ in range(2):
            connection.sendall(b"HEAD /health HTTP/1.1\r\n" + HOST + b"\r\n")
            data = connection.recv(65536)
            assert status_of(data) == 200 and data.endswith(b"\r\n\r\n") and b"Content-Length: 67" in data


@pytest.mark.parametrize("line, allow", [(b"POST /health", b"GET, HEAD"), (b"DELETE /status", b"GET, HEAD"),
                                         (b"GET /reload", b"POST"), (b"OPTIONS /process", b"POST")])
def test_the_wrong_method_is_405_and_names_the_right_one(start, line, allow):
    data = start().talk(request(line))
    assert status_of(data) == 405 and b"\r\nAllow: " + allow + b"\r\n" in data


@pytest.mark.parametrize("path", [b"/", b"/nothing", b"/healthx", b"/health/", b"/api/v1/", b"/api/v1/erase", b"/api/v1/explain/1"])
def test_other_paths_are_404(start, path):
    assert status_of(start().talk(request(b"GET " + path))) == 404


def test_a_path_may_have_a_query(start):
    assert status_of(start().talk(request(b"GET /health?x=1"))) == 200


@pytest.mark.parametrize("target", [b"//health", b"/x/../health", b"/../health", b"/./health", b"/health/..", b"/%68ealth", b"/%2e%2e/health",
                                    b"http://x/health", b"http://localhost/health", b"*"])
def test_a_path_that_may_be_read_in_two_ways_is_refused(start, target):
    server = start(tcp=True)
    assert status_of(server.talk(request(b"GET " + target))) == 400
    assert status_of(server.talk(tcp(b"GET " + target), tcp=True)) == 400


def test_commands_have_names_below_api_too(start):
    server = start()
    assert json.loads(server.talk(request(b"POST /api/v1/pause")).split(b"\r\n\r\n")[1])["message"] == "pause"
    answer = json.loads(server.talk(request(b"POST /api/v1/process", body=b'{"ids":[12,13]}')).split(b"\r\n\r\n")[1])
    assert answer == {"message": "process", "count": 2, "first": 12}
    assert json.loads(server.talk(request(b"GET /api/v1/decisions/77")).split(b"\r\n\r\n")[1])["ticket_id"] == 77
    assert status_of(server.talk(request(b"GET /api/v1/decisions/x"))) == 400
    assert status_of(server.talk(request(b"GET /api/v1/process"))) == 405


def test_commands_are_carried_out(start):
    server = start()
    for name in ("reload", "pause"):
        assert json.loads(server.talk(request(b"POST /" + name.encode())).split(b"\r\n\r\n")[1])["message"] == name
    answer = json.loads(server.talk(request(b"POST /process", body=b'{"ids":[12,13]}')).split(b"\r\n\r\n")[1])
    assert answer == {"message": "process", "count": 2, "first": 12}
    answer = json.loads(server.talk(request(b"GET /explain/77")).split(b"\r\n\r\n")[1])
    assert answer["ticket_id"] == 77


@pytest.mark.parametrize("data, status", [
    (request(b"POST /process"), 411), (request(b"POST /process", body=b""), 400), (request(b"POST /process", body=b"{}"), 400),
    (request(b"POST /process", body=b'{"ids":[0]}'), 400), (request(b"POST /erase", body=b'{"ids":[1,2]}'), 400),
    (request(b"GET /explain/"), 400), (request(b"GET /explain/x"), 400), (request(b"GET /explain/0"), 400),
    (request(b"GET /explain/99999999999999999999"), 400), (request(b"GET /explain/1/2"), 400)], ids=NUMBERS)
def test_what_a_command_needs_is_said(start, data, status):
    answer = start().talk(data)
    assert status_of(answer) == status and b'"error":"' in answer


def test_curl_speaks_to_the_unix_socket(start):
    server = start()

    def curl(*words):
        done = subprocess.run(["curl", "-sS", "--fail-with-body", "--unix-socket", server.path, *words], capture_output=True,
                              timeout=20)
        assert done.returncode == 0, done
        return done.stdout
    assert json.loads(curl("http://localhost/health"))["status"] == "healthy"
    assert json.loads(curl("-X", "POST", "http://localhost/reload"))["message"] == "reload"
    assert json.loads(curl("-d", '{"ids":[5]}', "http://localhost/process"))["count"] == 1
    assert json.loads(curl("-d", '{"ids":[5]}', "-H", "Transfer-Encoding: chunked", "http://localhost/process"))["count"] == 1
    assert json.loads(curl("-d", '{"ids":[5]}', "-H", "Expect: 100-continue", "http://localhost/process"))["count"] == 1
    assert json.loads(curl("--http2", "http://localhost/health"))["status"] == "healthy"
    assert json.loads(curl("--http1.0", "http://localhost/health"))["status"] == "healthy"
    assert curl("http://localhost/health", "http://localhost/health").count(b"healthy") == 2


# --- keep-alive, pipelining ---


def test_a_connection_carries_many_requests(start):
    with start().connect() as connection:
        for _ in range(100):
            connection.sendall(HEALTH)
            assert read_answer(connection)[0] == 200


def test_pipelined_requests_are_answered_in_their_order(start):
    data = b"".join(request(b"GET /explain/%d" % i).replace(b"Connection: close\r\n", b"") for i in range(1001, 2001))
    with start().connect() as connection:
        connection.sendall(data)
        for i in range(1001, 2001):
            assert json.loads(read_answer(connection)[2])["ticket_id"] == i


def test_a_pipeline_ends_behind_a_request_that_closes(start):
    data = start().talk(HEALTH + request(b"GET /status") + HEALTH * 50)
    assert data.count(b"HTTP/1.1 200") == 2


def test_the_other_side_may_close_its_half_after_the_request(start):
    with start().connect() as connection:
        connection.sendall(HEALTH)
        connection.shutdown(socket.SHUT_WR)
        assert status_of(read_all(connection)) == 200


def test_an_idle_connection_is_closed_without_a_word(start):
    with start("--idle", 200).connect() as connection:
        connection.sendall(HEALTH)
        assert read_answer(connection)[0] == 200
        began = time.monotonic()
        assert connection.recv(100) == b""
        assert 0.1 < time.monotonic() - began < 5


# --- bad peers ---


@pytest.mark.parametrize("data, status", [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03garbage", 400), (b"hello\r\n\r\n", 400), (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET /health HTTP/2.0\r\n" + HOST + b"\r\n", 505), (b"GET /" + b"a" * 9000, 414),
    (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000, 431), (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 3000, 431),
    (b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 65537\r\n\r\n", 413),
    (b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    (draw.chance("http").randbytes(100000), 400)], ids=NUMBERS)
def test_what_is_no_good_request_is_refused_and_hung_up_on(start, data, status):
    server = start()
    with server.connect() as connection:
        try:
            connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = read_all(connection)
    assert status_of(answer) == status and b"Connection: close" in answer and b'"error":"' in answer
    assert status_of(server.talk(request(b"GET /health"))) == 200
    assert server.stop()["wrong"] == 1


def test_a_refused_peer_that_goes_on_sending_still_reads_why(start):
    server = start("--linger", 3000, tcp=True)
    for tcp in (False, True):
        with server.connect(tcp) as connection:
            connection.sendall(b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 50000000\r\n\r\n")
            for _ in range(200):
                connection.sendall(b"x" * 10000)
            connection.shutdown(socket.SHUT_WR)
            assert status_of(read_all(connection)) == 413


@pytest.mark.parametrize("data", [b"", b"GET", HEALTH[:-2], b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 10\r\n\r\nhalf"], ids=NUMBERS)
def test_half_a_request_and_gone_is_forgotten(start, data):
    server = start()
    for _ in range(200):
        with server.connect() as connection:
            connection.sendall(data)
    assert status_of(server.talk(request(b"GET /health"))) == 200


def test_a_peer_that_leaves_before_its_answer_is_forgotten(start):
    server = start()
    for _ in range(200):
        with server.connect() as connection:
            connection.sendall(request(b"POST /reload") + HEALTH * 20)
    assert status_of(server.talk(request(b"GET /health"))) == 200


@pytest.mark.parametrize("data", [b"GET /health HTTP/1.1\r\nX: " + b"a" * 1000,
                                  b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 60000\r\n\r\n" + b" " * 1000], ids=NUMBERS)
def test_a_slow_drip_ends_at_the_absolute_deadline(start, data):
    with start("--request", 500).connect() as connection:
        began = time.monotonic()
        connection.settimeout(0.02)
        answer = b""
        for i in range(len(data)):
            try:
                connection.sendall(data[i:i + 1])
                piece = connection.recv(65536)
            except TimeoutError:
                continue
            answer += piece
            if answer.endswith(b"}\n") or not piece:
                break
        took = time.monotonic() - began
    assert status_of(answer) == 408 and 0.4 < took < 5


def test_the_deadline_of_a_later_request_begins_with_its_first_byte(start):
    with start("--request", 600, "--idle", 5000).connect() as connection:
        connection.sendall(HEALTH)
        assert read_answer(connection)[0] == 200
        began = time.monotonic()
        connection.sendall(b"GET")
        assert read_answer(connection)[0] == 408
        assert 0.4 < time.monotonic() - began < 4


def test_a_connection_that_says_nothing_is_closed(start):
    with start("--request", 200).connect() as connection:
        assert connection.recv(100) == b""


def test_who_does_not_read_his_answer_is_cut_off(start):
    server = start("--request", 300)
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(3)
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for _ in range(100000):
                connection.sendall(HEALTH)


def test_a_command_that_takes_too_long_is_504_and_its_late_answer_goes_nowhere(start):
    server = start("--answer", 200)
    assert status_of(server.talk(request(b"POST /resume"))) == 504
    assert status_of(server.talk(request(b"POST /resume"))) == 504
    assert status_of(server.talk(request(b"GET /health"))) == 200
    assert server.stop()["timed_out"] == 2


def test_the_end_does_not_wait_for_peers_or_answers(start):
    server = start()
    idle, half, waiting = server.connect(), server.connect(), server.connect()
    half.sendall(b"GET")
    waiting.sendall(request(b"POST /resume"))
    server.talk(request(b"GET /health"))
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5
    assert not os.path.exists(server.path)
    for connection in (idle, half, waiting):
        connection.close()


# --- many ---


def test_a_place_that_becomes_free_in_the_same_moment_is_given(start):
    """The loop hears of who comes before it hears of who went."""
    server = start()
    served = [server.connect() for _ in range(64)]
    for connection in served:
        connection.sendall(HEALTH)
        assert read_answer(connection)[0] == 200
    server.process.send_signal(signal.SIGSTOP)
    os.waitpid(server.process.pid, os.WUNTRACED)  # it may still run for a moment
    one_more = server.connect()
    one_more.sendall(HEALTH)
    served.pop().close()
    server.process.send_signal(signal.SIGCONT)
    assert read_answer(one_more)[0] == 200
    for connection in [*served, one_more]:
        connection.close()
    assert server.stop()["turned_away"] == 0


def test_the_65th_connection_gets_503_and_is_closed(start):
    server = start()
    served = [server.connect() for _ in range(64)]
    for connection in served:
        connection.sendall(HEALTH)
        assert read_answer(connection)[0] == 200
    with server.connect() as one_more:
        answer = read_all(one_more)
        assert status_of(answer) == 503 and b"Connection: close" in answer
    served.pop().close()
    served.append(server.connect())
    served[-1].sendall(HEALTH)
    assert read_answer(served[-1])[0] == 200
    for connection in served:
        connection.close()
    assert server.stop()["turned_away"] == 1


DOORS = {"control": {}, "read": {"read": True}, "tcp": {"tcp": True}}


@pytest.mark.parametrize("crowded", DOORS)
def test_who_fills_one_way_does_not_keep_others_from_the_other_ones(start, crowded):
    """Nobody on the network, and nobody who may only look, can keep out who may command: each way has its places, and its own for last
    words."""
    server = start(tcp=True, reading=True)
    host = f"Host: 127.0.0.1:{server.port}\r\n".encode()
    ask = b"GET /health HTTP/1.1\r\n" + host + b"\r\n"
    crowd = [server.connect(**DOORS[crowded]) for _ in range(64)]
    for connection in crowd:
        connection.sendall(ask)  # and stays
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
    turned_away = [server.connect(**DOORS[crowded]) for _ in range(100)]  # more than may linger
    assert turned_away[0].recv(65536).startswith(b"HTTP/1.1 503 ")
    for door in [door for door in DOORS if door != crowded] * 3:
        answer = server.talk(ask.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), **DOORS[door])
        assert answer.startswith(b"HTTP/1.1 200 ")
    for connection in crowd:
        connection.sendall(ask)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")  # nobody lost a place by that
    for connection in [*crowd, *turned_away]:
        connection.close()


def test_who_is_turned_away_while_sending_still_reads_why(start):
    server = start()
    served = [server.connect() for _ in range(64)]
    for _ in range(200):
        with server.connect() as one_more:
            try:
                one_more.sendall(HEALTH)
            except (BrokenPipeError, ConnectionResetError):
                pass
            assert status_of(read_all(one_more)) == 503
    for connection in served:
        connection.close()


def memory_of(process):
    with open(f"/proc/{process.pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def test_10000_connections_are_survived_and_leave_nothing(start):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = 10200 if hard == resource.RLIM_INFINITY else min(10200, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, room), hard))
    server = start("--idle", 60000, "--request", 60000)
    before = memory_of(server.process)
    served, others = [server.connect() for _ in range(64)], []
    try:
        for _ in range(10000 - 64):
            others.append(server.connect())
            if len(others) > room - 200:
                others.pop(0).close()
        assert len(os.listdir(f"/proc/{server.process.pid}/fd")) < 64 + 64 + 40
        assert all(status_of(read_all(connection)) == 503 for connection in others[-200:])
        served[0].sendall(HEALTH)
        assert read_answer(served[0])[0] == 200
    finally:
        for connection in served + others:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert status_of(server.talk(request(b"GET /health"))) == 200
    assert memory_of(server.process) - before < 40e6
    assert server.stop()["turned_away"] >= 10000 - 64


def test_health_answers_quickly_while_others_misbehave(start):
    server = start()
    others = [server.connect() for _ in range(60)]
    for connection in others[::2]:
        connection.sendall(b"GET /hea")
    times = []
    with server.connect() as connection:
        for i in range(2000):
            try:
                others[i % 60].sendall(b"x")
            except (BrokenPipeError, ConnectionResetError):
                pass
            began = time.monotonic()
            connection.sendall(HEALTH)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
            times.append(time.monotonic() - began)
    times.sort()
    print(f"median {times[1000] * 1e6:.0f} us, p99 {times[1980] * 1e6:.0f} us, max {times[-1] * 1e6:.0f} us")
    assert times[1000] < 0.005 and times[1980] < 0.1
    for connection in others:
        connection.close()


FLOOD = """
import socket, sys, time
end = time.monotonic() + 10
while time.monotonic() < end:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(sys.argv[1])
    except OSError:
        pass
"""


def test_a_flood_of_connections_does_not_keep_a_served_one_waiting(start):
    server = start()
    with server.connect() as connection:
        connection.sendall(HEALTH)
        assert read_answer(connection)[0] == 200
        floods = [subprocess.Popen([sys.executable, "-c", FLOOD, server.path]) for _ in range(2)]
        times, end = [], time.monotonic() + 2
        while time.monotonic() < end:
            began = time.monotonic()
            connection.sendall(HEALTH)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
            times.append(time.monotonic() - began)
        for flood in floods:
            flood.kill()
            flood.wait()
    times.sort()
    print(f"{len(times)} answers, p99 {times[len(times) * 99 // 100] * 1e6:.0f} us, max {times[-1] * 1e6:.0f} us")
    assert times[len(times) * 99 // 100] < 0.1


# --- TCP ---


def tcp(line, headers=b"", host=b"localhost", body=None):
    return request(line, headers, body).replace(HOST, b"Host: " + host + b"\r\n")


def test_tcp_answers_to_loopback_names_and_listed_hosts_only(start):
    server = start("--host", "tickets.example.com,10.1.2.3", tcp=True)
    for host in (b"localhost", b"127.0.0.1:%d" % server.port, b"[::1]", b"Tickets.Example.com:80", b"10.1.2.3"):
        assert status_of(server.talk(tcp(b"GET /health", host=host), tcp=True)) == 200
    for host in (b"evil.example.com", b"localhost.evil.com", b"10.1.2.4", b""):
        assert status_of(server.talk(tcp(b"GET /health", host=host), tcp=True)) == 421
    assert status_of(server.talk(tcp(b"GET http://localhost/health", host=b"evil.com"), tcp=True)) == 421
    assert status_of(server.talk(tcp(b"GET /health", host=b"evil.com"))) == 200


COMMAND, READ, WRONG = "c0ffee" * 6, "decade" * 6, "facade" * 6
TOKENS = ("--token", f"default.command={COMMAND}", "--token", f"wall.read={READ}")
JSON = b"Content-Type: application/json\r\n"


def bearer(token):
    return f"Authorization: Bearer {token}\r\n".encode()


def test_over_tcp_each_token_opens_what_it_is_for_and_the_socket_needs_none(start):
    server = start(*TOKENS, tcp=True)
    for line, opened in ((b"POST /reload", [COMMAND]), (b"POST /api/v1/pause", [COMMAND]), (b"GET /explain/5", [COMMAND, READ]),
                         (b"GET /text", [COMMAND, READ, None])):
        assert status_of(server.talk(tcp(line))) == 200
        for token in (COMMAND, READ, None):
            answer = server.talk(tcp(line, JSON + (bearer(token) if token else b"")), tcp=True)
            expected = 200 if token in opened else 403 if token else 401
            assert status_of(answer) == expected, (line, token, answer)
            assert (b"WWW-Authenticate: Bearer" in answer) == (expected == 401)
            assert COMMAND.encode() not in answer and READ.encode() not in answer
    assert b"the token wall may only read" in server.talk(tcp(b"POST /reload", JSON + bearer(READ)), tcp=True)


def test_without_a_token_there_are_no_commands_over_tcp(start):
    server = start(tcp=True)
    assert status_of(server.talk(tcp(b"POST /reload", JSON + b"Authorization: Bearer \r\n"), tcp=True)) == 403
    assert status_of(server.talk(tcp(b"GET /text", bearer(WRONG)), tcp=True)) == 200


def test_through_a_proxy_all_but_the_state_needs_a_token(start):
    """Who asks for a name of http.host comes through a proxy, from anywhere."""
    server = start(*TOKENS, "--host", "triage.example.com", tcp=True)
    for path, status in ((b"/health", 200), (b"/text", 401), (b"/explain/5", 401)):
        assert status_of(server.talk(tcp(b"GET " + path, host=b"triage.example.com"), tcp=True)) == status
        assert status_of(server.talk(tcp(b"GET " + path, bearer(READ), host=b"triage.example.com"), tcp=True)) == 200


def test_only_a_wrong_token_waits(start):
    server = start(*TOKENS, tcp=True)
    wrong = []
    for _ in range(4):
        wrong.append(server.connect(tcp=True))
        wrong[-1].sendall(tcp(b"GET /text", bearer(WRONG)))
    began = time.monotonic()
    for token in (READ, COMMAND, None):
        assert status_of(server.talk(tcp(b"GET /text", bearer(token) if token else b""), tcp=True)) == 200
    assert time.monotonic() - began < 0.9
    assert [status_of(read_all(connection)) for connection in wrong] == [401] * 4
    assert 0.9 < time.monotonic() - began < 5
    for connection in wrong:
        connection.close()


def guess_at_once(server):
    """While five wrong tokens wait: the answers to a wrong token, to a right one that is new here, for a command, and to one that is
    known; and how long they took."""
    assert status_of(server.talk(tcp(b"GET /text", bearer(READ)), tcp=True)) == 200
    began = time.monotonic()
    wrong = [server.connect(tcp=True) for _ in range(5)]
    for connection in wrong:
        connection.sendall(tcp(b"GET /text", bearer(WRONG)))
    assert status_of(server.talk(tcp(b"GET /text"), tcp=True)) == 200  # who does not guess is not concerned; and by now they have arrived
    answers = [server.talk(data, tcp=True) for data in (tcp(b"GET /text", bearer(WRONG)), tcp(b"GET /text", bearer(COMMAND)),
                                                        tcp(b"POST /pause", JSON + bearer(COMMAND)), tcp(b"GET /explain/5", bearer(READ)))]
    took = time.monotonic() - began
    assert [status_of(read_all(connection)) for connection in wrong] == [401] * 5
    for connection in wrong:
        connection.close()
    return [re.sub(rb"Date: .*\r\n", b"", answer) for answer in answers], took


def test_many_guesses_at_once_are_refused_and_tell_nothing(start):
    """But who was known here before the guessing is served: behind a proxy all have one address."""
    for _ in range(5):
        server = start(*TOKENS, tcp=True)
        (wrong, right, command, known), took = guess_at_once(server)
        if took < 0.9:  # else the machine is so busy that the guesses were over
            break
        server.stop()
    assert status_of(wrong) == 429 and b"Retry-After: 1\r\n" in wrong
    assert right == wrong and command == wrong
    assert status_of(known) == 200
    assert status_of(server.talk(tcp(b"POST /pause", JSON + bearer(COMMAND)), tcp=True)) == 200


def test_who_guesses_and_leaves_is_counted(start):
    for _ in range(5):
        server = start(*TOKENS, tcp=True)
        began = time.monotonic()
        for _ in range(5):
            with server.connect(tcp=True) as connection:
                connection.sendall(tcp(b"GET /text", bearer(WRONG)))
                server.talk(request(b"GET /health"))  # the other one was read by now
        status = status_of(server.talk(tcp(b"GET /text", bearer(COMMAND)), tcp=True))
        took = time.monotonic() - began
        server.stop()
        if took < 0.9:
            break
    assert status == 429


@pytest.mark.parametrize("token", ["", "x", "x" * 7000, " ", "\x00\xff" * 20])
def test_whatever_else_comes_as_a_token_is_wrong(start, token):
    server = start(*TOKENS, tcp=True)
    answer = server.talk(tcp(b"GET /text", b"Authorization: Bearer " + token.encode("latin1") + b"\r\n"), tcp=True)
    assert status_of(answer) in ((400,) if "\x00" in token else (401,)), answer


def test_a_token_for_somebody_else_is_none(start):
    """A proxy may ask for a password of its own and pass it on."""
    server = start(*TOKENS, tcp=True)
    assert status_of(server.talk(tcp(b"GET /text", b"Authorization: Basic a2ltOnNlY3JldA==\r\n"), tcp=True)) == 200
    assert status_of(server.talk(tcp(b"GET /explain/5", b"Authorization: Basic a2ltOnNlY3JldA==\r\n"), tcp=True)) == 401


# --- browsers ---

GUARD = [b"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
         b"font-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
         b"X-Content-Type-Options: nosniff", b"Referrer-Policy: no-referrer", b"Cross-Origin-Opener-Policy: same-origin",
         b"Cross-Origin-Resource-Policy: same-origin", b"Cache-Control: no-store"]


def test_a_stream_tells_browsers_what_not_to_do(start):
    with start(tcp=True).connect(tcp=True) as connection:
        connection.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(4096)
    assert [line for line in GUARD if data.split(b"\r\n").count(line) != 1] == []


def test_every_answer_over_tcp_tells_browsers_what_not_to_do(start):
    server = start(*TOKENS, "--request", 500, tcp=True)
    answers = {}
    for data in (tcp(b"GET /health"), tcp(b"GET /text"), tcp(b"GET /nothing"), tcp(b"GET /text", bearer(WRONG)), tcp(b"GET /explain/5"),
                 tcp(b"GET /health", host=b"evil.example"), tcp(b"GET //"), tcp(b"OPTIONS /health"), tcp(b"POST /pause", bearer(COMMAND)),
                 tcp(b"POST /pause", bearer(READ)), b"nonsense\r\n\r\n", b"GET /" + b"a" * 9000, b"GET / HTTP/1.1\r\nX: " + b"a" * 9000,
                 b"GET /half", b"POST /process HTTP/1.1\r\n" + HOST + b"Content-Length: 65537\r\n\r\n", b"GET / HTTP/9.9\r\n" + HOST + b"\r\n"):
        answer = server.talk(data, tcp=True)
        head = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
        assert [line for line in GUARD if head.count(line) != 1] == [], answer
        assert b"Access-Control" not in answer
        answers.setdefault(status_of(answer), data)
    assert sorted(answers) == [200, 400, 401, 403, 404, 405, 408, 413, 414, 415, 421, 431, 505]
    served = [server.connect(tcp=True) for _ in range(64)]
    with server.connect(tcp=True) as one_more:
        answer = read_all(one_more)
    assert status_of(answer) == 503 and GUARD[0] in answer
    for connection in served:
        connection.close()


@pytest.mark.parametrize("headers, status", [
    (JSON, 200), (b"", 415), (b"Content-Type: text/plain\r\n", 415), (b"Content-Type: application/x-www-form-urlencoded\r\n", 415),
    (JSON + b"Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n", 200), (JSON + b"Origin: null\r\n", 403),
    (JSON + b"Origin: http://evil.example\r\n", 403), (JSON + b"Sec-Fetch-Site: cross-site\r\n", 403),
    (JSON + b"Sec-Fetch-Site: same-site\r\nOrigin: http://localhost\r\n", 403)], ids=NUMBERS)
def test_a_command_over_tcp_comes_from_the_page_or_from_a_program_and_is_json(start, headers, status):
    server = start(*TOKENS, tcp=True)
    for body in (None, b"{}"):
        assert status_of(server.talk(tcp(b"POST /pause", bearer(COMMAND) + headers, body=body), tcp=True)) == status
    assert status_of(server.talk(tcp(b"POST /pause", headers))) == 200  # no browser speaks to the Unix socket


def test_what_another_site_sends_is_refused_before_its_token_is_looked_at(start):
    server = start(*TOKENS, tcp=True)
    began = time.monotonic()
    assert status_of(server.talk(tcp(b"POST /pause", JSON + bearer(WRONG) + b"Origin: http://evil.example\r\n"), tcp=True)) == 403
    assert time.monotonic() - began < 0.9


@pytest.mark.parametrize("target", [b"/health", b"/pause", b"/nothing", b"*"])
def test_no_other_site_is_told_that_it_may(start, target):
    answer = start(tcp=True).talk(tcp(b"OPTIONS " + target, b"Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n"), tcp=True)
    assert status_of(answer) == 405 and b"Allow: " in answer and b"Access-Control" not in answer


def test_the_read_socket_shows_and_takes_no_commands(start):
    server = start(*TOKENS, reading=True)
    for line in (b"GET /health", b"GET /status", b"GET /text", b"GET /explain/5"):
        assert status_of(server.talk(tcp(line), read=True)) == 200
    for path in (b"reload", b"pause", b"resume", b"process", b"erase"):
        # Not even with what opens TCP; and a bad body says nothing that a good one does not.
        for headers, body in ((b"", None), (JSON + bearer(COMMAND), b'{"ids":[5]}')):
            answer = server.talk(request(b"POST /" + path, headers, body), read=True)
            assert status_of(answer) == 403 and b"commands go elsewhere" in answer, answer
    assert status_of(server.talk(request(b"POST /nothing", b"", b"x"), read=True)) == 404
    assert status_of(server.talk(tcp(b"POST /pause"))) == 200


# --- the socket's path ---


def run(*options):
    done = subprocess.run([PEER, *map(str, options)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2, done
    return done.stderr


def test_the_socket_has_mode_0660_whatever_the_umask(tmp_path):
    for umask in (0, 0o077):
        server = Server(tmp_path, umask=umask)
        assert os.stat(server.path).st_mode & 0o777 == 0o660
        server.stop()


def test_a_path_taken_by_a_live_instance_is_refused_by_its_process(start):
    server = start()
    words = run("--socket", server.path)
    assert f"process {server.process.pid} " in words and server.path in words
    assert status_of(server.talk(request(b"GET /health"))) == 200


def test_a_path_left_by_a_dead_instance_is_replaced(tmp_path):
    first = Server(tmp_path)
    first.process.kill()
    first.process.communicate()
    assert os.path.exists(first.path)
    second = Server(tmp_path)
    assert status_of(second.talk(request(b"GET /health"))) == 200
    second.stop()
    assert not os.path.exists(second.path)


def test_a_path_too_long_or_taken_by_a_file_is_an_error_with_words(tmp_path):
    assert "107" in run("--socket", "/tmp/" + "a" * 110)
    (tmp_path / "file").write_text("kept")
    assert "not a socket" in run("--socket", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "kept"
    assert "no such file" in run("--socket", tmp_path / "missing" / "s").lower()
    assert "http.listen" in run("--listen", "example.com:80")


def test_a_port_in_use_is_an_error(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert f"http.listen = {address}: address already in use" in run("--listen", address)


def test_an_inherited_socket_is_used_as_it_is_and_stays(tmp_path):
    path = str(tmp_path / "inherited")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o600)
    listener.listen()
    process = subprocess.Popen([PEER, "--adopt", str(listener.fileno())], stdout=subprocess.PIPE, pass_fds=[listener.fileno()])
    process.stdout.readline()
    for _ in range(3):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(path)
            connection.sendall(request(b"GET /health"))
            assert status_of(read_all(connection)) == 200
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert os.path.exists(path) and os.stat(path).st_mode & 0o777 == 0o600
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
    listener.close()


def test_an_inherited_descriptor_that_does_not_listen_is_refused(tmp_path):
    assert "inherited descriptor" in run("--adopt", "1")
