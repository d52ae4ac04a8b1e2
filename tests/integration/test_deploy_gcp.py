"""scripts/deploy_gcp.sh with a stand-in for gcloud that records its calls: no cloud is asked."""

import os
import subprocess

import pytest

from conftest import TOP

SCRIPT = os.path.join(TOP, "scripts/deploy_gcp.sh")
GOOD = ["--project", "acme-triage", "--region", "europe-west1", "--image", "europe-west1-docker.pkg.dev/acme-triage/r/ai-ticketd:0.1.0",
        "--subdomain", "acme", "--email", "bot@acme.example"]
TIMED = ["--schedule", "*/15 * * * *", "--service-account", "triage@acme-triage.iam.gserviceaccount.com"]


@pytest.fixture
def deploy(tmp_path):
    calls = tmp_path / "calls"
    stub = tmp_path / "bin/gcloud"
    stub.parent.mkdir()
    stub.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>"{calls}"\ncase " $* " in *" describe "*) exit ${{DESCRIBE:-1}} ;; esac\n')
    stub.chmod(0o755)

    def run(*options, **env):
        done = subprocess.run([SCRIPT, *options], capture_output=True, text=True, timeout=30,
                              env={"PATH": f"{stub.parent}:{os.environ['PATH']}", **env})
        return done, calls.read_text().splitlines() if calls.exists() else []
    return run


def test_a_dry_run_calls_nothing_and_says_what_it_would_call_and_what_is_lost(deploy):
    done, calls = deploy(*GOOD, *TIMED, "--dry-run")
    assert done.returncode == 0 and calls == [], done
    assert done.stdout.count("would call: gcloud ") == 2 and "'--schedule=*/15 * * * *'" in done.stdout
    for lost in ("lost when a run ends", "In shadow mode every run decides", "is never quarantined", "An emergency stop ends with the run"):
        assert lost in done.stdout


def test_what_a_dry_run_tells_is_what_is_called(deploy):
    told, _ = deploy(*GOOD, *TIMED, "--dry-run")
    _, calls = deploy(*GOOD, *TIMED)
    would = [line.removeprefix("would call: gcloud ").replace("'", "") for line in told.stdout.splitlines() if line.startswith("would call:")]
    assert [call for call in calls if " describe " not in call] == would


def test_one_task_at_a_time_that_is_never_repeated(deploy):
    done, [call] = deploy(*GOOD)
    words = call.split()
    assert done.returncode == 0 and words[:4] == ["run", "jobs", "deploy", "ai-ticketd"]
    assert {"--tasks=1", "--parallelism=1", "--max-retries=0", "--args=--once,--limit,50"} <= set(words)
    assert "mount-path=/var/lib/ai-ticketd" in call and "type=in-memory" in call


def test_it_looks_first_unless_it_is_told_to_write(deploy):
    assert "AI_TICKETD_MODE=shadow" in deploy(*GOOD)[1][-1]
    assert "AI_TICKETD_MODE=writing" in deploy(*GOOD, "--write")[1][-1]


def test_secrets_are_files_each_in_a_folder_of_its_own(deploy):
    """Cloud Run mounts each secret over its folder."""
    [call] = deploy(*GOOD)[1]
    assert "--set-secrets=/secrets/zendesk/secret=zendesk-api-token:latest,/secrets/llm/secret=llm-api-key:latest" in call
    assert "ZENDESK_API_TOKEN_FILE=/secrets/zendesk/secret" in call and "OPENAI_API_KEY_FILE=/secrets/llm/secret" in call


def test_an_oauth_client_takes_the_place_of_the_address(deploy):
    [call] = deploy(*GOOD[:-2], "--client-id", "ai_ticketd")[1]
    assert "ZENDESK_CLIENT_ID=ai_ticketd,ZENDESK_CLIENT_SECRET_FILE=" in call and "zendesk-client-secret:latest" in call


@pytest.mark.parametrize("there, verb", [("1", "create"), ("0", "update")])
def test_a_schedule_is_made_or_changed(deploy, there, verb):
    done, calls = deploy(*GOOD, *TIMED, DESCRIBE=there)
    assert done.returncode == 0 and calls[-1].startswith(f"scheduler jobs {verb} http ai-ticketd "), calls
    assert "--uri=https://run.googleapis.com/v2/projects/acme-triage/locations/europe-west1/jobs/ai-ticketd:run" in calls[-1]


@pytest.mark.parametrize("change, reason", [
    ({"--project": ""}, "--project is missing"), ({"--email": "a,b=c@x"}, "characters that are not expected"),
    ({"--image": "x y"}, "characters that are not expected"), ({"--subdomain": "-x"}, "characters that are not expected"),
    ({"--limit": "ten"}, "characters that are not expected"), ({"--schedule": "0 * * * *"}, "needs --service-account"),
    ({"--schedule": "* * * * *"}, "may start a run while another works"), ({"--schedule": "*/5 * * * *"}, "may start a run while another works"),
    ({"--client-id": "x"}, "choose one"), ({"--frobnicate": "x"}, "unknown argument")])
def test_what_is_given_wrongly_is_refused_before_any_call(deploy, change, reason):
    given = {**dict(zip(GOOD[::2], GOOD[1::2])), **change}
    done, calls = deploy(*[word for pair in given.items() for word in pair])
    assert done.returncode == 2 and reason in done.stderr and calls == [], done
