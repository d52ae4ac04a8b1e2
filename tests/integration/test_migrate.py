"""A database of the released schema 1 is migrated by the first start of this version, whatever ends the process meanwhile.

The database is what today's daemon made, put back into the tables of schema 1, and remembers one ticket of which only it knows that it
must be left alone: somebody took our tag off. A start that begins without that memory asks the model about it again, and is found out."""

import collections
import concurrent.futures
import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

import pytest

from conftest import TOP, World
from test_kills import traceable, wait_for
from test_rebuild import edit, of_database, run_until
from test_service import ACCOUNT, ctl, ready, start, stop, until

TICKETS = 6
SCHEMA_1 = pathlib.Path(TOP) / "tests/unit/daemon/store/schema1.sql"
TABLES = ("record", "alive", "tombstone", "meta", "erasing", "statistic")


def columns_of_schema_1(table):
    base = sqlite3.connect(":memory:")
    base.executescript(SCHEMA_1.read_text())
    return ", ".join(row[1] for row in base.execute(f"PRAGMA table_info({table})"))


COLUMNS = {table: columns_of_schema_1(table) for table in TABLES}


def rows_of(path):
    """What schema 1 knows, of a database of any schema that nobody has open."""
    return {table: sorted(of_database(path, f"SELECT {columns} FROM {table}")) for table, columns in COLUMNS.items()}


def put_back(path):
    """Into the tables of schema 1."""
    rows = rows_of(path)
    path.unlink()
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode = WAL")
    base.executescript(SCHEMA_1.read_text())
    for table, columns in COLUMNS.items():
        marks = ", ".join("?" for _ in columns.split(", "))
        base.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
    base.commit()
    base.close()
    path.chmod(0o600)
    assert rows_of(path) == rows
    return rows


class Former:
    """A folder with a database of schema 1, and what it holds."""

    def __init__(self, world):
        self.world = world
        self.sim = world.use(world.sim("--tickets", TICKETS))
        process = world.start(env={"AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: time.sleep(0.05) or self.sim.audit()["processed"] == TICKETS, "the tickets")
        wait_for(lambda: edit(self.sim, 1, tags=["vip"]) or time.sleep(0.3) or "our tag was removed" in world.log(),
                 "the look at a tag that is gone", seconds=60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        self.database = world.path / "state.db"
        self.rows = put_back(self.database)
        assert len([mark for mark in self.rows["alive"] if mark[1] > 0]) == TICKETS  # 0: the model's, which is no ticket's
        self.calls = self.sim.audit()["model_calls"]

    def copy(self, path):
        """The same in a place of its own, with the same names."""
        path = path / "world"
        path.mkdir()
        world = World(path)
        world.use(self.sim)
        shutil.copy(self.database, path / "state.db")
        return world

    def assert_copy_is_whole(self, copy):
        assert of_database(copy, "PRAGMA integrity_check") == [("ok",)]
        assert of_database(copy, "PRAGMA user_version") == [(1,)]
        assert rows_of(copy) == self.rows
        assert copy.stat().st_mode & 0o777 == 0o600

    def assert_migrated(self, world):
        database = world.path / "state.db"
        assert of_database(database, "PRAGMA integrity_check") == [("ok",)]
        assert of_database(database, "PRAGMA user_version") == [(4,)]
        assert rows_of(database) == self.rows
        assert self.sim.audit()["model_calls"] == self.calls, "a ticket that is to be left alone was analysed"
        assert {path.name for path in world.path.glob("state.db*")} == {"state.db", "state.db-lock", "state.db.schema1"}
        self.assert_copy_is_whole(world.path / "state.db.schema1")


def one_kill(former, path, call, number):
    world = former.copy(pathlib.Path(tempfile.mkdtemp(dir=path)))
    try:
        killed, _, _ = run_until(world, number, call)
        copy = world.path / "state.db.schema1"
        had_copy = copy.exists()
        if had_copy:
            former.assert_copy_is_whole(copy)
        result = world.run("--once", "--limit", "0")
        assert result.status == 0 and "damaged" not in result.err, result
        former.assert_migrated(world)
    except AssertionError as error:
        raise AssertionError(f"killed before call {number} of '{call}': {error}") from error
    finally:
        world.stop()
        shutil.rmtree(world.path.parent)
    return killed, had_copy


def assert_on_disk_before_it_counts(order):
    """What a kill cannot show: that the copy survives a power cut before it has its name, and its name before anything is changed."""
    renamed = next(i for i, call in enumerate(order) if call.startswith("rename") and "state.db.schema.new" in call)
    synced, folder = order.index("fsync state.db.schema.new"), order.index("fsync world", renamed)
    changed = order.index("pwrite64 state.db-wal", order.index("openat state.db.schema.new"))
    written = max(i for i, call in enumerate(order) if call == "pwrite64 state.db.schema.new")
    assert written < synced < renamed < folder < changed, order


def test_a_kill_before_each_call_of_a_migration_costs_nothing(world, tell, tmp_path):
    refusal = traceable(tmp_path)
    if refusal:
        pytest.skip(refusal)
    former, folder = Former(world), tmp_path / "copies"
    folder.mkdir()
    whole = former.copy(pathlib.Path(tempfile.mkdtemp(dir=folder)))
    order = run_until(whole, 0, "")[1]
    former.assert_migrated(whole)
    assert_on_disk_before_it_counts(order)
    calls = collections.Counter(call for call in order if "state.db" in call or "sync" in call)
    places = [(call, number) for call, count in calls.items() for number in range(1, count + 1)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda place: one_kill(former, folder, *place), places))
    kills, copies = sum(killed for killed, _ in outcomes), sum(had for killed, had in outcomes if killed)
    tell(f"{kills} kills at {len(places)} calls, {copies} of them with a copy: {dict(calls)}")
    assert kills > len(places) * 9 / 10 and 0 < copies < kills


@pytest.mark.parametrize("room", [1024, 20 * 1024])
def test_a_disk_without_room_for_the_copy_leaves_the_database_as_it_is(world, room):
    former = Former(world)
    before = former.database.read_bytes()
    result = world.run("--once", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
    assert result.status == 2 and "store.path: " in result.err and "state.db.schema1: cannot be created: " in result.err, result
    assert {path.name for path in world.path.glob("state.db*")} == {"state.db", "state.db-lock"}
    assert former.database.read_bytes() == before
    result = world.run("--once", "--limit", "0")
    assert result.status == 0, result
    former.assert_migrated(world)


def test_the_log_says_where_the_copy_is_and_a_run_removes_one_that_is_old(world):
    """A database that only runs use (--once) has nobody else who removes it."""
    former = Former(world)
    copy = world.path / "state.db.schema1"
    assert world.run("--once", "--limit", "0").status == 0
    assert f"is kept for 30 days: {copy}" in world.log()
    for days, left in ((29, True), (400, False)):
        when = time.time() - days * 86400
        os.utime(copy, (when, when))
        assert world.run("--once", "--limit", "0").status == 0
        assert copy.exists() == left, days
    assert world.log().count("was migrated") == 1
    assert rows_of(former.database) == former.rows


def test_erasing_takes_the_copy_along(world):
    sim = world.use(world.sim("--tickets", TICKETS, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == TICKETS)
    assert stop(process) == 0
    put_back(world.path / "state.db")
    process = start(world)
    assert ready(world)
    copy = world.path / "state.db.schema1"
    assert b'"state":"done"' in copy.read_bytes()
    explained = json.loads(ctl(world, "--json", "explain", "4").stdout)
    assert [event["kind"] for event in explained["events"]] == ["decision", "intent", "outcome"]
    told = json.loads(ctl(world, "--json", "erase", "4").stdout)
    assert (told["records"], told["copies_of_the_database"]) == (3, 1) and not copy.exists(), told
    assert stop(process) == 0
    assert of_database(world.path / "state.db", "SELECT count(*) FROM record WHERE ticket = 4") == [(0,)]
