"""Stopping: once is a request, twice is an order. And the pipe that nobody reads."""

import json
import signal
import subprocess
import time

import pytest


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_finishes_what_is_in_flight_and_writes_the_results(world, number):
    sim = world.use(world.sim("--tickets", 500, "--latency", "600"))
    process = world.start("--once", "--limit", "0", env={"MAX_WORKERS": 20})
    wait_until(lambda: sim.audit()["model_calls"] >= 20)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    audit = sim.audit()
    assert 20 <= audit["processed"] < 500
    assert audit["model_calls"] == audit["processed"] == audit["notes"]
    assert len(json.loads(world.results()[0].read_text())["results"]) == audit["processed"]
    assert b"Stopping" in err


def test_the_second_signal_leaves_at_once(world):
    sim = world.use(world.sim("--tickets", 50, "--latency", "30000"))
    process = world.start("--once")
    wait_until(lambda: sim.audit()["requests"].get("POST /v1/chat/completions", 0) > 0 or sim.audit()["model_calls"] > 0
               or "Found" in world.log())
    process.send_signal(signal.SIGTERM)
    wait_until(lambda: "Stopping" in world.log())
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert time.monotonic() - began < 2
    assert b"second signal" in err


def test_a_reader_that_went_away_does_not_stop_the_work(world):
    sim = world.use(world.sim("--tickets", 30))
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait()
    process = world.start("--once", stderr=reader.stdin)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert sim.audit()["processed"] == 30
    try:
        reader.stdin.close()
    except BrokenPipeError:
        pass
