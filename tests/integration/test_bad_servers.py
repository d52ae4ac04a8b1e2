"""Servers that answer nonsense, too much, too little or not at all. Never a crash, always a reason; rules answer for the model."""

import json
import threading

import pytest

from conftest import http

QUICK = {"RETRY_ATTEMPTS": 2, "RETRY_BACKOFF_FACTOR": 1, "AI_TICKETD_LLM_TIMEOUT": "400ms"}
MODELS = http('{"object":"list","data":[{"id":"gpt-4o-mini"}]}')


def chat(content):
    return json.dumps({"id": "x", "object": "chat.completion", "model": "gpt-4o-mini", "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}})


GOOD = chat('{"summary":"s","root_cause":"bug","urgency":"low","sentiment":"neutral"}')


def endless(connection, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b" " * 65536
    while True:
        connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))


def hundred_megabytes(connection, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
    for _ in range(1600):
        connection.sendall(b"[" * 65536)


def endless_headers(connection, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Nothing: " + b"n" * 8000 + b"\r\n")


def drip(connection, request):
    stop = threading.Event()
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b" " * 100:
        connection.sendall(bytes([byte]))
        stop.wait(0.05)


def silence(connection, request):
    threading.Event().wait(20)


def reset(connection, request):
    return "close"


def half(connection, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\":[")
    return "close"


def bomb(connection, request):
    import gzip
    body = gzip.compress(b" " * (20 * 1024 * 1024))
    connection.sendall(http(body, headers="Content-Type: application/json\r\nContent-Encoding: gzip"))


def body(text):
    def talk(connection, request):
        connection.sendall(http(text))
    return talk


NONSENSE = {
    "not JSON": body("<html>we are sorry</html>"),
    "nothing": body(""),
    "deeply nested": body("[" * 100000 + "]" * 100000),
    "NUL": body(b'{"choices":"a\x00b"}'),
    "invalid UTF-8": body(b'{"choices":"\xff\xfe"}'),
    "a list": body("[1,2,3]"),
    "no HTTP": lambda connection, request: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n") or "close",
    "endless": endless,
    "100 MB": hundred_megabytes,
    "compressed bomb": bomb,
    "endless headers": endless_headers,
    "half an answer": half,
    "closed at once": reset,
    "silence": silence,
    "slow drip": drip,
    "an empty answer": body(chat("")),
    "an answer in HTML": body(chat("<b>bug</b>")),
    "labels outside the lists": body(chat('{"summary":"s","root_cause":"alien","urgency":"now","sentiment":"blue"}')),
    "a truncated answer": body(chat('{"summary":"s","root_cause":"bu')),
}


def model_of(talk, good):
    """It gives so many good answers first."""
    answered = []

    def model(connection, request):
        if b"/models" in request.split(b"\r\n", 1)[0]:
            connection.sendall(MODELS)
            return None
        if len(answered) < good:
            answered.append(True)
            connection.sendall(http(GOOD))
            return None
        return talk(connection, request)
    return model


@pytest.mark.parametrize("talk", NONSENSE.values(), ids=NONSENSE.keys())
def test_rules_answer_when_the_model_answers(world, talk):
    peer = world.peer(model_of(talk, good=1))
    sim = world.use(world.sim("--tickets", 3), peer)
    result = world.run("--once", env={**QUICK, "AI_TICKETD_LLM_PATIENCE": "0"}, timeout=60)
    assert "Sanitizer" not in result.err
    assert result.status in (0, 1), result
    assert sim.audit()["processed"] == 3, result
    rows = [row for row in world.rows().values() if row["analysis"]["metadata"]["model"] == "fallback-rules"]
    assert len(rows) == 2, rows
    for row in rows:
        assert row["status"] == "success" and "ai_fallback" in row["tags_added"]
        assert row["analysis"]["metadata"]["model"] == "fallback-rules"
        assert row["analysis"]["root_cause"] in ("bug", "feature", "refund", "other")
    # Two tickets, two attempts, and probes; libcurl sends a request once more when a reused connection turns out to be dead.
    assert len([path for path in peer.paths() if path.endswith("/chat/completions")]) <= 1 + 2 * 2 * 2 + 10


@pytest.mark.parametrize("talk", NONSENSE.values(), ids=NONSENSE.keys())
def test_no_ticket_is_touched_while_a_model_has_only_ever_answered(world, talk):
    peer = world.peer(model_of(talk, good=0))
    sim = world.use(world.sim("--tickets", 2), peer)
    result = world.run("--once", env=QUICK, timeout=60)
    assert result.status == 1 and "No ticket was touched." in result.err and "Sanitizer" not in result.err, result
    assert sim.audit()["writes"] == 0


ZENDESK = {name: NONSENSE[name] for name in ("not JSON", "deeply nested", "NUL", "invalid UTF-8", "no HTTP", "endless", "100 MB",
                                             "compressed bomb", "endless headers", "half an answer", "closed at once")}


@pytest.mark.parametrize("talk", ZENDESK.values(), ids=ZENDESK.keys())
def test_a_zendesk_that_answers_nonsense_is_an_error_that_says_so(world, talk):
    model = world.peer(lambda connection, request: connection.sendall(MODELS))
    world.use(world.peer(talk), model)
    result = world.run("--once", env=QUICK, timeout=60)
    assert result.status == 1, result
    assert "ERROR | " in result.err and "Zendesk" in result.err
    assert "Sanitizer" not in result.err


def test_a_connection_that_nobody_accepts_ends_by_its_time_limit(world):
    """A full backlog: the connection is never made."""
    import socket
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    held = [socket.socket() for _ in range(3)]
    for connection in held:
        connection.setblocking(False)
        connection.connect_ex(listener.getsockname())
    world.env["ZENDESK_BASE_URL"] = world.env["OPENAI_BASE_URL"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
    result = world.run("--once", env={**QUICK, "RETRY_ATTEMPTS": 1}, timeout=60)
    assert result.status == 1, result
    assert result.seconds < 20
    for connection in [listener, *held]:
        connection.close()


@pytest.mark.parametrize("service", ["zendesk", "model"])
def test_a_redirect_is_an_error_and_the_other_host_gets_nothing(world, service):
    other = world.peer(lambda connection, request: "close")

    def redirect(connection, request):
        connection.sendall(http("", status="302 Found", headers=f"Location: {other.base}/elsewhere"))
    peer, sim = world.peer(redirect), world.sim("--tickets", 2)
    world.use(*((peer, sim) if service == "zendesk" else (sim, peer)))
    result = world.run("--once", env=QUICK)
    assert result.status != 0, result
    assert other.connections == 0
    assert "redirect" in result.err.lower() or "302" in result.err
    assert sim.audit()["writes"] == 0


def test_a_post_that_was_lost_on_a_reused_connection_never_gives_two_notes(world):
    sim = world.use(world.sim("--tickets", 60, "--faults", "reset:0.1,lost:0.05,midbody:0.05,close:0.2"))
    result = world.run("--once", "--limit", "0", timeout=120)
    audit = sim.audit()
    assert audit["notes_max_per_ticket"] <= 1 and audit["second_notes"] == 0, result


def test_a_host_name_that_does_not_exist_is_told_as_such(world):
    world.env["ZENDESK_BASE_URL"] = "http://no-such-name.invalid"
    world.env["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
    result = world.run("--once", env={"RETRY_ATTEMPTS": 1, "AI_TICKETD_ZENDESK_INSECURE_HTTP": "true"}, timeout=60)
    assert result.status == 2, result
    assert "There is no host no-such-name.invalid." in result.err
    assert result.seconds < 20
