"""What was written is taken back: a plan first, then with the protocol of any update, and never a person's part of a ticket."""

import json
import os
import signal
import socket
import time

from test_again import done, notes
from test_explain import explain
from test_service import ACCOUNT, ctl, ready, start, stop, until


def ask(sim, method, path, body=None):
    data = json.dumps(body).encode() if body is not None else b""
    with socket.create_connection(("127.0.0.1", sim.port), timeout=10) as connection:
        connection.sendall(b"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                           % (method.encode(), path.encode(), len(data), data))
        reply = b"".join(iter(lambda: connection.recv(65536), b""))
    return json.loads(reply.split(b"\r\n\r\n", 1)[1])


def command(world, path, body):
    data = json.dumps(body).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(world.path / "socket"))
        connection.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                           % (path.encode(), len(data), data))
        return int(b"".join(iter(lambda: connection.recv(65536), b"")).split(b" ", 2)[1])


def ticket(sim, number):
    return ask(sim, "GET", f"/_sim/ticket/{number}")["ticket"]


def ours(sim, number):
    return [tag for tag in ticket(sim, number)["tags"] if tag.startswith("ai_")]


def test_a_plan_first_then_the_undo_and_the_numbers_add_up(world):
    sim = world.use(world.sim("--tickets", 12, *ACCOUNT))
    before = {i: ticket(sim, i) for i in range(1, 13)}
    process = done(world, sim, 12)
    time.sleep(2.5)
    ask(sim, "POST", "/_sim/edit", {"id": 3, "priority": "urgent"})  # a person disagrees
    ask(sim, "POST", "/_sim/edit", {"id": 4, "status": "closed"})
    plan = ctl(world, "undo", "--since", "today")
    assert plan.returncode == 0, plan
    assert "Would change 11 of 12 tickets done since today:" in plan.stdout and "Nothing has been changed yet." in plan.stdout
    assert "closed since: 4" in plan.stdout and "cannot take a note back" in plan.stdout and "--yes" in plan.stdout
    assert all("ai_processed" in ours(sim, i) and len(ours(sim, i)) >= 4 for i in range(1, 13))
    told = json.loads(ctl(world, "--json", "undo", "--since", "today").stdout)
    whole = sum(group["count"] for group in told["left"] if group["what"] == "whole ticket")
    assert told["asked"] == told["told"] == told["would_change"] + whole == 12, told
    did = ctl(world, "undo", "--since", "today", "--yes")
    assert did.returncode == 0 and "Undone 11 of 11 in " in did.stdout, did
    for i in set(before) - {3, 4}:
        now = ticket(sim, i)
        assert ours(sim, i) == ["ai_processed"], now
        assert set(now["tags"]) - {"ai_processed"} == set(before[i]["tags"])
        assert now["priority"] == before[i]["priority"] or before[i]["priority"] is None, (before[i], now)
    assert ticket(sim, 3)["priority"] == "urgent" and len(ours(sim, 4)) >= 4
    assert notes(sim) == 12  # a note is never removed, and none is added
    text = explain(world, 1)
    assert "Ordered to be undone by " in text and "Undone; the processed tag stays" in text and "undo, ordered by " in text, text
    trail = ctl(world, "audit").stdout
    assert "undo (11 tickets), ordered by " in trail and "undo-plan" not in trail, trail
    time.sleep(3)
    again = ctl(world, "undo", "--since", "today", "--yes")
    assert again.returncode == 4 and "Nothing to undo" in again.stdout, again
    assert notes(sim) == 12 and sim.audit()["tags_lost"] == 0
    assert stop(process) == 0


def test_forget_takes_the_processed_tag_off_and_nothing_is_analysed_again_by_itself(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = done(world, sim, 3, AI_TICKETD_ZENDESK_UNTAGGED="again")
    time.sleep(2.5)
    did = ctl(world, "undo", "1", "2", "--forget", "--yes")
    assert did.returncode == 0 and "Undone 2 of 2" in did.stdout and "the processed tag too" in did.stdout, did
    assert ours(sim, 1) == ours(sim, 2) == [] and "ai_processed" in ours(sim, 3)
    time.sleep(4)  # several polls find them
    assert notes(sim) == 3 and ours(sim, 1) == []
    assert stop(process) == 0
    process = start(world, AI_TICKETD_ZENDESK_UNTAGGED="again")
    assert ready(world)
    time.sleep(4)
    assert notes(sim) == 3 and ours(sim, 1) == []
    assert ctl(world, "process", "--again", "1").returncode == 0
    assert until(lambda: notes(sim) == 4 and "ai_processed" in ours(sim, 1))
    assert stop(process) == 0


def test_the_latest_run_is_undone_and_earlier_ones_stay(world):
    sim = world.use(world.sim("--tickets", 5, *ACCOUNT))
    assert world.run("--once", "--limit", "2").status == 0
    assert world.run("--once", "--limit", "3").status == 0
    process = start(world)
    assert ready(world)
    time.sleep(2.5)
    latest = json.loads(ctl(world, "--json", "undo", "--run", "1").stdout)
    before = json.loads(ctl(world, "--json", "undo", "--run", "2").stdout)
    assert {latest["asked"], before["asked"]} == {3, 2}, (latest, before)
    assert ctl(world, "undo", "--run", "99").returncode == 4
    assert ctl(world, "undo", "--run", "2", "--yes").returncode == 0
    left = [i for i in range(1, 6) if len(ours(sim, i)) > 1]
    assert len(left) == 3
    assert stop(process) == 0


def test_an_undo_survives_a_kill_and_is_done_once(world):
    sim = world.use(world.sim("--tickets", 30, "--zendesk-latency", "100-300", *ACCOUNT))
    process = done(world, sim, 30)
    time.sleep(2.5)
    import subprocess
    from test_service import CTL
    asking = subprocess.Popen([CTL, "--socket", str(world.path / "socket"), "undo", "--since", "today", "--yes"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert until(lambda: "ordered by" in ctl(world, "audit").stdout, 30)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    asking.communicate(timeout=60)
    process = start(world)
    assert ready(world)
    assert until(lambda: all(ours(sim, i) == ["ai_processed"] for i in range(1, 31)), 90), [ours(sim, i) for i in range(1, 31)]
    assert until(lambda: json.loads(ctl(world, "--json", "history", "--undone", "--limit", "100").stdout)["taken_back"] == 30)
    assert notes(sim) == 30 and sim.audit()["tags_lost"] == 0
    assert stop(process) == 0


def test_only_so_many_plans_are_made_at_a_time(world):
    sim = world.use(world.sim("--tickets", 20, *ACCOUNT))
    process = done(world, sim, 20)
    sim.stop()  # plans are begun, and none is ever over
    answers = [command(world, "/undo-plan", {"ids": [number]}) for number in range(1, 19)]
    assert answers[0] == 202 and answers[-1] == 503 and answers.count(202) <= 16, answers
    process.kill()
    process.wait()


def test_the_emergency_stop_binds_an_undo(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = done(world, sim, 3)
    assert ctl(world, "stop-writing").returncode == 0
    refused = ctl(world, "undo", "1", "--yes")
    assert refused.returncode == 1 and "Writing is stopped by " in refused.stderr, refused
    assert len(ours(sim, 1)) >= 4
    assert stop(process) == 0


def test_in_shadow_the_plan_is_shown_and_nothing_is_taken_back(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = done(world, sim, 3)
    assert stop(process) == 0
    before, writes = [ticket(sim, i) for i in range(1, 4)], sim.audit()["writes"]
    process = world.start("--shadow", stdout=-3, stderr=-3)
    assert ready(world)
    time.sleep(2.5)
    plan = ctl(world, "undo", "--since", "today")
    assert plan.returncode == 0 and "Would change 3 of 3 tickets done since today:" in plan.stdout, plan
    for words in (("--since", "today"), ("1",)):
        refused = ctl(world, "undo", *words, "--yes")
        assert refused.returncode == 1, refused
        assert "Shadow mode: nothing is written to Zendesk, so nothing is taken back; set mode = writing first" in refused.stderr, refused
    assert "undo (" not in ctl(world, "audit").stdout
    time.sleep(2)
    assert sim.audit()["writes"] == writes and [ticket(sim, i) for i in range(1, 4)] == before
    assert stop(process) == 0
    process = start(world)
    assert ready(world)
    time.sleep(3)  # what was refused does not wait for a time that writes
    assert sim.audit()["writes"] == writes
    assert stop(process) == 0


def test_wrong_usage_is_answered(world):
    world.use(world.sim("--tickets", 1))
    process = start(world)
    assert ready(world)
    for words, reason in [((), "is required"), (("1", "--since", "2h"), "only one of"), (("x",), "a ticket number is required"),
                          (("--since", "noon"), "\"noon\" is no time: today, yesterday, 13:30"), (("--run", "0"), "from 1 to"),
                          (("--since", "2099-01-01"), "still to come"), (("--since", "2026-02-31"), "is no time"),
                          (("--undone", "1"), "only be used with history"), (("--nonsense",), "--nonsense")]:
        told = ctl(world, "undo", *words)
        assert told.returncode == 2 and reason in told.stderr, (words, told)
    nothing = ctl(world, "undo", "987654", "--yes")
    assert nothing.returncode == 4 and "no update of ours is recorded: 987654" in nothing.stdout, nothing
    assert stop(process) == 0
    silent = ctl(world, "undo", "1")
    assert silent.returncode == 3 and "no answer" in silent.stderr


def post(world, path, body):
    """The status of the answer, and the answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(world.path / "socket"))
        connection.sendall(b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                           % (path.encode(), len(body), body.encode()))
        reply = b"".join(iter(lambda: connection.recv(65536), b""))
    head, body = reply.split(b"\r\n\r\n", 1)
    return int(head.split(b" ", 2)[1]), json.loads(body)


def test_a_plan_with_a_member_of_the_wrong_type_is_refused_as_a_whole(world):
    sim = world.use(world.sim("--tickets", 2, *ACCOUNT))
    process = done(world, sim, 2)
    for body in ('{"ids":[1],"forget":"yes"}', '{"ids":[1],"forget":1}', '{"ids":[1],"run":"x"}', '{"ids":[1],"since":"1h"}',
                 '{"ids":[1],"dry":true}', '{"ids":1}', '{"ids":[1.0]}', '{"ids":[9223372036854775808]}', "[1]", "{"):
        status, told = post(world, "/undo-plan", body)
        assert status == 400 and told["error"], (body, status, told)
    assert "not valid JSON" in post(world, "/undo-plan", "{")[1]["error"]
    for body in ("", "{", "[]", '{"job":"1"}', '{"job":0}', '{"job":-1}', '{"job":1.5}'):
        status, told = post(world, "/undo", body)
        assert status == 400 and "the body must name a plan" in told["error"], (body, status, told)
    assert post(world, "/undo", '{"job":999}')[0] == 409
    assert post(world, "/undo-plan", '{"ids":[1],"forget":false}')[0] == 202
    refused = ctl(world, "undo", "0")
    assert refused.returncode == 2 and 'not "0"' in refused.stderr, refused
    assert notes(sim) == 2 and len(ours(sim, 1)) >= 4
    assert stop(process) == 0


def test_explain_tells_first_that_a_ticket_was_undone_and_that_nobody_else_took_the_tag_off(world):
    sim = world.use(world.sim("--tickets", 3, *ACCOUNT))
    process = done(world, sim, 3)
    time.sleep(2.5)
    assert ctl(world, "undo", "1", "--yes").returncode == 0
    assert ctl(world, "undo", "2", "--forget", "--yes").returncode == 0
    assert "Now: Undone; will not be processed again.\n" in explain(world, 1)
    text = explain(world, 2)
    assert "Now: Undone, with the processed tag; will not be processed again.\n" in text, text
    assert "  Priority before:  " in text and "already:" not in text and "priority before" not in text, text
    assert "Now: Done; will not be processed again.\n" in explain(world, 3)
    assert ctl(world, "process", "--again", "--wait", "1").returncode == 0
    assert "Now: Done; will not be processed again.\n" in explain(world, 1)
    assert stop(process) == 0
