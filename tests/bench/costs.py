"""What a ticket costs: processor time against the bare loop, counts that no busy machine changes, wall time against what the same
calls allow, tokens, requests, memory."""

import contextlib
import heapq
import json
import os
import platform
import random
import sqlite3
import statistics
import subprocess
import tempfile
import time

import counts
from resident import over_tls
from world import BIN, BRIEF, SEED, TOP, Sim, in_flight, row, run_daemon

PAGE = os.sysconf("SC_PAGE_SIZE")
BARE = os.path.join(BIN, "tests/bench/bare_loop")
FIGURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.json")
DATA = os.path.join(os.path.dirname(TOP), "shared/data")
TEXT = ("--text-bytes", "500")
SLOW = ("--latency", "500-4500")
QUICK = ("--latency", "100-900")
MANY = 50000 if BRIEF else 100000
FEW = ("--replies", "few")


def cpu_ratio(pairs=3 if BRIEF else 5):
    """The bare loop sends what the daemon sent, as recorded in a run of its own, and parses with the same parser."""
    world = ("--tickets", "5000", *TEXT, *FEW)
    ratios, spent = [], []
    with tempfile.TemporaryDirectory() as work:
        record = os.path.join(work, "record.jsonl")
        with Sim(*world, "--record", record) as sim:
            run_daemon(sim.base, **in_flight(256))
        for _ in range(pairs):
            with Sim(*world) as sim:
                cost = run_daemon(sim.base, **in_flight(256))
            with Sim(*world) as sim:
                bare = json.loads(subprocess.check_output([BARE, sim.base, record, "256"], text=True))
            if cost.status == 0 and bare["bad"] == 0:
                ratios.append(cost.cpu / bare["cpu"])
                spent.append((cost.cpu / 5, bare["cpu"] / 5))
    if len(ratios) < pairs:
        row("5,000 tickets of 500 bytes: CPU against the bare loop", "a run failed", "at most 2.3 x", False)
        return
    ratio = statistics.median(ratios)
    row(f"5,000 tickets of 500 bytes: CPU against the bare loop (median of {pairs})",
        f"{ratio:.2f} x ({statistics.median(s[0] for s in spent):.3f} : {statistics.median(s[1] for s in spent):.3f} s per 1,000)",
        "at most 2.3 x", ratio <= 2.3)


def system_calls(tickets=1000):
    if not counts.HAVE_STRACE:
        row("system calls a ticket", "strace is missing", "counted", False, on_any_machine=True)
        return
    seen, status, audit = counts.counts_of(("--tickets", str(tickets), *TEXT, *FEW, *SLOW), 256, ("fdatasync",))
    commits = seen["fdatasync"] / tickets
    row("model 0.5 to 4.5 s, 256 in flight: commits a ticket", f"{commits:.2f}", "at most 0.5", status == 0 and 0 < commits <= 0.5,
        on_any_machine=True)
    seen, status, audit = counts.counts_of(("--tickets", str(tickets), *TEXT, *FEW), 64, ("epoll_ctl",))
    watches = seen["epoll_ctl"] / tickets
    row("model without latency, 64 in flight: epoll_ctl a ticket", f"{watches:.2f}", "below 1", status == 0 and 0 < watches < 1,
        on_any_machine=True)
    row("… requests per 1,000 tickets: Zendesk, model", f"{audit['zendesk_requests'] * 1000 / tickets:.0f}, "
        f"{audit['model_calls'] * 1000 / tickets:.0f}", "at most 1,030, 1,000", status == 0 and audit["zendesk_requests"] <= 1.03 * tickets
        and audit["model_calls"] <= tickets, on_any_machine=True)


def platform_name():
    """Compiler and libraries follow from it: instructions can be compared only within one."""
    release = platform.freedesktop_os_release() if os.path.exists("/etc/os-release") else {}
    return f"{release.get('VERSION_CODENAME', 'unknown')} {platform.machine()}"


def instructions(tickets=200):
    """Renewed by `tests/bench/counted --renew` on each platform when a change of the figure is wanted."""
    with open(FIGURES, encoding="utf-8") as file:
        wanted = json.load(file).get(platform_name())
    what = f"{tickets} tickets: instructions a ticket on {platform_name()}"
    if wanted is None or not counts.HAVE_VALGRIND:
        why = "valgrind is missing" if wanted else "no figure is kept for it: tests/bench/counted --renew"
        row(what, why, "left out", True)
        return
    measured = measured_instructions(tickets)
    off = measured / wanted - 1
    row(what, f"{measured / 1000:,.0f} k, {off:+.1%} of {wanted / 1000:,.0f} k", "within 5 %", measured > 0 and abs(off) <= 0.05,
        on_any_machine=True)


def measured_instructions(tickets=200):
    """The same tickets in each run of each commit. 0 when a run failed."""
    with Sim("--tickets", str(tickets), *TEXT, *FEW, seed=1) as sim:
        total, status = counts.instructions(sim.base, **in_flight(64))
    return total // tickets if status == 0 else 0


def makespan(delays, slots):
    """Seconds that these calls take in this order when so many run at a time and nothing else takes time."""
    ends = [0.0] * slots
    for delay in delays:
        heapq.heapreplace(ends, ends[0] + delay)
    return max(ends)


def model_delays(record):
    with open(record, encoding="utf-8") as lines:
        requests = (json.loads(line) for line in lines)
        return [request["delay_ms"] / 1000 for request in requests if "/chat/completions" in request["path"]]


def last_times(home):
    """Milliseconds of wall time: of the last decision, of the last outcome."""
    with contextlib.closing(sqlite3.connect(os.path.join(home, "state.db"))) as database:
        decided = database.execute("SELECT max(json_extract(payload, '$.decided')) FROM record WHERE kind = 0").fetchone()[0]
        ended = database.execute("SELECT max(json_extract(payload, '$.at')) FROM record WHERE kind = 2").fetchone()[0]
    return decided, ended


def tail_run(slots, bulk, tickets):
    with tempfile.TemporaryDirectory() as work:
        record, times = os.path.join(work, "record.jsonl"), []
        with Sim("--tickets", str(tickets), *TEXT, *FEW, *SLOW, "--record", record) as sim:
            cost = run_daemon(sim.base, after=lambda home: times.extend(last_times(home)), **in_flight(slots),
                              AI_TICKETD_ZENDESK_BULK=bulk)
        best = makespan(model_delays(record), slots)
    return cost, sim.audit, best, (times[1] - times[0]) / 1000


def tail(tickets=10000):
    """Wall time against the makespan of the same calls in the order in which the daemon made them; and what bulk writes need."""
    for slots, bulk in ((256, "never"), (512, "never"), (512, "always"), (256, "always")):
        cost, audit, best, late = tail_run(slots, bulk, tickets)
        whole = cost.status == 0 and audit["processed"] == audit["notes"] == tickets
        how = "in bulk" if bulk == "always" else "one by one"
        row(f"{tickets:,} tickets, model 0.5 to 4.5 s, {slots} in flight, {how}: wall time",
            f"{cost.wall / best:.3f} x {best:.2f} s of the same calls", "at most 1.02 x", whole and cost.wall / best <= 1.02)
    zendesk_requests(audit, tickets, late, whole)


def zendesk_requests(audit, tickets, late, whole):
    """In bulk. What a start costs (at most 8) and a poll of the search (2) does not grow with the tickets, and a run has one of each."""
    listed = ", ".join(f"{name.removeprefix('GET ').replace('/api/v2/', '')} {count}" for name, count in audit["requests"].items()
                       if "/api/v2/" in name)
    per_thousand = (audit["zendesk_requests"] - 10) * 1000 / tickets
    row(f"{tickets:,} tickets in bulk: Zendesk requests per 1,000, without 10 of start and poll", f"{per_thousand:.1f} ({listed})",
        "at most 42", whole and per_thousand <= 42, on_any_machine=True)
    row("… last outcome after the last decision", f"{late:.2f} s", "at most 1 s", whole and late <= 1)


SENTENCES = (
    "Since the last update the page stays white when I open my list of invoices.",
    "I have tried another browser and another computer, and the same happens there.",
    "My colleagues in the same office see what they should see.",
    "The parcel was announced for last week and has not come.",
    "Please tell me what I can do, because our accounting closes soon.",
    "I would like to have the amount for the second month back.",
    "It worked well for years, and nothing was changed on our side.",
    "A way to sort the columns by hand would help all of us a lot.",
    "When I press the button the application closes without a word.",
    "Thank you very much for your quick help in the spring.",
)


def write_plain_texts(path, count):
    """Of some 500 bytes, no two the same, none about anything but itself."""
    chance = random.Random(int(SEED))
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(count):
            chosen = chance.sample(SENTENCES, 8)
            file.write(json.dumps({"subject": chosen[0], "description": " ".join(chosen[1:])}) + "\n")


def tokens(tickets=1000):
    """Tokens and time a ticket when several share a request. Who speaks of others goes alone: among the simulator's usual texts are
    hostile ones, which is what the second group of rows has."""
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "texts.jsonl")
        write_plain_texts(path, tickets)
        share_requests("plain texts", ("--texts", path), tickets, 0.45)
    if not BRIEF:
        share_requests("mixed texts, a tenth hostile", (), tickets, None)


def share_requests(what, texts, tickets, bound):
    alone = None
    for together in (1, 10) if BRIEF else (1, 5, 10):
        with Sim(*texts, "--tickets", str(tickets), *FEW, *(QUICK if BRIEF else SLOW)) as sim:
            cost = run_daemon(sim.base, **in_flight(128), AI_TICKETD_LLM_TICKETS_PER_REQUEST=str(together), AI_TICKETD_LLM_CACHE_TTL="0")
        audit = sim.audit
        a_ticket = (audit["prompt_tokens"] + audit["answer_tokens"]) / tickets
        alone = alone or a_ticket
        held = together == 10 and bound is not None
        good = cost.status == 0 and audit["processed"] == audit["notes"] == tickets
        row(f"{what}, {together} a request: tokens a ticket",
            f"{a_ticket:.0f} = {a_ticket / alone:.0%} ({audit['model_calls']:,} requests, {cost.wall:.1f} s)",
            f"at most {bound:.0%}" if held else "told", good and (not held or a_ticket <= bound * alone), on_any_machine=True)


def write_day(path, tickets, share):
    """A day of tickets in real words, of which this share says what an earlier one says."""
    texts = []
    for name in sorted(os.listdir(DATA)):
        if name.endswith(".jsonl"):
            with open(os.path.join(DATA, name), encoding="utf-8") as lines:
                texts += [{"subject": text["subject"], "description": text["description"]} for text in map(json.loads, lines)]
    chance = random.Random(int(SEED))
    copies = int(tickets * share)
    day = chance.sample(texts, min(tickets - copies, len(texts)))
    placed = list(enumerate(day))
    for original in chance.sample(range(len(day)), copies):
        placed.append((chance.uniform(original, len(day)), day[original]))
    placed.sort(key=lambda pair: pair[0])
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(text) + "\n" for _, text in placed)
    return len(placed)


def replay():
    if not os.path.isdir(DATA):
        return
    with tempfile.TemporaryDirectory() as work:
        texts = os.path.join(work, "texts.jsonl")
        count = write_day(texts, 2000 if BRIEF else 5000, 0.2)
        with Sim("--texts", texts, "--tickets", str(count), *FEW, *QUICK) as sim:
            cost = run_daemon(sim.base, **in_flight(128))
    calls = sim.audit["model_calls"]
    row(f"a day of {count:,} real texts, each fifth said before: requests to the model", f"{calls:,} = {calls / count:.1%} of the tickets",
        "at most 80 %", cost.status == 0 and sim.audit["processed"] == count and calls <= 0.8 * count,
        on_any_machine=cost.status != 0 or calls > 0.81 * count)


def resident(samples):
    """A watch() that notes the resident megabytes twenty times a second."""
    def watch(pid):
        with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
            samples.append(int(statm.read().split()[1]) * PAGE / 2**20)
        time.sleep(0.05)
    return watch


def memory_of(waiting, limit):
    """Peak and median megabytes of a run that processes `limit` of the waiting tickets; the median of the second half, when all
    connections are there."""
    samples = []
    with Sim("--tickets", str(waiting), *TEXT) as sim:
        cost = run_daemon(sim.base, "--limit", str(limit), watch=resident(samples), **in_flight(256))
    return cost, statistics.median(samples[len(samples) // 2:])


def memory():
    """What waits must cost nothing, so 5,000 tickets are processed, with and without many others behind them. The peak is the largest
    burst of replies, and a run many times as long meets rarer ones; how large a burst is depends on what else the machine does: only a
    peak that is a fifth above its bound is an error on any machine."""
    medians = {}
    for waiting, limit, most in ((5000, 5000, 25), (MANY, 5000, 29), (MANY, MANY, 29)):
        cost, medians[waiting, limit] = memory_of(waiting, limit)
        row(f"{limit:,} of {waiting:,} waiting tickets at 256 in flight: peak resident memory",
            f"{cost.peak / 1024:.1f} MB ({limit / cost.wall:.0f} tickets/s), median {medians[waiting, limit]:.1f} MB", f"below {most} MB",
            cost.status == 0 and cost.peak < most * 1024, on_any_machine=cost.status != 0 or cost.peak > 1.2 * most * 1024)
    more = medians[MANY, 5000] - medians[5000, 5000]
    row(f"{MANY:,} against 5,000 waiting tickets: median resident memory", f"{more:+.1f} MB", "within 4 MB", abs(more) <= 4,
        on_any_machine=abs(more) > 6)
    memory_over_tls("5,000 tickets at 256 in flight", "--tickets", "5000")
    memory_over_tls("1,200 tickets, model 2.5 s, 256 in flight", "--tickets", "1200", "--latency", "2500")


def memory_over_tls(what, *options):
    """With a slow model all connections are there at once, also on a machine that is busy with other things."""
    with tempfile.TemporaryDirectory() as work, Sim(*options, *TEXT) as sim, over_tls(sim, work) as (base, authorities):
        cost = run_daemon(base, **in_flight(256), AI_TICKETD_TLS_CA_FILE=authorities)
    row(f"{what} over TLS: peak resident memory", f"{cost.peak / 1024:.1f} MB", "below 41 MB",
        cost.status == 0 and cost.peak < 41 * 1024, on_any_machine=cost.status != 0 or cost.peak > 1.2 * 41 * 1024)
