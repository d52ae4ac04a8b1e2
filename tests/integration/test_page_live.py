"""The page while things happen: tickets come, the service stops and starts, a proxy stands before it, seven tabs are open, answers come
late or not at all."""

import json
import threading
import time

import pytest

from page_stage import COMMAND, READ, Stage, between, browser, complaints, picture, show, until, words  # noqa: F401

LIVE = "return document.querySelector('#as-of').textContent.endsWith('live') && document.querySelector('#decisions tbody')"
PROCESSED = "return Number(document.querySelector('#tiles .number')?.textContent.replaceAll(',', ''))"


@pytest.fixture
def stage(world):
    return Stage(world, history={"tickets": 2000})


def test_what_is_decided_appears_without_a_reload(world, browser):
    stage = Stage(world, history={"tickets": 2000}, tickets=20, AI_TICKETD_ZENDESK_POLL_INTERVAL="10").start()
    show(browser, stage.base, COMMAND, ready=LIVE)
    stage.post("/api/v1/process-again", {"ids": [7]})
    browser.until("return [...document.querySelector('#decisions tbody').rows].filter((row) => row.cells[1].textContent === '7').length >= 2", patience=30)
    assert complaints(browser) == []


def test_the_service_may_restart_under_an_open_page(stage, browser):
    stage.start()
    show(browser, stage.base, READ, ready=LIVE)
    rows = browser.run("return document.querySelector('#decisions tbody').rows.length")
    stage.stop()
    browser.until("return document.querySelector('#banners').textContent.includes('Not reached since')", patience=30)
    assert browser.run("return document.title").endswith("not reached")
    assert browser.run("return document.querySelector('#decisions tbody').rows.length") == rows, "what was known stays"
    picture(browser, "not-reached", whole=False)
    stage.start()
    browser.until("return !document.querySelector('#banners').textContent.includes('Not reached') && " + LIVE[7:], patience=60)
    assert browser.run("return document.querySelector('#decisions tbody').rows.length") == rows


def test_seven_tabs_are_open_and_each_loads(stage, browser):
    stage.start()
    show(browser, stage.base, READ, ready=LIVE)
    token = READ
    for _ in range(6):
        browser.tab()
        began = time.monotonic()
        show(browser, stage.base, token, ready="return document.querySelector('#decisions tbody tr') && document.querySelector('#chart-volume canvas')")
        assert time.monotonic() - began < 20
    browser.until(LIVE)
    handles = browser.do("GET", "/window/handles")
    assert len(handles) == 7
    browser.do("POST", "/window", {"handle": handles[0]})
    browser.until(LIVE, patience=30)


def test_a_proxy_before_a_stopped_service_is_no_answer_of_it(stage, browser, between):
    stage.start()
    front = between(stage)
    show(browser, front.base, READ, ready=LIVE)
    stage.stop()
    browser.until("return document.querySelector('#health').textContent.includes('Not reached since')", patience=40)
    stage.start()
    browser.until("return !document.querySelector('#health').textContent.includes('Not reached')", patience=60)


def test_one_part_that_fails_is_no_lost_connection(stage, browser, between):
    stage.start()
    front = between(stage)

    def rule(handler, method, path):
        if not path.startswith("/api/v1/series"):
            return False
        front.answer(handler, 500, b'{"error":"the database cannot be read"}')
        return True

    front.rules.append(rule)
    show(browser, front.base, READ, ready="return document.querySelector('#decisions tbody tr') && document.querySelector('#span-sum').textContent.includes('cannot')")
    assert "Not reached" not in browser.text()
    assert "the database cannot be read" in browser.text("#span-sum")
    front.rules.clear()
    browser.run("document.querySelector('#span input[value=\"7d\"]').click()")
    browser.until("return document.querySelector('#chart-volume canvas')")


def test_without_a_stream_the_page_asks_again_and_goes_on_after_a_bad_answer(stage, browser, between):
    stage.start()
    front = between(stage)
    show(browser, front.base)
    bad = []

    def rule(handler, method, path):
        if not path.startswith("/api/v1/now") or bad:
            return False
        bad.append(path)
        front.answer(handler, 200, b'{"as_of":')
        return True

    front.rules.append(rule)
    until(lambda: bad, patience=20)
    before = len([path for path in front.paths() if path.startswith("/api/v1/now")])
    until(lambda: len([path for path in front.paths() if path.startswith("/api/v1/now")]) >= before + 2, patience=40)
    assert not any(path.startswith("/api/v1/events") for path in front.paths()), "without a token there is no stream"
    browser.until("return !document.querySelector('#health').textContent.includes('Not reached')")


def test_a_hidden_page_has_no_stream(stage, browser, between):
    stage.start()
    front = between(stage)
    show(browser, front.base, READ, ready=LIVE)
    browser.run("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true}); document.dispatchEvent(new Event('visibilitychange'))")
    time.sleep(1)
    asked = len(front.asked)
    time.sleep(12)
    assert len(front.asked) == asked, "a hidden page asks nothing"
    browser.run("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    browser.until(LIVE)
    assert len(front.asked) > asked


def test_a_late_answer_does_not_overtake_a_newer_one(stage, browser, between):
    stage.start()
    front = between(stage)
    held = threading.Event()

    def rule(handler, method, path):
        if "outcome=failed" in path and not held.is_set():
            held.wait(20)
        return False

    front.rules.append(rule)
    show(browser, front.base, READ, ready="return document.querySelector('#decisions tbody tr')")
    browser.run("location.hash = '#outcome=failed'")
    until(lambda: any("outcome=failed" in path for path in front.paths()))
    browser.run("location.hash = '#outcome=done'")
    browser.until("return document.querySelector('#decisions tbody').rows.length === 50 && document.querySelector('#decisions-said').textContent.startsWith('50')")
    held.set()
    time.sleep(1)
    results = browser.run("return [...new Set([...document.querySelector('#decisions tbody').rows].map((row) => row.cells[2].textContent))]")
    assert results == ["done"]


def test_signing_out_ends_requests_that_run(stage, browser, between):
    stage.start()
    front = between(stage)
    held = threading.Event()

    def rule(handler, method, path):
        if path.startswith("/api/v1/decisions/"):
            held.wait(20)
        return False

    front.rules.append(rule)
    show(browser, front.base, READ, ready="return document.querySelector('#decisions tbody tr')")
    browser.type("#why-ticket", "12345")
    browser.click("#why-form button")
    until(lambda: any(path.startswith("/api/v1/decisions/12345") for path in front.paths()))
    browser.run("document.querySelector('#sign-out').click()")
    held.set()
    time.sleep(1)
    assert browser.run("return [document.querySelector('#explain').textContent, document.querySelector('#explain-dialog').open, document.querySelector('#decisions tbody').rows.length]") == ["", False, 0]


def test_a_token_that_was_revoked_is_forgotten(stage, browser):
    stage.start()
    show(browser, stage.base, READ, ready=LIVE)
    (stage.world.path / "tokens/desk.read").unlink()
    stage.stop()
    stage.start()
    browser.until("return sessionStorage.length === 0 && document.querySelector('#sign-in-dialog').open", patience=60)
    assert browser.run("return document.querySelector('#decisions tbody').rows.length") == 0


def test_the_page_goes_on_without_a_token_where_nothing_more_is_shown(stage, browser, between):
    """Beyond loopback: everything but the shell is refused."""
    stage.start()
    front = between(stage)

    def rule(handler, method, path):
        if not path.startswith("/api/") or "Authorization" in handler.headers:
            return False
        front.answer(handler, 401, b'{"error":"a token is needed"}')
        return True

    front.rules.append(rule)
    show(browser, front.base, ready="return document.querySelector('#sign-in-dialog').open")
    assert "without a token" in browser.text("#sign-in-dialog")
    browser.type("#token", READ)
    browser.click("#sign-in-form [type=submit]")
    browser.until("return document.querySelector('#chart-volume canvas') && document.querySelector('#tiles .number') && document.querySelector('#decisions tbody tr')")


def test_a_question_that_waits_is_not_asked_again_after_signing_out(stage, browser, between):
    stage.start()
    front = between(stage)

    def rule(handler, method, path):
        if not path.startswith("/api/v1/session") or "Authorization" not in handler.headers:
            return False
        front.answer(handler, 503, b'{"error":"the database is busy"}')
        return True

    front.rules.append(rule)
    show(browser, front.base, COMMAND, ready=None)
    until(lambda: any(path.startswith("/api/v1/session") for path in front.paths()))
    browser.run("document.querySelector('#sign-out').click()")
    front.rules.clear()
    asked = len(front.asked)
    time.sleep(5)
    assert [path for _, path, headers in front.asked[asked:] if "Authorization" in headers] == []
    assert browser.run("return [document.querySelector('#who').textContent, document.querySelector('#commands').hidden]") == ["", True]


def test_what_the_token_may_is_asked_again_when_it_was_not_told(stage, browser, between):
    stage.start()
    front = between(stage)

    def rule(handler, method, path):
        if not path.startswith("/api/v1/session"):
            return False
        front.answer(handler, 500, b'{"error":"the database cannot be read"}')
        return True

    front.rules.append(rule)
    show(browser, front.base, COMMAND)
    assert browser.run("return document.querySelector('#decisions-open').hidden")
    front.rules.clear()
    browser.run("document.dispatchEvent(new Event('visibilitychange'))")
    browser.until("return document.querySelector('#decisions tbody tr') && document.querySelector('#command-buttons button')", patience=30)


def test_who_cancels_is_not_signed_in(stage, browser, between):
    stage.start()
    front = between(stage)
    show(browser, front.base)
    held = threading.Event()

    def rule(handler, method, path):
        if path.startswith("/api/v1/session"):
            held.wait(20)
        return False

    front.rules.append(rule)
    browser.click("#sign-in")
    browser.type("#token", READ)
    asked = front.paths().count("/api/v1/session")
    browser.click("#sign-in-form [type=submit]")
    until(lambda: front.paths().count("/api/v1/session") > asked)
    browser.click("#sign-in-dialog [data-close]")
    held.set()
    browser.until("return !document.querySelector('#sign-in-form [type=submit]').disabled")
    assert browser.run("return [sessionStorage.length, document.querySelector('#decisions tbody').rows.length]") == [0, 0]


def test_a_row_that_comes_while_the_list_is_asked_for_is_there_once(stage, browser, between):
    stage.start()
    front = between(stage)
    newest = stage.get("/api/v1/decisions?limit=1")["decisions"][0]
    rows = [newest, {**newest, "ticket_id": 99_999_999, "at": newest["at"] + 1}]
    told, asked = threading.Event(), threading.Event()

    def rule(handler, method, path):
        if path.startswith("/api/v1/decisions?"):
            asked.set()
            told.wait(20)
            return False
        if not path.startswith("/api/v1/events"):
            return False
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        asked.wait(20)
        for row in rows:
            handler.wfile.write(b"event: outcome\ndata: " + json.dumps(row).encode() + b"\n\n")
        handler.wfile.flush()
        time.sleep(1)
        told.set()
        time.sleep(20)
        return True

    front.rules.append(rule)
    show(browser, front.base, READ, ready="return document.querySelector('#decisions tbody').rows.length >= 50")
    shown = browser.run("return [...document.querySelector('#decisions tbody').rows].map((row) => row.cells[1].textContent)")
    assert shown[:2] == ["99999999", str(newest["ticket_id"])]
    assert len(shown) == 50 and shown.count(str(newest["ticket_id"])) == 1


def test_a_question_that_fails_late_does_not_hide_a_newer_answer(stage, browser, between):
    stage.start()
    front = between(stage)
    first, over = [], threading.Event()

    def rule(handler, method, path):
        if path.startswith("/api/v1/events"):
            front.answer(handler, 500, b'{"error":"no stream"}')
            return True
        if not path.startswith("/api/v1/now") or first:
            return False
        first.append(path)
        over.wait(20)
        front.answer(handler, 502, b"<html>Bad Gateway</html>", "text/html")
        return True

    front.rules.append(rule)
    show(browser, front.base, READ)
    browser.run("""window.lost = 0; new MutationObserver(() => { if (document.title.endsWith('not reached')) window.lost++; })
        .observe(document.querySelector('title'), {childList: true, characterData: true, subtree: true})""")
    over.set()
    time.sleep(2)
    assert browser.run("return window.lost") == 0


def test_an_explanation_does_not_take_an_earlier_outcome_for_that_of_the_newest_decision(stage, browser, between):
    stage.start()
    front = between(stage)
    decision = {"kind": "decision", "payload": {"model": "gpt-4o-mini", "root_cause": "bug", "urgency": "low", "sentiment": "neutral"}}
    events = [{**decision, "payload": {**decision["payload"], "urgency": "high"}},
              {"kind": "outcome", "payload": {"state": "done", "priority_before": "normal", "priority_after": "high"}}, decision]
    events.append({"kind": "command", "payload": {"order": "process", "token": "late", "address": "127.0.0.1:1"}})
    answer = {"now": "It waits for its update.", "events": [{"at": 1796030190773 + at, **event} for at, event in enumerate(events)]}

    def rule(handler, method, path):
        if not path.startswith("/api/v1/decisions/"):
            return False
        front.answer(handler, 200, json.dumps(answer).encode())
        return True

    front.rules.append(rule)
    show(browser, front.base, READ, fragment="#explain=7", ready="return document.querySelector('#explain .because')")
    because = browser.text("#explain .because")
    assert "urgency low" in because and "Nothing is written yet" in because and "from normal to high" not in because
    assert "late" not in because, "an order that came after the decision is not its reason"


def test_one_page_asks_the_database_two_questions_at_a_time(stage, browser, between):
    stage.start()
    front = between(stage)
    held, lock = {"now": 0, "most": 0, "all": 0}, threading.Lock()

    def rule(handler, method, path):
        if not path.startswith(("/api/v1/series", "/api/v1/overruled", "/api/v1/decisions?")):
            return False
        with lock:
            held["now"] += 1
            held["all"] += 1
            held["most"] = max(held["most"], held["now"])
        time.sleep(1)
        front.hand_on(handler)
        with lock:
            held["now"] -= 1
        return True

    front.rules.append(rule)
    show(browser, front.base, READ, ready="return document.querySelector('#decisions tbody tr') && document.querySelector('#chart-overruled canvas')")
    assert held["all"] >= 3 and held["most"] <= 2


def test_what_agents_mostly_choose_to_change_is_not_called_the_worst_label(stage, browser, between):
    stage.start()
    front = between(stage)
    answer = {"sampled": 40, "fields": [], "labels": [{"field": "root_cause", "label": "bug", "overruled": 30, "compared": 40},
                                                      {"field": "urgency", "label": "medium", "overruled": 24, "compared": 24}]}

    def rule(handler, method, path):
        if not path.startswith("/api/v1/overruled"):
            return False
        front.answer(handler, 200, json.dumps(answer).encode())
        return True

    front.rules.append(rule)
    show(browser, front.base)
    said = words(browser.text("#overruled-sum"))
    assert said.startswith("Most often overruled: category bug. People changed it 30 times of 40 (75 %).")
    assert "highest share" not in said and "It is small: 30 days say more." in said and "Urgency is compared only where" in said
