"""What is drawn can be had again, and a campaign runs the seeds that it names (scripts/draw, scripts/campaign)."""

import os
import re
import shutil
import signal
import subprocess

import pytest

from conftest import BIN, TOP

SIMULATE = os.path.join(BIN, "tests/sim/aitd_simulate")
FROM_GIT = subprocess.run(["git", "-C", TOP, "rev-parse", "-q", "--verify", "HEAD"], capture_output=True, text=True).stdout[:12]


def script(name, *words, top=TOP, **env):
    """A word of None is taken out of the environment."""
    env = {name: value for name, value in {**os.environ, "SEEDS": None, "HOURS": None, **env}.items() if value is not None}
    return subprocess.run([os.path.join(top, "scripts", name), *words], env=env, capture_output=True, text=True, timeout=300)


def drawn(*words, **env):
    done = script("draw", *words, **env)
    assert done.returncode == 0, done
    return done.stdout.strip()


def test_the_same_word_draws_the_same_and_another_name_or_word_does_not():
    numbers = [drawn(name, DRAW=word) for word in ("one", "two") for name in ("kills", "order", "kills of another kind")]
    assert numbers == [drawn(name, DRAW=word) for word in ("one", "two") for name in ("kills", "order", "kills of another kind")]
    assert len(set(numbers)) == 6 and all(1 <= int(number) <= 9999999 for number in numbers)


@pytest.mark.skipif(not FROM_GIT, reason="no commit here")
def test_without_a_word_the_commit_draws():
    for nothing in (None, ""):
        assert drawn("--word", DRAW=nothing) == FROM_GIT
        assert drawn("order", DRAW=nothing) == drawn("order", DRAW=FROM_GIT)
        assert drawn("--line", DRAW=nothing).startswith(f"draw: {FROM_GIT} (DRAW={FROM_GIT} draws the same again")


def test_fresh_draws_by_chance_and_so_does_a_tree_without_commits(tmp_path):
    assert drawn("--word", DRAW="fresh") != drawn("--word", DRAW="fresh")
    (tmp_path / "scripts").mkdir()
    shutil.copy(os.path.join(TOP, "scripts/draw"), tmp_path / "scripts")
    words = {drawn("--word", top=tmp_path, DRAW=None, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)) for _ in range(2)}
    assert len(words) == 2 and all(re.fullmatch("[0-9a-f]{12}", word) for word in words)


@pytest.mark.parametrize("word", ["two words", "$(id)", "a/b", "a\nb"])
def test_a_word_that_could_not_be_typed_again_is_refused(word):
    done = script("draw", "order", DRAW=word)
    assert done.returncode == 2 and done.stdout == "" and "DRAW is made of" in done.stderr


@pytest.mark.parametrize("words", [(), ("",), ("a", "b")])
def test_a_draw_has_one_name(words):
    assert script("draw", *words).returncode == 2


@pytest.mark.parametrize("seeds", ["foo", "5-1", "0-3", "3-", "-3", "1-2-3", "1 2", "1-", "9" * 19, "newest"])
def test_seeds_that_are_none_are_refused(seeds):
    done = script("campaign", SEEDS=seeds)
    assert done.returncode == 2 and done.stdout == "" and "SEEDS is A-B" in done.stderr


@pytest.mark.parametrize("hours, word", [("abc", "number"), ("-1", "number"), ("1.2.3", "number"), (".", "number"), ("1e9", "number"),
                                         ("99999999999", "number"), ("0", "less"), ("0.00001", "less")])
def test_hours_that_are_none_are_refused(hours, word):
    done = script("campaign", SEEDS="fresh", HOURS=hours)
    assert done.returncode == 2 and done.stdout == "" and word in done.stderr


def test_hours_without_new_seeds_are_refused():
    assert script("campaign", HOURS="1").returncode == script("campaign", SEEDS="1-5", HOURS="1").returncode == 2


# --- with the programs put in the place of which a campaign would build them ---


@pytest.fixture
def place(tmp_path):
    """The scripts, and a simulation that only says how it was called."""
    shutil.copytree(os.path.join(TOP, "scripts"), tmp_path / "scripts")
    (tmp_path / "scripts/build").write_text("#!/bin/sh\n")
    for preset in ("asan", "release"):
        program = tmp_path / "build" / preset / "tests/sim/aitd_simulate"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\necho "{preset} $*"\n[ "$3" != "${{FAILS:-}}" ]\n')
        program.chmod(0o755)
    return tmp_path


def runs(place, **env):
    done = script("campaign", top=place, **env)
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith(("asan", "release"))], done.stdout


def test_a_campaign_has_500_fixed_seeds_and_1500_drawn_ones_and_names_them(place):
    status, (fixed, chance), out = runs(place, DRAW="one")
    first, last = map(int, re.fullmatch(r"asan --campaign --seeds (\d+)-(\d+)", chance).groups())
    assert status == 0 and fixed == "asan --campaign --seeds 1-500"
    assert last - first == 1499 and first > 1000000
    assert "DRAW=one" in out and f"{first}-{last}" in out
    assert runs(place, DRAW="one")[1] == [fixed, chance] != runs(place, DRAW="two")[1]


def test_a_failure_of_the_fixed_seeds_does_not_keep_the_drawn_ones_from_being_run(place):
    status, lines, _ = runs(place, DRAW="one", FAILS="1-500")
    assert status == 1 and len(lines) == 2


def test_a_night_draws_anew_each_time_unless_it_is_told_a_word(place):
    night = {"SEEDS": "fresh", "HOURS": "0.5", "DRAW": None}
    (status, lines, out), again = runs(place, **night), runs(place, **night)
    assert status == 0 and re.fullmatch(r"release --campaign --seeds \d{7,}-\d+ --for 1800", lines[0]), lines
    assert lines != again[1]
    assert runs(place, **{**night, "DRAW": re.search(r"DRAW=(\w+)", out)[1]})[1] == lines


# --- the simulation itself ---


def test_a_campaign_runs_each_seed_of_the_range_that_it_names_until_its_time_is_over():
    done = subprocess.run([SIMULATE, "--campaign", "--verbose", "--seeds", "7000001-7999999", "--for", "2"], capture_output=True,
                          text=True, timeout=300)
    first, last, count = map(int, re.search(r"^campaign: seeds (\d+)-(\d+), (\d+) in ", done.stdout, re.MULTILINE).groups())
    run = sorted(map(int, re.findall(r"^seed (\d+):", done.stdout, re.MULTILINE)))
    assert first == 7000001 and run == list(range(first, last + 1)) and len(run) == count > 1
    assert ", 0 failed" in done.stdout and done.returncode == 0, done.stdout


@pytest.mark.parametrize("duration", [["--for", "300"], []])
def test_an_interrupted_campaign_tells_what_it_has_run_and_that_there_was_more(duration):
    command = [SIMULATE, "--campaign", "--verbose", "--seeds", "7000001-7999999", *duration]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as campaign:
        head = next(line for line in campaign.stdout if line.startswith("seed "))
        campaign.send_signal(signal.SIGINT)
        out = head + campaign.communicate(timeout=300)[0]
    first, last, count = map(int, re.search(r"^campaign: seeds (\d+)-(\d+), (\d+) in ", out, re.MULTILINE).groups())
    assert sorted(map(int, re.findall(r"^seed (\d+):", out, re.MULTILINE))) == list(range(first, last + 1)) and count < 1000
    assert campaign.returncode == 1 and "interrupted" in out.splitlines()[-1]


@pytest.mark.parametrize("words", [("--for", "5"), ("--campaign", "--for", "0"), ("--campaign", "--for", "x"), ("--seeds", "5-1")])
def test_the_simulation_refuses_what_would_run_nothing(words):
    done = subprocess.run([SIMULATE, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "aitd_simulate: " in done.stderr
