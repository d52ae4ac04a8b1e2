"""docs/openapi.yaml against the real service: every path and method of the file is called, with good and with bad input, and each answer
is checked against its schema, which allows no member that it does not name; and the file has every route of the daemon."""

import http.client
import json
import os
import re
import time

import pytest

from conftest import TOP
from test_api_events import READER, TOKEN, Service, Watch

yaml = pytest.importorskip("yaml")
jsonschema = pytest.importorskip("jsonschema")

METHODS = ("get", "post", "put", "delete", "patch", "head", "options")
PLAIN = {"type": "object"}
HOUR = 3_600_000


def load():
    with open(os.path.join(TOP, "docs/openapi.yaml")) as file:
        return yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


SPEC = load()
OPERATIONS = [(method, path) for path, item in SPEC["paths"].items() for method in item if method in METHODS]


def resolve(node):
    while "$ref" in node:
        found = SPEC
        for part in node["$ref"][2:].split("/"):
            found = found[part]
        node = found
    return node


def operation(method, path):
    return SPEC["paths"][path][method]


def response_of(method, path, status):
    responses = operation(method, path)["responses"]
    assert str(status) in responses or status >= 400, f"{method} {path} answered {status}, which the file does not tell of"
    return resolve(responses.get(str(status), responses["default"]))


def check(schema, value):
    """All of the file's schemas can be named from it."""
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": SPEC["components"], **schema}
    errors = list(jsonschema.Draft202012Validator(whole).iter_errors(value))
    assert not errors, f"{errors[0].message} at {list(errors[0].absolute_path)} of {json.dumps(value)[:2000]}"


class Api:
    """The service, asked in the words of the file."""

    def __init__(self, running):
        self.running = running

    def ask(self, method, target, body=None, token=TOKEN, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=60)
        lines = {**({"Authorization": f"Bearer {token}"} if token else {}),
                 **({"Content-Type": "application/json"} if method == "post" else {}), **(headers or {})}
        connection.request(method.upper(), target, body, lines)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer, data

    def call(self, method, path, query="", body=None, **more):
        """Status and body, as the file says that they must be. `path`: as in the file, with values for {names}."""
        values = more.pop("values", {})
        target = re.sub(r"\{(\w+)\}", lambda name: str(values[name.group(1)]), path) + query
        answer, data = self.ask(method, target, None if body is None else json.dumps(body), **more)
        content = response_of(method, path, answer.status).get("content")
        kind = (answer.headers.get("Content-Type") or "").split(";")[0]
        if not content:
            assert not data
            return answer.status, None
        assert kind in content, f"{method} {target}: {answer.status} with {kind}, the file says {list(content)}"
        if kind != "application/json":
            return answer.status, data
        value = json.loads(data)
        check(content[kind]["schema"], value)
        return answer.status, value


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """One service for all tests of the file: they look, and what they change is none of each other's business."""
    from conftest import World
    world = World(tmp_path_factory.mktemp("contract"))
    try:
        running = Service(world, "--tickets", 40, "--forbidden", "3", "--closed", "5", AI_TICKETD_ZENDESK_POLL_INTERVAL="5m")
        api = Api(running)
        end = time.monotonic() + 90
        while api.call("get", "/api/v1/now")[1]["today"]["processed"] < 38:
            assert time.monotonic() < end
            time.sleep(0.2)
        yield api
        running.process.terminate()
        assert running.process.wait(timeout=60) == 0, (world.path / "err").read_text()[-3000:]
    finally:
        world.stop()


# --- the file itself ---


def test_the_file_is_one_that_tools_can_read():
    text = open(os.path.join(TOP, "docs/openapi.yaml")).read()
    assert SPEC["openapi"].startswith("3.1") and "<<:" not in text and "\t" not in text
    for name, schema in SPEC["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        if schema.get("type") == "object" and name not in ("Error", "Message"):
            assert schema.get("additionalProperties") is False, name
            assert set(schema.get("required", ())) <= set(schema["properties"]), name
    for ref in re.findall(r'\$ref: "#/([^"]+)"', text):
        node = SPEC
        for part in ref.split("/"):
            node = node[part]
    for method, path in OPERATIONS:
        row = operation(method, path)
        assert row["summary"] and row["x-right"] in ("state", "shell", "look", "read", "command") and "default" in row["responses"]
        names = {resolve(one)["name"] for one in (*SPEC["paths"][path].get("parameters", ()), *row.get("parameters", ()))
                 if resolve(one)["in"] == "path"}
        assert names == set(re.findall(r"\{(\w+)\}", path)), path


def routes_of_the_daemon():
    """(method, path) of the tables of views and commands, and of their other names below /api/v1."""
    with open(os.path.join(TOP, "daemon/run/sockets.c")) as file:
        views = re.search(r"static const struct view views\[\] = \{(.*?)\n\};", file.read(), re.S).group(1)
    for path in re.findall(r'\.path = "([^"]+)"', views):
        yield "get", path
    with open(os.path.join(TOP, "daemon/control/routes.c")) as file:
        text = file.read()
    commands = {}
    for row in re.findall(r"\{(\.path = [^{}]*)\}", re.search(r"commands\[\] = \{(.*?)\n\};", text, re.S).group(1)):
        path = re.search(r'\.path = "([^"]+)"', row).group(1)
        commands[path] = "post" if ".post = true" in row else "get"
        yield commands[path], path
    for alias, path in re.findall(r'\{"(/[^"]*)", "(/[^"]*)"\}', re.search(r"aliases\[\] = \{(.*?)\n\};", text, re.S).group(1)):
        yield commands[path], "/api/v1" + alias


def test_every_route_of_the_daemon_is_in_the_file():
    routes = list(routes_of_the_daemon())
    assert len(routes) >= 40
    known = {(method, re.sub(r"\{\w+\}$", "", path)) for method, path in OPERATIONS}
    assert [route for route in routes if route not in known] == []


def test_nothing_else_is_in_the_file():
    served = set(routes_of_the_daemon()) | {("get", "/report/")}
    page = {"/", "/favicon.ico", "/favicon.svg", "/chart.js", "/{file}"}
    assert [one for one in OPERATIONS
            if one[1] not in page and (one[0], re.sub(r"\{\w+\}$", "", one[1])) not in served] == []


# --- every path with good input ---

GOOD = {
    ("get", "/api/v1/session"): [("", None)],
    ("get", "/api/v1/now"): [("", None), ("?since=%(hour_ago)d", None)],
    ("get", "/api/v1/series"): [("?from=%(day_ago)d&to=%(now)d&step=" + step, None) for step in ("15m", "1h", "6h", "1d")],
    ("get", "/api/v1/decisions"): [(query, None) for query in (
        "", "?limit=1", "?limit=200", "?ticket=7", "?ticket=999999", "?outcome=done", "?outcome=skipped", "?outcome=failed", "?outcome=shadow",
        "?outcome=dry_run", "?root_cause=bug&urgency=medium&sentiment=neutral&by=model", "?by=rules", "?from=%(day_ago)d&to=%(now)d")],
    ("get", "/api/v1/decisions/{ticket}"): [({"ticket": 1}, None), ({"ticket": 3}, None), ({"ticket": 999}, None)],
    ("get", "/explain/{ticket}"): [({"ticket": 2}, None), ({"ticket": 999}, None)],
    ("get", "/api/v1/overruled"): [("?from=%(day_ago)d&to=%(now)d", None), ("", None)],
    ("get", "/api/v1/alerts"): [("", None)],
    ("get", "/api/v1/tickets"): [(query, None) for query in ("", "?client_id=default", "?client_id=1&limit=2", "?client_id=acme")],
    ("get", "/api/v1/metrics"): [("", None)],
    ("get", "/health"): [("", None)], ("get", "/live"): [("", None)], ("get", "/ready"): [("", None)], ("get", "/metrics"): [("", None)],
    ("get", "/status"): [("", None)], ("get", "/report"): [("", None)], ("get", "/audit"): [("", None)],
    ("get", "/report/{span}"): [({"span": "7d"}, None), ({"span": "24h"}, None)],
    ("get", "/history"): [("?since=0", None), ("?since=0&limit=3", None), ("?since=0&undone=1", None)],
    ("get", "/"): [("", None)], ("get", "/chart.js"): [("", None)], ("get", "/favicon.ico"): [("", None)],
    ("get", "/favicon.svg"): [("", None)],
    ("get", "/{file}"): [({"file": name}, None) for name in os.listdir(os.path.join(TOP, "daemon/page")) if name.endswith((".css", ".js"))],
    ("post", "/process"): [("", {"ids": [11]})], ("post", "/process-again"): [("", {"ids": [12, 13]})],
    ("post", "/reload"): [("", {})], ("post", "/erase"): [("", {"ids": [39]})], ("post", "/alert-test"): [("", {})],
    ("post", "/backup"): [("", {})],
}
for alias in ("process", "process-again"):
    GOOD["post", "/api/v1/" + alias] = GOOD["post", "/" + alias]
PAIRS = [("/pause", "/resume"), ("/stop-writing", "/start-writing")]
# Those that tests of their own call.
ELSEWHERE = {("get", "/api/v1/events")} | {
    operation for prefix in ("", "/api/v1") for operation in (
        ("post", prefix + "/undo-plan"), ("post", prefix + "/undo"), ("get", prefix + "/undo/{job}"),
        *(("post", prefix + path) for pair in PAIRS for path in pair))}


def test_no_operation_is_left_out():
    assert set(GOOD) | ELSEWHERE == set(OPERATIONS)


@pytest.mark.parametrize("method, path", sorted(GOOD))
def test_a_good_question_gets_an_answer_of_its_schema(api, method, path):
    now = int(time.time() * 1000)
    times = {"now": now, "hour_ago": now - HOUR, "day_ago": now - 24 * HOUR}
    for what, body in GOOD[method, path]:
        values, query = (what, "") if isinstance(what, dict) else ({}, what % times)
        status, _ = api.call(method, path, query, body, values=values)
        assert status in (200, 202) or (status, values.get("ticket")) == (404, 999) or (status, path) == (409, "/alert-test")
        if method == "get" and path not in ("/{file}", "/"):  # HEAD is GET without the body
            target = re.sub(r"\{(\w+)\}", lambda name: str(values[name.group(1)]), path) + query
            answer, data = api.ask("head", target)
            assert (answer.status, data) == (status, b"")


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("begin, end", PAIRS)
def test_what_is_stopped_is_started_again(api, prefix, begin, end):
    assert api.call("post", prefix + begin, body={})[0] == 200
    assert api.call("post", prefix + end, body={})[0] == 200


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_an_undo_from_its_plan_to_its_end(api, prefix):
    status, job = api.call("post", prefix + "/undo-plan", body={"ids": [20 if prefix else 21]})
    assert status == 202

    def until(state):
        end = time.monotonic() + 60
        while (found := api.call("get", prefix + "/undo/{job}", values={"job": job["job"]})[1])["state"] != state:
            assert time.monotonic() < end, found
            time.sleep(0.1)
        return found
    assert until("planned")["would_change"] == 1
    assert api.call("post", prefix + "/undo", body={"job": job["job"]})[0] == 202
    assert until("over")["undone"] == 1


def test_the_events_are_those_of_the_file(api):
    schemas = {"state": "NowState", "outcome": "Decision", "skipped": "Skipped", "bye": "Ended"}
    watch = Watch(api.running.port, TOKEN)
    assert watch.status == 200 and watch.head.lower().count("content-type: text/event-stream") == 1
    name, value = watch.next()
    assert name == "state"
    check(resolve({"$ref": "#/components/schemas/NowState"}), value)
    api.call("post", "/process-again", body={"ids": [30]})
    end = time.monotonic() + 60
    while name != "outcome":
        assert time.monotonic() < end
        name, value = watch.next()
        check(resolve({"$ref": f"#/components/schemas/{schemas[name]}"}), value)
    assert value["ticket_id"] == 30
    watch.connection.close()


def test_the_pages_of_a_list_follow_each_other(api):
    """Each ticket comes once, the newest first, in pages of any size."""
    whole = api.call("get", "/api/v1/decisions", "?limit=200")[1]["decisions"]
    assert len(whole) >= 39 and [row["at"] for row in whole] == sorted((row["at"] for row in whole), reverse=True)
    for name, path in (("decisions", "/api/v1/decisions"), ("tickets", "/api/v1/tickets")):
        rows, after = [], ""
        while after is not None:
            page = api.call("get", path, f"?limit=7{after and '&after=' + after}&" .rstrip("&"))[1]
            rows, after = rows + page[name], page["next"]
        last = {row["ticket_id"]: row for row in rows}
        assert all(last.get(row["ticket_id"]) for row in whole) and len(rows) >= len(whole)


def test_the_sums_agree_with_each_other(api):
    """As soon as what other tests ordered is done."""
    end = time.monotonic() + 30
    while True:
        now = int(time.time() * 1000)
        today = api.call("get", "/api/v1/now", f"?since={now - 47 * HOUR}")[1]["today"]
        points = api.call("get", "/api/v1/series", f"?from={now - 47 * HOUR}&to={now + HOUR}&step=1h")[1]["points"]
        sums = {name: sum(point[name] for point in points) for name in ("processed", "failed", "analysed", "by_rules")}
        if sums == {name: today[name] for name in sums}:
            break
        assert time.monotonic() < end, (sums, today)
        time.sleep(0.2)
    for labels in ("root_cause", "urgency", "sentiment"):
        assert sum(today[labels].values()) == today["analysed"]


# --- bad input ---

BAD = [
    ("/api/v1/now", "?since=yesterday", "since"), ("/api/v1/now", "?since=1", "since"), ("/api/v1/now", "?before=1", "before"),
    ("/api/v1/now", "?since=1&since=2", "since"),
    ("/api/v1/series", "?from=0&to=99999999999999&step=15m", "750"), ("/api/v1/series", "?from=x&to=1&step=1h", "from"),
    ("/api/v1/series", "?from=1&to=2&step=5m", "step"), ("/api/v1/series", "?from=%(now)d&to=0&step=1h", "from"),
    ("/api/v1/decisions", "?limit=0", "limit"), ("/api/v1/decisions", "?limit=201", "limit"), ("/api/v1/decisions", "?ticket=-1", "ticket"),
    ("/api/v1/decisions", "?ticket=99999999999999999999", "ticket"), ("/api/v1/decisions", "?outcome=good", "outcome"),
    ("/api/v1/decisions", "?root_cause=Bug", "root_cause"), ("/api/v1/decisions", "?urgency=", "urgency"),
    ("/api/v1/decisions", "?sentiment=%%00", "sentiment"), ("/api/v1/decisions", "?by=me", "by"),
    ("/api/v1/decisions", "?after=x", "after"), ("/api/v1/decisions", "?after=1.2.3", "after"), ("/api/v1/decisions", "?after=", "after"),
    ("/api/v1/decisions", "?page=2", "page"), ("/api/v1/decisions", "?limit=%%zz", "limit"),
    ("/api/v1/tickets", "?client=default", "client"), ("/api/v1/tickets", "?limit=1000", "limit"), ("/api/v1/tickets", "?after=here", "after"),
    ("/api/v1/overruled", "?from=a", "from"), ("/api/v1/overruled", "?since=1", "since"),
    ("/api/v1/session", "?x=1", "parameters"), ("/api/v1/metrics", "?x=1", "parameters"), ("/api/v1/alerts", "?x=1", "parameters"),
    ("/api/v1/events", "?x=1", "parameters"),
]


@pytest.mark.parametrize("path, query, word", BAD)
def test_a_wrong_parameter_is_named(api, path, query, word):
    status, answer = api.call("get", path, query % {"now": int(time.time() * 1000)})
    assert status == 400 and word in answer["error"]


def test_an_order_with_a_parameter_is_refused_and_not_done(api):
    for method, target in (("post", "/api/v1/pause?minutes=5"), ("get", "/api/v1/decisions/1?x=1"), ("get", "/api/v1/undo/1?x")):
        answer, data = api.ask(method, target, "{}" if method == "post" else None)
        assert answer.status == 400 and "parameters" in json.loads(data)["error"]
    assert api.call("get", "/api/v1/now")[1]["paused"] is False


@pytest.mark.parametrize("path", ["/api/v1/decisions/x", "/api/v1/decisions/0", "/api/v1/decisions/", "/api/v1/undo/x", "/report/always"])
def test_a_wrong_path_is_400(api, path):
    answer, data = api.ask("get", path)
    assert answer.status == 400
    check(SPEC["components"]["schemas"]["Error"], json.loads(data))


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/now", "/api/v1/nothing", "/api/v1/erase", "/api/v1/now/", "/API/v1/now"])
def test_other_paths_are_404(api, path):
    answer, data = api.ask("get", path)
    assert answer.status == 404
    check(SPEC["components"]["schemas"]["Error"], json.loads(data))


@pytest.mark.parametrize("path", ["/process", "/process-again", "/undo-plan", "/undo"])
@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["1"]}, {"ids": [0]}, {"ids": [1], "more": 1}, {"job": 0}, {"job": "1"}, [1]])
def test_a_wrong_body_is_refused(api, prefix, path, body):
    assert 400 <= api.call("post", prefix + path, body=body)[0] < 500


def example(method, path):
    values = {"ticket": 1, "job": 1, "span": "7d", "file": "page.css"}
    query = {"/history": "?since=0"}.get(path, "")
    return re.sub(r"\{(\w+)\}", lambda name: str(values[name.group(1)]), path) + query


@pytest.mark.parametrize("method, path", OPERATIONS)
def test_another_method_is_405(api, method, path):
    for other in {"get", "post", "put", "delete", "patch", "options"} - {method}:
        if (other, path) in OPERATIONS:
            continue
        answer, data = api.ask(other, example(method, path))
        assert answer.status == 405 and answer.headers["Allow"] == ("POST" if method == "post" else "GET, HEAD")
        check(SPEC["components"]["schemas"]["Error"], json.loads(data))


@pytest.mark.parametrize("method, path", OPERATIONS)
def test_each_right_is_that_of_the_file(api, method, path):
    """Without a token, with one that may read, with a wrong one; what is let in may still be refused for its body."""
    right = operation(method, path)["x-right"]
    body = "[" if method == "post" else None  # nothing that would be done
    if path == "/api/v1/events":
        assert [Watch(api.running.port, token).status for token in (None, READER)] == [200, 200]
        return
    if path.endswith(("/pause", "/resume", "/stop-writing", "/start-writing", "/reload", "/alert-test", "/backup")):
        letting = (None, READER)  # they need no body
    else:
        letting = (None, READER, TOKEN)
    for token in letting:
        level = {None: ("state", "shell", "look"), READER: ("state", "shell", "look", "read"), TOKEN: (right,)}[token]
        answer, data = api.ask(method, example(method, path), body, token)
        assert (answer.status not in (401, 403)) == (right in level), (token, answer.status, data)
        if answer.status in (401, 403):
            check(SPEC["components"]["schemas"]["Error"], json.loads(data))
