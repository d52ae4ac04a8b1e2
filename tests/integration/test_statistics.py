"""Statistics: they tell what the records tell, through every end of the process."""

import datetime
import json
import sqlite3
import subprocess
import time

import draw
from test_service import ACCOUNT, ctl, ready, start, stop, until

SUMS = ("processed", "failed", "skipped", "analysed", "by_rules", "model_calls", "tokens_prompt", "tokens_answer")


def status(world):
    return json.loads(ctl(world, "--json", "status").stdout)


def sums(days):
    return {name: sum(day[name] for day in days) for name in SUMS}


def of_records(world):
    """The same numbers from the history itself; the service must have ended."""
    database = sqlite3.connect(f"file:{world.path / 'state.db'}?mode=ro", uri=True)
    rows = [(kind, json.loads(payload)) for kind, payload in database.execute("SELECT kind, payload FROM record WHERE kind IN (0, 2)")]
    database.close()
    decisions = [payload for kind, payload in rows if kind == 0]
    ends = [payload["state"] for kind, payload in rows if kind == 2]
    return {"processed": ends.count("done"), "failed": ends.count("failed"), "skipped": ends.count("skipped"),
            "analysed": len(decisions), "by_rules": sum(payload["by_rules"] for payload in decisions),
            "model_calls": sum(payload["attempts"] for payload in decisions),
            "tokens_prompt": sum(payload["tokens_prompt"] for payload in decisions),
            "tokens_answer": sum(payload["tokens_answer"] for payload in decisions)}


def test_days_are_told_by_status_and_outlive_the_process(world):
    sim = world.use(world.sim("--tickets", 40, *ACCOUNT))
    began = datetime.datetime.now(datetime.timezone.utc).date()
    process = start(world)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 40 and sums(status(world)["days"])["processed"] == 40)
    days = status(world)["days"]
    assert 1 <= len(days) <= 2 and days[-1]["day"] >= str(began)  # midnight may pass
    both = [day for day in days if day["analysed"]]
    for label in ("root_cause", "urgency", "sentiment"):
        assert sum(sum(day[label].values()) for day in both) == 40
    assert sum(day["cost_estimate"] for day in both) > 0
    assert all(day["success_rate"] == 1 for day in days if day["processed"])
    shown = ctl(world, "status").stdout
    assert "days in UTC" in shown and "last 7 days" in shown and "days." not in shown
    health = json.loads(ctl(world, "--json", "health").stdout)
    assert set(health) >= {"status", "checks", "metrics", "timestamp", "message"}
    assert set(health["metrics"]) >= {"success_rate_24h", "avg_latency_24h", "tickets_processed_24h"}
    assert stop(process) == 0
    assert sums(days) == of_records(world)
    process = start(world)
    assert ready(world)
    assert sums(status(world)["days"]) == sums(days)
    assert json.loads(ctl(world, "--json", "health").stdout)["metrics"]["tickets_processed_24h"] == 40
    assert stop(process) == 0


def test_a_run_counts_and_a_dry_run_does_not(world):
    world.use(world.sim("--tickets", 10, *ACCOUNT))
    assert world.run("--once", "--dry-run").status == 0
    assert not (world.path / "state.db").exists()
    assert world.run("--once").status == 0
    process = start(world)
    assert ready(world)
    assert sums(status(world)["days"])["processed"] == 10
    assert stop(process) == 0


def test_kill_9_makes_no_count_differ_from_the_records(world):
    sim = world.use(world.sim("--tickets", 400, "--job-queue", "1", "--job-rate", "100", "--latency", "50-300", "--zendesk-latency", "5-50",
                              "--pool", "2500"))
    env = {"AI_TICKETD_ZENDESK_SETTLE_TIMEOUT": "2s"}
    chance = draw.chance("statistics")
    for _ in range(10):
        process = start(world, **env)
        assert ready(world)
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.communicate()
    process = start(world, **env)
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] == 400, 120), sim.audit()
    assert until(lambda: sums(status(world)["days"])["processed"] == 400)
    told = sums(status(world)["days"])
    assert stop(process) == 0
    assert told == of_records(world)


def test_erasing_leaves_the_sums(world):
    sim = world.use(world.sim("--tickets", 10, *ACCOUNT))
    process = start(world)
    assert ready(world)
    assert until(lambda: sums(status(world)["days"])["processed"] == 10)
    before = sums(status(world)["days"])
    assert until(lambda: ctl(world, "erase", "7").returncode == 0)
    assert sums(status(world)["days"]) == before
    assert stop(process) == 0
    process = start(world)
    assert ready(world)
    assert sums(status(world)["days"]) == before
    assert stop(process) == 0
    assert sim.audit()["notes"] == 10


def test_the_share_of_failed_tickets_that_is_well_is_set_by_file_reload_and_environment(world):
    sim, conf = world.use(world.sim("--tickets", 20, *ACCOUNT)), world.path / "a.conf"
    health = lambda: json.loads(ctl(world, "--json", "health").stdout)["status"]
    assert world.run("--once").status == 0 and sim.audit()["processed"] == 20
    database = sqlite3.connect(world.path / "state.db")
    database.execute("UPDATE statistic SET failed = 4 WHERE quarter = (SELECT max(quarter) FROM statistic)")
    database.commit()
    database.close()

    def begin(rate, **env):
        conf.write_text(f"alerts {{\n  failure_rate = {rate}\n}}\n")
        process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
        assert ready(world)
        return process
    process = begin(0.1)
    assert health() == "degraded"
    conf.write_text("alerts {\n  failure_rate = 0.5\n}\n")
    assert "alerts.failure_rate" in ctl(world, "reload").stdout and health() == "healthy"
    conf.write_text("alerts {\n  failure_rate = 2\n}\n")
    assert "alerts.failure_rate" in ctl(world, "reload").stderr and health() == "healthy"
    assert stop(process) == 0
    process = begin(0.1, ALERT_ON_FAILURE_RATE=0.5)
    assert health() == "healthy"
    assert stop(process) == 0
