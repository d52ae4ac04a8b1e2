"""ai-ticketctl tail against a scripted daemon: each outcome once, over gaps and restarts, and no belief in what is no stream."""

import json
import os
import queue
import signal
import subprocess
import threading
import time

import pytest

from ctl_peer import AT, CTL, Daemon, answer, environment, pages, row

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
STATE = b'event: state\ndata: {"status":"healthy"}\n\n'


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(name, value):
    return chunk(f"event: {name}\ndata: {json.dumps(value)}\n\n".encode())


def now():
    return int(time.time() * 1000)


class Stream:
    """What is put into it is sent to everybody who listens; None closes."""

    def __init__(self):
        self.listeners, self.joined = [], threading.Semaphore(0)

    def __call__(self, connection, path, query):
        mine = queue.Queue()
        connection.sendall(HEAD + chunk(STATE))
        self.listeners.append(mine)
        self.joined.release()
        while (data := mine.get()) is not None:
            connection.sendall(data)
        self.listeners.remove(mine)
        connection.shutdown(2)

    def put(self, data):
        for listener in list(self.listeners):
            listener.put(data)

    def wait(self):
        assert self.joined.acquire(timeout=30)


class Tail:
    def __init__(self, daemon, *words, **more):
        self.process = subprocess.Popen([CTL, "--socket", daemon.path, "tail", *map(str, words)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=environment(), **more)

    def line(self):
        return self.process.stdout.readline()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.communicate(timeout=30)


@pytest.fixture
def place(tmp_path):
    things = []

    class Place:
        stream = Stream()
        rows = []

        def daemon(self, **routes):
            routes = {"session": answer({"name": None, "may": "read"}), "events": self.stream, "decisions": pages(self.rows), **routes}
            things.append(Daemon(tmp_path / "s.sock", {f"/api/v1/{name}": what for name, what in routes.items()}))
            return things[-1]

        def tail(self, daemon, *words, **more):
            things.append(Tail(daemon, *words, **more))
            return things[-1]
    yield Place()
    for thing in reversed(things):
        thing.stop()


def test_outcomes_are_shown_as_they_come(place):
    tail = place.tail(place.daemon())
    place.stream.wait()
    place.stream.put(event("outcome", row(1, at=AT)))
    assert tail.line() == ("2026-11-25 16:00:00  2        done     bug, high, negative; priority normal → high; gpt-4o-mini, 3.2 s, "
                           "$0.0001\n")
    place.stream.put(chunk(b":\n\n") + event("state", {}) + event("news", {"of": "a later version"}))
    place.stream.put(event("outcome", row(2, outcome="failed", root_cause=None, reason="Zendesk answered 422")))
    assert tail.line().endswith("3        failed   Zendesk answered 422\n")
    assert tail.stop() == ("", "") and tail.process.returncode == -signal.SIGTERM


def test_programs_get_the_outcome_as_the_service_gave_it(place):
    tail = place.tail(place.daemon(), "--json")
    place.stream.wait()
    for number in range(3):
        place.stream.put(event("outcome", row(number)))
        assert json.loads(tail.line()) == row(number)


def test_earlier_ones_come_first_and_none_twice(place):
    place.rows[:] = [row(number, at=AT - number) for number in range(450)]
    tail = place.tail(place.daemon(), "-n", 300, "--json")
    assert [json.loads(tail.line())["ticket_id"] for _ in range(300)] == list(range(300, 0, -1))
    place.stream.wait()
    place.stream.put(event("outcome", place.rows[0]))  # the list had it already
    place.stream.put(event("outcome", row(1000, at=AT + 5)))
    assert json.loads(tail.line())["ticket_id"] == 1001


def test_a_restart_is_told_and_what_came_meanwhile_is_shown(place):
    daemon = place.daemon()
    tail = place.tail(daemon, "--json")
    place.stream.wait()
    first, second, third = (row(number, at=now() + number) for number in range(3))
    place.stream.put(event("outcome", first))
    assert json.loads(tail.line()) == first
    place.stream.put(event("bye", {}) + b"0\r\n\r\n")
    assert tail.process.stderr.readline() == "ai-ticketctl: tail: the service stops; waiting for the service\n"
    daemon.stop()
    place.rows[:] = [second, first]
    daemon.start()
    place.stream.wait()
    assert tail.process.stderr.readline() == "ai-ticketctl: tail: connected again\n"
    assert json.loads(tail.line()) == second
    place.stream.put(event("outcome", second))
    place.stream.put(event("outcome", third))
    assert json.loads(tail.line()) == third


def test_a_connection_that_breaks_is_made_again(place):
    daemon = place.daemon()
    tail = place.tail(daemon, "--json")
    for number in range(3):
        place.stream.wait()
        place.stream.put(event("outcome", row(number, at=now())))
        assert json.loads(tail.line())["ticket_id"] == number + 1
        place.stream.put(None)
        assert "the connection ended; waiting" in tail.process.stderr.readline()
        assert "connected again" in tail.process.stderr.readline()


def test_what_the_service_skips_is_taken_from_the_list(place):
    tail = place.tail(place.daemon(), "--json")
    place.stream.wait()
    began = now()
    rows = [row(number, at=began + number) for number in range(5)]
    place.rows[:] = rows[::-1]
    place.stream.put(event("outcome", rows[0]) + event("skipped", {"count": 3}) + event("outcome", rows[4]))
    assert {json.loads(tail.line())["ticket_id"] for _ in range(5)} == {1, 2, 3, 4, 5}


def test_what_is_skipped_while_a_gap_waits_is_looked_for_later(place):
    daemon = place.daemon()
    tail = place.tail(daemon, "--json")
    place.stream.wait()
    place.stream.put(event("skipped", {"count": 1}))
    place.stream.put(event("skipped", {"count": 1}))
    end = time.monotonic() + 30
    while not any("decisions" in path for path in daemon.asked):
        assert time.monotonic() < end
        time.sleep(0.01)
    time.sleep(0.2)  # the list was read: only now the second one is in it
    place.rows[:] = [row(6, at=now())]
    began = time.monotonic()
    assert json.loads(tail.line())["ticket_id"] == 7
    assert time.monotonic() - began < 20  # not by a new connection, after 45 silent seconds


def test_very_many_that_were_missed_are_shown_once(place):
    daemon = place.daemon()
    tail = place.tail(daemon, "--json")
    place.stream.wait()
    place.stream.put(event("outcome", row(0, at=now())))
    tail.line()
    came = now()
    place.rows[:] = [row(number, at=came + 2 * number) for number in range(6000, 0, -1)]
    place.stream.put(None)
    assert [json.loads(tail.line())["ticket_id"] for _ in range(6000)] == list(range(2, 6002))
    asked, end = len(daemon.asked), time.monotonic() + 30
    while len(daemon.asked) == asked:  # it looks once more
        assert time.monotonic() < end
        time.sleep(0.01)
    time.sleep(0.5)
    place.stream.put(event("outcome", row(7000, at=came + 14000)))
    assert json.loads(tail.line())["ticket_id"] == 7001


def test_a_service_that_is_busy_and_then_gone_is_told(place):
    def talk(connection, path, query):
        connection.sendall(busy.pop()) if busy else connection.shutdown(2)
    busy = [answer({"error": "other questions wait"}, "503 Service Unavailable")]
    tail = place.tail(place.daemon(session=talk))
    _, err = tail.process.communicate(timeout=30)
    assert tail.process.returncode == 3 and "Sanitizer" not in err and "s.sock" in err


def test_a_full_list_of_streams_is_a_reason_at_first_and_passes_later(place):
    full = answer({"error": "32 streams are open already"}, "503 Service Unavailable")
    tail = place.tail(place.daemon(events=full))
    out, err = tail.process.communicate(timeout=30)
    assert tail.process.returncode == 1 and out == "" and err == "ai-ticketctl: tail: 32 streams are open already\n"


def test_a_reader_that_leaves_ends_it_quietly(place):
    """Also while nothing is written, and when SIGPIPE is ignored from the start, as below systemd."""
    daemon = place.daemon()
    for ignored in (False, True):
        tail = place.tail(daemon, preexec_fn=(lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)) if ignored else None)
        place.stream.wait()
        place.stream.put(event("outcome", row(ignored)))
        tail.line()
        tail.process.stdout.close()
        assert tail.process.wait(timeout=20) == 0 and tail.process.stderr.read() == ""
        tail.process.stderr.close()


def test_a_full_disk_is_an_error(place):
    daemon = place.daemon()
    with open("/dev/full", "w") as full:
        process = subprocess.Popen([CTL, "--socket", daemon.path, "tail"], stdout=full, stderr=subprocess.PIPE, text=True, env=environment())
    place.stream.wait()
    place.stream.put(event("outcome", row(1)))
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1 and "No space left on device" in err


def endless(piece):
    def talk(connection, path, query):
        connection.sendall(HEAD)
        while True:
            connection.sendall(chunk(piece * 1000))
    return talk


HOSTILE = {
    "a page": (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", "not what was asked for"),
    "nothing at this path": (answer({"error": "there is nothing at this path"}, "404 Not Found"), "there is nothing at this path"),
    "a refusal that acts on terminals": (answer({"error": "\x1b[2Jno"}, "403 Forbidden"), "\\x1b[2Jno"),
    "a refusal without words": (answer(b"", "500 Internal Server Error"), "status 500"),
    "no fields": (HEAD + chunk(b"hello\n\n"), "neither a field nor a comment"),
    "no text": (HEAD + chunk(b"data: \xff\n\n"), "a line is not text"),
    "no JSON": (HEAD + chunk(b"event: outcome\ndata: {\n\n"), "events cannot be read"),
    "no outcome": (HEAD + chunk(b"event: outcome\ndata: {}\n\n"), "at is not a time"),
    "a list as outcome": (HEAD + chunk(b"event: outcome\ndata: []\n\n"), "not an object"),
    "a line without end": (endless(b"x" * 100), "too large"),
    "an event without end": (endless(b"data: x\n"), "too large"),
    "garbage": (lambda connection, path, query: connection.sendall(b"\0\xff" * 1000), "tail: "),
    "a broken chunk": (HEAD + b"hello\r\n", "waiting for the service"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_stream_of_the_service_ends_with_a_reason(place, name):
    what, reason = HOSTILE[name]
    tail = place.tail(place.daemon(events=what))
    line = tail.process.stderr.readline()
    assert reason in line and "\x1b" not in line
    if "waiting" not in line:
        assert tail.process.wait(timeout=30) == 1
    assert tail.process.stdout.read() == "" if tail.process.poll() is not None else True


def test_nobody_there_is_status_3(tmp_path):
    done = subprocess.run([CTL, "--socket", str(tmp_path / "none"), "tail"], capture_output=True, text=True, timeout=30, env=environment())
    assert done.returncode == 3 and "start the service" in done.stderr


@pytest.mark.parametrize("words, reason", [(["-n", "0"], "-n: a number from 1 to 10000"), (["-n"], "-n"), (["--days", "1"], "--days"),
                                           (["x"], "takes no arguments"), (["-x"], "-x")])
def test_wrong_usage_is_status_3(words, reason):
    done = subprocess.run([CTL, "tail", *words], capture_output=True, text=True, timeout=30, env=environment())
    assert done.returncode == 3 and reason in done.stderr


def test_thousands_of_outcomes_in_a_moment_are_all_shown_and_memory_stays(place, tell):
    tail = place.tail(place.daemon(), "--json")
    place.stream.wait()
    for first in range(0, 20000, 500):
        place.stream.put(b"".join(event("outcome", row(number)) for number in range(first, first + 500)))
    assert [json.loads(tail.line())["ticket_id"] for _ in range(20000)] == list(range(1, 20001))
    with open(f"/proc/{tail.process.pid}/status", encoding="utf-8") as file:
        peak = [int(line.split()[1]) for line in file if line.startswith("VmHWM")][0]
    tell(f"20,000 outcomes: {peak / 1024:.1f} MiB at most")
    if "libasan" not in subprocess.run(["ldd", CTL], capture_output=True, text=True).stdout:
        assert peak < 20 * 1024
