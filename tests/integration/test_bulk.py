"""Bulk writing through real sockets, with jobs that take their time."""

import json
import signal
import time

ACCOUNT = ("--limits", "enterprise", "--job-queue", "1", "--job-rate", "100")


def test_an_account_with_limits_is_written_in_bulk_with_few_requests(world):
    sim = world.use(world.sim("--tickets", 400, *ACCOUNT))
    result = world.run("--once", "--limit", "0")
    assert result.status == 0, result
    audit = sim.audit()
    assert (audit["processed"], audit["notes"], audit["notes_max_per_ticket"]) == (400, 400, 1)
    assert audit["tags_lost"] == audit["priorities_overwritten"] == audit["past_limit"] == 0
    assert audit["jobs"] >= 4
    assert audit["zendesk_requests"] <= 35, audit


def test_a_daemon_killed_while_jobs_run_and_its_successor_write_one_note_each(world):
    sim = world.use(world.sim("--tickets", 400, "--limits", "enterprise", "--job-queue", "2", "--job-rate", "40"))
    world.env["AI_TICKETD_ZENDESK_SETTLE_TIMEOUT"] = "5s"  # intents whose request never left wait so long
    for _ in range(3):
        process = world.start("--once", "--limit", "0", "--model", "gpt-4o-mini")
        deadline = time.monotonic() + 30
        jobs = sim.audit()["jobs"]
        while sim.audit()["jobs"] == jobs and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    result = world.run("--once", "--limit", "0")
    assert result.status == 0, result
    audit = sim.audit()
    assert (audit["processed"], audit["notes"], audit["notes_max_per_ticket"]) == (400, 400, 1)
    assert audit["tags_lost"] == 0


def test_jobs_that_report_success_and_do_nothing_are_found_out(world):
    sim = world.use(world.sim("--tickets", 60, *ACCOUNT, "--jobs-lie"))
    result = world.run("--once", "--limit", "0")
    assert result.status == 0, result
    assert "bulk updates are switched off" in world.log()
    audit = sim.audit()
    assert (audit["processed"], audit["notes"], audit["notes_max_per_ticket"]) == (60, 60, 1)


def test_tags_that_do_not_arrive_in_bulk_are_found_out_and_nothing_is_noted_twice(world):
    sim = world.use(world.sim("--tickets", 60, *ACCOUNT, "--jobs-drop-tags"))
    assert world.run("--once", "--limit", "0").status == 0
    assert "notes arrive but tags do not" in world.log()
    audit = sim.audit()
    assert (audit["processed"], audit["notes"], audit["notes_max_per_ticket"]) == (60, 60, 1)


def test_bulk_can_be_switched_off(world):
    sim = world.use(world.sim("--tickets", 60, *ACCOUNT))
    assert world.run("--once", "--limit", "0", env={"AI_TICKETD_ZENDESK_BULK": "never"}).status == 0
    assert (sim.audit()["jobs"], sim.audit()["notes"]) == (0, 60)


def test_results_tell_of_tickets_written_in_bulk_like_of_all_others(world):
    world.use(world.sim("--tickets", 60, *ACCOUNT))
    assert world.run("--once", "--limit", "0").status == 0
    rows = world.rows()
    assert len(rows) == 60
    assert {row["status"] for row in rows.values()} == {"success"}
    assert all("ai_processed" in row["tags_added"] for row in rows.values())
    assert json.dumps(rows)
