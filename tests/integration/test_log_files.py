"""The folder of logs over time, and in the face of hostile words: old files go, the day changes, one event stays one line."""

import json
import re
import signal
import time

import pytest

from conftest import answering, http
from test_service import ctl, ready, start, stop, until

FORM = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| (DEBUG|INFO|WARNING|ERROR) \| .+")
HOSTILE = ("no\n2025-11-05 22:33:01 | INFO | ✓ Ticket 666 processed in 0.1s\r\n\x1b[2J\x1b]0;title\x07\u2028"
           "2025-11-05 22:33:01 | INFO | forged\u0085\u202e\x00end")


def days_ago(days):
    return time.strftime("%Y%m%d", time.gmtime(time.time() - days * 86400))


def plant(world, *names):
    world.logs.mkdir(exist_ok=True)
    for name in names:
        (world.logs / name).write_text("old\n")


def log_of_today(world):
    path = world.logs / f"{days_ago(0)}.log"
    return path.read_text() if path.exists() else ""


def names(world):
    return {path.name for path in world.logs.iterdir()}


def test_files_older_than_the_retention_go_at_the_start_and_others_stay(world):
    world.use(world.sim("--tickets", 3))
    old, young = days_ago(12), days_ago(9)
    gone = {f"{old}.log", f"{old}_2.log", f"results_{old}_000000.json", f"results_{old}_000000_2.json", f"results_{old}_000000.json.bak"}
    kept = {f"{young}.log", f"results_{young}_000000.json", f"{old}.log.gz", f"results_{old}.json", f"x{old}.log", "notes.txt", "20250230.log"}
    plant(world, *gone, *kept)
    result = world.run("--once", env={"LOG_RETENTION_DAYS": 10})
    assert result.status == 0, result
    assert not names(world) & gone and kept <= names(world)
    assert f"Removed {len(gone)} log and result files older than 10 days" in log_of_today(world)


def test_by_default_a_year_is_kept(world):
    world.use(world.sim("--tickets", 3))
    plant(world, f"{days_ago(364)}.log", f"{days_ago(368)}.log")
    assert world.run("--once").status == 0
    assert f"{days_ago(364)}.log" in names(world) and f"{days_ago(368)}.log" not in names(world)


def test_retention_needs_no_rights_it_does_not_have(world):
    """What cannot be removed is told and the run goes on: here a folder in the place of a file is not even looked at."""
    world.use(world.sim("--tickets", 3))
    (world.logs / f"{days_ago(400)}.log").mkdir(parents=True)
    result = world.run("--once")
    assert result.status == 0 and f"{days_ago(400)}.log" in names(world)


@pytest.mark.parametrize("days", ["0", "-1", "x", "36501", "1.5"])
def test_bad_days_are_a_configuration_error(world, days):
    world.use(world.sim("--tickets", 3))
    result = world.run("--once", env={"LOG_RETENTION_DAYS": days})
    assert result.status == 2 and "LOG_RETENTION_DAYS: expected a whole number from 1 to 36500" in result.err


def assert_one_event_is_one_line(text):
    lines = text.split("\n")
    assert lines[-1] == ""
    for line in lines[:-1]:
        assert FORM.fullmatch(line), line
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", line), line
    assert not [line for line in lines if line.endswith("| forged") or re.search(r"\| INFO \| ✓ Ticket 666", line)]


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "422 Unprocessable Entity", "200 OK"])
def test_words_of_the_model_service_cannot_forge_lines(world, status):
    body = json.dumps({"error": {"message": HOSTILE, "type": HOSTILE, "code": HOSTILE}})

    def talk(connection, request):
        if request.startswith(b"GET /v1/models"):
            connection.sendall(http(json.dumps({"object": "list", "data": [{"id": "gpt-4o-mini"}, {"id": HOSTILE}]})))
        else:
            connection.sendall(http(body, status=status))
    world.use(world.sim("--tickets", 3), world.peer(talk))
    result = world.run("--once", timeout=60, env={"RETRY_ATTEMPTS": 1})
    assert_one_event_is_one_line(log_of_today(world))
    assert_one_event_is_one_line(result.err)


@pytest.mark.parametrize("status", ["403 Forbidden", "400 Bad Request", "422 Unprocessable Entity", "200 OK"])
def test_words_of_zendesk_cannot_forge_lines(world, status):
    body = json.dumps({"error": HOSTILE, "description": HOSTILE, "details": {HOSTILE: [{"description": HOSTILE}]}})
    world.use(world.peer(answering(body, status=status)), world.sim("--tickets", 3))
    result = world.run("--ticket-id", "5", timeout=60)
    assert result.status in (1, 3), result
    assert_one_event_is_one_line(log_of_today(world))
    assert_one_event_is_one_line(result.err)


def test_words_of_the_command_line_cannot_forge_lines(world):
    world.use(world.sim("--tickets", 3))
    result = world.run("--once", "--model", HOSTILE.replace("\x00", ""), timeout=60)
    assert_one_event_is_one_line(log_of_today(world) or "2025-11-05 22:33:01 | INFO | x\n")
    assert not re.search(r"^2025-11-05", result.err, re.MULTILINE)


@pytest.mark.parametrize("how", ["renamed", "deleted", "replaced"])
def test_a_log_that_was_moved_goes_on_in_a_new_file_after_a_hangup(world, how):
    world.use(world.sim("--tickets", 3))
    process = start(world)
    assert ready(world) and until(lambda: "Ticket" in log_of_today(world))
    path = world.logs / f"{days_ago(0)}.log"
    if how == "deleted":
        path.unlink()
    else:
        path.rename(world.logs / "moved")
    if how == "replaced":
        path.write_text("")
    process.send_signal(signal.SIGHUP)
    assert until(lambda: "Reload: nothing has changed" in log_of_today(world))
    assert f"{days_ago(0)}.log was moved or deleted" in log_of_today(world)
    assert stop(process) == 0
    assert "Stopping" in log_of_today(world)


def test_a_missing_log_folder_is_told_by_health_until_it_is_back(world):
    world.use(world.sim("--tickets", 3))
    process = start(world)
    assert ready(world) and until(lambda: "Ticket" in log_of_today(world))
    away = world.logs.with_name("away")
    world.logs.rename(away)
    process.send_signal(signal.SIGHUP)
    assert until(lambda: "Log lines are missing" in ctl(world, "health").stdout)
    assert json.loads(ctl(world, "--json", "health").stdout)["status"] == "degraded"
    away.rename(world.logs)
    assert until(lambda: json.loads(ctl(world, "--json", "health").stdout)["status"] == "healthy", 130)
    assert stop(process) == 0
