"""ai-ticketctl top on a terminal (pty): it is drawn, drawn anew, fits, and the terminal is as before whatever ends it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

from ctl_peer import AT, CTL, Daemon, answer, ctl, environment, pages, row
from test_ctl_tail import Stream, event

ENTER, LEAVE = b"\x1b[?1049h\x1b[?25l\x1b[?7l", b"\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
COUNTS = {"processed": 9, "failed": 0, "skipped": 1, "success_rate": 1.0, "avg_processing_ms": 3204, "cost_usd": 0.0012}


def state(**more):
    return {"as_of": AT, "version": "0.1.0", "started": AT, "status": "healthy", "message": "Healthy.", "ready": True, "mode": "writing",
            "paused": False, "writes": "on", "provider": "openai", "model": "gpt-4o-mini", "today": COUNTS, "yesterday": COUNTS,
            "work": {"waiting": 3}, "queue": {}, "guards": {"zendesk": {"breaker": "closed"}, "llm": {"breaker": "closed"}},
            "alerts": {"active": 0, "worst": None}, **more}


class Terminal:
    def __init__(self, daemon, *words, rows=24, columns=80, term="xterm", **more):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen([CTL, "--socket", daemon.path, "top", *words], stdin=self.slave, stdout=self.slave,
                                        stderr=subprocess.PIPE, env=environment(TERM=term), start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), **more)
        self.output = b""

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, until, since=0):
        """Reads until the bytes came; returns all that came since the offset."""
        end = time.monotonic() + 20
        while until not in self.output[since:]:
            assert time.monotonic() < end, (until, self.output[since:])
            if select.select([self.master], [], [], 0.2)[0]:
                self.output += os.read(self.master, 65536)
        return self.output[since:]

    def ended(self):
        """The status; the terminal must be as before."""
        self.read(LEAVE, self.output.rindex(ENTER))
        _, err = self.process.communicate(timeout=20)
        assert termios.tcgetattr(self.slave) == self.before
        assert self.output.count(ENTER) == self.output.count(LEAVE) and self.output.rstrip().endswith(LEAVE)
        return self.process.returncode, err.decode()

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def place(tmp_path):
    things = []

    class Place:
        stream = Stream()
        state = state()
        rows = [row(number, at=AT - number) for number in range(60)]
        alerts = {"active": [], "recent": [], "channels": []}

        def decisions(self, *words):
            pages(self.rows)(*words)

        def daemon(self, **routes):
            routes = {"now": lambda connection, path, query: connection.sendall(answer(self.state)), "events": self.stream,
                      "decisions": lambda *words: self.decisions(*words),
                      "alerts": lambda connection, path, query: connection.sendall(answer(self.alerts)), **routes}
            things.append(Daemon(tmp_path / "s.sock", {f"/api/v1/{name}": what for name, what in routes.items()}))
            return things[-1]

        def terminal(self, daemon, *words, **more):
            things.append(Terminal(daemon, *words, **more))
            return things[-1]
    yield Place()
    for thing in reversed(things):
        thing.stop()


def test_it_is_drawn_and_drawn_anew_when_something_changes(place):
    terminal = place.terminal(place.daemon())
    first = terminal.read(b"16:00:00  1        done").decode()
    for words in ("ai-ticketd 0.1.0  gpt-4o-mini", "Healthy.", "yesterday until then", "Queue    3 waiting", "Alerts", "none"):
        assert words in first
    place.stream.wait()
    since = len(terminal.output)
    place.state = state(message="The model does not answer.", status="degraded")
    place.alerts = {"active": [{"severity": "critical", "since": AT, "title": "t", "text": "2 % failed."}], "recent": [], "channels": []}
    place.stream.put(event("state", {}))
    terminal.read(b"The model does not answer.", since)
    terminal.read(b"2 % failed.", since)
    since = len(terminal.output)
    place.rows.insert(0, row(999, at=AT + 1))
    place.stream.put(event("outcome", place.rows[0]))
    terminal.read(b"1000     done", since)
    os.write(terminal.master, b"xq")
    assert terminal.ended() == (0, "")


def test_nothing_changes_and_nothing_is_drawn(place):
    terminal = place.terminal(place.daemon())
    place.stream.wait()
    terminal.read(b"Last outcomes")
    end = time.monotonic() + 30
    while select.select([terminal.master], [], [], 3)[0]:  # the first answers of each kind
        assert time.monotonic() < end, "it draws all the time"
        terminal.output += os.read(terminal.master, 65536)
    assert not select.select([terminal.master], [], [], 2)[0]


def lines_of(frame):
    return re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", frame).decode().replace("\r", "").split("\n")


def last_frame(terminal):
    frame = [piece for piece in terminal.output.split(b"\x1b[H") if b"\x1b[J" in piece][-1]  # the next one may have begun
    return lines_of(frame[:frame.index(b"\x1b[J")])


def test_it_fits_and_follows_the_size_of_the_terminal(place):
    terminal = place.terminal(place.daemon(), rows=24, columns=80)
    terminal.read(b"\x1b[J")
    assert len(last_frame(terminal)) == 24 and max(map(len, last_frame(terminal))) <= 80
    for rows, columns in ((10, 40), (50, 200), (4, 20)):
        since = len(terminal.output)
        terminal.resize(rows, columns)
        terminal.process.send_signal(signal.SIGWINCH)
        terminal.read(b"\x1b[J", since)
        while len(last_frame(terminal)) != rows:  # one that was being drawn may still have the former size
            terminal.read(b"\x1b[J", len(terminal.output))
        assert max(map(len, last_frame(terminal))) <= columns


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_the_terminal_is_as_before_after_a_signal(place, number):
    terminal = place.terminal(place.daemon())
    terminal.read(b"Last outcomes")
    assert termios.tcgetattr(terminal.slave) != terminal.before
    terminal.process.send_signal(number)
    assert terminal.ended() == (-number, "")


def test_ctrl_c_is_a_signal_like_any_other(place):
    terminal = place.terminal(place.daemon())
    terminal.read(b"Last outcomes")
    os.write(terminal.master, b"\x03")
    assert terminal.ended() == (-signal.SIGINT, "")


def test_a_stop_gives_the_terminal_back_and_takes_it_again(place):
    terminal = place.terminal(place.daemon())
    terminal.read(b"Last outcomes")
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.read(LEAVE)
    _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status) and termios.tcgetattr(terminal.slave) == terminal.before
    since = len(terminal.output)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.read(b"Last outcomes", since)
    terminal.process.terminate()
    assert terminal.ended()[0] == -signal.SIGTERM


def test_a_terminal_that_takes_no_bytes_does_not_prevent_the_end(place):
    terminal = place.terminal(place.daemon())
    terminal.read(b"Last outcomes")
    termios.tcflow(terminal.slave, termios.TCOOFF)
    place.stream.wait()
    for _ in range(3):
        place.stream.put(event("state", {}))
    terminal.process.terminate()
    time.sleep(0.5)
    termios.tcflow(terminal.slave, termios.TCOON)
    assert terminal.ended()[0] == -signal.SIGTERM


def test_a_service_that_goes_away_and_comes_back_is_told(place):
    daemon = place.daemon()
    terminal = place.terminal(daemon)
    place.stream.wait()
    terminal.read(b"Last outcomes")
    since = len(terminal.output)
    daemon.stop()
    assert b"Healthy." in terminal.read(b"trying again.", since)  # what was known last
    since = len(terminal.output)
    place.state = state(message="Back again.")
    daemon.start()
    terminal.read(b"Back again.", since)
    terminal.read(b"\x1b[J", terminal.output.index(b"Back again.", since))  # the whole picture
    assert "trying again" not in "".join(last_frame(terminal))


def test_without_a_stream_it_asks_again_and_again(place):
    terminal = place.terminal(place.daemon(events=answer({"error": "32 streams are open"}, "503 Service Unavailable")))
    terminal.read(b"Last outcomes")
    since = len(terminal.output)
    place.state = state(message="Something else.")
    terminal.read(b"Something else.", since)


@pytest.mark.parametrize("how", ["--once", "pipe", "dumb"])
def test_without_a_terminal_or_on_request_it_is_one_plain_picture(place, how):
    daemon = place.daemon()
    if how == "pipe":
        code, out, err = ctl("--socket", daemon.path, "top")
        assert code == 0 and err == ""
    else:
        terminal = place.terminal(daemon, *(["--once"] if how == "--once" else []), term="dumb" if how == "dumb" else "xterm")
        out = terminal.read(b"16:00:00  1  ").decode()
        assert terminal.process.wait(timeout=20) == 0 and "\x1b[?" not in out and "\x1b[H" not in out
    assert "Healthy." in out and "Last outcomes" in out
    assert how != "pipe" or ("\x1b" not in out and len(out.splitlines()) == 26)


@pytest.mark.parametrize("body, reason", [
    (answer(b"<html>"), "cannot be read"), (answer([]), "not what was asked for"), (answer({}), "status or message is missing"),
    (answer({**state(), "today": 7}), "today: the counts are not an object"),
    (answer({"error": "\x1b[2Jno"}, "500 Internal Server Error"), "\\x1b[2Jno"),
    (answer(b'{"a":"' + b"x" * (2 << 20) + b'"}'), "too large")])
def test_wrong_answers_are_a_reason_and_not_drawn(place, body, reason):
    terminal = place.terminal(place.daemon(now=body))
    _, err = terminal.process.communicate(timeout=30)
    assert terminal.process.returncode in (1, 3) and reason in err.decode() and "\x1b" not in err.decode()


def test_wrong_answers_later_keep_what_was_known(place):
    terminal = place.terminal(place.daemon())
    place.stream.wait()
    terminal.read(b"Last outcomes")
    since = len(terminal.output)
    place.state = {"status": "\x1b[2J", "message": "\x1b[2Jno"}
    place.decisions = lambda connection, path, query: connection.sendall(answer({"decisions": [{"at": "x"}, 7]}))
    place.alerts = {"active": [7, {"severity": 3, "text": "\x1b[2Jalert"}]}
    place.stream.put(event("state", {}))
    shown = terminal.read(b"trying again.", since)
    assert b"Healthy." in shown and b"\x1b[2J" not in terminal.output


def test_nobody_there_is_status_3_on_a_terminal_too(place, tmp_path):
    class Nobody:
        path = str(tmp_path / "none")
    terminal = place.terminal(Nobody)
    _, err = terminal.process.communicate(timeout=30)
    assert terminal.process.returncode == 3 and b"start the service" in err
