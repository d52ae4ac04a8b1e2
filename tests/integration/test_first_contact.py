"""First contact with both services: each thing that a new administrator gets wrong is named once, with the remedy that works in this
installation, and no ticket is spent on it."""

import json
import os
import socket
import ssl
import sqlite3
import subprocess

import pytest

from conftest import answering, http
from test_service import ACCOUNT, CTL, ctl, ready, start, stop, until

ME = json.dumps({"user": {"id": 7, "name": "Agent", "role": "agent"}})
NOBODY = "acmee-nobody.invalid"  # a name that no name server knows: RFC 6761
CONTENT = json.dumps({"summary": "Login fails", "root_cause": "bug", "urgency": "high", "sentiment": "negative"})


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def errors(result):
    return [line for line in result.err.splitlines() if "| ERROR |" in line or "| WARNING |" in line]


def ollama(names):
    """Answers like Ollama with these models."""

    def talk(connection, request):
        if b"/api/tags" in request.split(b"\r\n", 1)[0]:
            connection.sendall(http(json.dumps({"models": [{"name": name, "model": name} for name in names]})))
        else:
            connection.sendall(http(json.dumps({"error": "model 'llama3.1:8b' not found"}), status="404 Not Found"))

    return talk


# --- Zendesk ---


def test_a_refused_sign_in_names_the_token_the_switch_and_the_way_out(world):
    peer = world.use(world.peer(answering('{"error":"Couldn\'t authenticate you"}', status="401 Unauthorized")))
    result = world.run("--once")
    assert result.status == 3, result
    assert ("Zendesk refused the sign-in (401). Check zendesk.email and zendesk.api_token, and whether token access is on (Admin Center, "
            "Apps and integrations, Zendesk API). API tokens end on 2027-04-30; for OAuth see client_id in man ai-ticketd.conf."
            " Replace ZENDESK_API_TOKEN in the environment. No ticket was touched.") in result.err
    assert len(peer.requests) == 1 and len(errors(result)) == 1
    assert "secret-token" not in result.err + world.log()


def test_an_anonymous_answer_is_a_refused_sign_in(world):
    world.use(world.peer(answering('{"user":{"id":null,"name":"Anonymous user"}}')))
    result = world.run("--once")
    assert result.status == 3, result
    assert "Zendesk refused the sign-in (it answered as to an anonymous user). Check zendesk.email and zendesk.api_token" in result.err


def test_a_user_who_is_no_agent_is_told_what_role_is_needed(world):
    world.use(world.peer(answering('{"user":{"id":9,"role":"end-user"}}')))
    result = world.run("--once")
    assert result.status == 3, result
    assert "The Zendesk user 9 is neither agent nor administrator" in result.err and "Give it the role of an agent" in result.err


def test_a_host_that_does_not_exist_is_named_once_and_never_tried_again(world):
    result = world.run("--once", env={"ZENDESK_SUBDOMAIN": "acmee-nobody-at-all"})
    assert result.status == 2, result
    assert ("There is no host acmee-nobody-at-all.zendesk.com. Check zendesk.subdomain (acmee-nobody-at-all). No ticket was touched."
            in result.err)
    assert len(errors(result)) == 1 and result.seconds < 20


def test_a_host_of_a_base_address_that_does_not_exist_names_that_option(world):
    world.env["ZENDESK_BASE_URL"] = f"https://{NOBODY}"
    result = world.run("--once")
    assert result.status == 2, result
    assert f"There is no host {NOBODY}. Check zendesk.base_url (https://{NOBODY})." in result.err


def test_the_service_says_once_that_a_host_does_not_exist_and_asks_again_by_itself(world):
    world.env["ZENDESK_BASE_URL"] = f"https://{NOBODY}"
    process = start(world, AI_TICKETD_LLM_PROBE_INTERVAL="1s")
    assert until(lambda: "There is no host" in world.log())
    assert until(lambda: "There is no host" in ctl(world, "health").stdout)
    assert not until(lambda: world.log().count("There is no host") > 1, 3)
    assert stop(process) == 0


def test_a_subdomain_of_nobody_is_no_account(world):
    peer = world.use(world.peer(answering("<html><body>No help desk</body></html>", status="404 Not Found", headers="Content-Type: text/html")))
    result = world.run("--once")
    assert result.status == 2, result
    assert f"{peer.base} is not a Zendesk account (404). Check zendesk.base_url." in result.err
    assert len(peer.requests) == 1


def test_a_suspended_account_is_told_as_what_it_is(world):
    world.use(world.peer(answering('{"error":{"title":"Account suspended","message":"This account is suspended"}}', status="403 Forbidden")))
    result = world.run("--once")
    assert result.status == 3, result
    assert "Zendesk says the account is suspended (403). Only its owner can change that" in result.err


def test_the_service_asks_a_suspended_account_again_and_says_how_often(world):
    world.use(world.peer(answering('{"error":{"title":"Forbidden","message":"Account suspended"}}', status="403 Forbidden")))
    process = start(world)
    assert until(lambda: "Zendesk says the account is suspended (403). The service asks again every 10 minutes, next at" in world.log())
    shown = ctl(world, "health").stdout
    assert "suspended (403)" in shown and "restart" not in shown and ".." not in shown
    assert stop(process) == 0


def test_a_redirect_names_the_host_it_leads_to(world):
    world.use(world.peer(answering("moved", status="302 Found", headers="Location: https://192.0.2.7:42315/login?user=a%40b.c")))
    result = world.run("--once")
    assert result.status == 2, result
    assert "Zendesk answered 302, a redirect to 192.0.2.7:42315; nothing was sent there. Check zendesk.base_url (" in result.err
    assert "login" not in result.err and "REDACTED" not in result.err


# --- the model's service ---


def test_a_model_that_answers_nonsense_is_not_called_silent_and_no_ticket_is_touched(world):
    talks = world.peer(answering(json.dumps({"choices": [{"message": {"content": "Certainly!"}, "finish_reason": "stop"}]})))
    sim = world.use(world.sim("--tickets", 3), talks)
    result = world.run("--once")
    assert result.status == 1, result
    assert "answers, but model gpt-4o-mini gives no usable analysis (" in result.err, result
    assert "ai-ticketd doctor shows a sample answer. No ticket was touched." in result.err, result
    assert "does not answer" not in result.err and "the network" not in result.err, result
    assert sim.audit()["writes"] == 0


def test_a_redirect_of_the_model_names_the_host_it_leads_to(world):
    moved = world.peer(answering("moved", status="302 Found", headers="Location: https://192.0.2.8/v2"))
    sim = world.use(world.sim("--tickets", 3), moved)
    result = world.run("--once")
    assert result.status == 1, result
    assert "a redirect to 192.0.2.8: check llm.base_url" in result.err
    assert sim.audit()["writes"] == 0


def test_ollama_that_does_not_run_spends_no_ticket_on_rules(world):
    sim = world.use(world.sim("--tickets", 3))
    port = closed_port()
    result = world.run("--once", env={"AI_TICKETD_LLM_PROVIDER": "ollama", "OLLAMA_HOST": f"http://127.0.0.1:{port}",
                                      "RETRY_BACKOFF_FACTOR": "1"})
    assert result.status == 1, result
    assert (f"Ollama does not answer at http://127.0.0.1:{port}. Start it (systemctl start ollama) or set OLLAMA_HOST. "
            "No ticket was touched.") in result.err
    assert sim.audit()["writes"] == 0 and "classified by rules" not in result.err


def test_another_model_service_that_does_not_answer_spends_no_ticket_on_rules(world):
    sim = world.use(world.sim("--tickets", 3))
    result = world.run("--once", env={"OPENAI_BASE_URL": f"http://127.0.0.1:{closed_port()}/v1", "RETRY_BACKOFF_FACTOR": "1"})
    assert result.status == 1, result
    assert "/v1 does not answer. Check llm.base_url and the network. No ticket was touched." in result.err
    assert sim.audit()["writes"] == 0


def test_a_certificate_of_a_proxy_that_inspects_tls_names_the_option_for_its_authority(world, tmp_path):
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=x",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key", "-out", tmp_path / "pem"]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pem", tmp_path / "key")
    peer = world.use(world.peer(answering("{}"), context=context))
    result = world.run("--once")
    assert result.status == 1, result
    assert f"No secure connection to Zendesk (127.0.0.1:{peer.port}): SSL certificate problem" in result.err
    assert "If a proxy inspects TLS here, name its CA in tls.ca_file. No ticket was touched." in result.err


def test_a_model_service_on_no_host_ends_a_run_at_once(world):
    sim = world.use(world.sim("--tickets", 3))
    result = world.run("--once", env={"OPENAI_BASE_URL": f"https://{NOBODY}/v1"})
    assert result.status == 2, result
    assert f"There is no host {NOBODY}. Check llm.base_url (https://{NOBODY}/v1). No ticket was touched." in result.err
    assert sim.audit()["writes"] == 0


@pytest.mark.parametrize("names, has", [(["mistral:7b"], "(it has: mistral:7b)"), ([], "(it has none)"),
                                        (["mistral:7b", "<script>", "qwen3:4b"], "(it has: mistral:7b, qwen3:4b)")])
def test_a_model_that_ollama_has_not_is_named_with_the_command_that_brings_it(world, names, has):
    peer = world.peer(ollama(names))
    sim = world.use(world.sim("--tickets", 3))
    result = world.run("--once", env={"AI_TICKETD_LLM_PROVIDER": "ollama", "OLLAMA_HOST": peer.base})
    assert result.status == 1, result
    assert f"Ollama has no model llama3.1:8b. Run: ollama pull llama3.1:8b {has} No ticket was touched." in result.err
    assert sim.audit()["writes"] == 0 and peer.paths() == ["/api/tags"]


def refusing_key(connection, request):
    connection.sendall(http('{"error":{"message":"Incorrect API key provided: sk-x.","type":"invalid_request_error","code":"invalid_api_key"}}',
                            status="401 Unauthorized"))


def test_a_refused_key_is_told_with_the_place_it_came_from(world):
    world.use(world.sim("--tickets", 3), world.peer(refusing_key))
    by_variable = world.run("--once")
    assert by_variable.status == 3, by_variable
    assert "refused llm.api_key (401). Replace OPENAI_API_KEY in the environment." in by_variable.err
    assert "secret-key" not in by_variable.err + world.log()
    path = world.path / "key"
    path.write_text("secret-key")
    by_file = world.run("--once", env={"OPENAI_API_KEY_FILE": path}, unset={"OPENAI_API_KEY": True})
    assert f"refused llm.api_key (401). Replace the contents of {path}." in by_file.err, by_file
    env_file = world.path / "env"
    env_file.write_text("# keys\nOPENAI_API_KEY=secret-key\n")
    by_env_file = world.run("--once", "--env-file", env_file, unset={"OPENAI_API_KEY": True})
    assert f"refused llm.api_key (401). Replace OPENAI_API_KEY in {env_file}:2." in by_env_file.err, by_env_file


def test_a_refused_credential_of_the_service_needs_a_restart_and_the_sentence_says_so(world):
    folder = world.path / "credentials"
    folder.mkdir()
    (folder / "llm.api_key").write_text("secret-key\n")
    world.use(world.sim("--tickets", 3, *ACCOUNT), world.peer(refusing_key))
    del world.env["OPENAI_API_KEY"]
    process = start(world, CREDENTIALS_DIRECTORY=folder)
    sentence = "refused llm.api_key (401). Replace /etc/credstore/llm.api_key, then systemctl restart ai-ticketd."
    assert until(lambda: sentence in world.log())
    shown = ctl(world, "health").stdout
    assert sentence in " ".join(shown.split()) and ".." not in shown and "reload" not in shown
    assert stop(process) == 0


def test_a_refusal_without_a_key_says_that_none_was_sent(world):
    world.use(world.sim("--tickets", 3), world.peer(refusing_key))
    result = world.run("--once", unset={"OPENAI_API_KEY": True})
    assert result.status == 3, result
    assert "Incorrect API key provided: *** (none was sent: llm.api_key is not set)." in result.err
    assert "For the service: put it into /etc/credstore/llm.api_key; by hand: set OPENAI_API_KEY." in result.err


def test_a_used_up_quota_is_told_with_when_it_is_asked_again(world):
    def talk(connection, request):
        if request.startswith(b"GET "):
            connection.sendall(http('{"data":[{"id":"gpt-4o-mini"}]}'))
        else:
            connection.sendall(http('{"error":{"message":"You exceeded your current quota, please check your plan and billing details.",'
                                    '"type":"insufficient_quota","code":"insufficient_quota"}}', status="429 Too Many Requests"))

    world.use(world.sim("--tickets", 3, *ACCOUNT), world.peer(talk))
    process = start(world)
    assert until(lambda: "says the quota is used up" in world.log())
    assert ("please check your plan and billing details). Once that is settled there, nothing is to be done here. "
            "The service asks again every 10 minutes, next at ") in world.log()
    shown = ctl(world, "health").stdout
    assert "next at" in shown and ".." not in shown and "reload" not in shown and "restart" not in shown
    assert stop(process) == 0
    run = world.run("--once")
    assert run.status == 4 and "asks again" not in run.err, run


# --- secrets that are missing ---


def test_a_missing_key_is_told_for_the_service_and_for_a_run_by_hand(world):
    world.env["ZENDESK_BASE_URL"] = "http://127.0.0.1:9"
    result = world.run("--check-config", unset={"OPENAI_API_KEY": True})
    assert result.status == 2, result
    assert result.err == ("llm.api_key: missing. For the service: put it into /etc/credstore/llm.api_key; by hand: set OPENAI_API_KEY\n")


def test_a_missing_token_is_told_in_the_same_way(world):
    world.env["ZENDESK_BASE_URL"] = "http://127.0.0.1:9"
    result = world.run("--check-config", unset={"ZENDESK_API_TOKEN": True})
    assert result.status == 2, result
    assert result.err == ("zendesk.api_token: required with zendesk.email. For the service: put it into "
                          "/etc/credstore/zendesk.api_token; by hand: set ZENDESK_API_TOKEN\n")


# --- proxies of the environment ---


class Proxy:
    """Answers CONNECT as told, and remembers what it was asked."""

    def __init__(self, world, answer="HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"):
        self.peer = world.peer(lambda connection, request: connection.sendall(answer.encode()) or "close")

    def lines(self):
        return [request.split(b"\r\n", 1)[0].decode() for request in self.peer.requests]


def through(world, **env):
    world.env["ZENDESK_BASE_URL"] = "https://acme.zendesk.example"
    return world.run("--once", env={"RETRY_ATTEMPTS": "1", **env})


def test_https_proxy_is_used_for_https_and_its_user_info_is_sent_and_never_printed(world):
    proxy = Proxy(world)
    result = through(world, HTTPS_PROXY=f"http://bob:pass%20word@127.0.0.1:{proxy.peer.port}")
    assert proxy.lines()[0] == "CONNECT acme.zendesk.example:443 HTTP/1.1", result
    assert b"Proxy-Authorization: Basic Ym9iOnBhc3Mgd29yZA==" in proxy.peer.requests[0]
    dumped = world.run("--dump-config", env={"HTTPS_PROXY": f"http://bob:pass%20word@127.0.0.1:{proxy.peer.port}"})
    assert f'proxy = "http://127.0.0.1:{proxy.peer.port}"  # environment: HTTPS_PROXY' in dumped.out, dumped
    for text in (result.out + result.err, world.log(), dumped.out + dumped.err):
        assert "bob" not in text and "word" not in text


@pytest.mark.parametrize("hosts", ["acme.zendesk.example", ".example", "zendesk.example", "other, *.zendesk.example", "*",
                                   "acme.zendesk.example:443"])
def test_a_host_of_no_proxy_is_reached_directly(world, hosts):
    proxy = Proxy(world)
    result = through(world, HTTPS_PROXY=proxy.peer.base, NO_PROXY=hosts)
    assert "There is no host acme.zendesk.example" in result.err and proxy.lines() == []


@pytest.mark.parametrize("hosts", ["desk.example", "cme.zendesk.example", "acme.zendesk.example:8443", "example.org"])
def test_another_host_of_no_proxy_changes_nothing(world, hosts):
    proxy = Proxy(world)
    through(world, https_proxy=proxy.peer.base, no_proxy=hosts)
    assert len(proxy.lines()) > 0


def test_this_machine_private_networks_and_plain_http_take_no_proxy_of_the_environment(world):
    proxy = Proxy(world)
    sim = world.use(world.sim("--tickets", 2))
    dead = {name: proxy.peer.base for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")}
    assert world.run("--once", env=dead).status == 0
    assert sim.audit()["processed"] == 2 and proxy.lines() == []
    world.env["ZENDESK_BASE_URL"] = "https://10.255.255.1"
    world.run("--once", env={**dead, "RETRY_ATTEMPTS": "1"})
    assert proxy.lines() == []


def test_proxies_that_are_not_used_are_named(world):
    world.use(world.sim("--tickets", 1))
    result = world.run("--check-config", env={"HTTP_PROXY": "http://u:secret@h:1", "ALL_PROXY": "http://u:secret@h:1"})
    assert result.status == 0, result
    assert "environment: HTTP_PROXY: is not used: set HTTPS_PROXY or tls.proxy" in result.err
    assert "environment: ALL_PROXY: is not used: set HTTPS_PROXY or tls.proxy" in result.err
    both = world.run("--check-config", env={"HTTPS_PROXY": "http://u:secret@h:1", "AI_TICKETD_TLS_PROXY": "http://other:1"})
    assert both.status == 0 and "environment: HTTPS_PROXY: is not used: tls.proxy is set" in both.err, both
    assert "secret" not in result.err + result.out + both.err + both.out


def test_a_proxy_that_does_not_exist_is_told_by_the_variable(world):
    result = through(world, HTTPS_PROXY=f"http://u:secret@{NOBODY}:3128")
    assert result.status == 2, result
    assert f"There is no host {NOBODY}. It is the proxy: check HTTPS_PROXY." in result.err and "secret" not in result.err


def test_a_proxy_of_another_kind_is_refused(world):
    result = through(world, HTTPS_PROXY="socks5://u:secret@h:1080")
    assert result.status == 2 and "environment: HTTPS_PROXY: only proxies that speak http are supported" in result.err, result
    assert "secret" not in result.err


# --- what is paid ---


def answer_of(content, prompt, answer):
    return json.dumps({"model": "gpt-4o-mini", "choices": [{"finish_reason": "stop", "message": {"content": content}}],
                       "usage": {"prompt_tokens": prompt, "completion_tokens": answer}})


@pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["once", "dry_run"])
def test_tokens_and_cost_are_those_of_all_attempts(world, more):
    answers = [answer_of("no idea", 500, 7), answer_of(CONTENT, 300, 12)]

    def talk(connection, request):
        connection.sendall(http('{"data":[{"id":"gpt-4o-mini"}]}' if request.startswith(b"GET ") else answers.pop(0)))

    world.use(world.sim("--tickets", 1), world.peer(talk))
    result = world.run("--once", *more, env={"AI_TICKETD_LLM_PRICE_INPUT": "1000", "AI_TICKETD_LLM_PRICE_OUTPUT": "0"})
    assert result.status == 0, result
    document = json.loads(world.results()[0].read_text())
    assert document["tokens"] == 819 and document["tokens_estimated"] is False and document["cost_estimate"] == 0.8
    assert document["results"][0]["analysis"]["metadata"]["tokens_used"] == 819
    assert "Cost: $0.8000, 819 tokens" in result.out, result


def test_an_answer_that_never_came_is_estimated_and_marked(world):
    answers = [None, answer_of(CONTENT, 300, 12)]

    def talk(connection, request):
        if request.startswith(b"GET "):
            connection.sendall(http('{"data":[{"id":"gpt-4o-mini"}]}'))
            return None
        answer = answers.pop(0) if answers else ""
        if answer is None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"choi")
            return "close"
        connection.sendall(http(answer))
        return None

    world.use(world.sim("--tickets", 1), world.peer(talk))
    result = world.run("--once", env={"RETRY_BACKOFF_FACTOR": "1"})
    assert result.status == 0, result
    document = json.loads(world.results()[0].read_text())
    assert document["tokens"] > 312 and document["tokens_estimated"] is True
    assert "Cost: ~$" in result.out and ", ~" in result.out, result


# --- a ticket that Zendesk refuses ---


def test_refused_tickets_are_errors_are_counted_and_make_the_run_fail(world):
    sim = world.use(world.sim("--tickets", 8, "--refused", "1,2,3,4,5,6,7,8"))
    result = world.run("--once")
    assert result.status == 1, result
    assert "Failed: 8" in result.out and "Skipped" not in result.out
    assert result.err.count("| ERROR | ✗ Ticket ") == 8 and "answered 422" in result.err
    assert sim.audit()["processed"] == 0
    assert {row["status"] for row in world.rows().values()} == {"error"}


def test_a_ticket_number_that_nobody_knows_makes_the_run_fail(world):
    world.use(world.sim("--tickets", 2))
    for more in ([], ["--dry-run"]):
        result = world.run("--ticket-id", 999, *more)
        assert result.status == 1, result
        assert "✗ Ticket 999 failed: no such ticket: it never existed, was deleted, or is not visible" in result.err


# --- a service that refused to start ---


def test_ctl_says_why_the_service_refused_its_configuration(world):
    state = world.path / "state of the service"
    state.mkdir()
    path = world.path / "conf"
    path.write_text("llm {\n\tmodel = \"x\"\n\ttimeout = \"never\"\n\tmodle = \"y\"\n}\n")
    world.use(world.sim("--tickets", 1, *ACCOUNT))
    refused = world.run("-c", path, env={"STATE_DIRECTORY": state})
    assert refused.status == 2
    env = {**os.environ, "STATE_DIRECTORY": str(state)}
    asked = subprocess.run([CTL, "--socket", str(world.path / "socket"), "status"], capture_output=True, text=True, env=env)
    first, *others = refused.err.splitlines()
    assert asked.returncode == 3 and asked.stdout == "", asked
    assert asked.stderr.splitlines() == [f"ai-ticketctl: The service refused its configuration: {first}", *others,
                                         "Correct it, then run: systemctl restart ai-ticketd"]
    process = start(world, STATE_DIRECTORY=state)
    assert ready(world) and not (state / "refused").exists()
    assert stop(process) == 0
    asked = subprocess.run([CTL, "--socket", str(world.path / "socket"), "status"], capture_output=True, text=True, env=env)
    assert asked.returncode == 3 and "no answer: start the service (systemctl start ai-ticketd)" in asked.stderr, asked


def test_ctl_says_why_the_service_refused_its_database(world):
    state = world.path / "state of the service"
    state.mkdir()
    world.use(world.sim("--tickets", 1, *ACCOUNT))
    assert world.run("--once").status == 0
    database = sqlite3.connect(world.path / "state.db")
    database.execute("PRAGMA user_version = 999")
    database.commit()
    database.close()
    refused = world.run(env={"STATE_DIRECTORY": state})
    assert refused.status == 2
    env = {**os.environ, "STATE_DIRECTORY": str(state)}
    asked = subprocess.run([CTL, "--socket", str(world.path / "socket"), "status"], capture_output=True, text=True, env=env)
    assert "was written by a newer version (format 999" in refused.err
    assert f"ai-ticketctl: The service refused its configuration: {refused.err.removeprefix('ai-ticketd: ')}" in asked.stderr, asked
