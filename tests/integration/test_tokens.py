"""Who may do what over TCP, on the real service: each way and each token, rotation, and who crowds or guesses."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time

import pytest

from conftest import DAEMON
from test_service import ctl, ready, start, stop, until

COMMAND, READ, OTHER, WRONG = "c0ffee" * 6, "decade" * 6, "efface" * 6, "facade" * 6
JSON = {"Content-Type": "application/json"}
PROXIED = "triage.example.com"


def hold_port():
    """A port that nobody else gets while this socket is open: who allows its reuse may bind it a second time."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("", 0))
    return held


def own_address():
    """An address of this machine that is not loopback."""
    names = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
    return next((name for name in names if ":" not in name), None)


def write(path, token):
    path.write_text(token)
    path.chmod(0o600)


class Service:
    """The service with a folder of tokens: ops may command, wall may read."""

    def __init__(self, world, address="127.0.0.1", **env):
        self.world, held = world, hold_port()
        self.port = held.getsockname()[1]
        self.folder = world.path / "tokens"
        self.folder.mkdir()
        write(self.folder / "ops.command", COMMAND)
        write(self.folder / "wall.read", READ + "\n")
        world.use(world.sim("--tickets", 2))
        self.process = start(world, AI_TICKETD_HTTP_LISTEN=f"{address}:{self.port}", AI_TICKETD_HTTP_HOST=PROXIED,
                             AI_TICKETD_HTTP_TOKENS_DIR=self.folder, **env)
        assert ready(world), (self.process.poll(), world.log())
        held.close()

    def ask(self, path, token=None, method="GET", address="127.0.0.1", headers=None, body=None):
        """Status, header lines and body."""
        connection = http.client.HTTPConnection(address, self.port, timeout=20)
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **(JSON if method == "POST" else {}), **(headers or {})}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, answer.headers, data

    def status(self, *words, **more):
        return self.ask(*words, **more)[0]


@pytest.fixture
def serve(world):
    services = []

    def begin(*words, **env):
        services.append(Service(world, *words, **env))
        return services[-1]
    yield begin
    for service in services:
        if service.process.poll() is None:
            assert stop(service.process) == 0


# --- what opens what ---

STATE, SHELL, LOOK, READING, ORDER = range(5)
QUARTER, DAY = 15 * 60 * 1000, 24 * 3600 * 1000
SPAN = f"from={int(time.time() * 1000) // QUARTER * QUARTER - DAY}&to={int(time.time() * 1000) // QUARTER * QUARTER}"
PATHS = {("GET", "/health"): STATE, ("GET", "/"): SHELL, ("GET", "/main.js"): SHELL, ("GET", "/live"): LOOK, ("GET", "/ready"): LOOK, ("GET", "/metrics"): LOOK,
         ("GET", "/api/v1/now"): LOOK, ("GET", f"/api/v1/series?{SPAN}&step=1h"): LOOK, ("GET", f"/api/v1/overruled?{SPAN}"): LOOK,
         ("GET", "/api/v1/alerts"): LOOK, ("GET", "/api/v1/session"): LOOK, ("GET", "/api/v1/metrics"): LOOK,
         ("HEAD", "/api/v1/events"): LOOK,
         ("GET", "/status"): READING, ("GET", "/explain/1"): READING, ("GET", "/api/v1/decisions"): READING, ("GET", "/api/v1/decisions/1"): READING,
         ("GET", "/report/7d"): READING, ("GET", "/history"): READING, ("GET", "/api/v1/tickets?client_id=1"): READING,
         ("GET", "/audit"): ORDER, ("GET", "/undo/1"): ORDER, ("GET", "/api/v1/undo/1"): ORDER, ("POST", "/pause"): ORDER, ("POST", "/api/v1/resume"): ORDER,
         ("POST", "/reload"): ORDER}
WITHOUT = {"loopback": LOOK, "proxy": SHELL, "beyond": STATE}
WITH = {None: -1, READ: READING, COMMAND: ORDER}


@pytest.mark.parametrize("way", WITHOUT)
def test_each_path_opens_to_who_may(serve, way):
    address = {"beyond": own_address()}.get(way, "127.0.0.1")
    if address is None:
        pytest.skip("this machine has no address but loopback")
    service = serve("0.0.0.0")
    host = {"Host": PROXIED} if way == "proxy" else {"Host": f"localhost:{service.port}"}
    for (method, path), needed in PATHS.items():
        for token, given in WITH.items():
            status = service.status(path, token, method, address, host)
            if max(given, WITHOUT[way]) >= needed:
                assert status < 300 or status in (404, 503), (way, method, path, token, status)  # of no such job or ticket; not ready yet
            else:
                assert status == (403 if token else 401), (way, method, path, token, status)


@pytest.mark.parametrize("way", ["proxy", "beyond"])
def test_without_a_token_a_stranger_reads_one_word(serve, way):
    address = own_address() if way == "beyond" else "127.0.0.1"
    if address is None:
        pytest.skip("this machine has no address but loopback")
    service = serve("0.0.0.0")
    status, _, body = service.ask("/health", address=address, headers={"Host": PROXIED})
    assert status in (200, 503) and list(json.loads(body)) == ["status"] and json.loads(body)["status"] in ("healthy", "degraded", "unhealthy")
    assert len(json.loads(service.ask("/health", READ, address=address, headers={"Host": PROXIED})[2])) > 3
    assert len(json.loads(service.ask("/health")[2])) > 3


def test_ctl_needs_no_token(serve):
    service = serve()
    for words in (["status"], ["pause"], ["resume"], ["audit"], ["reload"]):
        assert ctl(service.world, *words).returncode < 2, words


# --- who did it ---


def test_an_order_is_recorded_with_the_name_of_its_token(serve):
    service = serve(AI_TICKETD_HTTP_TOKEN=OTHER)
    assert service.status("/pause", COMMAND, "POST") == 200
    assert service.status("/api/v1/stop-writing", OTHER, "POST") == 200
    assert until(lambda: "stop-writing" in ctl(service.world, "audit").stdout)
    shown = ctl(service.world, "audit").stdout
    assert "pause, ordered by the token ops from 127.0.0.1:" in shown and "stop-writing, ordered by the token default from 127.0.0.1:" in shown
    assert "the token default from 127.0.0.1" in ctl(service.world, "status").stdout
    assert until(lambda: "pause ordered by the token ops from 127.0.0.1:" in service.world.log())
    assert ctl(service.world, "start-writing").returncode == 0
    assert not [token for token in (COMMAND, OTHER) if token in shown + service.world.log()]


# --- rotation ---


def reload(service):
    return ctl(service.world, "reload")


def test_a_reload_adds_changes_and_revokes_tokens(serve):
    service = serve()
    assert service.status("/status", READ) == 200
    write(service.folder / "desk.read", OTHER)
    assert service.status("/status", OTHER) == 401  # not yet
    result = reload(service)
    assert result.returncode == 0 and "token desk added" in result.stdout, result
    assert service.status("/status", OTHER) == service.status("/status", READ) == 200
    # The text of one becomes that of another, which may command.
    (service.folder / "desk.read").unlink()
    write(service.folder / "wall.read", WRONG)
    write(service.folder / "boss.command", OTHER)
    service.process.send_signal(signal.SIGHUP)
    assert until(lambda: service.status("/status", WRONG) == 200)
    assert service.status("/pause", OTHER, "POST") == 200 and service.status("/status", READ) == 401
    (service.folder / "ops.command").unlink()
    result = reload(service)
    assert "token ops revoked" in result.stdout, result
    assert service.status("/pause", COMMAND, "POST") == 401
    log = service.world.log()
    for words in ("the token desk (read) was added", "the token desk (read) was revoked", "the token wall (read) was changed",
                  "the token boss (command) was added", "the token ops (command) was revoked"):
        assert words in log, words
    assert not [token for token in (COMMAND, READ, OTHER, WRONG) if token in log]


def test_a_reload_with_a_bad_token_is_refused_and_the_former_ones_stay(serve):
    service = serve()
    (service.folder / "wall.read").unlink()
    write(service.folder / "desk.read", "short")
    result = reload(service)
    assert result.returncode == 1 and "desk.read" in result.stderr + result.stdout, result
    assert service.status("/status", READ) == 200
    assert service.status("/pause", COMMAND, "POST") == 200


def test_the_last_token_of_an_open_port_cannot_be_taken_away(serve):
    service = serve("0.0.0.0")
    for name in ("wall.read", "ops.command"):
        (service.folder / name).unlink()
    result = reload(service)
    assert result.returncode == 1 and "is open to other machines, so a token is needed" in result.stderr + result.stdout, result
    assert service.status("/status") == 401


def test_tokens_may_be_credentials_of_the_service_manager(world):
    folder = world.path / "credentials"
    folder.mkdir()
    write(folder / "http.token", OTHER)
    write(folder / "http.token.desk.read", WRONG)
    service = Service(world, CREDENTIALS_DIRECTORY=folder)
    assert service.status("/status", WRONG) == 200 and service.status("/pause", WRONG, "POST") == 403
    assert service.status("/pause", OTHER, "POST") == 200 and service.status("/status", READ) == 200
    result = reload(service)
    assert "http.token, http.token.desk.read are credentials from systemd" in result.stdout, result
    assert stop(service.process) == 0


# --- what is refused before the start ---


def check(world, **env):
    result = world.run("--check-config", env={"ZENDESK_BASE_URL": "http://127.0.0.1:1", "OPENAI_BASE_URL": "http://127.0.0.1:1", **env})
    assert result.out + result.err == "" or not [token for token in (COMMAND, READ, OTHER) if token in result.out + result.err]
    return result


@pytest.mark.parametrize("token, words", [("x" * 31, "has fewer than 32 characters"), (READ[:30], "has fewer than 32"), ("é" * 40, "no header can carry"),
                                          ("two words " * 4, "no header can carry"), ("x" * 32, None), ("x" * 1024, None)])
@pytest.mark.parametrize("listen", ["", "127.0.0.1:9871"])
def test_a_token_is_long_and_plain(world, token, words, listen):
    result = check(world, AI_TICKETD_HTTP_TOKEN=token, AI_TICKETD_HTTP_LISTEN=listen)
    assert result.status == (2 if words else 0), result
    assert not words or ("http.token: " in result.err and words in result.err), result
    assert token not in result.err


@pytest.mark.parametrize("files, words", [
    ({"a.read": "short"}, "a.read: has fewer than 32 characters"), ({"a.read": "x" * 1025}, "a.read: is longer than 1,024 characters"),
    ({"a.read": "x" * 1000000}, "a.read: "), ({"a.read": ""}, "a.read: has fewer"), ({"a.read": "x" * 20 + "\n" + "x" * 20}, "no header can carry"),
    ({"a.read": "x" * 40 + "\0"}, "no header can carry"), ({"a.reed": READ}, "a.reed: the file of a token is called NAME.read or NAME.command"),
    ({"read": READ}, "tokens/read: the file of a token"), ({".read": "passed over"}, None), ({"a b.read": READ}, "a b.read: the file"),
    ({"a.b.read": READ}, "a.b.read: the file"), ({"x" * 33 + ".read": READ}, ".read: the file of a token"), ({"x" * 32 + ".read": READ}, None),
    ({"a.read~": READ}, "a.read~: the file"), ({"a.read": READ, "a.command": COMMAND}, "a.read: another token has this name"),
    ({"a.read": READ, "b.command": READ}, "b.command: holds the same token as another name"),
    ({"default.command": COMMAND}, "default.command: another token has this name"), ({"b.read": OTHER}, "b.read: holds the same token"),
    ({f"n{i}.read": f"{i:040}" for i in range(63)}, None), ({f"n{i}.read": f"{i:040}" for i in range(64)}, "is one token too many"),
    ({f"n{i}.read": "" for i in range(1200)}, "http.tokens_dir: ")], ids=lambda value: next(iter(value))[:12] if isinstance(value, dict) else "")
def test_a_folder_of_tokens_is_read_strictly(world, files, words):
    folder = world.path / "tokens"
    folder.mkdir()
    for name, token in files.items():
        write(folder / name, token)
    result = check(world, AI_TICKETD_HTTP_TOKENS_DIR=folder, AI_TICKETD_HTTP_TOKEN=OTHER)
    assert result.status == (2 if words else 0), result
    assert not words or words in result.err, result


def test_what_is_no_file_is_no_token_and_holds_nothing_up(world):
    folder = world.path / "tokens"
    folder.mkdir()
    assert check(world, AI_TICKETD_HTTP_TOKENS_DIR=folder).status == 0
    os.mkfifo(folder / "a.read")
    (folder / "b.read").mkdir()
    result = check(world, AI_TICKETD_HTTP_TOKENS_DIR=folder)
    assert result.status == 2 and "a.read" in result.err and "b.read" in result.err and result.seconds < 10, result
    result = check(world, AI_TICKETD_HTTP_TOKENS_DIR=world.path / "nowhere")
    assert result.status == 2 and "http.tokens_dir: " in result.err and "nowhere" in result.err, result


def test_a_token_that_everybody_can_read_is_warned_about(world):
    folder = world.path / "tokens"
    folder.mkdir()
    for name, mode in (("a.read", 0o644), ("b.read", 0o640)):
        (folder / name).write_text(name * 8)
        (folder / name).chmod(mode)
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and path != path.parent:
            path.chmod(path.stat().st_mode | 0o001)
    result = check(world, AI_TICKETD_HTTP_TOKENS_DIR=folder)
    assert result.status == 0 and "a.read can be read by every user" in result.err and "b.read" not in result.err, result


OPEN = ["0.0.0.0:9871", ":9871", "[::]:9871", "192.0.2.1:9871", "[2001:db8::1]:9871", "[::ffff:192.0.2.1]:9871"]


@pytest.mark.parametrize("listen", OPEN)
def test_a_port_that_is_open_to_other_machines_needs_a_token(world, listen):
    result = check(world, AI_TICKETD_HTTP_LISTEN=listen)
    assert result.status == 2 and "http.listen: is open to other machines, so a token is needed" in result.err and "127.0.0.1" in result.err, result
    assert check(world, AI_TICKETD_HTTP_LISTEN=listen, AI_TICKETD_HTTP_TOKEN=OTHER).status == 0
    world.use(world.sim("--tickets", 1))
    assert world.run(env={"AI_TICKETD_HTTP_LISTEN": listen}).status == 2


@pytest.mark.parametrize("listen", ["127.0.0.1:9871", "127.9.9.9:9871", "[::1]:9871", "localhost:9871", "[::ffff:127.0.0.1]:9871"])
def test_a_port_of_this_machine_needs_none(world, listen):
    assert check(world, AI_TICKETD_HTTP_LISTEN=listen).status == 0


def test_a_run_by_hand_lets_nobody_in_and_reads_no_token(world):
    world.use(world.sim("--tickets", 1))
    env = {"AI_TICKETD_HTTP_LISTEN": "0.0.0.0:9871", "AI_TICKETD_HTTP_TOKENS_DIR": world.path / "nowhere"}
    assert world.run("--once", env=env).status == 0
    assert check(world, **env).status == 2


def test_a_socket_of_the_service_manager_that_is_open_needs_a_token_too(world):
    world.use(world.sim("--tickets", 1))
    with socket.create_server(("0.0.0.0", 0)) as held:
        process = subprocess.run(["sh", "-c", f"LISTEN_FDS=1 LISTEN_PID=$$ exec {DAEMON}"], env=world.env, cwd=world.home, close_fds=False,
                                 preexec_fn=lambda: os.dup2(held.fileno(), 3), capture_output=True, text=True, timeout=60)
    assert process.returncode == 2 and "is open to other machines, so a token is needed" in process.stderr, process


# --- who guesses ---


def test_wrong_tokens_are_logged_with_their_address_and_do_not_fill_the_log(serve):
    service = serve()
    began = time.monotonic()
    for i in range(4):
        assert service.status("/status", WRONG + str(i)) == 401
    assert 3.8 < time.monotonic() - began < 20
    began = time.monotonic()
    assert service.status("/status", READ) == 200
    assert time.monotonic() - began < 0.9
    log = service.world.log()
    assert log.count("with a wrong token refused; the last one came from 127.0.0.1:") == 1 and WRONG not in log


def test_a_stop_while_a_guess_waits_is_a_clean_one(serve):
    service = serve()
    with socket.create_connection(("127.0.0.1", service.port)) as guess:
        guess.sendall(f"GET /status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {WRONG}\r\n\r\n".encode())
        assert service.status("/live") == 200  # by now it was read
        assert stop(service.process) == 0


# --- who crowds ---


def health_times(service, count):
    """Over the Unix socket, a connection each."""
    times = []
    for _ in range(count):
        began = time.monotonic()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(service.world.path / "socket"))
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            data = b""
            while piece := connection.recv(65536):
                data += piece
        assert data.startswith(b"HTTP/1.1 200"), data
        times.append(time.monotonic() - began)
    return sorted(times)


CROWDS = {"silent": b"", "half": b"GET /hea", "half a body": b"POST /pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx",
          "never read": b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2000, "too large": b"GET /" + b"x" * 20000,
          "guess": f"GET /status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {WRONG}\r\n\r\n".encode()}


@pytest.mark.parametrize("kind", CROWDS)
def test_1000_connections_over_tcp_do_not_keep_the_unix_socket_waiting(serve, tell, kind):
    service = serve()
    assert until(lambda: json.loads(service.ask("/health")[2])["status"] == "healthy")
    connections = []
    try:
        for _ in range(1000):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(10)
            connection.connect(("127.0.0.1", service.port))
            connection.setblocking(False)
            try:
                connection.send(CROWDS[kind])
            except OSError:  # it was turned away, or its answers are in the way
                pass
            connections.append(connection)
        times = health_times(service, 200)
    finally:
        for connection in connections:
            connection.close()
    tell(f"{kind}: median {times[100] * 1000:.1f} ms, p99 {times[198] * 1000:.1f} ms")
    assert times[100] < 0.2 and times[198] < 1
    assert until(lambda: has_place(service))


def has_place(service):
    """There is a place over TCP again."""
    try:
        return service.status("/live") == 200
    except (OSError, http.client.HTTPException):
        return False
