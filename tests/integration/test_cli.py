"""The command line: what it prints, how it refuses, how long that takes."""

import os
import re
import resource
import time

import pytest


def test_version_names_itself_and_its_libraries(world):
    result = world.run("--version")
    assert result.status == 0
    assert re.match(r"ai-ticketd \d+\.\d+\.\d+\n", result.out)
    assert re.search(r"libuv \d.*libcurl \d.*(jansson|yyjson) \d", result.out)


def test_help_names_every_option(world):
    result = world.run("--help")
    assert result.status == 0
    for option in ("--config", "--env-file", "--check-config", "--dump-config", "--once", "--limit", "--ticket-id", "--dry-run", "--backtest",
                   "--model", "--log-level", "--accept-tag-change", "--accept-account-change", "--version", "--help"):
        assert option in result.out


@pytest.mark.parametrize("options, word", [
    (["--limit", "5"], "--limit"),
    (["--nonsense"], "--nonsense"),
    (["-x"], "-x"),
    (["--limit"], "--limit"),
    (["--once=yes"], "--once"),
    (["--once", "--limit", "many"], "--limit"),
    (["--once", "--limit", "-1"], "--limit"),
    (["--ticket-id", "0"], "--ticket-id"),
    (["--ticket-id", "18446744073709551616"], "--ticket-id"),
    (["--once", "stray"], "stray"),
    (["--once", "--log-level", "loud"], "--log-level"),
])
def test_a_usage_error_is_one_helpful_line_and_status_2(world, options, word):
    world.use(world.peer(lambda connection, request: "close"))
    result = world.run(*options)
    assert result.status == 2, result
    assert word in result.err
    assert len(result.err.strip().splitlines()) == 1, result
    assert result.out == ""


def test_check_config_says_good_sends_nothing_and_is_quick(world):
    peer = world.use(world.peer(lambda connection, request: "close"))
    times = []
    for _ in range(5):
        began = time.monotonic()
        result = world.run("--check-config")
        times.append(time.monotonic() - began)
        assert (result.status, result.out) == (0, "The configuration is good.\n"), result
    assert peer.connections == 0
    assert not world.logs.exists()
    assert min(times) < 1


def test_dump_config_shows_values_and_origins_but_no_secret(world):
    world.use(world.peer(lambda connection, request: "close"))
    result = world.run("--dump-config", "--model", "gpt-4o")
    assert result.status == 0, result
    assert "gpt-4o" in result.out and "agent@example.com" in result.out
    assert "secret-token" not in result.out and "secret-key" not in result.out


def test_a_dump_is_a_configuration_that_gives_the_same_dump(world):
    world.use(world.peer(lambda connection, request: "close"))
    dump = world.run("--dump-config").out
    path = world.home / "dump.conf"
    path.write_text(dump)
    again = world.run("--dump-config", "--config", path)
    assert again.status == 0, again

    def values(text):
        return [line.split("#")[0].rstrip() for line in text.splitlines()]
    assert values(again.out) == values(dump)


def test_output_that_cannot_be_written_is_a_failure(world):
    world.use(world.peer(lambda connection, request: "close"))
    with open("/dev/full", "w") as full:
        result = world.run("--dump-config", stdout=full)
    assert result.status == 1
    assert "standard output" in result.err


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_standard_streams_do_no_harm(world, closed):
    sim = world.use(world.sim("--tickets", 5))

    def close():
        for fd in closed:
            os.close(fd)
    assert world.run("--once", preexec_fn=close).status == 0
    assert sim.audit()["notes"] == 5


def limit_files(most):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def test_too_few_open_files_are_refused_and_few_are_warned_about(world):
    sim = world.use(world.sim("--tickets", 3))
    for options in (["--once"], []):
        result = world.run(*options, preexec_fn=limit_files(32))
        assert result.status == 2 and "limit of open files is 32" in result.err and len(result.err.splitlines()) == 1, result
    assert sim.audit()["zendesk_requests"] == 0
    result = world.run("--once", preexec_fn=limit_files(200))
    assert result.status == 0 and "limit of open files is 200" in world.log(), result
    result = world.run("--once", env={"MAX_WORKERS": 1}, preexec_fn=limit_files(1000))
    assert result.status == 0 and "limit of open files is 1000" not in world.log(), result
