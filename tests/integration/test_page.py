"""The page in a real browser, before the service with an invented history: it is whole, it is right, and everybody can use it."""

import re
import json
import sqlite3

import pytest

from page_stage import (COMMAND, DAY, HOUR, READ, SIZES, Stage, between, browser, complaints, picture, show, sign_in, until,  # noqa: F401
                        words)
import axe  # noqa: E402 (page_stage knows the way)

COUNTS = ("processed", "failed", "skipped", "cost_nano", "bug", "feature", "refund", "other", "high", "medium", "low", "positive", "neutral", "negative")


@pytest.fixture
def stage(world):
    return Stage(world, history={"tickets": 15000}).start()


def statistics(path):
    """What the store holds, read when no service has it open: {quarter: {name: count}}."""
    database = sqlite3.connect(path)
    rows = {quarter: dict(zip(COUNTS, counts)) for quarter, *counts in
            database.execute(f"SELECT quarter, {', '.join(f'sum({name})' for name in COUNTS)} FROM statistic GROUP BY quarter")}
    database.close()
    return rows


def test_nobody_is_shut_out_in_both_themes_and_three_sizes(stage, browser):
    judge = axe.source(browser)
    show(browser, stage.base, READ, ready="return document.querySelector('#decisions tbody tr') && document.querySelector('#chart-overruled canvas')")
    browser.console()
    for scheme in ("light", "dark"):
        browser.media(prefers_color_scheme=scheme)
        for size, (width, height) in SIZES.items():
            browser.size(width, height)
            browser.until("return innerWidth === arguments[0]", width)
            assert axe.violations(browser, judge) == [], (scheme, size)
            assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), (scheme, size)
            picture(browser, f"page-{size}-{scheme}")
    assert complaints(browser) == []


def test_nobody_is_shut_out_of_what_opens(stage, browser):
    judge = axe.source(browser)
    show(browser, stage.base, COMMAND, ready="return document.querySelector('#decisions tbody tr') && document.querySelector('#command-buttons button')")
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert axe.violations(browser, judge) == []
    for scheme in ("light", "dark"):
        browser.media(prefers_color_scheme=scheme)
        browser.click("#decisions tbody tr:nth-child(2) button")
        browser.until("return document.querySelector('#explain .trail li')")
        assert axe.violations(browser, judge) == []
        picture(browser, f"explanation-{scheme}", whole=False)
        browser.click("#explain-dialog [data-close]")
        browser.click("[data-order=undo]")
        assert axe.violations(browser, judge) == []
        browser.click("#order-dialog [data-close]")
    browser.click("#sign-out")
    browser.until("return !document.querySelector('#sign-in').hidden")
    browser.click("#sign-in")
    assert axe.violations(browser, judge) == []


def test_the_judge_finds_what_is_wrong(stage, browser):
    judge = axe.source(browser)
    show(browser, stage.base)
    browser.run("""document.documentElement.removeAttribute('lang'); document.title = '';
        const image = document.createElement('img'); image.src = '/favicon.svg'; document.querySelector('main').append(image);
        document.querySelector('label[for=why-ticket]').remove(); document.querySelector('h1').remove();""")
    found = {line.split(":")[0] for line in axe.violations(browser, judge)}
    assert {"html-has-lang", "document-title", "image-alt", "page-has-heading-one"} <= found


def test_the_charts_show_what_the_store_holds(world, browser):
    stage = Stage(world, history={"tickets": 15000})
    quarters = statistics(world.path / "state.db")
    stage.start()
    browser.cdp("Emulation.setTimezoneOverride", timezoneId="Asia/Tokyo")
    show(browser, stage.base, fragment="#span=30d")
    browser.until("return document.querySelector('#span-sum').textContent.includes('30 days')")
    offset = 9 * HOUR
    now = browser.run("return Date.now()")
    today = (now + offset) // DAY * DAY - offset
    days = [{name: sum(row[name] for quarter, row in quarters.items() if begin <= quarter * HOUR // 4 < begin + DAY) for name in COUNTS}
            for begin in range(today - 29 * DAY, today + 1, DAY)]
    total = {name: sum(day[name] for day in days) for name in COUNTS}
    assert total["processed"] > 10000

    def data(place):
        return browser.run("return Chart.getChart(document.querySelector(arguments[0])).data.datasets.map((set) => set.data)", f"#chart-{place} canvas")

    assert data("causes") == [[total[name] for name in ("bug", "feature", "refund", "other")]]
    assert data("urgency") == [[total[name] for name in ("high", "medium", "low")]]
    assert data("volume") == [[day["processed"] for day in days], [day["failed"] for day in days]]
    for name, shares in zip(("positive", "neutral", "negative"), data("sentiment")):
        sums = [day["positive"] + day["neutral"] + day["negative"] for day in days]
        assert shares == [pytest.approx(day[name] / all_of_day) if all_of_day else None for day, all_of_day in zip(days, sums)]
    told = words(browser.text("#span-sum"))
    assert f"{total['processed']:,} tickets processed, {total['failed']:,} failed" in told
    assert f"${total['cost_nano'] / 1e9:,.2f}"[:-1] in told
    # The same for those who do not see: a table and a sentence.
    rows = browser.run("return [...document.querySelector('#chart-volume tbody').rows].map((row) => [...row.cells].map((cell) => cell.textContent))")
    assert [row[1:3] for row in rows] == [[f"{day['processed']:,}", f"{day['failed']:,}"] for day in days]
    assert f"{total['processed']:,} done, {total['failed']:,} failed" in browser.run("return document.querySelector('#chart-volume canvas').getAttribute('aria-label')")
    for place in ("causes", "sentiment", "urgency", "volume", "overruled"):
        colours = browser.run("""const canvas = document.querySelector(arguments[0]), data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const found = new Set(); for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) found.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            return found.size""", f"#chart-{place} canvas")
        assert colours >= 3, f"the canvas of {place} is blank"


@pytest.mark.parametrize("span, points", [("24h", 24), ("7d", 7), ("30d", 30)])
def test_each_span_has_its_points_and_is_in_the_address(stage, browser, span, points):
    show(browser, stage.base)
    browser.run("document.querySelector('#span input[value=\"" + span + "\"]').click()")
    browser.until("return Chart.getChart(document.querySelector('#chart-volume canvas')).data.labels.length === arguments[0]", points)
    if span != "24h":
        assert f"span={span}" in browser.run("return location.hash")
    shown = browser.run("return Chart.getChart(document.querySelector('#chart-causes canvas')).data.datasets[0].data.reduce((a, b) => a + b)")
    begin = browser.run("return Date.now()")
    begin = begin // HOUR * HOUR - 23 * HOUR if span == "24h" else begin // DAY * DAY - (points - 1) * DAY
    series = stage.get(f"/api/v1/series?from={begin}&to={browser.run('return Date.now()') // HOUR * HOUR + HOUR}&step=1h")
    assert shown == sum(sum(point["root_cause"].values()) for point in series["points"]) > 0


def test_only_the_service_itself_is_asked_and_nothing_is_kept(stage, browser):
    browser.network()
    show(browser, stage.base, READ)
    asked = {event["params"]["request"]["url"] for event in browser.network() if event["method"] == "Network.requestWillBeSent"}
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(stage.base + "/") and not url.startswith("data:")] == []
    assert READ not in " ".join(asked)
    assert browser.run("return [document.cookie, localStorage.length]") == ["", 0]


def test_tiles_name_the_same_hours_of_yesterday(stage, browser):
    show(browser, stage.base)
    now = stage.get(f"/api/v1/now?since={browser.run('return new Date().setHours(0, 0, 0, 0)')}", token=None)
    tiles = words(browser.text("#tiles"))
    assert f"{now['today']['processed']:,}" in tiles
    assert f"yesterday by this time: {now['yesterday']['processed']:,}" in tiles
    assert "the model and its own requests, without waiting" in tiles, "it is no time from being found to being written"


def test_without_a_token_no_ticket_is_shown_and_signing_in_shows_all_at_once(stage, browser):
    show(browser, stage.base)
    assert browser.run("return [document.querySelector('#decisions tbody').rows.length, document.querySelector('#commands').hidden]") == [0, True]
    sign_in(browser, "x" * 40)
    browser.until("return document.querySelector('#sign-in-said').textContent !== ''")
    assert browser.run("return sessionStorage.length") == 0
    browser.run("document.querySelector('#token').value = ''")
    browser.type("#token", READ)
    browser.click("#sign-in-form [type=submit]")
    browser.until("return document.querySelector('#decisions tbody').rows.length === 50 && document.querySelector('#chart-volume canvas') && document.querySelector('#tiles .number')")
    assert browser.run("return document.querySelector('#commands').hidden"), "a token that may only read gives no orders"


def test_signing_out_empties_the_page(stage, browser):
    show(browser, stage.base, COMMAND, ready="return document.querySelector('#command-buttons button') && document.querySelector('#decisions tbody tr')")
    browser.click("#sign-out")
    browser.until("return document.querySelector('#commands').hidden")
    assert browser.run("return [document.querySelector('#decisions tbody').rows.length, sessionStorage.length, document.querySelector('#explain').textContent]") == [0, 0, ""]
    assert "boss" not in browser.text()


def test_filters_find_and_can_be_sent(stage, browser):
    show(browser, stage.base, READ, fragment="#outcome=done&root_cause=refund&urgency=high&by=model",
         ready="return document.querySelector('#decisions tbody tr')")
    labels = browser.run("return [...document.querySelector('#decisions tbody').rows].map((row) => row.cells[3].textContent)")
    assert labels and all(label.startswith("refund, high, ") for label in labels)
    first = browser.run("return document.querySelector('#decisions tbody tr td:nth-child(2)').textContent")
    browser.click("#decisions-older")
    browser.until("return !document.querySelector('#decisions-new').hidden")
    assert first != browser.run("return document.querySelector('#decisions tbody tr td:nth-child(2)').textContent")
    browser.type("#filters [name=ticket]", "12345")
    browser.run("for (const name of ['outcome', 'root_cause', 'urgency', 'by']) document.querySelector(`#filters [name=${name}]`).value = ''")
    browser.click("#filters [type=submit]")
    browser.until("return document.querySelector('#decisions tbody').rows.length === 1")
    assert browser.run("return location.hash") == "#ticket=12345"
    browser.run("location.hash = '#ticket=99999999'")
    browser.until("return document.querySelector('#decisions-said').textContent.startsWith('No decision fits')")


def test_what_strangers_put_into_the_address_does_nothing(stage, browser):
    show(browser, stage.base, READ, fragment="#explain=../../pause&span=<b>&outcome=done%26limit=1&ticket=1e9&from=-1&__proto__=1",
         ready="return document.querySelector('#decisions tbody tr') && document.querySelector('#chart-volume canvas')")
    assert not browser.run("return document.querySelector('#explain-dialog').open")
    assert browser.run("return document.querySelector('#decisions tbody').rows.length") == 50
    assert complaints(browser) == []


def test_all_of_it_works_by_keyboard(stage, browser):
    show(browser, stage.base, READ, ready="return document.querySelector('#decisions tbody tr')")
    browser.run("document.activeElement.blur()")
    reached = []
    for _ in range(12):
        browser.keys("\ue004")
        reached.append(browser.run("return document.activeElement.id || document.activeElement.textContent.trim()"))
    assert reached[0] == "Skip to the content" and "why-ticket" in reached
    outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    browser.run("document.querySelector('#why-ticket').focus()")
    browser.keys("12345\ue007")
    browser.until("return document.querySelector('#explain .because')")
    browser.keys("\ue00c")
    browser.until("return !document.querySelector('#explain-dialog').open")
    assert browser.run("return document.activeElement.id") == "why-ticket", "the focus comes back"
    browser.run("document.querySelector('#span input:checked').focus()")
    browser.keys("\ue014")
    browser.until("return location.hash.includes('span=7d')")


def test_shadow_mode_cannot_be_mistaken(world, browser):
    stage = Stage(world, history={"tickets": 500}, AI_TICKETD_MODE="shadow").start()
    show(browser, stage.base)
    assert browser.run("return [document.body.classList.contains('shadow'), document.title.includes('SHADOW'), document.querySelector('#mode').textContent]") == [True, True, "SHADOW MODE"]
    assert "nothing is written to Zendesk" in browser.text("#banners")
    picture(browser, "shadow")


def test_a_service_without_any_history_says_so(world, browser):
    stage = Stage(world).start()
    show(browser, stage.base, READ)
    assert "No tickets were processed in this time." in browser.text("#chart-volume")
    assert "No decisions yet." in browser.text("#decisions-said")
    assert "No alerts" in browser.text("#alerts-now")
    assert "no alert. The service was last started " in browser.text("#last-night"), "what did not run saw nothing"
    assert complaints(browser) == []
    picture(browser, "empty")


def test_a_newcomer_finds_four_answers(stage, browser, tell):
    show(browser, stage.base, READ)
    # Why did ticket 12345 get its priority?
    browser.type("#why-ticket", "12345")
    browser.click("#why-form button")
    browser.until("return document.querySelector('#explain .because')")
    because = words(browser.text("#explain .because"))
    assert "gpt-4o-mini read it as: category bug" in because and "urgency high (" in because
    assert "Urgency high: so the priority was set from normal to high." in because
    browser.keys("\ue00c")
    # What did this week cost?
    browser.run("document.querySelector('#span input[value=\"7d\"]').click()")
    browser.until("return document.querySelector('#span-sum').textContent.includes('7 days')")
    assert "The model cost $" in browser.text("#span-sum")
    # Which label is most often overruled?
    browser.until("return document.querySelector('#overruled-sum').textContent.includes('7 days')")
    said = browser.text("#overruled-sum")  # which label it is, is drawn: the first row of the table beside the chart
    assert re.match(r"Most often overruled: (category|urgency|sentiment) \w+\. People changed it (once|\d+ times) of \d+ ", said), said
    assert "This is a sample" in browser.text("#overruled-sum")
    # Was the model down last night?
    night = browser.text("#last-night")
    assert night.startswith("Last night (20:00 to ")
    tell(night)


def test_a_million_tickets_are_painted_within_a_second(world, browser, tell):
    stage = Stage(world, history={"tickets": 1_000_000}).start()
    browser.open("about:blank")
    browser.network()
    show(browser, stage.base, READ, ready=None)
    browser.until("return document.querySelector('#decisions tbody tr') && document.querySelector('#chart-overruled canvas')", patience=20)
    painted = browser.run("return performance.getEntriesByName('first-contentful-paint')[0].startTime")
    received = sum(event["params"]["encodedDataLength"] for event in browser.network() if event["method"] == "Network.loadingFinished")
    whole = browser.run("return performance.now()")
    tell(f"first paint after {painted:.0f} ms, all after {whole:.0f} ms, {received / 1000:.0f} kB received")
    assert painted < 1000
    assert received < 150_000 * 1.35  # the shell of 150 kB, and the answers
    slow = [entry for entry in browser.run("return performance.getEntriesByType('resource').map((one) => [one.name, one.transferSize, one.responseEnd])") if entry[2] > 10000]
    assert slow == []
    assert json.dumps(stage.get("/api/v1/decisions?limit=1"))
