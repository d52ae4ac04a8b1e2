"""What a test draws follows from one word and a name (scripts/draw): the same in all processes of one run of pytest."""

import os
import random
import subprocess

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "draw")


def said(what):
    return subprocess.check_output([SCRIPT, what], text=True).strip()


os.environ["DRAW"] = said("--word")  # for the processes of xdist too, which are started later
LINE = said("--line")


def number(name):
    """From 1 to 9999999."""
    return int(said(name))


def chance(name):
    return random.Random(number(name))
