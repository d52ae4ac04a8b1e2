"""GET /metrics on the running service: the text format, the rules that nobody else checks, what the numbers mean, and a real Prometheus
that keeps every series."""

import os
import re
import socket
import subprocess
import time

import pytest
from conftest import TOP, http
from ports import spare_port
from prometheus import PROMETHEUS, PROMTOOL, TYPE, Metrics, Prometheus, get, promtool, wrong, wrong_between
from test_bad_servers import GOOD, MODELS
from test_service import ACCOUNT, ctl, ready, start, stop, until

ABSENT = {  # gauges whose value may be unknown
    "ai_ticketd_llm_model_retirement_timestamp_seconds", "ai_ticketd_zendesk_quota_remaining", "ai_ticketd_oldest_ticket_timestamp_seconds",
    "ai_ticketd_last_poll_timestamp_seconds", "ai_ticketd_last_success_timestamp_seconds", "ai_ticketd_store_size_bytes",
    "ai_ticketd_disk_free_bytes",
}
SERIES_MOST = 700


def table():
    """The families of lib/observe/metrics.def: name → (type, labels, help)."""
    with open(os.path.join(TOP, "lib/observe/metrics.def")) as file:
        text = file.read().split("*/", 1)[1]
    rows = re.findall(r'FAMILY\((\w+), (\w+), "(\w+)", "([\w,]*)",\s*((?:"[^"]*"\s*)+)\)', text)
    assert len(rows) == text.count("FAMILY(") - text.count("#undef FAMILY(")
    prefix = {True: "", False: "ai_ticketd_"}
    return {prefix[name.startswith("process_")] + name: (kind.lower(), labels.split(",") if labels else [],
                                                         "".join(re.findall(r'"([^"]*)"', words)))
            for _, kind, name, labels, words in rows}


def service(world, **env):
    port = spare_port()
    return start(world, AI_TICKETD_HTTP_LISTEN=f"127.0.0.1:{port}", **env), port


def scrape(port):
    status, kind, text = get(port, "/metrics")
    assert status == 200 and kind == TYPE
    return Metrics(text)


@pytest.fixture
def done(world):
    """A service that has done 30 tickets, each by a request of its own, and its port."""
    world.use(world.sim("--tickets", 30, *ACCOUNT))
    process, port = service(world)
    assert ready(world) and until(lambda: scrape(port).value("ai_ticketd_tickets_total", outcome="done") == 30)
    yield port
    assert stop(process) == 0


def test_the_answer_keeps_the_rules_of_the_format_and_of_promtool(done):
    metrics = scrape(done)
    assert wrong(metrics) == []
    code, said = promtool("check", "metrics", text=metrics.text)
    assert code == 0 and said == "", said
    assert len(metrics.samples) < SERIES_MOST
    before = metrics
    time.sleep(1.1)
    assert wrong_between(before, scrape(done), ABSENT) == []


@pytest.mark.parametrize("fault, sentence", [
    (lambda text: text.replace('ai_ticketd_paused 0\n', 'ai_ticketd_paused 0\nai_ticketd_paused 0\n'), "comes twice"),
    (lambda text: text + 'ai_ticketd_polls_total{result="late"} 0\n', "in pieces"),
    (lambda text: re.sub(r'(loop_lag_seconds_bucket{le="0.005"}) \d+', r"\1 999999999", text), "do not ascend"),
    (lambda text: re.sub(r'ai_ticketd_loop_lag_seconds_bucket{le="\+Inf"} \d+\n', "", text), "is not its count"),
    (lambda text: text.replace('zendesk_jobs 0\n', 'zendesk_jobs{account="1"} 0\nai_ticketd_zendesk_jobs 0\n'), "other labels"),
])
def test_each_planted_fault_breaks_its_rule(done, fault, sentence):
    text = scrape(done).text
    assert fault(text) != text
    assert any(sentence in line for line in wrong(Metrics(fault(text)))), wrong(Metrics(fault(text)))


def test_a_counter_that_falls_and_a_series_that_goes_are_found(done):
    before = scrape(done)
    fallen = Metrics(re.sub(r'(tickets_total{outcome="done"}) 30', r"\1 29", before.text))
    assert any("fell from 30" in line for line in wrong_between(before, fallen))
    gone = Metrics(before.text.replace('ai_ticketd_polls_total{result="failed"} 0\n', ""))
    assert any("is gone" in line for line in wrong_between(before, gone))


def test_every_family_of_the_table_is_there_with_its_labels_from_the_start(world):
    world.use(world.sim("--tickets", 0, *ACCOUNT))
    process, port = service(world)
    assert ready(world)
    metrics, rows = scrape(port), table()
    assert metrics.order == list(rows)
    for name, (kind, labels, words) in rows.items():
        assert metrics.types[name] == kind and metrics.helps[name] == words
        own = [dict(own) for sample, own, _ in metrics.samples if metrics.family(sample) == name]
        assert own or name in ABSENT, name
        assert all(set(labels) == set(one) - {"le"} for one in own), name
    for name, count in {"ai_ticketd_queue_tickets": 8, "ai_ticketd_tickets_total": 6, "ai_ticketd_requests_total": 24,
                        "ai_ticketd_alerts_total": 12, "ai_ticketd_decisions_total": 20, "ai_ticketd_human_changes_total": 5,
                        "ai_ticketd_http_requests_total": 40, "ai_ticketd_health": 3, "ai_ticketd_llm_answers_total": 6}.items():
        assert len(metrics.all(name)) == count, name
    assert stop(process) == 0


def test_the_numbers_agree_with_what_was_done(done, tell):
    metrics = scrape(done)
    assert metrics.sum("ai_ticketd_llm_answers_total", result="accepted") == 30
    for label in ("root_cause", "urgency", "sentiment"):
        assert metrics.sum("ai_ticketd_decisions_total", label=label, source="model") == 30
    assert metrics.value("ai_ticketd_ticket_processing_seconds_count") == 30
    assert metrics.value("ai_ticketd_request_duration_seconds_count", upstream="llm", operation="chat") == 30
    assert metrics.value("ai_ticketd_requests_total", upstream="llm", code="2xx") >= 30
    assert metrics.sum("ai_ticketd_llm_tokens_total", model="gpt-4o-mini", kind="input") > 0
    assert metrics.sum("ai_ticketd_llm_cost_usd_total", model="gpt-4o-mini") > 0
    assert metrics.sum("ai_ticketd_llm_cost_usd_total", model="other") == 0
    assert metrics.value("ai_ticketd_health", state="healthy") == 1 and metrics.sum("ai_ticketd_health") == 1
    assert metrics.sum("ai_ticketd_queue_tickets") == 0
    assert metrics.value("ai_ticketd_store_operation_seconds_count", operation="persist") > 0
    assert metrics.value("ai_ticketd_log_lines_total", level="info") >= 30
    assert abs(metrics.value("ai_ticketd_last_success_timestamp_seconds") - time.time()) < 120
    assert metrics.value("ai_ticketd_http_requests_total", route="metrics", code="2xx") >= 1
    assert metrics.value("process_resident_memory_bytes") > 1e6 and metrics.value("process_open_fds") > 5
    tell(f"{len(metrics.samples)} series in {len(metrics.order)} families, {len(metrics.text)} bytes")


def test_requests_are_counted_by_route_and_never_by_path(done, world):
    def asked(route, code):
        return scrape(done).value("ai_ticketd_http_requests_total", route=route, code=code)

    before = asked("other", "4xx")
    for path in ("/secret-12345", "/wp-login.php", "/api/v1/none"):
        with pytest.raises(OSError):
            get(done, path)
    assert asked("other", "4xx") == before + 3
    get(done, "/health")
    assert asked("health", "2xx") >= 1
    assert ctl(world, "pause").returncode == 0 and asked("order", "2xx") == 1
    metrics = scrape(done)
    assert metrics.value("ai_ticketd_paused") == 1
    assert "12345" not in metrics.text and "wp-login" not in metrics.text


def test_a_reload_that_is_refused_is_seen(world):
    world.use(world.sim("--tickets", 1, *ACCOUNT))
    config = world.path / "ai-ticketd.conf"
    config.write_text("")
    port = spare_port()
    process = world.start("--config", config, env={"AI_TICKETD_HTTP_LISTEN": f"127.0.0.1:{port}"})
    assert ready(world)
    accepted = scrape(port).value("ai_ticketd_config_last_reload_success_timestamp_seconds")
    config.write_text("llm { temperature = 99 }\n")
    assert ctl(world, "reload").returncode != 0
    metrics = scrape(port)
    assert metrics.value("ai_ticketd_config_last_reload_successful") == 0
    assert metrics.value("ai_ticketd_config_last_reload_success_timestamp_seconds") == accepted
    config.write_text("")
    assert ctl(world, "reload").returncode == 0
    metrics = scrape(port)
    assert metrics.value("ai_ticketd_config_last_reload_successful") == 1
    assert metrics.value("ai_ticketd_config_last_reload_success_timestamp_seconds") > accepted
    assert stop(process) == 0


def test_answers_that_are_none_count_as_errors_and_retries(world):
    """The model works once, then answers 500."""
    answered = []

    def talk(connection, request):
        if b"/models" in request.split(b"\r\n")[0]:
            connection.sendall(MODELS)
        elif not answered:
            answered.append(True)
            connection.sendall(http(GOOD))
        else:
            connection.sendall(http("{}", status="500 Internal Server Error"))

    world.use(world.sim("--tickets", 3, *ACCOUNT), world.peer(talk))
    process, port = service(world, AI_TICKETD_LLM_PATIENCE="1s", AI_TICKETD_RETRY_BACKOFF_FACTOR="1")
    assert ready(world) and until(lambda: scrape(port).value("ai_ticketd_tickets_total", outcome="done") == 3)
    metrics = scrape(port)
    assert metrics.value("ai_ticketd_llm_answers_total", result="accepted") == 1
    assert metrics.value("ai_ticketd_llm_answers_total", result="error") >= 2
    assert metrics.value("ai_ticketd_requests_total", upstream="llm", code="5xx") >= 2
    assert metrics.sum("ai_ticketd_decisions_total", label="urgency", source="rules") == 2
    assert metrics.value("ai_ticketd_fallback_active") == 1 and metrics.value("ai_ticketd_guard_breaker_open", upstream="llm") == 1
    assert metrics.value("ai_ticketd_guard_breaker_opened_total", upstream="llm") == 1
    assert stop(process) == 0


def test_a_real_prometheus_keeps_every_series(done, tmp_path, world):
    server = world.keep(Prometheus(tmp_path, done))
    target = server.scraped()
    assert target["health"] == "up" and target["lastError"] == "", target
    assert until(lambda: len(server.ask('ai_ticketd_build_info{job="x"}')) == 1)
    samples = server.ask('scrape_samples_scraped{job="x"}')[0][1]
    kept = server.ask('scrape_samples_post_metric_relabeling{job="x"}')[0][1]
    assert samples == kept
    own = server.ask('count({job="x"})')[0][1] - len(server.ask('{job="x",__name__=~"up|scrape_.*"}'))
    assert own == samples == len(scrape(done).samples)
    # a histogram makes sense of itself: no quantile is NaN
    quantile = server.ask('histogram_quantile(0.95, ai_ticketd_ticket_processing_seconds_bucket)')[0][1]
    assert 0 < quantile < 120


def test_what_the_tests_of_metrics_need_is_here():
    assert PROMTOOL and PROMETHEUS, "promtool and prometheus are missing: run make deps DEPS=check"


def test_the_document_lists_the_families_of_the_table():
    with open(os.path.join(TOP, "docs/METRICS.md")) as file:
        text = file.read()
    rows = re.findall(r"(?m)^\| `((?:ai_ticketd|process)_\w+)` \| (\w+) \| ([\w, ]*?) ?\| (.*) \|$", text)
    assert [(name, kind, labels.split(", ") if labels else [], words) for name, kind, labels, words in rows] == \
        [(name, *row) for name, row in table().items()]
    assert f"{len(table())} families" in text


def test_the_commands_of_the_documents_show_them(done, world):
    with open(os.path.join(TOP, "README.md")) as file:
        assert "    curl http://127.0.0.1:9871/metrics " in file.read()
    over_tcp = subprocess.run(["curl", "-sSf", f"http://127.0.0.1:{done}/metrics"], capture_output=True, text=True, timeout=60)
    assert over_tcp.returncode == 0 and wrong(Metrics(over_tcp.stdout)) == []
    with open(os.path.join(TOP, "docs/METRICS.md")) as file:
        assert "    curl --unix-socket /run/ai-ticketd/read.sock http://localhost/metrics\n" in file.read()
    by_socket = subprocess.run(["curl", "-sSf", "--unix-socket", str(world.path / "socket"), "http://localhost/metrics"],
                               capture_output=True, text=True, timeout=60)
    assert by_socket.returncode == 0 and Metrics(by_socket.stdout).order == Metrics(over_tcp.stdout).order


def test_alerts_that_last_and_what_became_of_their_messages_are_counted(world):
    """Zendesk refuses the sign-in: an alert lasts; the webhook refuses it too."""
    world.use(world.sim("--tickets", 1, "--credentials", "agent@example.com:another-token"))
    hook = world.peer(lambda connection, request: connection.sendall(http("{}", status="400 Bad Request")))
    process, port = service(world, AI_TICKETD_ALERTS_WEBHOOK_URL=f"{hook.base}/hook", AI_TICKETD_ALERTS_WEBHOOK_SECRET="s" * 32)
    assert ready(world) and until(lambda: scrape(port).sum("ai_ticketd_alerts_firing") >= 1)
    assert until(lambda: scrape(port).sum("ai_ticketd_alerts_total", result="failed") >= 1)
    assert scrape(port).sum("ai_ticketd_alerts_total", result="sent") == 0
    assert scrape(port).value("ai_ticketd_halted", upstream="zendesk") == 1
    assert stop(process) == 0


def test_a_stream_of_events_is_a_connection_of_its_own_kind(done):
    assert scrape(done).value("ai_ticketd_http_connections", kind="events") == 0
    with socket.create_connection(("127.0.0.1", done), timeout=30) as reader:
        reader.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b" 200 " in reader.recv(4096)
        metrics = scrape(done)
        assert metrics.value("ai_ticketd_http_connections", kind="events") == 1
        assert metrics.value("ai_ticketd_http_connections", kind="request") >= 1
        assert metrics.value("ai_ticketd_http_requests_total", route="events", code="2xx") == 1
    assert until(lambda: scrape(done).value("ai_ticketd_http_connections", kind="events") == 0)
