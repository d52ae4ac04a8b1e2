"""The main job through real sockets, as the command line promises it."""

import base64
import json
import os
import subprocess
import urllib.request

import pytest

from conftest import DAEMON, open_to_everybody


def test_once_processes_all_and_a_second_run_finds_nothing(world):
    sim = world.use(world.sim("--tickets", 300))
    first = world.run("--once", "--limit", "0")
    assert first.status == 0, first
    audit = sim.audit()
    assert (audit["processed"], audit["notes"], audit["notes_max_per_ticket"]) == (300, 300, 1)
    assert audit["personal_data_leaked"] == audit["tags_lost"] == audit["priorities_overwritten"] == 0
    assert "Processed: 300/300 tickets" in first.out
    second = world.run("--once", "--limit", "0")
    assert second.status == 0, second
    assert sim.audit()["notes"] == 300
    assert sim.audit()["model_calls"] == audit["model_calls"]


def test_limit_counts_admitted_tickets_and_is_fifty_by_default(world):
    sim = world.use(world.sim("--tickets", 80))
    assert world.run("--once").status == 0
    assert sim.audit()["processed"] == 50
    assert world.run("--once", "--limit", "7").status == 0
    assert sim.audit()["processed"] == 57


def everything(sim, count):
    """All tickets of the simulated account, as it shows them."""
    tickets = []
    for first in range(1, count + 1, 100):
        ids = ",".join(str(i) for i in range(first, min(first + 100, count + 1)))
        login = base64.b64encode(b"agent@example.com/token:secret-token").decode()
        asked = urllib.request.Request(f"{sim.base}/api/v2/tickets/show_many.json?ids={ids}", headers={"Authorization": f"Basic {login}"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            tickets += json.load(answer)["tickets"]
    return tickets


def test_a_limited_run_takes_the_oldest_of_the_highest_priority_of_the_whole_backlog(world):
    record = world.path / "requests.jsonl"
    sim = world.use(world.sim("--tickets", 10000, "--record", record))
    place = {"urgent": 0, "high": 1, "normal": 2, "low": 3, None: 4}
    turn = sorted(everything(sim, 10000), key=lambda ticket: (place[ticket["priority"]], ticket["created_at"]))
    before = len(record.read_text().splitlines())
    result = world.run("--once", "--limit", "50")
    assert result.status == 0 and "Found 10000 unprocessed tickets (taking 50)" in result.err, result
    taken, last = set(world.rows()), turn[49]
    assert len(taken) == 50
    assert all(ticket["id"] in taken for ticket in turn[:50] if ticket["created_at"] < last["created_at"] or ticket["priority"] != last["priority"])
    assert taken <= {ticket["id"] for ticket in turn if (place[ticket["priority"]], ticket["created_at"])
                     <= (place[last["priority"]], last["created_at"])}
    asked = [json.loads(line)["path"] for line in record.read_text().splitlines()[before:]]
    assert sum("/search" in path for path in asked) <= 1 + 5 + 1, asked  # the first, one a priority, and that for ai_again


def test_dry_run_analyses_and_writes_nothing(world):
    sim = world.use(world.sim("--tickets", 80))
    result = world.run("--once", "--dry-run")
    assert result.status == 0, result
    assert (sim.audit()["model_calls"], sim.audit()["writes"]) == (50, 0)
    assert {row["status"] for row in world.rows().values()} == {"dry_run"}
    assert "dry run" in result.err


def test_ticket_id_writes_one_note_and_the_second_time_is_skipped_with_its_reason(world):
    sim = world.use(world.sim("--tickets", 20))
    assert world.run("--ticket-id", "5").status == 0
    assert (sim.audit()["notes"], sim.audit()["model_calls"]) == (1, 1)
    again = world.run("--ticket-id", "5")
    assert again.status == 0, again
    assert sim.audit()["notes"] == 1
    assert "- Ticket 5 skipped: " in again.err


def test_a_closed_ticket_is_skipped_with_its_reason(world):
    world.use(world.sim("--tickets", 20, "--closed", "5"))
    result = world.run("--ticket-id", "5")
    assert result.status == 0, result
    row = world.rows()[5]
    assert row["status"] == "skipped" and row["error"]


@pytest.mark.parametrize("number", ["5", "999"], ids=["deleted", "unknown"])
def test_a_ticket_that_does_not_exist_has_failed(world, number):
    world.use(world.sim("--tickets", 20, "--deleted", "5"))
    assert world.run("--ticket-id", number).status == 1
    assert world.rows()[int(number)]["status"] == "error"


def test_a_refused_write_has_failed_and_the_others_go_on(world):
    sim = world.use(world.sim("--tickets", 20, "--refused", "7"))
    result = world.run("--once")
    assert result.status == 1, result
    assert world.rows()[7]["status"] == "error"
    assert sim.audit()["processed"] == 19


def test_the_alias_of_a_local_model_sends_everything_to_ollama(world):
    sim = world.use(world.sim("--tickets", 30))
    result = world.run("--once", "--model", "llama-3.1-8b", env={"OLLAMA_HOST": f"127.0.0.1:{sim.port}"})
    assert result.status == 0, result
    requests = sim.audit()["requests"]
    assert requests["POST /api/chat"] == 30
    assert not [path for path in requests if "/v1" in path]


def test_rules_need_no_model_at_all(world):
    sim = world.use(world.sim("--tickets", 30))
    result = world.run("--once", env={"AI_TICKETD_LLM_PROVIDER": "rules"}, unset={"OPENAI_API_KEY": True})
    assert result.status == 0, result
    assert (sim.audit()["processed"], sim.audit()["model_calls"]) == (30, 0)


def test_proxy_variables_of_the_environment_are_ignored(world):
    world.use(world.sim("--tickets", 3))
    nowhere = "http://127.0.0.1:9"
    assert world.run("--once", env={"http_proxy": nowhere, "HTTP_PROXY": nowhere, "all_proxy": nowhere,
                                    "https_proxy": nowhere}).status == 0


def test_secrets_appear_in_no_output(world):
    world.use(world.sim("--tickets", 3))
    result = world.run("--once", "--log-level", "debug")
    text = result.out + result.err + world.log() + "".join(path.read_text() for path in world.results())
    assert "secret-token" not in text and "secret-key" not in text


def test_wrong_zendesk_credentials_end_after_one_request_with_status_3(world):
    sim = world.use(world.sim("--tickets", 3, "--credentials", "other@example.com:other", "--refuse-with", "anonymous"))
    result = world.run("--once")
    assert result.status == 3, result
    assert "Zendesk" in result.err
    zendesk = {path: count for path, count in sim.audit()["requests"].items() if "/api/v2" in path}
    assert sum(zendesk.values()) == 1


def test_a_wrong_model_key_ends_with_status_3_and_names_the_model(world):
    sim = world.use(world.sim("--tickets", 3, "--model-key", "another"))
    result = world.run("--once")
    assert result.status == 3, result
    assert sim.audit()["writes"] == 0
    assert "model" in result.err


def test_a_service_that_is_not_there_ends_with_status_1(world):
    world.env["ZENDESK_BASE_URL"] = "http://127.0.0.1:9"
    world.env["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
    result = world.run("--once", env={"RETRY_ATTEMPTS": 2, "RETRY_BACKOFF_FACTOR": 1})
    assert result.status == 1, result


def test_four_lines_of_environment_are_enough_for_any_user(world):
    """No configuration file, a home folder, the default places."""
    sim = world.sim("--tickets", 20)
    world.use(sim)
    user = {}
    if os.geteuid() == 0:
        open_to_everybody(world.home)
        os.chown(world.home, 65534, 65534)
        user = {"user": 65534, "group": 65534, "extra_groups": []}
        probe = subprocess.run([DAEMON, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **user)
        if probe.returncode != 0:
            pytest.skip("the build folder is closed to other users")
    result = world.run("--once", "--limit", "0", unset={"AI_TICKETD_LOG_DIR": True, "AI_TICKETD_STORE_PATH": True}, **user)
    assert result.status == 0, result
    folder = world.home / ".local/state/ai-ticketd/log"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(json.loads(world.results(folder)[0].read_text())["results"]) == 20
