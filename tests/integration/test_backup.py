"""scripts/backup_logs.sh and ai-ticketctl backup: what is copied is whole, and nothing else is touched."""

import json
import os
import sqlite3
import subprocess
import time

import pytest

from conftest import BIN, TOP
from test_service import ACCOUNT, ctl, ready, start, stop, until

SCRIPT = os.path.join(TOP, "scripts/backup_logs.sh")


def backup(world, *options, target=None, socket=None, path=True):
    target = target or world.path / "the target"
    env = {**os.environ, "PATH": f"{BIN}/daemon:{os.environ['PATH']}" if path else os.environ["PATH"], "LC_ALL": "C"}
    done = subprocess.run([SCRIPT, "--logs", world.logs, "--store", world.path / "state.db", "--socket", socket or world.path / "socket",
                           *map(str, options), target], capture_output=True, text=True, env=env, timeout=120)
    return done, target


def copies(target):
    return sorted((target / "store").glob("state_*.db"))


def outcomes(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return database.execute("SELECT count(*) FROM listed").fetchone()[0]


def told(world):
    """Tickets whose end is in the log: it is in every copy that is ordered later."""
    return world.log().count(" processed in ")


@pytest.fixture
def served(world):
    sim = world.use(world.sim("--tickets", 40, *ACCOUNT))
    process = start(world)
    assert ready(world) and until(lambda: told(world) == 40 and world.results()), sim.audit()
    world.served = process
    return world


def test_a_running_service_is_copied_whole_and_the_copy_can_take_its_place(served):
    done, target = backup(served)
    assert done.returncode == 0, done
    [copy] = copies(target)
    assert outcomes(copy) == 40 and copy.stat().st_mode & 0o777 == 0o600
    assert not (served.path / "state.db.backup").exists() and not list(target.rglob(".part"))
    assert [path.name for path in (target / "logs").glob("*.log")] == [path.name for path in served.logs.glob("*.log")]
    assert target.stat().st_mode & 0o777 == 0o700
    assert "backup" in ctl(served, "audit").stdout
    # The way back: nothing is analysed again, and everything is known.
    assert stop(served.served) == 0
    for name in ("state.db", "state.db-wal"):
        (served.path / name).unlink(missing_ok=True)
    copy.rename(served.path / "state.db")
    process = start(served)
    assert ready(served)
    assert "Done" in ctl(served, "explain", "5").stdout
    assert stop(process) == 0 and told(served) == 40


def test_while_tickets_are_written_each_copy_is_sound_and_has_what_was_told(world):
    sim = world.use(world.sim("--tickets", 600, "--latency", "20-200", *ACCOUNT))
    process = start(world)
    assert ready(world)
    seen, end = set(), time.monotonic() + 180
    while 600 not in seen:
        before = told(world)
        done, target = backup(world)
        assert done.returncode == 0, done
        assert time.monotonic() < end, f"after 180 s: {before} of 600 tickets"
        [copy] = copies(target)
        assert outcomes(copy) >= before
        seen.add(outcomes(copy))
        copy.unlink()
    assert stop(process) == 0 and len(seen) > 1
    assert sim.audit()["notes_max_per_ticket"] == 1


def test_without_the_service_sqlite_copies(served):
    assert stop(served.served) == 0
    done, target = backup(served)
    assert done.returncode == 0, done
    assert outcomes(copies(target)[0]) == 40


def test_a_database_in_use_that_no_service_answers_for_is_not_copied(served):
    done, target = backup(served, socket=served.path / "nobody")
    assert done.returncode == 1 and "state.db: could not be copied" in done.stderr, done
    assert copies(target) == [] and list((target / "logs").iterdir())


def test_a_copy_in_another_place_than_expected_is_left_alone(served):
    done, target = backup(served, "--store", served.path / "other.db")
    assert done.returncode == 1 and f"its copy is {served.path}/state.db.backup; name the database with --store" in done.stderr
    assert copies(target) == [] and (served.path / "state.db.backup").exists()


def test_erasing_a_ticket_removes_a_copy_that_nobody_carried_away(served):
    answer = json.loads(ctl(served, "--json", "backup").stdout)
    assert answer["path"] == str(served.path / "state.db.backup") and answer["size_bytes"] == os.path.getsize(answer["path"])
    assert outcomes(answer["path"]) == 40
    assert ctl(served, "--yes", "erase", "5").returncode == 0
    assert not os.path.exists(answer["path"])


def test_links_and_foreign_names_are_not_followed_nor_copied(served):
    secret = served.path / "secret"
    secret.write_text("of somebody else")
    today = time.strftime("%Y%m%d", time.gmtime())
    (served.logs / f"{today}_7.log").symlink_to(secret)
    (served.logs / "20260102.log; rm -rf x").write_text("")
    (served.logs / "notes.txt").write_text("")
    done, target = backup(served)
    assert done.returncode == 1 and f"{today}_7.log: is not a regular file, and was left out" in done.stderr, done
    assert {path.name for path in (target / "logs").iterdir()} == {path.name for path in served.logs.glob("????????.log") if not path.is_symlink()} | {
        path.name for path in served.results()}


def marked(target):
    """A folder that the script has used before."""
    target.mkdir(parents=True, exist_ok=True)
    (target / ".lock").touch()


def test_a_folder_that_holds_something_else_is_not_taken_over(served):
    target = served.path / "the target"
    (target / "logs").mkdir(parents=True)
    (target / "logs/20200131.log").write_text("of somebody else")
    done, _ = backup(served)
    assert done.returncode == 2 and "is there, and not by a backup" in done.stderr, done
    assert (target / "logs/20200131.log").read_text() == "of somebody else" and not (target / "store").exists()


def test_old_files_are_not_copied_to_be_removed(served):
    (served.logs / "20200131.log").write_text("")
    done, target = backup(served, "--keep", 7)
    assert done.returncode == 0 and not (target / "logs/20200131.log").exists() and (served.logs / "20200131.log").exists(), done


def test_old_files_go_by_the_day_in_their_names_and_what_is_not_ours_stays(served):
    target = served.path / "the target"
    today, old = time.strftime("%Y%m%d", time.gmtime()), "20200131"
    marked(target)
    for name in (f"logs/{old}.log", f"logs/{old}_2.log", f"logs/results_{old}_101112.json", f"store/state_{old}_010203.db",
                 f"logs/{old}.txt", "store/mine.db", "store/state_2020_05_01.db", "store/state_old.db"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("")
    done, _ = backup(served, "--keep", 7)
    assert done.returncode == 0, done
    left = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert f"logs/{today}.log" in left and f"logs/{old}.txt" in left and {"store/mine.db", "store/state_2020_05_01.db", "store/state_old.db"} <= left
    assert not [name for name in left if old in name and not name.endswith(".txt")], left


def test_the_newest_copy_stays_however_old_it_is(served):
    target = served.path / "the target"
    marked(target)
    (target / "store").mkdir()
    (target / "store/state_20200131_010203.db").write_text("")
    done, _ = backup(served, "--keep", 7, socket=served.path / "nobody")
    assert done.returncode == 1
    assert [path.name for path in copies(target)] == ["state_20200131_010203.db"]


def test_what_was_copied_is_not_copied_again(served):
    _, target = backup(served)
    results = sorted((target / "logs").glob("results_*.json"))
    assert results
    numbers = [path.stat().st_ino for path in results]
    assert backup(served)[0].returncode == 0
    assert [path.stat().st_ino for path in results] == numbers


@pytest.mark.parametrize("options, reason", [
    (["--keep", "0"], "a number of days"), (["--keep", "7d"], "a number of days"), (["--what"], "unknown option"),
    (["another"], "one target only"), (["--logs", "/no/such"], "there is no folder")])
def test_what_is_given_wrongly_is_refused_before_anything_is_done(world, options, reason):
    world.logs.mkdir()
    done, target = backup(world, *options)
    assert done.returncode == 2 and reason in done.stderr and not os.path.exists(target / "logs"), done
