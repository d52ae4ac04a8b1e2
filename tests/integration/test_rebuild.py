"""A damaged database is exchanged for a sound one, whatever ends the process meanwhile.

The damage is in the page that is read first at a start, and the database remembers one ticket of which only it knows that it must be
left alone: somebody took our tag off. A start that begins without that memory asks the model about it again, and is found out."""

import collections
import concurrent.futures
import json
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.request

import pytest

import draw
from conftest import DAEMON, World
from test_kills import KILL_AT, KILLED, traceable, wait_for

TICKETS = 6


def edit(sim, ticket, **what):
    urllib.request.urlopen(urllib.request.Request(f"{sim.base}/_sim/edit", json.dumps({"id": ticket, **what}).encode(),
                                                  {"Content-Type": "application/json"}))


def of_database(path, statement):
    base = sqlite3.connect(path)
    try:
        return base.execute(statement).fetchall()
    finally:
        base.close()


def overwrite_root_of(path, table):
    root, size = of_database(path, f"SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = '{table}'")[0]
    with open(path, "r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)


def remembered(path):
    return sorted(of_database(path, "SELECT serial, ticket, kind, brief FROM alive"))


class Damaged:
    """A folder with a database that was sound, and what it held."""

    def __init__(self, world):
        self.world = world
        self.sim = world.use(world.sim("--tickets", TICKETS))
        process = world.start(env={"AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: time.sleep(0.05) or self.sim.audit()["processed"] == TICKETS, "the tickets")
        # Until it was done in a later second than our own write.
        wait_for(lambda: edit(self.sim, 1, tags=["vip"]) or time.sleep(0.3) or "our tag was removed" in world.log(),
                 "the look at a tag that is gone", seconds=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        self.database = world.path / "state.db"
        self.remembered = remembered(self.database)
        assert len(self.remembered) == TICKETS + 1  # and that the model has answered
        overwrite_root_of(self.database, "meta")
        self.calls = self.sim.audit()["model_calls"]

    def copy(self, path):
        """The same in a place of its own, with the same names."""
        path = path / "world"
        path.mkdir()
        world = World(path)
        world.use(self.sim)
        shutil.copy(self.database, path / "state.db")
        return world

    def assert_whole(self, world):
        database = world.path / "state.db"
        assert of_database(database, "PRAGMA integrity_check") == [("ok",)]
        assert remembered(database) == self.remembered
        assert self.sim.audit()["model_calls"] == self.calls, "a ticket that is to be left alone was analysed"
        names = {path.name for path in world.path.glob("state.db*")} - {"state.db.bak-wal"}  # which is empty, or was not made yet
        assert names == {"state.db", "state.db.bak", "state.db-lock"}
        assert (world.path / "state.db.bak").read_bytes() == self.database.read_bytes(), "what was put aside is the damaged one"


def run_until(world, number, call):
    report, env = world.path / "report", {**world.env, "ASAN_OPTIONS": "abort_on_error=0:detect_leaks=0", "UV_USE_IO_URING": "0"}
    result = subprocess.run([KILL_AT, str(number), call, report, DAEMON, "--once", "--limit", "0"], cwd=world.home, env=env,
                            capture_output=True, text=True, timeout=120)
    assert result.returncode in (0, KILLED), result
    return result.returncode == KILLED, report.read_text().splitlines(), result.stderr


def one_kill(damaged, path, call, number):
    world = damaged.copy(pathlib.Path(tempfile.mkdtemp(dir=path)))
    try:
        killed, _, told = run_until(world, number, call)
        result = world.run("--once", "--limit", "0")
        assert result.status == 0, result
        assert "was damaged" in told + result.err, f"nobody was told: {result}"
        damaged.assert_whole(world)
        assert "was damaged" not in world.run("--once", "--limit", "0").err, "told again"
    except AssertionError as error:
        raise AssertionError(f"killed before call {number} of '{call}': {error}") from error
    finally:
        world.stop()
        shutil.rmtree(world.path.parent)
    return killed


def test_a_kill_before_each_call_of_a_rebuild_costs_nothing_and_is_told(world, tell, tmp_path):
    refusal = traceable(tmp_path)
    if refusal:
        pytest.skip(refusal)
    damaged, folder = Damaged(world), tmp_path / "copies"
    folder.mkdir()
    whole = damaged.copy(pathlib.Path(tempfile.mkdtemp(dir=folder)))
    calls = collections.Counter(call for call in run_until(whole, 0, "")[1] if "state.db" in call or call.startswith("fsync"))
    damaged.assert_whole(whole)
    # Of many pages written in a row the first, the last and some in between.
    offset = draw.number("rebuild") % 5
    places = [(call, number) for call, count in calls.items() for number in range(1, count + 1)
              if count <= 4 or number in (1, count) or number % 5 == offset]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        killed = list(pool.map(lambda place: one_kill(damaged, folder, *place), places))
    tell(f"{sum(killed)} kills at {len(places)} of {calls.total()} calls, each 5th, from {offset} on: {dict(calls)}")
    assert sum(killed) > len(places) * 3 / 4
    assert any("rename" in call for call in calls) and any("fdatasync" in call for call in calls)


@pytest.mark.parametrize("room", [1024, 20 * 1024])
def test_a_disk_without_room_for_the_fresh_one_leaves_the_damaged_one_as_it_is(world, room):
    damaged = Damaged(world)
    before = damaged.database.read_bytes()
    result = world.run("--once", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
    assert result.status == 2 and "store.path" in result.err and "state.db.new" in result.err, result
    assert {path.name for path in world.path.glob("state.db*")} - {"state.db-wal"} == {"state.db", "state.db-lock"}
    assert damaged.database.read_bytes() == before
    result = world.run("--once")
    assert result.status == 0 and "was damaged" in result.err, result
    assert remembered(damaged.database) == damaged.remembered
    assert damaged.sim.audit()["model_calls"] == damaged.calls
