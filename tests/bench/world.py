"""What the measurements share: the built programs, the simulated world, one run of the daemon, and the table of results.

Arguments are build folders and words. With several folders the last one has the programs around the daemon. --brief takes what is counted
from smaller worlds and leaves out what is only timed and takes minutes."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STRICT = "--strict" in sys.argv
BRIEF = "--brief" in sys.argv
ARGUMENTS = [argument for argument in sys.argv[1:] if argument not in ("--strict", "--brief")]


def daemon_of(folder):
    return os.path.join(folder, "daemon/ai-ticketd")


FOLDERS = [os.path.abspath(argument) for argument in ARGUMENTS if os.path.exists(daemon_of(argument))]
WORDS = [argument for argument in ARGUMENTS if not os.path.exists(daemon_of(argument))]
BIN = FOLDERS[-1] if FOLDERS else os.path.join(TOP, "build/release")
DAEMON = daemon_of(BIN)
SIM = os.path.join(BIN, "tests/sim/ai-ticketsim")
DRAW = os.path.join(TOP, "scripts/draw")
os.environ["DRAW"] = subprocess.check_output([DRAW, "--word"], text=True).strip()
# One for all worlds of a run: what is compared there has the same tickets.
SEED = subprocess.check_output([DRAW, "bench"], text=True).strip()
print(subprocess.check_output([DRAW, "--line"], text=True).strip() + f"; --seed {SEED}", flush=True)
rows = []


def row(what, measured, bound, good, on_any_machine=False):
    """Bytes and counts hold on_any_machine, however busy it is; times do not."""
    rows.append((what, measured, bound, "pass" if good else "short", on_any_machine))
    print(f"  {what}: {measured} ({bound}) {'pass' if good else 'SHORT'}", flush=True)


def table():
    """Prints all rows; returns the exit status."""
    width = max(len(r[0]) for r in rows)
    print()
    for what, measured, bound, verdict, _ in rows:
        print(f"{what:<{width}}  {measured:<44}  {bound:<22}  {verdict}")
    return 1 if any(verdict == "short" and (STRICT or on_any_machine) for _, _, _, verdict, on_any_machine in rows) else 0


class Sim:
    def __init__(self, *options, seed=SEED):
        self.process = subprocess.Popen([SIM, "--port", "0", "--seed", str(seed), *options], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.base = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.audit = json.loads(self.process.communicate(timeout=60)[0])


def environment(base, home, **more):
    env = {
        "PATH": os.environ["PATH"], "HOME": home, "ZENDESK_BASE_URL": base, "ZENDESK_EMAIL": "a@b.example",
        "ZENDESK_API_TOKEN": "t", "OPENAI_BASE_URL": base + "/v1", "OPENAI_API_KEY": "k", "REQUESTS_PER_MINUTE": "0",
        "AI_TICKETD_LOG_DIR": os.path.join(home, "log"), "AI_TICKETD_STORE_PATH": os.path.join(home, "state.db"),
    }
    env.update(more)
    return env


def in_flight(count):
    return {"AI_TICKETD_LLM_INITIAL_IN_FLIGHT": str(count), "MAX_WORKERS": str(count)}


class Cost(NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: int  # kB resident
    status: int  # exit status


def run_daemon(base, *options, binary=DAEMON, before=(), watch=None, after=None, **more):
    """Runs the daemon until nothing waits, started by the command `before`. watch() is called with its process id while it runs,
    after() with its home when it has ended."""
    with tempfile.TemporaryDirectory() as home:
        started = time.monotonic()
        process = subprocess.Popen([*before, binary, "--once", "--limit", "0", *options], env=environment(base, home, **more),
                                   cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while watch and os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        if after:
            after(home)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
