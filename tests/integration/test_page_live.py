"""The page while things happen: tickets come, the service stops and starts, a proxy stands before it, seven tabs are open, answers come
late or not at all."""

import threading
import time

import pytest

from page_stage import COMMAND, READ, Stage, between, browser, complaints, picture, show, until  # noqa: F401

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
