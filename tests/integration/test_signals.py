"""Stopping: once is a request, twice is an order. And the pipe that nobody reads."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest

from conftest import DAEMON
from test_service import ready


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_signals_that_the_parent_had_blocked_are_obeyed(world):
    world.use(world.sim("--tickets", 1))
    process = world.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()))
    assert ready(world)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0


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


def traced(world, at, path, number, *options, **more):
    """The daemon gets the signal when it does `at` with `path` for the first time; strace ends as it ends."""
    usual = lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it
    process = subprocess.Popen(["strace", "-qq", "-o", "/dev/null", "-P", str(path), "-e", f"trace={at}",
                                "-e", f"inject={at}:signal={int(number)}:when=1", DAEMON, *options],
                               env={**world.env, "ASAN_OPTIONS": "detect_leaks=0"}, cwd=world.home, stderr=subprocess.DEVNULL,
                               preexec_fn=usual, **{"stdout": subprocess.DEVNULL, **more})
    world.processes.append(process)
    return process


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace sends the signal at the very moment")
@pytest.mark.parametrize("what", ["a.conf", "state.db-lock"])
def test_a_hangup_while_the_service_starts_is_obeyed_when_it_has(world, what):
    world.use(world.sim("--tickets", 1))
    conf = world.path / "a.conf"
    conf.write_text("")
    process = traced(world, "openat", world.path / what, signal.SIGHUP, "-c", str(conf))
    wait_until(lambda: process.poll() is not None or "Reload: " in world.log())
    assert process.poll() is None and ready(world)
    os.kill(int(open(f"/proc/{process.pid}/task/{process.pid}/children").read().split()[0]), signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace sends the signal at the very moment")
def test_a_hangup_ends_a_run_as_usual(world):
    world.use(world.sim("--tickets", 1))
    process = traced(world, "openat", world.path / "state.db-lock", signal.SIGHUP, "--once")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGHUP


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace sends the signal at the very moment")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_last_moment_does_not_change_how_it_ended(world, number):
    """The report is the last thing of all."""
    world.use(world.sim("--tickets", 2))
    report = world.path / "report"
    with open(report, "wb") as out:
        process = traced(world, "write", report, number, "--once", stdout=out)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Processed" in report.read_text()
