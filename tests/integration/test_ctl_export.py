"""ai-ticketctl export and stats against a scripted daemon: what they write, and what they do not believe."""

import csv
import io
import json
import os
import signal
import subprocess
import threading
import time

import pytest

from ctl_peer import AT, CTL, Daemon, answer, ctl, environment, pages, row

SINCE = ("--since", "2026-11-25T00:00Z")


@pytest.fixture
def start(tmp_path):
    daemons = []

    def begin(**routes):
        daemons.append(Daemon(tmp_path / "s.sock", {f"/api/v1/{name}": what for name, what in routes.items()}))
        return daemons[-1]
    yield begin
    for daemon in daemons:
        daemon.stop()


def export(daemon, *words, **more):
    return ctl("--socket", daemon.path, "export", *SINCE, *words, **more)


def test_csv_has_a_header_and_a_row_for_each_decision_newest_first(start):
    rows = [row(number) for number in range(450)]
    daemon = start(decisions=pages(rows))
    code, out, err = export(daemon, "--csv")
    assert code == 0 and err == "" and out.endswith("\r\n") and "\n" not in out.replace("\r\n", "")
    read = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [int(one["ticket_id"]) for one in read] == [one["ticket_id"] for one in rows]
    assert read[0] == {"at": "2026-11-25T16:00:00.000Z", "ticket_id": "1", "outcome": "done", "root_cause": "bug", "urgency": "high",
                       "sentiment": "negative", "confidence": "0.93", "by": "model", "model": "gpt-4o-mini", "priority_before": "normal",
                       "priority_after": "high", "processing_ms": "3204", "cost_usd": "0.0001", "reason": ""}
    assert read[1]["at"] == "2026-11-25T15:59:59.999Z"
    assert len(daemon.asked) == 3 and "from=1795564800000" in daemon.asked[0] and "limit=200" in daemon.asked[0]


def test_json_is_a_list_with_a_line_for_each_decision(start):
    rows = [row(number) for number in range(201)]
    code, out, _ = export(start(decisions=pages(rows)), "--json", "-")
    assert code == 0 and json.loads(out) == rows
    lines = out.splitlines()
    assert lines[0] == "[" and lines[-1] == "]" and len(lines) == 203
    assert [json.loads(line.rstrip(",")) for line in lines[1:-1]] == rows


def test_nothing_is_an_empty_list_or_a_header(start):
    daemon = start(decisions=pages([]))
    code, out, _ = export(daemon, "--json")
    assert code == 0 and json.loads(out) == []
    code, out, _ = export(daemon, "--csv")
    assert code == 0 and out.startswith("at,ticket_id,outcome,") and out.count("\r\n") == 1


def test_until_bounds_the_other_end(start):
    daemon = start(decisions=pages([row(number, at=AT - 60000 * number) for number in range(10)]))
    code, out, _ = export(daemon, "--json", "--until", "2026-11-25T15:57Z")
    assert code == 0 and [one["ticket_id"] for one in json.loads(out)] == list(range(4, 11))


def test_formulas_quotes_and_lines_are_harmless_and_come_back(start):
    nasty = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "a,b", 'say "no"', "two\nlines", "ünïcödé", " x "]
    rows = [row(number, reason=text, model=text) for number, text in enumerate(nasty)]
    code, out, _ = export(start(decisions=pages(rows)), "--csv")
    read = [one["reason"] for one in csv.DictReader(io.StringIO(out, newline=""))]
    assert code == 0 and read == [("'" if text[0] in "=+-@\t\r" else "") + text for text in nasty]


def test_a_file_is_there_when_it_is_whole(start, tmp_path):
    rows = [row(number) for number in range(300)]
    place = tmp_path / "out.json"
    place.write_text("before")
    code, out, err = export(start(decisions=pages(rows)), "--json", place)
    assert code == 0 and out == "" and err == f"300 decisions in {place}\n" and json.loads(place.read_text()) == rows
    assert place.stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(tmp_path)) == ["out.json", "s.sock"]


def broken_after(rows, count, how):
    whole = pages(rows)

    def talk(connection, path, query):
        if int(query.get("after", 0)) < count:
            whole(connection, path, query)
        else:
            how(connection)
    return talk


def closes(connection):
    connection.shutdown(2)


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_an_interrupted_export_says_so_and_leaves_no_file(start, tmp_path, form):
    daemon = start(decisions=broken_after([row(number) for number in range(1000)], 400, closes))
    place = tmp_path / "out"
    place.write_text("before")
    code, _, err = export(daemon, form, place)
    assert code == 1 and "not complete, after 400 rows" in err and place.read_text() == "before"
    assert sorted(os.listdir(tmp_path)) == ["out", "s.sock"]
    code, out, err = export(daemon, form)
    assert code == 1 and "not complete, after 400 rows" in err
    if form == "--json":
        with pytest.raises(ValueError):
            json.loads(out)
    else:
        assert list(csv.reader(io.StringIO(out)))[-1] == ["INCOMPLETE: the export was interrupted"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_removes_what_was_begun(start, tmp_path, number):
    waits = threading.Event()
    reached = threading.Event()

    def hang(connection):
        reached.set()
        waits.wait(30)
    daemon = start(decisions=broken_after([row(number) for number in range(1000)], 400, hang))
    place = tmp_path / "out.csv"
    for words in ([place], []):
        reached.clear()
        process = subprocess.Popen([CTL, "--socket", daemon.path, "export", *SINCE, "--csv", *map(str, words)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=environment())
        assert reached.wait(20)
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
        assert process.returncode == -number
        assert (f"interrupted: {place} was not written" if words else "interrupted: what was printed is not complete") in err
        assert os.listdir(tmp_path) == ["s.sock"]
    waits.set()


def test_only_a_regular_file_is_replaced(start, tmp_path):
    daemon = start(decisions=pages([row(1)]))
    os.symlink(tmp_path / "target", tmp_path / "link")
    os.mkfifo(tmp_path / "fifo")
    for place in (tmp_path / "link", tmp_path / "fifo", tmp_path, "/dev/null"):
        code, _, err = export(daemon, "--csv", place)
        assert code == 1 and f"{place}: not a regular file" in err
    code, _, err = export(daemon, "--csv", tmp_path / "none" / "x")
    assert code == 1 and "No such file or directory" in err and daemon.asked == []


def test_a_full_disk_and_a_reader_that_leaves_are_failures(start, tmp_path):
    daemon = start(decisions=pages([row(number) for number in range(5000)]))
    with open("/dev/full", "w") as full:
        done = subprocess.run([CTL, "--socket", daemon.path, "export", *SINCE, "--csv"], stdout=full, stderr=subprocess.PIPE, text=True,
                              timeout=60, env=environment())
    assert done.returncode == 1 and "not complete: standard output: No space left on device" in done.stderr
    process = subprocess.Popen([CTL, "--socket", daemon.path, "export", *SINCE, "--csv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=environment())
    process.stdout.read(100)
    process.stdout.close()
    assert process.wait(timeout=60) == 1 and b"not complete: standard output: its reader has left" in process.stderr.read()
    process.stderr.close()


def test_a_busy_service_is_asked_again(start):
    busy = [answer({"error": "two queries wait already"}, "503 Service Unavailable\r\nRetry-After: 1")] * 2
    whole = pages([row(1)])

    def talk(connection, path, query):
        connection.sendall(busy.pop()) if busy else whole(connection, path, query)
    code, out, _ = export(start(decisions=talk), "--json")
    assert code == 0 and len(json.loads(out)) == 1 and busy == []


def page(rows, following=None):
    return answer({"decisions": rows, "next": following})


def endless_same(connection, path, query):
    connection.sendall(page([row(1)], "a"))


def endless_new(connection, path, query):
    number = int(query.get("after", 0))
    connection.sendall(page([row(number % 200 + i) for i in range(200)], str(number + 200)))


def endless_at_once(connection, path, query):
    number = int(query.get("after", 0))
    connection.sendall(page([row(number + i, at=AT) for i in range(200)], str(number + 200)))


def endless_bytes(connection, path, query):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while True:
        connection.sendall(b" " * 65536)


def endless_head(connection, path, query):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: y\r\n" * 10000)


HOSTILE = {
    "no JSON": (answer(b"<html>"), "cannot be read"),
    "a list": (answer([]), "not what was asked for"),
    "no rows": (answer({}), "decisions is not a list"),
    "rows of another type": (answer({"decisions": {}}), "decisions is not a list"),
    "more rows than asked for": (page([row(number) for number in range(201)]), "at most 200 rows"),
    "a row that is none": (page([row(1), 7]), "row 2: a row is not an object"),
    "a wrong time": (page([row(1, at="now")]), "row 1: at is not a time"),
    "a wrong ticket": (page([row(1, ticket_id=-1)]), "row 1: ticket_id"),
    "a wrong text": (page([row(1, reason=["x"])]), "row 1: reason is not a text"),
    "a wrong number": (page([row(1, cost_usd="=1")]), "row 1: cost_usd"),
    "a row that was not asked for": (page([row(1, at=AT + 10**12)]), "its time was not asked for"),
    "rows in disorder": (page([row(5), row(4)]), "newer than the one before"),
    "a cursor of another type": (page([row(1)], "x" * 300), "next is not the name of a page"),
    "an empty page with a next one": (page([], "a"), "an empty page"),
    "the same page for ever": (endless_same, "names itself"),
    "the same rows for ever": (endless_new, "newer than the one before"),
    "one time for ever": (endless_at_once, "too many have one time"),
    "bytes for ever": (endless_bytes, "too large"),
    "headers for ever": (endless_head, "answer"),
    "a hundred thousand brackets": (answer(b"[" * 100000), "cannot be read"),
    "control characters": (answer(b'{"error":"\\u001b[2Jgone\\u0007"}', "500 Internal Server Error"), "\\x1b[2Jgone\\x07"),
    "garbage": (lambda connection, path, query: connection.sendall(b"\0\xff" * 1000), "answer"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_answer_of_the_service_ends_with_a_reason(start, tmp_path, name):
    what, reason = HOSTILE[name]
    began = time.monotonic()
    code, _, err = export(start(decisions=what), "--csv", tmp_path / "out")
    assert code in (1, 3) and reason in err and "\x1b" not in err and not (tmp_path / "out").exists()
    assert time.monotonic() - began < 30


def test_nobody_there_is_status_3(tmp_path):
    code, out, err = ctl("--socket", tmp_path / "none", "export", *SINCE, "--json")
    assert code == 3 and out == "" and "start the service" in err
    code, out, err = ctl("--socket", tmp_path / "none", "stats")
    assert code == 3 and out == "" and "start the service" in err


@pytest.mark.parametrize("words, reason", [
    (["export", "--csv"], "--since TIME is required"),
    (["export", *SINCE], "one of --csv and --json is required"),
    (["export", *SINCE, "--csv", "--json"], "one of --csv and --json is required"),
    (["export", "--since", "sometimes", "--csv"], '"sometimes" is no time'),
    (["export", "--since", "2h", "--until", "3h", "--csv"], "--until is not later than --since"),
    (["export", "--since", "2h", "--csv", "a", "b"], "one file at most"),
    (["export", "--since", "2h", "--csv", ""], "the name of the file is empty"),
    (["stats", "--days", "0"], "--days: a number from 1 to 400"),
    (["stats", "--days", "401"], "--days: a number from 1 to 400"),
    (["stats", "7"], "takes no arguments"),
    (["stats", "--csv"], "--csv: stats does not take it"),
    (["stats", "--once"], "--once: stats does not take it"),
    (["export", "-n", "3"], "-n: export does not take it"),
])
def test_wrong_usage_is_status_3_and_nobody_is_asked(words, reason):
    code, out, err = ctl(*words)
    assert code == 3 and out == "" and reason in err


def test_export_of_many_rows_needs_little_memory(start, tmp_path, tell):
    """200,000 rows; the sanitizers' own memory is not the program's, so the bound holds for builds without them."""
    started, peak = threading.Event(), []

    def talk(connection, path, query):
        first = int(query.get("after", 0))
        rows = [row(number) for number in range(first, first + 200)]
        if first + 200 == 200000:
            started.wait(20)
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
                peak.extend(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
        connection.sendall(page(rows, str(first + 200) if first + 200 < 200000 else None))
    daemon = start(decisions=talk)
    process = subprocess.Popen([CTL, "--socket", daemon.path, "export", *SINCE, "--csv", tmp_path / "out.csv"], stderr=subprocess.PIPE,
                               env=environment())
    started.set()
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0 and err.startswith(b"200000 decisions in ")
    with open(tmp_path / "out.csv", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) == 200001
    tell(f"200,000 rows: {peak[0]:.1f} MiB at most")
    if "libasan" not in subprocess.run(["ldd", CTL], capture_output=True, text=True).stdout:
        assert peak[0] < 20


def test_stats_asks_for_whole_days_and_shows_them(start):
    point = {"at": AT // 86400000 * 86400000, "processed": 5, "failed": 0, "skipped": 0, "success_rate": 1.0, "avg_processing_ms": 1000,
             "cost_usd": 0.5, "analysed": 5, "by_rules": 1, "root_cause": {"bug": 5}, "urgency": {"low": 5}, "sentiment": {"neutral": 5},
             "p95_ms": 2000}
    daemon = start(series=answer({"from": 0, "to": 0, "step_ms": 86400000, "points": [point]}))
    code, out, err = ctl("--socket", daemon.path, "stats", "--days", 30)
    assert code == 0 and err == "" and "2026-11-25          5" in out and "29 of the last 30 days had no tickets" in out
    asked = dict(part.split("=") for part in daemon.asked[0].split("?")[1].split("&"))
    assert asked["step"] == "1d" and int(asked["to"]) - int(asked["from"]) == 30 * 86400000 and int(asked["from"]) % 86400000 == 0
    code, out, _ = ctl("--socket", daemon.path, "stats", "--json")
    assert code == 0 and json.loads(out)["total"]["processed"] == 5


@pytest.mark.parametrize("body, reason", [
    (answer(b"nothing"), "cannot be read"), (answer({"points": 7}), "points is not a list"),
    (answer({"points": [{"at": 1, "failed": []}]}), "failed is not a count"),
    (answer({"error": "the database cannot be read"}, "500 Internal Server Error"), "the database cannot be read"),
    (endless_bytes, "too large")])
def test_stats_does_not_believe_everything(start, body, reason):
    daemon = start(series=body)
    for form in ([], ["--json"]):
        code, out, err = ctl("--socket", daemon.path, "stats", *form)
        assert code in (1, 3) and out == "" and reason in err
