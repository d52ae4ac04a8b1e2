"""ai-ticketctl top, tail, stats and export with the real service: what they show is what was done."""

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess

import pytest

from ctl_peer import CTL
from test_ctl_top import LEAVE, Terminal
from test_service import ACCOUNT, ctl, ready, start, stop, until

ENDS = {"done": "success", "failed": "error", "skipped": "skipped"}  # in the results file


class Tail:
    """ai-ticketctl tail whose lines are in files, so that it never waits for us."""

    def __init__(self, world, *words):
        self.out, self.err = world.path / "tail.out", world.path / "tail.err"
        self.process = subprocess.Popen([CTL, "--socket", world.path / "socket", "tail", *words], stdout=open(self.out, "wb"),
                                        stderr=open(self.err, "wb"))

    def rows(self):
        return [json.loads(line) for line in self.out.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture
def tail(world):
    def begin(*words):
        return world.keep(Tail(world, *words))
    return begin


def export(world, *words):
    done = ctl(world, "export", "--since", "1h", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def exported(world):
    return json.loads(export(world, "--json"))


def same_as_results(rows, results):
    assert sorted(row["ticket_id"] for row in rows) == sorted(results)
    for row in rows:
        result = results[row["ticket_id"]]
        assert ENDS[row["outcome"]] == result["status"], (row, result)
        if row["root_cause"]:
            assert [row[label] for label in ("root_cause", "urgency", "sentiment")] == [
                result["analysis"][label] for label in ("root_cause", "urgency", "sentiment")]


def test_lines_of_tail_and_rows_of_an_export_are_those_of_the_results(world, tail):
    world.use(world.sim("--tickets", 60, "--latency", 200, *ACCOUNT))
    process = start(world)
    assert ready(world)
    follower = tail("--json", "-n", "100")  # with those that ended before it came
    assert until(lambda: len(world.rows()) == 60), len(world.rows())
    assert until(lambda: len(follower.rows()) >= 60), (len(follower.rows()), follower.err.read_text())
    same_as_results(follower.rows(), world.rows())
    rows = exported(world)
    same_as_results(rows, world.rows())
    without_time = lambda rows: sorted(([*{**row, "at": 0}.items()] for row in rows), key=str)
    assert without_time(follower.rows()) == without_time(rows)
    read = list(csv.DictReader(io.StringIO(export(world, "--csv"), newline="")))
    assert [(one["ticket_id"], one["root_cause"], one["processing_ms"]) for one in read] == [
        (str(row["ticket_id"]), row["root_cause"] or "", str(row["processing_ms"])) for row in rows]
    stats = json.loads(ctl(world, "stats", "--json").stdout)
    assert stats["total"]["processed"] == sum(row["outcome"] == "done" for row in rows)
    assert stats["total"]["root_cause"]["bug"] == sum(row["root_cause"] == "bug" for row in rows)
    assert "total" in ctl(world, "stats").stdout
    assert stop(process) == 0
    with sqlite3.connect(f"file:{world.path}/state.db?mode=ro", uri=True) as database:  # which was the service's alone
        stored = database.execute("SELECT ticket FROM listed").fetchall()
    assert sorted(number for number, in stored) == sorted(row["ticket_id"] for row in rows)


def test_an_export_of_many_pages_misses_and_doubles_nothing(world):
    world.use(world.sim("--tickets", 450, *ACCOUNT))
    process = start(world)
    assert until(lambda: len(world.rows()) == 450, 120), len(world.rows())
    rows = exported(world)
    assert sorted(row["ticket_id"] for row in rows) == sorted(world.rows())
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    place = world.path / "decisions.csv"
    export(world, "--csv", str(place))
    assert len(list(csv.reader(io.StringIO(place.read_text())))) == 451
    done = ctl(world, "export", "--csv", "--since", "30d", str(place))
    assert done.returncode == 0 and done.stderr == f"450 decisions in {place}\n"
    shown = ctl(world, "stats", "--days", "30").stdout
    assert "29 of the last 30 days had no tickets" in shown or "28 of the last 30" in shown  # around midnight
    assert stop(process) == 0


def test_tail_goes_on_over_a_restart_and_says_so(world, tail):
    world.use(world.sim("--tickets", 40, "--latency", 400, *ACCOUNT))
    process = start(world)
    assert ready(world)
    follower = tail("--json", "-n", "100")
    assert until(lambda: len(follower.rows()) > 0)
    assert stop(process) == 0
    assert until(lambda: "waiting for the service" in follower.err.read_text())
    process = start(world)
    assert until(lambda: len(world.rows()) == 40), len(world.rows())
    assert until(lambda: len(follower.rows()) >= 40), len(follower.rows())
    assert until(lambda: "connected again" in follower.err.read_text())
    assert sorted(row["ticket_id"] for row in follower.rows()) == sorted(world.rows())
    assert stop(process) == 0


def test_tail_shows_each_of_more_outcomes_than_the_stream_has_room_for(world, tail, tell):
    """Fifty a second are told as events, the rest comes from the list."""
    world.use(world.sim("--tickets", 600, *ACCOUNT))
    process = start(world)
    assert ready(world)
    follower = tail("--json", "-n", "1000")
    assert until(lambda: len(world.rows()) == 600, 120), len(world.rows())
    assert until(lambda: len(follower.rows()) >= 600), len(follower.rows())
    assert sorted(row["ticket_id"] for row in follower.rows()) == sorted(world.rows())
    assert stop(process) == 0


def test_top_is_drawn_of_the_real_service_and_follows_it(world):
    sim = world.use(world.sim("--tickets", 20, *ACCOUNT))
    process = start(world)
    assert ready(world)

    class Socket:
        path = str(world.path / "socket")
    terminal = world.keep(Terminal(Socket, rows=40, columns=120))
    terminal.read(b"Last outcomes")
    assert until(lambda: sim.audit()["processed"] == 20)
    terminal.read(b"today                        20")
    since = len(terminal.output)
    assert ctl(world, "pause").returncode == 0
    terminal.read(b"  paused  ", since)
    since = len(terminal.output)
    assert stop(process) == 0
    terminal.read(b"trying again", since)
    os.write(terminal.master, b"q")
    assert terminal.ended() == (0, "")


def test_top_once_is_a_picture_in_text(world):
    sim = world.use(world.sim("--tickets", 5, *ACCOUNT))
    process = start(world)
    assert until(lambda: ready(world) and sim.audit()["processed"] == 5)
    assert until(lambda: "today                         5" in ctl(world, "top", "--once").stdout), ctl(world, "top", "--once").stdout
    shown = ctl(world, "top", "--once").stdout
    for words in ("Healthy", "Queue    0 waiting", "Zendesk  answers", "Model    answers", "Alerts", "Last outcomes"):
        assert words in shown
    assert stop(process) == 0


def test_a_dry_run_has_no_list_and_it_is_said(world):
    world.use(world.sim("--tickets", 1, *ACCOUNT))
    process = world.start("--dry-run", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if not ready(world):
        pytest.skip("no socket in a dry run")
    done = ctl(world, "export", "--since", "1h", "--json")
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    assert done.returncode != 0 and done.stderr
