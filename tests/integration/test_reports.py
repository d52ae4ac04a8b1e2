"""What public bug reports of programs of this kind did, tried on this one, where the reports are at hand (AITD_SHARED, or the folder
`shared` beside the project): each has a check of its own, which says what was wrong."""

import os
import pathlib
import subprocess

import pytest

from conftest import BIN, TOP

CASES = pathlib.Path(os.environ.get("AITD_SHARED", os.path.join(TOP, "..", "shared"))) / "cases"
NAMES = sorted(path.parent.name for path in CASES.glob("*/check"))


@pytest.mark.skipif(not NAMES, reason="the reports are not here")
@pytest.mark.parametrize("name", NAMES or ["none"])
def test_what_was_reported_of_others_is_right_here(name):
    env = {**os.environ, "BIN": os.path.join(BIN, "daemon")}
    done = subprocess.run([CASES / name / "check"], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180)
    wrong = [line for line in done.stdout.splitlines() if not line.startswith("ok")]
    assert done.returncode == 0, "\n".join(wrong) + done.stderr[-2000:]
