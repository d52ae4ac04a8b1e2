"""GET /api/v1/events of the real service: what who watches is told, when, and what a stop and taken tokens do to it."""

import json
import signal
import socket
import time

import pytest

from ports import spare_port

TOKEN = "events-token-0123456789-abcdefghij"
READER = "reader-token-0123456789-abcdefghij"


class Watch:
    """One reader: events as (name, object), as they come."""

    def __init__(self, where, token=None, version="1.1"):
        if isinstance(where, int):
            self.connection = socket.create_connection(("127.0.0.1", where), timeout=30)
        else:
            self.connection = socket.socket(socket.AF_UNIX)
            self.connection.settimeout(30)
            self.connection.connect(str(where))
        credentials = f"Authorization: Bearer {token}\r\n" if token else ""
        self.connection.sendall(f"GET /api/v1/events HTTP/{version}\r\nHost: localhost\r\n{credentials}\r\n".encode())
        self.data, self.over = b"", False
        while b"\r\n\r\n" not in self.data:
            self.read()
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        self.head, self.status = head.decode(), int(head.split()[1])
        self.chunked = "chunked" in self.head
        self.text = b""

    def read(self):
        piece = self.connection.recv(65536)
        self.data += piece
        self.over = not piece

    def next(self):
        """The next event; None when the stream has ended."""
        while True:
            while b"\n\n" in self.text:
                block, self.text = self.text.split(b"\n\n", 1)
                lines = dict(line.split(b": ", 1) for line in block.split(b"\n") if not line.startswith(b":"))
                if b"event" in lines:
                    return lines[b"event"].decode(), json.loads(lines[b"data"])
            if not self.take() and self.over:
                return None
            if not self.over and b"\n\n" not in self.text:
                self.read()

    def take(self):
        """Moves what is whole from bytes to text."""
        if not self.chunked:
            moved, self.text, self.data = bool(self.data), self.text + self.data, b""
            return moved
        moved = False
        while b"\r\n" in self.data:
            size, rest = self.data.split(b"\r\n", 1)
            if len(rest) < int(size, 16) + 2:
                break
            self.text, self.data, moved = self.text + rest[:int(size, 16)], rest[int(size, 16) + 2:], True
        return moved

    def until(self, name):
        while True:
            event = self.next()
            assert event is not None, f"it ended without {name}"
            if event[0] == name:
                return event[1]

    def names(self):
        """Of all events to the end."""
        return [event[0] for event in iter(self.next, None)]


class Service:
    def __init__(self, world, *options, **env):
        self.world, self.port = world, spare_port()
        self.sim = world.use(world.sim(*(options or ("--tickets", 3))))
        tokens = world.path / "tokens"
        tokens.mkdir()
        (tokens / "eyes.read").write_text(READER)
        (tokens / "eyes.read").chmod(0o600)
        self.reader = tokens / "eyes.read"
        self.process = world.start(env={"AI_TICKETD_HTTP_LISTEN": f"127.0.0.1:{self.port}", "AI_TICKETD_HTTP_TOKEN": TOKEN,
                                        "AI_TICKETD_HTTP_TOKENS_DIR": tokens, **env}, stdout=open(world.path / "out", "wb"),
                                   stderr=open(world.path / "err", "wb"))
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=10).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < end, (world.path / "err").read_text()
                time.sleep(0.05)

    def order(self, path, body="{}"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(str(self.world.path / "socket"))
            connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                               f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture
def service(world):
    return lambda *options, **env: Service(world, *options, **env)


def test_the_state_comes_on_connect_and_outcomes_as_they_happen(service):
    running = service("--tickets", 3, "--latency", 400)
    watch = Watch(running.port, TOKEN)
    assert watch.status == 200 and "Content-Type: text/event-stream" in watch.head and "X-Accel-Buffering: no" in watch.head
    name, state = watch.next()
    assert name == "state" and state["status"] in ("healthy", "degraded", "unhealthy") and state["paused"] is False
    assert list(state)[0] == "as_of" and {"work", "queue", "guards", "alerts", "message", "version"} <= set(state)
    seen = [watch.until("outcome") for _ in range(3)]
    assert sorted(row["ticket_id"] for row in seen) == sorted(running.world.rows() or [row["ticket_id"] for row in seen])
    for row in seen:
        assert row["outcome"] == "done" and row["by"] == "model" and row["root_cause"] in ("bug", "feature", "refund", "other")
        assert row["processing_ms"] >= 300 and abs(row["at"] / 1000 - time.time()) < 60


def test_who_may_only_look_gets_the_state_alone(service):
    running = service("--tickets", 3, "--latency", 400)
    looks, reads = Watch(running.port), Watch(running.port, READER)
    assert looks.next()[0] == reads.next()[0] == "state"
    for _ in range(3):
        reads.until("outcome")
    running.process.send_signal(signal.SIGTERM)
    assert set(looks.names()) <= {"state", "bye"}


def test_a_change_comes_within_a_second_or_two_and_only_once(service):
    running = service("--tickets", 0)
    watch = Watch(running.world.path / "socket")
    assert watch.until("state")["paused"] is False
    running.order("/pause")
    began = time.monotonic()
    while not watch.until("state")["paused"]:
        pass
    assert time.monotonic() - began < 3


def test_events_are_not_more_than_fifty_a_second_and_the_rest_is_counted(service):
    running = service("--tickets", 400, AI_TICKETD_HTTP_READ_SOCKET=None)
    watch = Watch(running.port, TOKEN)
    told = skipped = 0
    began = time.monotonic()
    while told + skipped < 400:
        event = watch.next()
        told += event[0] == "outcome"
        skipped += event[1]["count"] if event[0] == "skipped" else 0
        assert time.monotonic() - began < 100
    assert told + skipped == 400 and told <= 50 * (time.monotonic() - began + 2)


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_a_stop_says_bye_and_does_not_wait_for_readers(service, version):
    running = service("--tickets", 1)
    watches = [Watch(running.port, TOKEN, version) for _ in range(3)]
    stuck = Watch(running.world.path / "socket")
    for watch in watches:
        watch.until("state")
    began = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    for watch in watches:
        assert watch.names()[-1] == "bye"
    assert running.process.wait(timeout=20) == 0 and time.monotonic() - began < 10
    stuck.connection.close()


def test_no_stream_is_opened_while_the_service_stops(service):
    running = service("--tickets", 1, "--latency", 6000)
    watch = Watch(running.port, TOKEN)
    while watch.until("state")["work"]["at_model"] == 0:
        pass
    running.process.send_signal(signal.SIGTERM)
    assert watch.names()[-1] == "bye"
    late = Watch(running.port, TOKEN)
    assert late.status == 503 and "Retry-After: 10" in late.head
    assert running.process.wait(timeout=60) == 0


def test_a_token_that_is_taken_away_ends_its_stream(service):
    running = service("--tickets", 1)
    reads, commands = Watch(running.port, READER), Watch(running.port, TOKEN)
    assert reads.until("state") and commands.until("state")
    running.reader.unlink()
    assert b" 200 " in running.order("/reload").split(b"\r\n")[0]
    assert "bye" not in reads.names()  # it has ended
    running.order("/pause")
    while not commands.until("state")["paused"]:
        pass
    assert Watch(running.port, READER).status == 401


def test_a_token_with_a_new_secret_ends_the_streams_of_the_old_one(service):
    running = service("--tickets", 1)
    reads, commands = Watch(running.port, READER), Watch(running.port, TOKEN)
    assert reads.until("state") and commands.until("state")
    running.reader.write_text(READER[::-1])
    assert b" 200 " in running.order("/reload").split(b"\r\n")[0]
    assert "bye" not in reads.names()  # it has ended
    assert Watch(running.port, READER).status == 401 and Watch(running.port, READER[::-1]).status == 200
    running.order("/pause")
    while not commands.until("state")["paused"]:  # the others go on
        pass


def test_readers_that_come_and_go_cost_nothing(service):
    running = service("--tickets", 1)
    for _ in range(60):
        connection = socket.create_connection(("127.0.0.1", running.port), timeout=20)
        connection.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.close()
    end = time.monotonic() + 20
    while (watch := Watch(running.port)).status == 503:  # until it is noticed that all have gone
        assert time.monotonic() < end
        time.sleep(0.01)
    assert watch.until("state")


def test_a_wrong_parameter_is_refused(service):
    running = service("--tickets", 0)
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        connection.sendall(b"GET /api/v1/events?since=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b" 400 " in answer.split(b"\r\n")[0] and b"no parameters" in answer
