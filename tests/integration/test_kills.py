"""kill -9: at random moments of a long backlog, and before each system call of a short one.

What must hold is counted by those who see it: notes and lost tags by Zendesk's side, calls to the model by the model's side. Each
life of the daemon reaches the model under a path of its own, and each ticket carries its number in its subject, so that every call
belongs to one life and one ticket, even one that is read from the socket after its sender's death. What was decided durably when
a life ended is read from a copy of the database, taken when the process is gone and the next one not there yet."""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

import pytest

import draw
from conftest import BIN, DAEMON, World

KILL_AT = os.path.join(BIN, "tests/kill_at")
EVERY = int(os.environ.get("AITD_KILLS_EVERY", "8"))  # 1: each system call is tried
TICKETS = 2000
ROUNDS = 200
KILLED = 137
DECISION, INTENT, OUTCOME = 0, 1, 2  # kinds of records
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \| (DEBUG|INFO|WARNING|ERROR) \| .")


def texts(path, count):
    """Each ticket's text names it, in words that redaction leaves alone."""
    with open(path, "w") as file:
        for number in range(1, count + 1):
            row = {"subject": f"Case {number} of the day", "description": "The export is broken again. Please help."}
            file.write(json.dumps(row) + "\n")
    return path


def call_of(request):
    """(life, ticket) of a call to the model, or None."""
    life = re.match(r"/life-(\d+)/v1/chat/completions", request["path"])
    if not life:
        return None
    prompt = json.loads(request["body"])["messages"][-1]["content"]
    return int(life.group(1)), int(re.search(r"Subject: Case (\d+) of the day", prompt).group(1))


def life_of(sim, number):
    return {"OPENAI_BASE_URL": f"{sim.base}/life-{number}/v1"}


def records(world):
    """(ticket, kind) of each record that is durable, from a copy: reading would change the original."""
    copy = world.path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for name in ("state.db", "state.db-wal", "state.db-journal"):
        if (world.path / name).exists():
            shutil.copy(world.path / name, copy / name)
    if not (copy / "state.db").exists():
        return []
    base = sqlite3.connect(copy / "state.db")
    try:
        if not base.execute("SELECT 1 FROM sqlite_schema WHERE name = 'record'").fetchone():
            return []
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return base.execute("SELECT ticket, kind FROM record").fetchall()
    finally:
        base.close()


def of_kind(rows, wanted):
    return {ticket for ticket, kind in rows if kind == wanted}


def written(requests):
    """Tickets whose update arrived, alone or among others."""
    for request in requests:
        if request["method"] == "PUT" and "/update_many" in request["path"]:
            yield from (ticket["id"] for ticket in json.loads(request["body"])["tickets"])
        elif request["method"] == "PUT":
            yield int(re.search(r"/tickets/(\d+)", request["path"]).group(1))


def assert_durable_first(requests, rows):
    """What was sent until a life ended, against what it had made durable."""
    for kind in (DECISION, INTENT):
        early = set(written(requests)) - of_kind(rows, kind)
        assert not early, f"written before its record of kind {kind} was durable: {early}"


def assert_once_each(sim, count):
    audit = sim.audit()
    names = ("processed", "notes", "notes_max_per_ticket", "second_notes", "tags_lost", "priorities_overwritten",
             "writes_unsafe", "foreign_touched")
    assert {name: audit[name] for name in names} == dict(zip(names, (count, count, 1, 0, 0, 0, 0, 0)))


def assert_not_analysed_again(requests, durable):
    """`durable[life]`: what was decided when this life ended."""
    calls = [call for call in map(call_of, requests) if call]
    again = [(life, ticket) for life, ticket in calls if life > 0 and ticket in durable[life - 1]]
    assert not again, f"analysed although decided (life, ticket): {again}"
    for before, after in zip(durable, durable[1:]):
        assert before <= after, f"decisions are gone: {before - after}"
    return calls


def assert_files_are_whole(world):
    """Whatever has the name of results is a document, as readers expect; a line of the log is one event."""
    for path in world.results():
        document = json.loads(path.read_text())
        assert document["total"] >= len(document["results"]), path
    for line in world.log().splitlines():
        assert LINE.match(line), line


class Tail:
    """The requests that arrived, as the simulator's record grows."""

    def __init__(self, path):
        self.file, self.rest, self.lines = open(path, "rb"), b"", []

    def read(self):
        pieces = (self.rest + self.file.read()).split(b"\n")
        self.rest = pieces.pop()
        self.lines += pieces
        return len(self.lines)

    def requests(self):
        self.read()
        return [json.loads(line) for line in self.lines]


def wait_for(condition, what, seconds=300):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.002)


# --- at random moments ---


class Backlog:
    """2,000 tickets, and lives that end early. A life writes in bulk or one by one, in large batches or small ones: what the last
    one left behind may have been meant otherwise."""

    manners = (("auto", 100), ("always", 10), ("never", 10), ("never", 100))

    def __init__(self, world):
        self.world, self.chance = world, draw.chance("kills")
        self.sim = world.use(world.sim("--texts", texts(world.path / "texts", TICKETS), "--record", world.path / "record",
                                       "--latency", "20-150", "--zendesk-latency", "5-50", "--pool", "100000",
                                       "--job-queue", "1", "--job-rate", "100"))
        self.tail, self.durable, self.first_request = Tail(world.path / "record"), [], None
        self.kills, self.writing = collections.Counter(), collections.Counter()

    def start(self, workers=8):
        bulk, batch = self.chance.choice(self.manners)
        env = {"AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s", "AI_TICKETD_ZENDESK_SETTLE_TIMEOUT": "1s", "MAX_WORKERS": workers,
               "AI_TICKETD_ZENDESK_BULK": bulk, "BATCH_SIZE": batch, **life_of(self.sim, len(self.durable))}
        return self.world.start(env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for_requests(self, process, wanted):
        def seen():
            assert process.poll() is None, f"life {len(self.durable)} ended by itself: {process.returncode}"
            return self.tail.read() - before >= wanted
        before = self.tail.read()
        wait_for(seen, f"{wanted} requests of life {len(self.durable)}")

    def moment(self, process, left):
        """Before anything was sent; or behind so many requests that enough work is left for the kills that follow, since a ticket
        costs a call to the model in at least one life. Counted in requests and not in time, so that no machine is too fast."""
        began, undecided = time.monotonic(), TICKETS - len(self.durable[-1] if self.durable else ())
        if self.first_request and self.chance.random() < 0.15:
            time.sleep(self.chance.uniform(0, self.first_request))
            return
        self.wait_for_requests(process, 1)
        self.first_request = min(self.first_request or 60, time.monotonic() - began)
        self.wait_for_requests(process, int(self.chance.expovariate(1 / (12 + 0.6 * undecided / (left + 20)))))
        time.sleep(self.chance.uniform(0, 0.03))

    def kill(self, process, seen_before):
        assert process.poll() is None
        process.kill()
        assert process.wait() == -signal.SIGKILL
        audit = self.sim.audit()  # its answer comes after whatever the dead had sent
        requests, rows = [json.loads(line) for line in self.tail.lines[seen_before:self.tail.read()]], records(self.world)
        self.durable.append(of_kind(rows, DECISION))
        assert_durable_first(requests, rows)
        self.judge(requests, audit["processed"])

    def judge(self, requests, done):
        """What the daemon was at: `thinking`, its tickets at the model; `writing`, tickets decided and not yet done."""
        life, decisions = len(self.durable) - 1, self.durable[-1]
        asked = {ticket for call_life, ticket in filter(None, map(call_of, requests)) if call_life == life}
        thinking, writing = asked - decisions, len(decisions) - done
        assert done < TICKETS, f"life {life} had nothing to do any more"
        self.kills["before a request" if not requests else "deciding and writing" if thinking and writing > 0 else
                   "deciding" if thinking else "writing" if writing > 0 else "looking for tickets"] += 1
        updates = {request["path"].split("?")[0] for request in requests if request["method"] == "PUT"}
        self.writing["in bulk"] += any(path.endswith("/update_many.json") for path in updates)
        self.writing["one by one"] += any(re.search(r"/\d+\.json$", path) for path in updates)


def test_200_kills_at_random_moments_of_2000_tickets(world, tell):
    backlog = Backlog(world)
    for left in range(ROUNDS, 0, -1):
        before = backlog.tail.read()
        process = backlog.start()
        backlog.moment(process, left)
        backlog.kill(process, before)
    undone = TICKETS - backlog.sim.audit()["processed"]
    process = backlog.start(workers=64)
    wait_for(lambda: time.sleep(0.2) or backlog.sim.audit()["processed"] == TICKETS, "the last ticket")
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    everything, audit = records(world), backlog.sim.audit()
    backlog.durable.append(of_kind(everything, DECISION))
    tell(f"kills {dict(backlog.kills)}, behind writes {dict(backlog.writing)}; {undone} tickets were left; "
         f"{audit['model_calls']} calls to the model, {audit['jobs']} jobs, {audit['conflicts']} conflicts")

    assert_files_are_whole(world)
    assert_once_each(backlog.sim, TICKETS)
    calls, all_of_them = assert_not_analysed_again(backlog.tail.requests(), backlog.durable), range(1, TICKETS + 1)
    assert len(calls) == audit["model_calls"] and {ticket for _, ticket in calls} == set(all_of_them)
    decisions = collections.Counter(ticket for ticket, kind in everything if kind == DECISION)
    assert decisions == collections.Counter(all_of_them), "each ticket is decided once"
    # The kills were where they were meant to be.
    assert sum(backlog.kills.values()) == ROUNDS and undone > 0
    assert backlog.kills["deciding and writing"] + backlog.kills["writing"] > ROUNDS / 4
    assert backlog.kills["looking for tickets"] < ROUNDS / 4
    assert min(backlog.writing["in bulk"], backlog.writing["one by one"]) > 0


# --- before each system call that others can see ---


def traceable(folder):
    """None, or why processes cannot be traced here."""
    if not os.path.exists(KILL_AT):
        return "kill_at is built on Linux only"
    result = subprocess.run([KILL_AT, "0", "", folder / "probe", "/bin/true"], capture_output=True, text=True, timeout=60,
                            env={"ASAN_OPTIONS": "detect_leaks=0"})
    return None if result.returncode == 0 else f"no tracing here: {result.stderr.strip()}"


class Short:
    """50 tickets, a life that ends before its Nth call, and one that finishes the work."""

    tickets = 50

    def __init__(self, path, bulk):
        path = path / "world"  # the same name in all runs: it stands in the names of calls
        path.mkdir(parents=True)
        self.world = World(path)
        self.sim = self.world.use(self.world.sim("--texts", texts(path / "texts", self.tickets), "--record",
                                             path / "record"))
        self.tail = Tail(path / "record")
        # The leak checker traces too, and newer versions of libuv have a way to write without a system call.
        self.env = {"AI_TICKETD_ZENDESK_SETTLE_TIMEOUT": "1s", "AI_TICKETD_ZENDESK_BULK": bulk, "UV_USE_IO_URING": "0"}
        self.traced = {**self.env, "ASAN_OPTIONS": "abort_on_error=0:detect_leaks=0", **life_of(self.sim, 0)}

    def run_until(self, number, call):
        """Whether it was killed before its `number`th `call`, and all calls before that."""
        report, world = self.world.path / "report", self.world
        result = subprocess.run([KILL_AT, str(number), call, report, DAEMON, "--once", "--limit", "0"], cwd=world.home,
                                env={**world.env, **self.traced}, capture_output=True, text=True, timeout=120)
        assert result.returncode in (0, KILLED), (number, call, result)
        return result.returncode == KILLED, report.read_text().splitlines()

    def finish(self):
        rows = records(self.world)
        assert_durable_first(self.tail.requests(), rows)
        assert_files_are_whole(self.world)
        result = self.world.run("--once", "--limit", "0", env={**self.env, **life_of(self.sim, 1)})
        assert result.status == 0, result
        assert_once_each(self.sim, self.tickets)
        durable = [of_kind(rows, DECISION), of_kind(records(self.world), DECISION)]
        assert_not_analysed_again(self.tail.requests(), durable)
        # A ticket whose end was durable is told by the life that ended it, all others by the one that finished.
        told = {ticket for ticket, row in self.world.rows().items() if row["status"] == "success"}
        untold = set(range(1, self.tickets + 1)) - of_kind(rows, OUTCOME) - told
        assert not untold, f"in no results: {untold}"
        assert_files_are_whole(self.world)

    def stop(self):
        self.world.stop()
        shutil.rmtree(self.world.path.parent)


def calls_of_a_run(path, bulk):
    """Each call as its kind and the how many-th of its kind it is: threads take turns differently in each run, so that its place among
    all of them says little."""
    short, count = Short(path / bulk, bulk), collections.Counter()
    try:
        calls = short.run_until(0, "")[1]
        short.finish()
    finally:
        short.stop()
    for call in calls:
        count[call] += 1
        yield call, count[call]


def one_kill(path, bulk, call, number):
    short = Short(pathlib.Path(tempfile.mkdtemp(dir=path)), bulk)
    try:
        killed = short.run_until(number, call)[0]
        short.finish()
    except AssertionError as error:
        raise AssertionError(f"killed before call {number} of '{call}': {error}\n{short.world.log()}") from error
    finally:
        short.stop()
    return killed


# A run in bulk waits for its job most of the time.
@pytest.mark.parametrize("bulk, at_a_time", [("never", 2), ("always", 8)])
def test_a_kill_before_each_call_that_writes_syncs_renames_or_sends(tmp_path, tell, bulk, at_a_time):
    """Of a kind that comes seldom each one, of the others each EVERYth. Not every run comes as far as the one that was counted."""
    refusal = traceable(tmp_path)
    if refusal:
        pytest.skip(refusal)
    offset, calls = draw.chance(f"calls, {bulk}").randrange(EVERY), list(calls_of_a_run(tmp_path, bulk))
    kinds = collections.Counter(call for call, _ in calls)
    chosen = [(call, number) for call, number in calls if kinds[call] <= 3 or number % EVERY == offset]
    with concurrent.futures.ThreadPoolExecutor(at_a_time) as pool:
        futures = [pool.submit(one_kill, tmp_path, bulk, *place) for place in chosen]
        try:
            killed = [place for place, future in zip(chosen, futures) if future.result()]
        finally:
            pool.shutdown(cancel_futures=True)
    done = collections.Counter(call for call, _ in killed)
    tell(f"{len(killed)} kills at {len(chosen)} of {len(calls)} calls, each {EVERY}th, from {offset} on: {dict(done.most_common())}")
    missed = {call for call, number in chosen if number <= max(1, kinds[call] / 2)} - set(done)
    assert not missed, f"no kill at {missed}"
