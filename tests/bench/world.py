"""What the measurements share: the built programs, the simulated world, and the table of results."""

import os
import signal
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STRICT = "--strict" in sys.argv
ARGUMENTS = [argument for argument in sys.argv[1:] if argument != "--strict"]
BIN = os.path.abspath(ARGUMENTS[0] if ARGUMENTS else os.path.join(TOP, "build/release"))
DAEMON = os.path.join(BIN, "daemon/ai-ticketd")
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
    def __init__(self, *options):
        self.process = subprocess.Popen([SIM, "--port", "0", "--seed", SEED, *options], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.base = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.audit = self.process.communicate(timeout=60)[0]


def environment(base, home, **more):
    env = {
        "PATH": os.environ["PATH"], "HOME": home, "ZENDESK_BASE_URL": base, "ZENDESK_EMAIL": "a@b.example",
        "ZENDESK_API_TOKEN": "t", "OPENAI_BASE_URL": base + "/v1", "OPENAI_API_KEY": "k", "REQUESTS_PER_MINUTE": "0",
        "AI_TICKETD_LOG_DIR": os.path.join(home, "log"), "AI_TICKETD_STORE_PATH": os.path.join(home, "state.db"),
    }
    env.update(more)
    return env
