"""Every request the daemon sends, against the vendors' own OpenAPI descriptions, where these are at hand (AITD_SHARED, or the
folder `shared` beside the project)."""

import json
import os
import re
import urllib.parse

import pytest

from conftest import TOP

yaml = pytest.importorskip("yaml")
jsonschema = pytest.importorskip("jsonschema")

SPECS = os.path.join(os.environ.get("AITD_SHARED", os.path.join(TOP, "..", "shared")), "specs")
pytestmark = pytest.mark.skipif(not os.path.isdir(SPECS), reason="the vendors' OpenAPI files are not here")

# Sent on the authority of the vendor's reference pages; the description does not declare them.
UNDECLARED = {
    ("zendesk", "/api/v2/search"): {"page", "per_page"},
    ("zendesk", "/api/v2/search/export"): {"page[after]"},
    ("zendesk", "/api/v2/tickets/{ticket_id}/comments"): {"page[size]", "page[after]", "sort"},
    ("zendesk", "/api/v2/incremental/tickets/cursor"): {"per_page"},
}
UNDECLARED_FIELDS = {"/api/chat": {"truncate"}}  # in the server's own api/types.go
cache = {}


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    pass


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: loader.construct_scalar(node))


def load(name):
    if name not in cache:
        with open(os.path.join(SPECS, {"zendesk": "zendesk-support-oas.yaml", "openai": "openai-oas.yaml",
                                       "ollama": "ollama-oas.yaml"}[name]), encoding="utf-8") as file:
            cache[name] = plain(yaml.load(file, Loader))
    return cache[name]


def plain(node):
    """OpenAPI 3.0's `nullable` in the words of JSON Schema; keys that are numbers or dates become strings."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {str(key): plain(value) for key, value in node.items()}
    if node.pop("nullable", False) is True and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
        if isinstance(node.get("enum"), list):
            node["enum"] = node["enum"] + [None]
    if isinstance(node.get("example"), object) and "properties" not in node.get("properties", {}):
        node.pop("example", None)
    return node


def resolve(spec, node):
    while "$ref" in node:
        target = spec
        for step in node["$ref"].lstrip("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def find(spec, method, path):
    """The most literal template that fits."""
    fitting = []
    for template, item in spec["paths"].items():
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method.lower() in item:
            fitting.append((template.count("{"), template, item))
    assert fitting, f"{method} {path} is not in the description"
    _, template, item = min(fitting)
    operation = item[method.lower()]
    parameters = [resolve(spec, p) for p in item.get("parameters", []) + operation.get("parameters", [])]
    return template, operation, parameters


def query_names(parameters):
    names = set()
    for parameter in parameters:
        if parameter["in"] != "query":
            continue
        names.add(parameter["name"])
        for key in parameter.get("schema", {}).get("properties", {}):
            names.add(f"{parameter['name']}[{key}]")
    return names


def known_fields(spec, schema, depth=0):
    schema = resolve(spec, schema)
    names = set(schema.get("properties", {}))
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, []):
            if depth < 8:
                names |= known_fields(spec, part, depth + 1)
    return names


def property_schema(spec, schema, name):
    schema = resolve(spec, schema)
    if name in schema.get("properties", {}):
        return schema["properties"][name]
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, []):
            found = property_schema(spec, part, name)
            if found is not None:
                return found
    return None


def check_body(spec, template, operation, body):
    content = resolve(spec, operation["requestBody"])["content"]["application/json"]
    schema = content.get("schema", {})
    resolver = jsonschema.RefResolver("", spec)
    jsonschema.validators.Draft202012Validator(schema, resolver=resolver).validate(body)
    names = known_fields(spec, schema) | UNDECLARED_FIELDS.get(template, set())
    assert not names or set(body) <= names, f"fields not in the description: {set(body) - names}"
    return schema


def check(vendor, request):
    spec = load(vendor)
    url = urllib.parse.urlsplit(request["path"])
    path = url.path.removesuffix(".json") if vendor == "zendesk" else url.path
    if vendor == "openai":
        path = path.removeprefix("/v1")
    template, operation, parameters = find(spec, request["method"], path)
    sent = {name for name, _ in urllib.parse.parse_qsl(url.query, keep_blank_values=True)}
    unknown = sent - query_names(parameters) - UNDECLARED.get((vendor, template), set())
    assert not unknown, f"{template}: query parameters not in the description: {unknown}"
    if request["body"]:
        body = json.loads(request["body"])
        schema = check_body(spec, template, operation, body) if "requestBody" in operation else None
        if template == "/api/v2/tickets/{ticket_id}":
            ticket = property_schema(spec, schema, "ticket")
            names = known_fields(spec, ticket) | {"comment", "safe_update", "updated_stamp"}
            assert set(body["ticket"]) <= names, set(body["ticket"]) - names
        if template == "/api/v2/tickets/update_many":
            items = property_schema(spec, schema, "tickets")["items"]
            names = known_fields(spec, items) | {"comment", "safe_update", "updated_stamp"}
            for item in body["tickets"]:
                assert set(item) <= names, set(item) - names
    return template


def vendor_of(path):
    if path.startswith("/api/v2/") or path.startswith("/oauth/"):
        return "zendesk"
    return "openai" if path.startswith("/v1/") else "ollama"


def recorded(world, *options, sim=(), env=None):
    file = world.path / "requests.jsonl"
    world.use(world.sim("--record", file, *sim))
    result = world.run(*options, env=env or {})
    assert result.status == 0, result
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_all_requests_to_zendesk_and_openai_follow_the_descriptions(world):
    # of one second, more than a page of one priority: they are read through the export
    requests = recorded(world, "--once", "--limit", "0", sim=("--tickets", "250", "--spread", "0"))
    templates = {check(vendor_of(r["path"]), r) for r in requests}
    assert {"/api/v2/users/me", "/api/v2/search", "/api/v2/search/export", "/api/v2/tickets/show_many",
            "/api/v2/tickets/{ticket_id}", "/chat/completions", "/models"} <= templates


def test_bulk_updates_and_polls_of_their_jobs_follow_the_descriptions(world):
    requests = recorded(world, "--once", "--limit", "0", sim=("--tickets", "60", "--limits", "enterprise"))
    templates = {check(vendor_of(r["path"]), r) for r in requests}
    assert {"/api/v2/tickets/update_many", "/api/v2/job_statuses/show_many"} <= templates


def test_oauth_and_single_ticket_requests_follow_the_descriptions(world):
    world.env.update(ZENDESK_CLIENT_ID="client", ZENDESK_CLIENT_SECRET="secret")
    requests = recorded(world, "--ticket-id", "3", sim=("--tickets", "5"))
    assert {"/oauth/tokens", "/api/v2/tickets/{ticket_id}"} <= {check(vendor_of(r["path"]), r) for r in requests}


def test_comments_are_asked_for_as_described_when_it_is_open_whether_we_wrote(world):
    """A job ends in the middle, and people have edited its tickets meanwhile."""
    requests = recorded(world, "--once", "--limit", "0", env={"AI_TICKETD_ZENDESK_BULK": "always", "AI_TICKETD_ZENDESK_SETTLE_TIMEOUT": "1s"},
                        sim=("--tickets", "60", "--faults", "jobkilled:1", "--faults-count", "1", "--people", "1200"))
    templates = {check(vendor_of(r["path"]), r) for r in requests}
    assert "/api/v2/tickets/{ticket_id}/comments" in templates


def test_all_requests_to_ollama_follow_the_description(world):
    file = world.path / "requests.jsonl"
    sim = world.use(world.sim("--record", file, "--tickets", "20"))
    result = world.run("--once", "--model", "llama-3.1-8b", env={"OLLAMA_HOST": f"127.0.0.1:{sim.port}"})
    assert result.status == 0, result
    requests = [json.loads(line) for line in file.read_text().splitlines()]
    templates = {check("ollama", r) for r in requests if vendor_of(r["path"]) == "ollama"}
    assert templates == {"/api/chat", "/api/tags"}
    assert not any(r["path"].startswith("/v1") for r in requests)
