"""The front door of the checks of packages: every part is run, and one that is wanting, or that could not be checked, is named. What the
parts find out needs containers, and is no test of the process: see scripts/packages."""

import os
import shutil
import subprocess

from conftest import TOP


def check(folder, *parts, **programs):
    """Runs scripts/check-packages with PARTS, of which PROGRAMS has the exit statuses."""
    (folder / "scripts/packages").mkdir(parents=True)
    shutil.copy(os.path.join(TOP, "scripts/check-packages"), folder / "scripts")
    for name, status in programs.items():
        program = folder / "scripts/packages" / name
        program.write_text(f"#!/bin/sh\necho {name} was here\nexit {status}\n")
        program.chmod(0o755)
    return subprocess.run([folder / "scripts/check-packages", *parts], capture_output=True, text=True, check=False)


def test_all_parts_hold(tmp_path):
    result = check(tmp_path, "one", "two", one=0, two=0)
    assert result.returncode == 0, result
    assert "one was here" in result.stdout and result.stdout.endswith("check-packages: good: one two\n")


def test_a_part_that_is_wanting_does_not_hide_the_next_and_is_named(tmp_path):
    result = check(tmp_path, "one", "two", "three", one=1, two=0, three=0)
    assert result.returncode == 1
    assert "two was here" in result.stdout and "three was here" in result.stdout
    assert result.stderr == "check-packages: not good: one\n"


def test_what_could_not_be_checked_is_not_good(tmp_path):
    result = check(tmp_path, "one", one=77)
    assert result.returncode == 1 and result.stderr == "check-packages: not good: one\n"


def test_an_unknown_part_is_refused_before_anything_is_run(tmp_path):
    result = check(tmp_path, "one", "other", one=0)
    assert result.returncode == 2 and "there is no part 'other'" in result.stderr and "one was here" not in result.stdout


def test_without_a_part_it_says_what_there_is(tmp_path):
    result = check(tmp_path, one=0, two=0)
    assert result.returncode == 2 and "usage: scripts/check-packages PART" in result.stderr and "two" in result.stderr
