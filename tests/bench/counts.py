"""What a run costs in counts, which are the same however busy the machine is: system calls by strace, instructions by valgrind."""

import os
import re
import shutil
import subprocess
import tempfile

from world import DAEMON, Sim, in_flight, run_daemon

HAVE_STRACE = shutil.which("strace") is not None
HAVE_VALGRIND = shutil.which("valgrind") is not None


def system_calls(base, names, binary=DAEMON, **more):
    """How often all threads made each of these, and the exit status."""
    with tempfile.TemporaryDirectory() as work:
        table = os.path.join(work, "calls")
        tracer = ("strace", "-f", "--seccomp-bpf", "-c", "-e", "trace=" + ",".join(names), "-o", table)
        status = run_daemon(base, binary=binary, before=tracer, **more).status
        counted = dict.fromkeys(names, 0)
        with open(table, encoding="ascii") as lines:
            for line in lines:
                found = re.match(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", line)
                if found and found.group(2) in counted:
                    counted[found.group(2)] += int(found.group(1))
    return counted, status


def instructions(base, binary=DAEMON, keep=None, **more):
    """How many the daemon and its libraries executed, in user space; the profile is copied to `keep`. It is written at the end, in
    the folder where the daemon runs."""
    totals = []

    def read(home):
        profile = os.path.join(home, "profile")
        if keep:
            shutil.copy(profile, keep)
        with open(profile, encoding="utf-8", errors="replace") as lines:
            totals.extend(int(line.split()[1]) for line in lines if line.startswith(("totals:", "summary:")))

    status = run_daemon(base, binary=binary, before=("valgrind", "--tool=callgrind", "--callgrind-out-file=profile"), after=read,
                        **more).status
    return max(totals, default=0), status


def counts_of(sim_options, slots, names, binary=DAEMON, **more):
    """System calls of a run over one world, its exit status, and what the world saw."""
    with Sim(*sim_options) as sim:
        counted, status = system_calls(sim.base, names, binary=binary, **in_flight(slots), **more)
    return counted, status, sim.audit
