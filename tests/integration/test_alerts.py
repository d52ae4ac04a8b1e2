"""Alerts reach Slack and the webhook, once, in order, whatever the receiver says; and never hold up a ticket or the end."""

import errno
import hashlib
import hmac
import json
import os
import re
import socket
import threading
import time

import pytest

from conftest import TOP, Peer, http
from test_service import ACCOUNT, ctl, ready, start, stop, until

PATH = "/services/T0001/B0002/hidden-from-logs"
SECRET = "a-secret-of-the-webhook"
OK = http("ok", headers="Content-Type: text/html")


class Slack(Peer):
    """Answers what the test says, in its order; the last answer stays. Remembers when what came, and how many came at once."""

    def __init__(self, *answers):
        self.answers, self.times, self.now, self.most = list(answers) or [OK], [], 0, 0
        self.lock = threading.Lock()
        super().__init__(self.hear)

    def hear(self, connection, request):
        with self.lock:
            self.times.append(time.monotonic())
            self.now += 1
            self.most = max(self.most, self.now)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(connection, request)
        with self.lock:
            self.now -= 1
        if answer is None:
            return "close"
        connection.sendall(answer)
        return None

    def url(self):
        return self.base + PATH

    def told(self):
        return [json.loads(request.split(b"\r\n\r\n", 1)[1]) for request in list(self.requests)]

    def titles(self):
        return [body["attachments"][0]["title"] if "attachments" in body else body["text"] for body in self.told()]


@pytest.fixture
def slack(world):
    return world.keep(Slack())


def serve(world, sim=None, **env):
    if sim or "ZENDESK_BASE_URL" not in world.env:  # a restart has the same account
        world.use(sim or world.sim("--tickets", 0, *ACCOUNT))
    process = start(world, **env)
    assert ready(world)
    return process


def shown(world, name):
    view = json.loads(world_get(world, "/api/v1/alerts"))
    return next(channel for channel in view["channels"] if channel["name"] == name)


def world_get(world, path):
    """What the control socket answers."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(world.path / "socket"))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        reply = b"".join(iter(lambda: connection.recv(65536), b""))
    head, body = reply.split(b"\r\n\r\n", 1)
    assert b" 200 " in head.split(b"\r\n", 1)[0], reply
    return body.decode()


def stop_writing(world):
    assert ctl(world, "stop-writing").returncode == 0


def start_writing(world):
    assert ctl(world, "start-writing").returncode == 0


def test_slack_is_told_when_it_begins_and_when_it_is_over(world, slack):
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    began = time.monotonic()
    stop_writing(world)
    assert until(lambda: len(slack.requests) == 1, 20)
    assert slack.times[0] - began < 3
    body = slack.told()[0]
    assert body["text"] == "Warning: Writing is stopped"
    (attachment,) = body["attachments"]
    assert attachment["color"] == "#ff9900" and attachment["title"] == "Writing is stopped"
    assert attachment["text"].startswith("Writing is stopped by ") and "start-writing" in attachment["text"]
    assert attachment["footer"] == "AI Ticket Processor" and abs(attachment["ts"] - time.time()) < 60
    start_writing(world)
    assert until(lambda: len(slack.requests) == 2, 20)
    over = slack.told()[1]["attachments"][0]
    assert over["color"] == "#36a64f" and over["title"] == "Resolved: Writing is stopped"
    assert re.match(r"It is over after [\d.]+ m?s\.$", over["text"]), over
    head = slack.requests[0].split(b"\r\n\r\n")[0].decode()
    assert head.startswith(f"POST {PATH} HTTP/1.1") and "Content-Type: application/json" in head
    view = json.loads(world_get(world, "/api/v1/alerts"))
    assert view["active"] == [] and [alert["kind"] for alert in view["recent"]] == ["writes_on_hold"]
    assert view["recent"][0]["ended"] >= view["recent"][0]["since"]
    assert stop(process) == 0
    assert "hidden-from-logs" not in world.log()
    assert len(slack.requests) == 2


def test_messages_leave_in_order_one_at_a_time_and_one_a_second_after_a_burst(world, slack):
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    for _ in range(4):
        stop_writing(world)
        assert until(lambda: json.loads(world_get(world, "/api/v1/alerts"))["active"], 20)
        start_writing(world)
        assert until(lambda: not json.loads(world_get(world, "/api/v1/alerts"))["active"], 20)
    assert until(lambda: len(slack.requests) == 8, 30)
    assert slack.titles() == ["Writing is stopped", "Resolved: Writing is stopped"] * 4
    assert slack.most == 1
    first, last = slack.times[0], slack.times[-1]
    assert last - first > (8 - 3) * 1.0 - 0.5
    assert stop(process) == 0


def test_a_restart_tells_nothing_twice_and_what_ended_meanwhile_once(world, slack):
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    stop_writing(world)
    assert until(lambda: len(slack.requests) == 1, 20)
    assert stop(process) == 0
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    time.sleep(4)
    assert len(slack.requests) == 1  # it still lasts
    since = json.loads(world_get(world, "/api/v1/alerts"))["active"][0]["since"]
    start_writing(world)
    assert until(lambda: len(slack.requests) == 2, 20)
    assert slack.titles()[1] == "Resolved: Writing is stopped"
    assert json.loads(world_get(world, "/api/v1/alerts"))["recent"][0]["since"] == since
    assert stop(process) == 0


def test_what_could_not_be_sent_is_sent_by_the_next_process(world, slack):
    slack.answers = [http("", status="503 Service Unavailable")]
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    stop_writing(world)
    assert until(lambda: len(slack.requests) >= 2, 30)
    assert until(lambda: shown(world, "slack") == {"name": "slack", "state": "waiting", "reason": "it answered 503", "waiting": 1}, 20)
    process.kill()
    process.communicate()
    slack.answers, before = [OK], len(slack.requests)
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    assert until(lambda: len(slack.requests) == before + 1, 20)
    assert slack.titles()[-1] == "Writing is stopped"
    assert until(lambda: shown(world, "slack")["waiting"] == 0, 20)
    assert stop(process) == 0


def verify(secret, request, now):
    """The example of docs/ALERTS.md, as it stands there."""
    with open(os.path.join(TOP, "docs/ALERTS.md"), encoding="utf-8") as file:
        (example,) = re.findall(r"```python\n(.*?)```", file.read(), re.S)
    names = {}
    exec(compile(example, "docs/ALERTS.md", "exec"), names)
    head, body = request.split(b"\r\n\r\n", 1)
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return names["verify"](secret, headers, body, now)


def test_the_webhook_is_signed_and_its_documented_check_accepts_it_alone(world):
    hook = world.keep(Slack(http("", status="202 Accepted")))
    process = serve(world, AI_TICKETD_ALERTS_WEBHOOK_URL=hook.base + "/alerts", AI_TICKETD_ALERTS_WEBHOOK_SECRET=SECRET)
    stop_writing(world)
    assert until(lambda: len(hook.requests) == 1, 20)
    request, now = hook.requests[0], time.time()
    body = hook.told()[0]
    assert body["kind"] == "writes_on_hold" and body["event"] == "begun" and body["severity"] == "warning" and body["version"] == 1
    assert body["id"] == f"writes_on_hold-{body['since']}" and body["value"] is None and body["lasted_ms"] is None
    assert verify(SECRET, request, now)
    assert not verify("another secret", request, now)
    assert not verify(SECRET, request.replace(b"begun", b"BEGUN"), now)
    assert not verify(SECRET, request, now + 3600)  # played back later
    stamp = re.search(rb"X-AI-Ticketd-Timestamp: (\d+)", request).group(1)
    by_hand = hmac.new(SECRET.encode(), stamp + b"." + request.split(b"\r\n\r\n", 1)[1], hashlib.sha256).hexdigest()
    assert f"X-AI-Ticketd-Signature: v1={by_hand}".encode() in request
    assert stop(process) == 0
    assert SECRET not in world.log()


def test_a_limit_is_waited_for(world, slack):
    slack.answers = [http('{"retry_after":3,"ok":false,"error":"rate_limited"}', status="429 Too Many Requests",
                          headers="Retry-After: 3\r\nContent-Type: application/json"), OK]
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    stop_writing(world)
    assert until(lambda: len(slack.requests) == 2, 30)
    assert 2.9 < slack.times[1] - slack.times[0] < 6
    assert slack.told()[0] == slack.told()[1]
    assert until(lambda: shown(world, "slack")["state"] == "ok", 20)
    assert stop(process) == 0


@pytest.mark.parametrize("status, word", [("404 Not Found", "no_service"), ("410 Gone", "channel_is_archived"),
                                          ("403 Forbidden", "action_prohibited"), ("302 Found", "")])
def test_a_channel_that_is_gone_is_told_in_health_and_asked_again_after_a_reload(world, slack, status, word):
    elsewhere = world.keep(Slack())
    slack.answers = [http(word, status=status, headers=f"Location: {elsewhere.base}/other")]
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    stop_writing(world)
    assert until(lambda: shown(world, "slack")["state"] == "refused", 20)
    start_writing(world)
    time.sleep(3)
    assert len(slack.requests) == 1 and not elsewhere.requests  # a redirect is never followed
    health = json.loads(ctl(world, "--json", "health").stdout)
    assert health["status"] == "degraded" and health["checks"]["alerts"].startswith("warning: alerts do not reach Slack: it ")
    assert status[:3] in health["checks"]["alerts"] and "alerts do not reach Slack" in health["message"]
    assert "Alerts are not sent to Slack any more until a reload" in world.log()
    slack.answers = [OK]
    assert ctl(world, "reload").returncode == 0
    assert until(lambda: len(slack.requests) == 3, 20)
    assert slack.titles() == ["Writing is stopped", "Writing is stopped", "Resolved: Writing is stopped"]
    assert until(lambda: json.loads(ctl(world, "--json", "health").stdout)["checks"]["alerts"] == "ok", 20)
    assert stop(process) == 0


def test_a_form_that_is_refused_is_sent_as_text_and_the_next_alert_as_ever(world, slack):
    slack.answers = [http("invalid_payload", status="400 Bad Request"), OK]
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    stop_writing(world)
    assert until(lambda: len(slack.requests) == 2, 20)
    assert "attachments" not in slack.told()[1] and slack.told()[1]["text"].startswith("Warning: Writing is stopped. Writing is stopped by")
    start_writing(world)
    assert until(lambda: len(slack.requests) == 3, 20)
    assert "attachments" in slack.told()[2]
    assert stop(process) == 0


def test_a_message_that_is_refused_in_every_form_drops_no_other(world, slack):
    bad = http("no_text", status="400 Bad Request")
    slack.answers = [bad, bad, OK]
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    stop_writing(world)
    assert until(lambda: len(slack.requests) == 2, 20)
    start_writing(world)
    assert until(lambda: len(slack.requests) == 3, 20)
    assert slack.titles()[2] == "Resolved: Writing is stopped"
    assert "An alert could not be sent to Slack and is given up" in world.log()
    assert stop(process) == 0


@pytest.mark.parametrize("answer", [http("<html>Sign in</html>", headers="Content-Type: text/html"), None], ids=["html", "cut"])
def test_an_answer_that_means_nothing_is_sent_three_times_at_most(world, slack, answer):
    slack.answers = [answer]
    process = serve(world, SLACK_WEBHOOK_URL=slack.url())
    stop_writing(world)
    assert until(lambda: len(slack.requests) == 3, 30)
    time.sleep(6)
    assert len(slack.requests) == 3
    assert "given up" in world.log() and "Sign in" not in world.log()
    slack.answers = [OK]
    start_writing(world)
    assert until(lambda: len(slack.requests) == 4, 60)
    assert slack.titles()[3] == "Resolved: Writing is stopped"
    assert stop(process) == 0


def silence(connection, request):
    time.sleep(30)


def test_silence_holds_up_neither_tickets_nor_the_end(world, slack):
    slack.answers = [silence]
    sim = world.sim("--tickets", 40, *ACCOUNT)
    process = serve(world, sim, SLACK_WEBHOOK_URL=slack.url())
    assert until(lambda: sim.audit()["processed"] == 40)
    stop_writing(world)
    assert until(lambda: len(slack.requests) == 1, 20)
    start_writing(world)
    ctl(world, "process", "41")
    began = time.monotonic()
    assert stop(process) == 0
    assert time.monotonic() - began < 8
    assert sim.audit()["notes_max_per_ticket"] == 1


def test_a_reload_changes_the_address_and_a_late_answer_of_the_former_one_is_nobodys(world, slack):
    late = threading.Event()

    def wait(connection, request):
        late.wait(20)
        return http("no_service", status="404 Not Found")

    slack.answers = [wait]
    fresh = world.keep(Slack())
    secret = world.path / "slack"
    secret.write_text(slack.url())
    secret.chmod(0o600)
    process = serve(world, SLACK_WEBHOOK_URL_FILE=secret)
    stop_writing(world)
    assert until(lambda: len(slack.requests) == 1, 20)
    secret.write_text(fresh.url())
    assert ctl(world, "reload").returncode == 0
    assert until(lambda: len(fresh.requests) == 1, 20)  # what waited for the former address
    late.set()
    start_writing(world)
    assert until(lambda: len(fresh.requests) == 2, 20)
    assert shown(world, "slack")["state"] == "ok"
    assert fresh.titles() == ["Writing is stopped", "Resolved: Writing is stopped"]
    assert len(slack.requests) == 1
    assert stop(process) == 0


def test_a_refusal_of_the_former_secret_does_not_switch_the_channel_off(world):
    late = threading.Event()

    def refuse(connection, request):
        late.wait(20)
        return http("", status="401 Unauthorized")

    hook = world.keep(Slack(refuse, http("", status="204 No Content")))
    secret = world.path / "hook"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    process = serve(world, AI_TICKETD_ALERTS_WEBHOOK_URL=hook.base + "/x", AI_TICKETD_ALERTS_WEBHOOK_SECRET_FILE=secret)
    stop_writing(world)
    assert until(lambda: len(hook.requests) == 1, 20)
    secret.write_text(SECRET + "-renewed")
    assert ctl(world, "reload").returncode == 0
    late.set()
    assert until(lambda: len(hook.requests) == 2, 20)  # at once, with the new secret
    start_writing(world)
    assert until(lambda: len(hook.requests) == 3, 20)
    assert shown(world, "webhook")["state"] == "ok"
    assert [body["event"] for body in hook.told()] == ["begun", "begun", "resolved"]
    assert stop(process) == 0


def test_a_test_says_what_each_channel_answered(world, slack):
    hook = world.keep(Slack(http("", status="500 Internal Server Error")))
    process = serve(world)
    nothing = ctl(world, "alert", "test")
    assert nothing.returncode == 1 and "no channel for alerts is configured" in nothing.stderr
    assert stop(process) == 0
    process = serve(world, SLACK_WEBHOOK_URL=slack.url(), AI_TICKETD_ALERTS_WEBHOOK_URL=hook.base + "/x",
                    AI_TICKETD_ALERTS_WEBHOOK_SECRET=SECRET)
    mixed = ctl(world, "alert", "test")
    assert mixed.returncode == 1 and "delivered" in mixed.stderr and "it answered 500" in mixed.stderr, mixed
    hook.answers = [http("", status="204 No Content")]
    good = json.loads(ctl(world, "--json", "alert", "test").stdout)
    assert good == {"message": "The test was delivered.", "slack": "delivered", "webhook": "delivered"}
    assert slack.titles()[-1] == "Test of alerts" and hook.told()[-1]["kind"] == "test"
    assert ctl(world, "alert").returncode == 3
    assert "alert-test" in ctl(world, "audit").stdout
    assert stop(process) == 0


def test_a_refused_reload_is_an_alert_of_its_own_kind_only_after_its_hold_time(world, slack):
    path = world.path / "conf"
    path.write_text("")
    world.use(world.sim("--tickets", 0, *ACCOUNT))
    process = world.start("-c", path, env={"SLACK_WEBHOOK_URL": slack.url(), "AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s"})
    assert ready(world)
    path.write_text("alerts {\n  success_rate = 7\n}\n")
    assert ctl(world, "reload").returncode == 1
    time.sleep(3)
    assert not slack.requests
    path.write_text("alerts {\n  success_rate = 0.9\n}\n")
    assert ctl(world, "reload").returncode == 0
    assert not json.loads(world_get(world, "/api/v1/alerts"))["active"]
    assert stop(process) == 0


def test_while_the_disk_takes_nothing_the_book_waits_and_is_written_afterwards(world, slack):
    trouble = world.trouble()
    process = serve(world, SLACK_WEBHOOK_URL=slack.url(), **{name: str(value) for name, value in trouble.env.items()})
    trouble.set_disk(errno.ENOSPC)
    assert until(lambda: ctl(world, "stop-writing").returncode is not None)
    assert until(lambda: "Writing is stopped" in slack.titles(), 20)
    trouble.set_disk(0)
    assert until(lambda: b"writes_on_hold" in (world.path / "state.db-wal").read_bytes() + (world.path / "state.db").read_bytes(), 60)
    assert stop(process) == 0
