"""Orders from the page: who may, that each asks first and names the number, and that nothing is said to be so that nobody knows."""

import pytest

from page_stage import COMMAND, READ, Stage, between, browser, complaints, picture, show, until, words  # noqa: F401

BUTTONS = "return document.querySelector('#command-buttons button') && document.querySelector('#decisions tbody tr')"


@pytest.fixture
def stage(world):
    stage = Stage(world, tickets=12).start()
    until(lambda: stage.get("/status")["queue"]["remembered"] == 12 and stage.get("/api/v1/decisions?limit=50")["decisions"].__len__() == 12)
    return stage


def test_pause_and_resume_ask_first(stage, browser):
    show(browser, stage.base, COMMAND, ready=BUTTONS)
    browser.click("[data-order=pause]")
    assert "0 tickets would wait" in browser.text("#order-dialog")
    browser.click("#order-dialog [data-close]")
    assert stage.get("/status")["paused"] is False, "nothing happens without a yes"
    browser.click("[data-order=pause]")
    browser.click("#order-do")
    browser.until("return document.querySelector('#command-said').textContent.startsWith('Paused')")
    assert stage.get("/status")["paused"] is True
    browser.click("#order-dialog [data-close]")
    browser.until("return document.querySelector('[data-order=resume]') && document.querySelector('#banners').textContent.includes('Paused')")
    browser.click("[data-order=resume]")
    browser.click("#order-do")
    until(lambda: stage.get("/status")["paused"] is False)


def test_the_emergency_stop_and_its_end(stage, browser):
    show(browser, stage.base, COMMAND, ready=BUTTONS)
    browser.click("[data-order=stop-writing]")
    assert "nothing is written to Zendesk" in browser.text("#order-dialog") and "0 tickets in hand" in browser.text("#order-dialog")
    browser.click("#order-do")
    browser.until("return document.querySelector('[data-order=start-writing]') && document.querySelector('#banners').textContent.includes('Emergency stop')")
    assert stage.get("/status")["writes"] == "stopped"
    picture(browser, "stopped")
    browser.click("#order-dialog [data-close]")
    browser.click("[data-order=start-writing]")
    browser.click("#order-do")
    until(lambda: stage.get("/status")["writes"] == "on")


def test_numbers_are_read_and_named_before_anything_is_sent(stage, browser):
    show(browser, stage.base, COMMAND, ready=BUTTONS)
    browser.click("[data-order=process-again]")
    browser.type("#order-ids", "7, 8 x9")
    browser.click("#order-do")
    assert "“x9” is not a ticket number." in browser.text("#order-dialog")
    browser.run("document.querySelector('#order-ids').value = '9007199254740993'")
    browser.click("#order-do")
    browser.until("return document.querySelector('#order-said').textContent === '“9007199254740993” is not a ticket number.'")
    browser.run("document.querySelector('#order-ids').value = '7, #8 7'")
    browser.click("#order-do")
    browser.until("return document.querySelector('#order-do').textContent === 'Process again 2 tickets'")
    assert "2 tickets: 7, 8" in browser.text("#order-dialog")
    browser.click("#order-do")
    browser.until("return document.querySelector('#command-said').textContent !== ''")
    until(lambda: len(stage.get("/api/v1/decisions?ticket=7")["decisions"]) == 2)
    events = stage.get("/api/v1/decisions/7")["events"]
    assert any(event["kind"] == "command" and event["payload"]["order"] == "process-again" for event in events)


def test_an_undo_shows_its_plan_before_it_does_anything(stage, browser):
    show(browser, stage.base, COMMAND, ready=BUTTONS)
    browser.click("[data-order=undo]")
    browser.type("#order-ids", "7 8")
    browser.click("#order-do")
    browser.until("return document.querySelector('#order-do').textContent === 'Undo 2 tickets'")
    assert "Nothing has been changed yet" in browser.text("#order-dialog") and "Notes that stay" in browser.text("#order-dialog")
    picture(browser, "undo-plan", whole=False)
    assert not any(event["kind"] == "undo" for event in stage.get("/api/v1/decisions/7")["events"])
    browser.click("#order-do")
    browser.until("return document.querySelector('#command-said').textContent.startsWith('Undone: 2 of 2')")
    assert any(event["kind"] == "undo" and event["payload"].get("over") for event in stage.get("/api/v1/decisions/7")["events"])
    browser.click("#order-dialog [data-close]")
    browser.type("#why-ticket", "7")
    browser.click("#why-form button")
    browser.until("return document.querySelector('#explain .because')")
    assert "Undone" in browser.text("#explain .because") and "boss" in browser.text("#explain")


@pytest.mark.parametrize("how", ("the connection breaks", "a proxy answers 504", "the service is stopping"))
def test_an_order_whose_answer_is_lost_may_have_been_carried_out(stage, browser, between, how):
    front = between(stage)

    def rule(handler, method, path):
        if method != "POST":
            return False
        connection, reply = front.ask(handler)
        reply.read()
        connection.close()
        if how == "a proxy answers 504":
            front.answer(handler, 504, b"<html>Gateway Timeout</html>", "text/html")
        elif how == "the service is stopping":
            front.answer(handler, 503, b'{"error":"the service is stopping"}')
        else:
            # Something has come: a connection that ends without a byte is tried again by browsers themselves.
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
            handler.wfile.flush()
            handler.close_connection = True
        return True

    front.rules.append(rule)
    show(browser, front.base, COMMAND, ready=BUTTONS)
    browser.click("[data-order=pause]")
    browser.click("#order-do")
    browser.until("return document.querySelector('#order-said').textContent !== ''")
    said = browser.text("#order-said")
    assert said.startswith("Outcome unknown") and "may have been carried out" in said
    assert browser.run("return document.querySelector('#order-do').hidden"), "it is not offered again at once"
    assert len([1 for method, _, _ in front.asked if method == "POST"]) == 1, "it is never sent twice"
    assert stage.get("/status")["paused"] is True


def test_who_may_only_read_sees_no_orders_and_the_service_refuses_them(stage, browser):
    show(browser, stage.base, READ, ready="return document.querySelector('#decisions tbody tr')")
    assert browser.run("return [document.querySelector('#commands').hidden, document.querySelectorAll('#command-buttons button').length]") == [True, 0]
    browser.click("#decisions tbody tr button")
    browser.until("return document.querySelector('#explain .trail li')")
    assert "Undo" not in browser.text("#explain")
    status = browser.run("""return fetch('/api/v1/pause', {method: 'POST', body: '{}',
        headers: {'Content-Type': 'application/json', Authorization: 'Bearer ' + sessionStorage.getItem('ai-ticketd.token')}}).then((reply) => reply.status)""")
    assert status in (401, 403)
    assert stage.get("/status")["paused"] is False
