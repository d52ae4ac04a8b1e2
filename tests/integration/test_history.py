"""ai-ticketctl history: what was done, and what became of it since."""

import json
import re
import sqlite3
import time

from test_again import done
from test_report import agents_choose
from test_service import ACCOUNT, ctl, ready, start, stop, until


def rows(world, *words):
    return json.loads(ctl(world, "--json", "history", *words).stdout)


def test_a_row_a_ticket_and_the_counts_add_up(world):
    sim = world.use(world.sim("--tickets", 9, "--refused", "5", *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 8 and rows(world)["total"] >= 9)
    told = rows(world, "--limit", "100")
    assert told["total"] == told["done"] + told["failed"] + told["skipped"] == len(told["rows"])
    assert (told["done"], told["failed"]) == (8, 1), told
    assert [row["at"] for row in told["rows"]] == sorted((row["at"] for row in told["rows"]), reverse=True)
    good = [row for row in told["rows"] if row["result"] == "done"]
    assert all(re.fullmatch(r"[a-z_]+ (low|medium|high) [a-z]+", row["labels"]) and "v3" in row["by"] for row in good), good
    shown = ctl(world, "history", "--limit", "4")
    lines = shown.stdout.splitlines()
    assert shown.returncode == 0 and len(lines) == 6, shown
    assert lines[0].split() == ["TIME", "TICKET", "RESULT", "LABELS", "PRIORITY", "BY", "SINCE", "THEN"]
    assert re.match(r"4 of 9 today: 8 done, 1 failed\. Why one was decided so: ai-ticketctl explain \d+$", lines[5]), lines[5]
    assert stop(process) == 0


def test_what_was_undone_is_said_in_both_views(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = done(world, sim, 3)
    nothing = ctl(world, "history", "--undone")
    assert nothing.returncode == 4 and nothing.stdout == "Nothing was undone today.\n", nothing
    time.sleep(2.5)
    assert ctl(world, "undo", "2", "--yes").returncode == 0
    assert [row["since"] for row in rows(world)["rows"] if row["ticket_id"] == 2] == ["undone"]
    told = rows(world, "--undone", "--since", "1h")
    assert told["total"] == told["taken_back"] == 1 and told["rows"][0]["ticket_id"] == 2
    assert "ai_" in told["rows"][0]["tags_removed"] and told["rows"][0]["by"] not in ("", "ai-ticketctl"), told
    assert "1 of 1 today: 1 undone" in ctl(world, "history", "--undone").stdout
    assert stop(process) == 0


def test_what_an_agent_chose_since_is_said_with_priority_and_tags(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = done(world, sim, 3)
    assert stop(process) == 0
    agents_choose(world, [(1, "urgent", []), (2, "low", ["billing"]), (2, None, ["refund", "vip"])])
    process = start(world)
    assert ready(world)
    told = {row["ticket_id"]: row for row in rows(world)["rows"]}
    assert (told[1]["since"], told[1]["since_reason"]) == ("agent", "priority to urgent"), told
    assert (told[2]["since"], told[2]["since_reason"]) == ("agent", "refund, vip"), told  # the latest
    assert "since" not in told[3], told
    shown = ctl(world, "history").stdout
    for number, since in ((1, r"agent set priority to urgent \S.*"), (2, r"agent set refund, vip \S.*"), (3, "no change known")):
        assert re.search(rf"^\S.*  {number} +done .*  {since}$", shown, re.M), shown
    assert ctl(world, "undo", "2", "--yes").returncode == 0
    assert [row["since"] for row in rows(world)["rows"] if row["ticket_id"] == 2] == ["undone"]
    assert stop(process) == 0


def test_an_outcome_that_is_no_longer_kept_is_no_skipped_ticket(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = done(world, sim, 3)
    assert stop(process) == 0
    database = sqlite3.connect(world.path / "state.db")
    database.execute("UPDATE record SET payload = '{\"pruned\":true}' WHERE kind = 2 AND ticket = 2")  # as retention leaves it
    database.commit()
    database.close()
    process = start(world)
    assert ready(world)
    told = rows(world, "--limit", "100")
    assert (told["total"], told["done"], told["skipped"]) == (2, 2, 0), told
    assert sorted(row["ticket_id"] for row in told["rows"]) == [1, 3], told
    assert stop(process) == 0


def test_times_and_limits_choose(world):
    sim = world.use(world.sim("--tickets", 5, *ACCOUNT))
    process = done(world, sim, 5)
    assert rows(world, "--since", "2h", "--limit", "2")["total"] == 5
    assert len(rows(world, "--since", "2h", "--limit", "2")["rows"]) == 2
    for since in ("today", "yesterday", "3d", "2020-01-01", "2020-01-01T10:00", "2020-01-01T10:00Z"):
        assert rows(world, "--since", since)["total"] == 5, since
    time.sleep(1.1)
    assert ctl(world, "history", "--since", "1s").returncode == 4
    for words, reason in [(("--since", "soon"), "is no time"), (("--limit", "0"), "from 1 to 1000"), (("7",), "explain 7"),
                          (("--yes",), "takes --since"), (("--since",), "--since")]:
        told = ctl(world, "history", *words)
        assert told.returncode == 2 and reason in told.stderr, (words, told)
    assert stop(process) == 0
