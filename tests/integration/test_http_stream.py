"""Answers without an end, over real sockets: how they begin and end, what slow, dead and many readers may cost."""

import re
import socket
import struct
import time

import pytest

from test_http import HOST, read_all, read_answer, request, start, status_of  # noqa: F401 (start is a fixture)

STREAM = b"GET /stream HTTP/1.1\r\n" + HOST + b"\r\n"
LOCAL = b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
LINE = 1024


class Reader:
    """One reader of a stream: its head, then pieces as they come."""

    def __init__(self, connection, ask=STREAM):
        self.connection, self.data = connection, b""
        connection.sendall(ask)

    def until(self, mark):
        end = time.monotonic() + 30
        while mark not in self.data:
            assert time.monotonic() < end, self.data[-200:]
            piece = self.connection.recv(65536)
            assert piece, self.data[-200:]
            self.data += piece
        return self

    def head(self):
        return self.until(b"\r\n\r\n").data.split(b"\r\n\r\n")[0].decode()

    def rest(self):
        self.data += read_all(self.connection)
        return self.data.split(b"\r\n\r\n", 1)[1]


def chunks(data):
    """The chunks of a body, which must be whole; without the last, empty one."""
    found = []
    while True:
        size, data = data.split(b"\r\n", 1)
        length = int(size, 16)
        assert data[length:length + 2] == b"\r\n"
        if length == 0:
            assert data == b"\r\n"
            return found
        found.append(data[:length])
        data = data[length + 2:]


def ask(server, path):
    answer = server.talk(request(b"GET " + path))
    assert status_of(answer) == 200
    return answer.split(b"\r\n\r\n", 1)[1]


def wait_until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def streams(server):
    return int(re.search(rb'"streams":(\d+)', ask(server, b"/status")).group(1))


def slow(server):
    """A connection whose peer takes few bytes until it reads."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", server.port))
    return connection


# --- the form ---


@pytest.mark.parametrize("tcp", [False, True])
def test_pieces_are_chunks_and_come_at_once(start, tcp):
    server = start(tcp=tcp)
    with server.connect(tcp) as connection:
        reader = Reader(connection, LOCAL)
        head = reader.until(b"hello\n").head()
        assert head.startswith("HTTP/1.1 200") and "Content-Type: text/event-stream" in head
        assert "Transfer-Encoding: chunked" in head and "Content-Length" not in head
        for word in (b"one", b"two"):
            ask(server, b"/say?" + word)
            reader.until(word)
        ask(server, b"/end")
        assert chunks(reader.rest()) == [b"hello\n", b"one", b"two"]
    counters = server.stop()
    assert counters["opened"] == counters["closed"] == 1 and counters["streams"] == 0


def test_http_1_0_gets_the_bytes_and_the_end_of_the_connection(start):
    server = start()
    with server.connect() as connection:
        reader = Reader(connection, b"GET /stream HTTP/1.0\r\n\r\n")
        head = reader.until(b"hello\n").head()
        assert "Transfer-Encoding" not in head and "Content-Length" not in head and "Connection: close" in head
        ask(server, b"/say?bye")
        ask(server, b"/end")
        assert reader.rest() == b"hello\nbye"


def test_head_has_the_head_of_a_stream_and_opens_none(start):
    server = start()
    answer = server.talk(request(b"HEAD /stream"))
    assert status_of(answer) == 200 and b"text/event-stream" in answer and answer.endswith(b"\r\n\r\n")
    assert server.stop()["opened"] == 0


# --- time limits and places ---


def test_no_time_limit_ends_a_stream(start):
    server = start("--request", 150, "--idle", 150, "--answer", 150, "--linger", 50, "--pulse", 200, "--stuck", 5000)
    with server.connect() as connection:
        reader = Reader(connection).until(b"hello\n")
        reader.until(b"pulse\n\r\n6\r\npulse\n\r\n6\r\npulse\n")  # much longer than each limit
        ask(server, b"/say?alive")
        reader.until(b"alive")


def test_streams_take_no_place_from_other_requests(start):
    server = start("--streams", 128, "--streams-a-peer", 128)
    open_ones = [Reader(server.connect()).until(b"hello\n") for _ in range(64 - 1)]
    others = [server.connect() for _ in range(40)]
    for connection in others:
        connection.sendall(b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n")
        assert read_answer(connection)[0] == 200
    assert server.stop()["turned_away"] == 0
    for thing in [*others, *(reader.connection for reader in open_ones)]:
        thing.close()


def test_only_so_many_streams_for_one_address(start):
    server = start("--streams", 8, "--streams-a-peer", 4, tcp=True)
    held = [Reader(server.connect(tcp=True), LOCAL).until(b"hello\n") for _ in range(4)]
    with server.connect(tcp=True) as connection:
        refused = Reader(connection, LOCAL).until(b"}").data
    assert status_of(refused) == 503 and b"\r\nRetry-After: 10\r\n" in refused and b"this address" in refused
    # whoever is on this machine has 16 million addresses
    with socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.0.2", 0), timeout=20) as other:
        assert status_of(Reader(other, LOCAL).until(b"}").data) == 503
    held.pop().connection.close()
    wait_until(lambda: streams(server) <= 3)
    held.append(Reader(server.connect(tcp=True), LOCAL).until(b"hello\n"))
    for reader in held:
        reader.connection.close()


def test_only_so_many_streams_in_all(start):
    server = start("--streams", 3, "--streams-a-peer", 3, reading=True)
    held = [Reader(server.connect()).until(b"hello\n") for _ in range(2)] + [Reader(server.connect(read=True)).until(b"hello\n")]
    with server.connect() as connection:
        refused = Reader(connection).until(b"}").data
    assert status_of(refused) == 503 and b"\r\nRetry-After: 10\r\n" in refused
    for reader in held:
        reader.connection.close()
    wait_until(lambda: streams(server) == 0)


# --- slow readers ---


def test_a_slow_reader_skips_and_then_gets_the_newest(start):
    server = start(tcp=True)
    with slow(server) as connection:
        reader = Reader(connection, LOCAL).until(b"hello\n")
        got = int(re.search(rb'"sent":(\d+)', ask(server, b"/flood")).group(1))
        assert 64 <= got < 512  # what waits here, and what the kernel took
        assert int(re.search(rb'"sent":(\d+)', ask(server, b"/say?old")).group(1)) == 0
        reader.until(b"newest\n")
        ask(server, b"/say?new")
        ask(server, b"/end")
        pieces = chunks(reader.rest())
    assert b"old" not in pieces and pieces[-2:] == [b"newest\n", b"new"]
    lines = [int(piece) for piece in pieces[1:-2]]
    assert lines == list(range(got))  # none is torn, none is missing in between


def test_a_slow_reader_does_not_hold_up_the_others(start):
    server = start(tcp=True)
    with slow(server) as connection, server.connect(tcp=True) as other:
        Reader(connection, LOCAL)
        reader = Reader(other, LOCAL).until(b"hello\n")
        ask(server, b"/flood")
        ask(server, b"/say?heard")
        reader.until(b"newest\n") if b"heard" not in reader.data else None
        ask(server, b"/say?heard")
        reader.until(b"heard")


def test_a_reader_with_too_much_waiting_is_closed(start):
    server = start(tcp=True)
    with slow(server) as connection:
        Reader(connection, LOCAL).until(b"hello\n")
        ask(server, b"/flood")
        ask(server, b"/lump")  # nothing: it is skipping
        assert streams(server) == 1
    wait_until(lambda: streams(server) == 0)
    with slow(server) as connection:
        Reader(connection, LOCAL).until(b"hello\n")
        ask(server, b"/lump")
        wait_until(lambda: streams(server) == 0)


@pytest.mark.parametrize("tcp", [False, True])  # over TCP the kernel closes it too
def test_a_reader_that_is_stuck_is_closed(start, tcp):
    server = start("--pulse", 90, "--stuck", 300, tcp=True)
    with slow(server) if tcp else server.connect() as connection, server.connect(tcp=True) as good:
        Reader(connection, LOCAL).until(b"hello\n")
        reader = Reader(good, LOCAL).until(b"hello\n")
        ask(server, b"/flood")
        reader.until(b"newest\n")
        wait_until(lambda: streams(server) == 1)
        reader.data = b""
        reader.until(b"pulse\n")  # who reads stays


# --- readers that go ---


def test_a_reader_that_goes_during_the_greeting(start):
    server = start("--streams", 1000, "--streams-a-peer", 1000, tcp=True)
    for _ in range(200):
        connection = server.connect(tcp=True)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(LOCAL)
        connection.close()  # a reset
        connection = server.connect()
        connection.sendall(STREAM)
        connection.close()
    wait_until(lambda: streams(server) == 0)
    counters = server.stop()
    assert counters["opened"] == counters["closed"] > 0


def test_a_reader_that_goes_is_noticed_at_once(start):
    server = start()
    connection = server.connect()
    Reader(connection).until(b"hello\n")
    assert streams(server) == 1
    connection.close()
    wait_until(lambda: streams(server) == 0)


def test_a_reader_that_talks_on_is_closed(start):
    server = start()
    with server.connect() as connection:
        Reader(connection).until(b"hello\n")
        connection.sendall(b"GET /health HTTP/1.1\r\n" * 40)
        assert streams(server) == 1
        try:
            for _ in range(100):
                connection.sendall(b"x" * 4096)
        except OSError:
            pass
        wait_until(lambda: streams(server) == 0)


# --- the end ---


@pytest.mark.parametrize("reading", [True, False])
def test_the_server_ends_at_once_with_streams_open(start, reading):
    server = start("--pulse", 60, "--stuck", 100000, tcp=True)
    held = [slow(server) for _ in range(3)]
    for connection in held:
        Reader(connection, LOCAL).until(b"hello\n")
    if not reading:
        ask(server, b"/flood")
    began = time.monotonic()
    counters = server.stop()
    assert time.monotonic() - began < 5
    assert counters["opened"] == counters["closed"] == 3
    for connection in held:
        connection.close()
