"""The data of /api/v1 on the real service: the state with its sums, series, the list of decisions, and what agents overruled; all of it
against what the simulator and the database know."""

import json
import socket
import sqlite3
import threading
import time

import pytest

from test_report import agents_choose
from test_sealed import sealed_world
from test_service import ACCOUNT, ctl, ready, start, stop, until

QUARTER, HOUR, DAY = 900_000, 3_600_000, 86_400_000
COUNTING = {"processed", "failed", "skipped", "success_rate", "avg_processing_ms", "cost_usd", "analysed", "by_rules", "root_cause", "urgency",
            "sentiment"}
ROW = {"at", "ticket_id", "outcome", "undone", "root_cause", "urgency", "sentiment", "confidence", "by", "model", "priority_before",
       "priority_after", "processing_ms", "cost_usd", "reason"}


def now():
    return int(time.time() * 1000)


def get(world, path):
    """Status, header lines, and the object."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(world.path / "socket"))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        data = b""
        while piece := connection.recv(65536):
            data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    return int(head.split()[1]), head.decode(), json.loads(body)


def told(world, path):
    status, _, answer = get(world, path)
    assert status == 200, (path, answer)
    return answer


def decisions(world, query=""):
    return told(world, "/api/v1/decisions?limit=200" + ("&" + query if query else ""))["decisions"]


def change(world, statements):
    """In the database of a service that is stopped."""
    database = sqlite3.connect(world.path / "state.db")
    database.executescript(statements)
    database.close()


def columns(world, table):
    database = sqlite3.connect(world.path / "state.db")
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    database.close()
    return names


@pytest.fixture
def worked(world):
    """A service that has done eight tickets and failed at one."""
    sim = world.use(world.sim("--tickets", 9, "--refused", "5", *ACCOUNT))
    running = []

    def begin():
        running.append(start(world))
        assert ready(world)

    def end():
        assert stop(running.pop()) == 0
    world.start_service, world.stop_service = begin, end
    begin()
    assert until(lambda: sim.audit()["processed"] == 8 and len(decisions(world)) >= 9)
    yield world
    if running:
        end()


# --- now ---

def test_now_has_the_state_and_the_sums_of_the_day_so_far(worked):
    state = told(worked, "/api/v1/now")
    today, yesterday = state["today"], state["yesterday"]
    assert set(today) == set(yesterday) == COUNTING | {"from", "to"}
    assert (today["processed"], today["failed"]) == (8, 1) and today["success_rate"] == pytest.approx(8 / 9, abs=0.0001)
    assert today["analysed"] == sum(today["root_cause"].values()) == sum(today["urgency"].values()) == sum(today["sentiment"].values())
    assert today["from"] % DAY == 0 and today["to"] - today["from"] == yesterday["to"] - yesterday["from"]
    assert today["from"] - yesterday["from"] == DAY
    assert yesterday["processed"] == 0 and yesterday["success_rate"] is None and yesterday["avg_processing_ms"] is None
    assert abs(state["as_of"] - now()) < 60_000 and state["status"] in ("healthy", "degraded", "unhealthy")


def test_the_day_begins_where_the_viewer_says(worked):
    since = now() - 47 * HOUR
    assert told(worked, f"/api/v1/now?since={since}")["today"]["processed"] == 8
    assert told(worked, f"/api/v1/now?since={since}")["today"]["from"] == since
    begun = told(worked, f"/api/v1/now?since={now() + 60_000}")["today"]  # the viewer's clock is ahead of ours
    assert begun["from"] == begun["to"] <= now() and begun["processed"] == 0
    later = (now() // QUARTER + 1) * QUARTER
    for wrong in (later + HOUR, now() - 49 * HOUR, "x", ""):
        status, _, answer = get(worked, f"/api/v1/now?since={wrong}")
        assert status == 400 and "since" in answer["error"], answer


def test_the_sums_of_yesterday_are_those_of_the_same_hours(worked):
    """What was counted is moved back by a day, and by a day and three hours, and read by the next start."""
    worked.stop_service()
    quarter = now() // QUARTER
    change(worked, f"UPDATE statistic SET quarter = {quarter - 96}; INSERT INTO statistic SELECT {quarter - 108}, account, "
                   + ", ".join(name for name in columns(worked, "statistic")[2:]) + f" FROM statistic WHERE quarter = {quarter - 96};")
    worked.start_service()
    for back, yesterday in ((2 * HOUR, 8), (6 * HOUR, 16)):
        since = (now() - back) // QUARTER * QUARTER
        state = told(worked, f"/api/v1/now?since={since}")
        assert (state["today"]["processed"], state["yesterday"]["processed"]) == (0, yesterday)
        assert state["yesterday"]["from"] == since - DAY


# --- series ---

def test_a_series_adds_up_to_the_day_and_tells_the_95th_percentile(worked):
    for step, length in (("15m", QUARTER), ("1h", HOUR), ("6h", 6 * HOUR), ("1d", DAY)):
        begin = now() - DAY
        series = told(worked, f"/api/v1/series?from={begin}&to={now() + 1}&step={step}")
        assert series["step_ms"] == length and series["from"] == begin - begin % QUARTER and series["to"] % QUARTER == 0
        points = series["points"]
        assert sum(point["processed"] for point in points) == 8 and sum(point["failed"] for point in points) == 1
        assert [point["at"] for point in points] == sorted({point["at"] for point in points})
        assert all((point["at"] - series["from"]) % length == 0 and set(point) == COUNTING | {"at", "p95_ms"} for point in points)
        assert all(point["p95_ms"] is None or 0 < point["p95_ms"] <= 120_000 for point in points)
        assert any(point["p95_ms"] for point in points)
    assert told(worked, f"/api/v1/series?from=0&to={DAY}&step=1h")["points"] == []


@pytest.mark.parametrize("query, names", [
    ("step=2h", "step"), ("from=x", "from"), ("from=5&to=5", "from"), (f"from=0&to={751 * QUARTER}&step=15m", "step"), ("from=-1", "from"),
    ("to=99999999999999999999", "to"), ("span=1d", "span"), ("step=1h&step=1h", "step"), ("step=", "step")])
def test_a_wrong_question_about_a_series_is_refused_by_name(worked, query, names):
    status, _, answer = get(worked, "/api/v1/series?" + query)
    assert status == 400 and names in answer["error"], answer


# --- decisions ---

def test_the_list_says_what_the_simulator_knows(worked):
    rows = decisions(worked)
    assert all(set(row) == ROW for row in rows)
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    done = {row["ticket_id"]: row for row in rows if row["outcome"] == "done"}
    assert sorted(done) == [1, 2, 3, 4, 6, 7, 8, 9]
    results, model = worked.rows(), told(worked, "/api/v1/now")["model"]
    for ticket, row in done.items():
        analysis = results[ticket]["analysis"]
        assert (row["root_cause"], row["urgency"], row["sentiment"]) == (analysis["root_cause"], analysis["urgency"], analysis["sentiment"])
        assert row["by"] == "model" and row["model"] == model and row["undone"] is False
        assert row["processing_ms"] > 0 and row["cost_usd"] > 0 and row["reason"] == ""
        assert row["priority_after"] in ("low", "normal", "high", "urgent")
    [failed] = [row for row in rows if row["outcome"] == "failed"]
    assert failed["ticket_id"] == 5 and failed["reason"] and failed["priority_after"] is None


def test_a_search_finds_what_fits_and_nothing_else(worked):
    rows = decisions(worked)
    for member, words in (("outcome", ("done", "failed", "skipped", "shadow", "dry_run")), ("root_cause", ("bug", "feature", "refund", "other")),
                          ("urgency", ("high", "medium", "low")), ("sentiment", ("positive", "neutral", "negative")), ("by", ("model", "rules"))):
        for word in words:
            assert decisions(worked, f"{member}={word}") == [row for row in rows if row[member] == word]
    assert decisions(worked, "ticket=3") == [row for row in rows if row["ticket_id"] == 3]
    assert decisions(worked, "ticket=12345678901234") == []
    middle = rows[4]["at"]
    assert decisions(worked, f"from={middle}") == [row for row in rows if row["at"] >= middle]
    assert decisions(worked, f"to={middle}&outcome=done") == [row for row in rows if row["at"] < middle and row["outcome"] == "done"]


def test_pages_follow_each_other(worked):
    rows, page, seen = decisions(worked), told(worked, "/api/v1/decisions?limit=2"), []
    while True:
        assert len(page["decisions"]) <= 2
        seen += page["decisions"]
        if page["next"] is None:
            break
        page = told(worked, f"/api/v1/decisions?limit=2&after={page['next']}")
    assert seen == rows


@pytest.mark.parametrize("query, names", [
    ("outcome=good", "outcome"), ("root_cause=", "root_cause"), ("urgency=HIGH", "urgency"), ("sentiment=angry", "sentiment"), ("by=me", "by"),
    ("ticket=0", "ticket"), ("ticket=-1", "ticket"), ("ticket=1x", "ticket"), ("limit=0", "limit"), ("limit=201", "limit"), ("after=1", "after"),
    ("after=1.x", "after"), ("after=" + "9" * 40 + ".1", "after"), ("form=1", "form"), ("ticket=1&ticket=2", "ticket"), ("ticket", "ticket"),
    ("from=%00", "from")])
def test_a_wrong_search_is_refused_by_name(worked, query, names):
    status, _, answer = get(worked, "/api/v1/decisions?" + query)
    assert status == 400 and names in answer["error"], answer


def test_what_is_undone_is_marked_and_what_is_erased_is_gone(worked):
    time.sleep(2.5)  # an undo needs a read that has settled
    assert ctl(worked, "undo", "2", "--yes").returncode == 0
    assert [row["undone"] for row in decisions(worked, "ticket=2") if row["outcome"] == "done"] == [True]
    assert not any(row["undone"] for row in decisions(worked) if row["ticket_id"] != 2)
    before = told(worked, "/api/v1/now")["today"]
    assert ctl(worked, "erase", "3", "--yes").returncode == 0
    assert decisions(worked, "ticket=3") == []
    assert told(worked, "/api/v1/now")["today"]["processed"] == before["processed"]


def test_shadow_decisions_are_in_the_list(world):
    sim = world.use(world.sim("--tickets", 4, *ACCOUNT))
    process = start(world, AI_TICKETD_MODE="shadow")
    assert ready(world) and until(lambda: len(decisions(world)) == 4)
    assert {row["outcome"] for row in decisions(world)} == {"shadow"} and sim.audit()["writes"] == 0
    assert all(row["priority_after"] for row in decisions(world, "root_cause=" + decisions(world)[0]["root_cause"]))
    assert stop(process) == 0


def test_a_sealed_database_holds_no_reason_in_the_clear_and_tells_it(world):
    sealed_world(world)
    sim = world.use(world.sim("--tickets", 3, "--refused", "2", *ACCOUNT))
    process = start(world)
    assert ready(world) and until(lambda: sim.audit()["processed"] == 2 and decisions(world, "outcome=failed"))
    reason = decisions(world, "outcome=failed")[0]["reason"]
    assert reason
    assert stop(process) == 0
    database = sqlite3.connect(world.path / "state.db")
    kinds = dict(database.execute("SELECT typeof(reason), count(*) FROM listed WHERE reason <> '' GROUP BY 1"))
    database.close()
    assert set(kinds) == {"blob"}, kinds
    assert all(reason.encode() not in path.read_bytes() for path in world.path.glob("state.db*"))


def test_a_crowd_of_searches_is_answered_or_told_to_come_again(worked):
    answers = []

    def ask():
        for _ in range(20):
            status, head, _ = get(worked, "/api/v1/decisions?limit=200")
            answers.append((status, "Retry-After: 1" in head))

    crowd = [threading.Thread(target=ask) for _ in range(12)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert len(answers) == 240 and set(answers) <= {(200, False), (503, True)} and (200, False) in answers
    assert len(decisions(worked)) >= 9


# --- overruled ---

def test_what_agents_chose_is_compared_with_what_was_decided(world):
    sim = world.use(world.sim("--tickets", 12, *ACCOUNT))
    tags = {"AI_TICKETD_REPORT_TAGS": "billing"}
    process = start(world, **tags)
    assert ready(world) and until(lambda: sim.audit()["processed"] == 12 and len(decisions(world)) == 12)
    nothing = told(world, "/api/v1/overruled")
    assert nothing["sampled"] == 0 and nothing["labels"] == [] and [field["compared"] for field in nothing["fields"]] == [0, 0, 0]
    ours = {row["ticket_id"]: row for row in decisions(world)}
    assert stop(process) == 0
    other = {"high": "low", "medium": "high", "low": "high"}
    agents_choose(world, [(1, other[ours[1]["urgency"]], []), (2, None, ["billing"]), (3, None, ["ai_" + ours[3]["root_cause"]]), (999, "high", [])])
    process = start(world, **tags)
    assert ready(world)
    answer = told(world, "/api/v1/overruled")
    assert answer["sampled"] == 3 and answer["to"] - answer["from"] in (30 * DAY, 30 * DAY + QUARTER)
    fields = {field["field"]: field for field in answer["fields"]}
    assert list(fields) == ["root_cause", "urgency", "sentiment"]
    assert (fields["root_cause"]["compared"], fields["root_cause"]["same"]) == (2, 1)
    assert fields["root_cause"]["differences"] == [{"ours": ours[2]["root_cause"], "theirs": "billing", "count": 1}]
    assert (fields["urgency"]["compared"], fields["urgency"]["same"]) == (1, 0) and fields["sentiment"]["compared"] == 0
    labels = answer["labels"]
    assert sum(label["overruled"] for label in labels) == 2 and sum(label["compared"] for label in labels) == 3
    assert [label["overruled"] for label in labels] == sorted((label["overruled"] for label in labels), reverse=True)
    assert told(world, "/api/v1/overruled") == answer  # kept for a minute
    assert told(world, f"/api/v1/overruled?from={answer['from']}&to={answer['from'] + DAY}")["sampled"] == 0
    for query, names in (("from=5&to=4", "from"), (f"from=0&to={94 * DAY}", "from"), ("days=3", "days")):
        status, _, refused = get(world, "/api/v1/overruled?" + query)
        assert status == 400 and names in refused["error"], refused
    assert stop(process) == 0


# --- damage ---

def test_a_database_that_was_damaged_keeps_its_list(worked):
    rows = decisions(worked)
    worked.stop_service()
    change(worked, "DROP TABLE erasing;")
    worked.start_service()
    assert list(worked.path.glob("state.db.bak")) and decisions(worked) == rows


def test_a_database_of_format_2_is_listed_from_its_history(worked):
    """What was not recorded then is null: the cost."""
    rows = decisions(worked)
    worked.stop_service()
    kept = ", ".join(name for name in columns(worked, "statistic") if not name.startswith("ms_"))
    change(worked, "DROP TABLE answer; DROP TABLE listed; DROP TABLE model; DROP INDEX choice_by_age; PRAGMA user_version = 2;"
                   f"CREATE TABLE s AS SELECT {kept} FROM statistic; DROP TABLE statistic; CREATE TABLE statistic (quarter INTEGER NOT NULL, "
                   + ", ".join(f"{name} INTEGER NOT NULL" for name in kept.split(", ")[1:])
                   + ", PRIMARY KEY (quarter, account)) WITHOUT ROWID; INSERT INTO statistic SELECT * FROM s; DROP TABLE s;")
    worked.start_service()
    migrated = decisions(worked)
    assert [{**row, "cost_usd": None} for row in rows] == migrated
    points = told(worked, "/api/v1/series")["points"]
    assert sum(point["processed"] for point in points) == 8 and all(point["p95_ms"] is None for point in points)
    assert (worked.path / "state.db.schema2").exists()
