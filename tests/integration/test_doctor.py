"""ai-ticketd doctor: a line for each thing that must be right, the remedy where it is not, and nothing is changed."""

import json
import time

import pytest

from conftest import answering, http
from test_first_contact import CONTENT, ME, NOBODY, closed_port, ollama

SECRETS = ("secret-token", "secret-key")


def lines(result):
    """What was looked at → the mark and the words."""
    found = {}
    for line in result.out.splitlines():
        mark, rest = line[:5].strip(), line[7:]
        found.setdefault(rest[:20].strip(), (mark, rest[20:].strip()))
    return found


def doctor(world, *options, **more):
    result = world.run("doctor", *options, **more)
    assert not any(secret in result.out + result.err for secret in SECRETS)
    assert sorted(path.name for path in world.path.iterdir() if path.name in ("logs", "state.db", "socket")) == []
    return result


def model(connection, request):
    if request.startswith(b"GET "):
        connection.sendall(http('{"data":[{"id":"gpt-4o-mini"}]}'))
    else:
        connection.sendall(http(json.dumps({"choices": [{"finish_reason": "stop", "message": {"content": CONTENT}}]})))


def zendesk(connection, request):
    limits = "Content-Type: application/json\r\nx-rate-limit: 700\r\nx-rate-limit-remaining: 690\r\nDate: " + time.strftime(
        "%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
    body = ME if b"/users/me" in request else '{"results":[],"count":7,"next_page":null}'
    connection.sendall(http(body, headers=limits))


def test_when_all_is_well_it_says_so_within_seconds_and_writes_nothing(world):
    zd, llm = world.peer(zendesk), world.peer(model)
    world.use(zd, llm)
    result = doctor(world)
    found = lines(result)
    assert result.status == 0 and result.seconds < 5, result
    assert {mark for mark, _ in found.values()} == {"ok"}
    assert found["Zendesk sign-in"][1] == "user 7, agent" and found["Zendesk rights"][1] == "tickets can be read: 7 wait"
    assert found["Zendesk limits"][1] == "700 requests a minute, 690 left" and found["clock"][1] == "agrees with Zendesk's"
    assert found["model model"][1] == "gpt-4o-mini" and found["sample answer"][1].startswith("bug, high, negative in ")
    assert found["proxy"][1] == "none" and found["llm.api_key"][1] == "set (environment: OPENAI_API_KEY)"
    assert [request.split(b" ", 1)[0] for request in zd.requests] == [b"GET", b"GET"]
    assert len(llm.requests) == 2 and b"invoice" in llm.requests[1]


def test_a_configuration_with_errors_is_told_and_nobody_is_asked(world):
    peer = world.use(world.peer(zendesk))
    path = world.path / "conf"
    path.write_text("llm {\n\ttimeout = \"never\"\n}\n")
    result = doctor(world, "-c", path)
    assert result.status == 2 and f"WRONG  configuration         {path}:2: llm.timeout: " in result.out, result
    assert peer.requests == []


def test_each_service_is_told_by_the_first_step_that_fails(world):
    world.env["ZENDESK_BASE_URL"] = f"https://{NOBODY}"
    result = doctor(world, env={"AI_TICKETD_LLM_PROVIDER": "ollama", "OLLAMA_HOST": f"127.0.0.1:{closed_port()}"})
    found = lines(result)
    assert result.status == 2, result
    assert found["Zendesk name"] == ("WRONG", f"There is no host {NOBODY}. Check zendesk.base_url (https://{NOBODY}).")
    assert "Zendesk connection" not in found and "clock" not in found
    assert found["model name"][0] == "ok" and found["model connection"][0] == "WRONG"
    assert "Ollama does not answer at http://127.0.0.1:" in found["model connection"][1] and "sample answer" not in found


def test_a_refused_sign_in_and_a_model_that_is_not_there_have_their_remedies(world):
    llm = world.peer(ollama(["mistral:7b"]))
    world.use(world.peer(answering("{}", status="401 Unauthorized")))
    result = doctor(world, env={"AI_TICKETD_LLM_PROVIDER": "ollama", "OLLAMA_HOST": llm.base})
    found = lines(result)
    assert result.status == 2, result
    assert found["Zendesk sign-in"][0] == "WRONG" and "whether token access is on" in found["Zendesk sign-in"][1]
    assert found["model model"] == ("WRONG", "Ollama has no model llama3.1:8b. Run: ollama pull llama3.1:8b (it has: mistral:7b)")


def test_secrets_that_every_user_can_read_are_named_with_the_command(world):
    world.use(world.peer(zendesk), world.peer(model))
    path = world.path / "key"
    path.write_text("secret-key")
    path.chmod(0o644)
    result = doctor(world, env={"OPENAI_API_KEY_FILE": path}, unset={"OPENAI_API_KEY": True})
    assert result.status == 1 and lines(result)["llm.api_key"] == ("LOOK", f"every user can read {path}: chmod 0600 {path}"), result
    path.chmod(0o600)
    result = doctor(world, env={"OPENAI_API_KEY_FILE": path}, unset={"OPENAI_API_KEY": True})
    assert result.status == 0, result


def test_the_proxy_in_use_is_told_without_its_login(world):
    world.use(world.peer(zendesk), world.peer(model))
    found = lines(doctor(world, env={"HTTPS_PROXY": "http://bob:hidden@proxy.example:3128"}))
    assert found["proxy"][1] == "http://proxy.example:3128, from HTTPS_PROXY, for https, with a login"


@pytest.mark.parametrize("body, mark, words", [('{"choices":[{"message":{"content":"no idea"}}]}', "LOOK", "not usable")])
def test_an_answer_that_is_not_usable_is_something_to_look_at(world, body, mark, words):
    def talk(connection, request):
        connection.sendall(http('{"data":[{"id":"gpt-4o-mini"}]}' if request.startswith(b"GET ") else body))

    world.use(world.peer(zendesk), world.peer(talk))
    result = doctor(world)
    assert result.status == 1 and lines(result)["sample answer"][0] == mark and words in lines(result)["sample answer"][1], result


def test_a_clock_that_is_wrong_is_told(world):
    def talk(connection, request):
        body = ME if b"/users/me" in request else '{"results":[],"count":7,"next_page":null}'
        connection.sendall(http(body, headers="Content-Type: application/json\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT"))

    world.use(world.peer(talk), world.peer(model))
    result = doctor(world)
    assert result.status == 2 and lines(result)["clock"][0] == "WRONG" and "timedatectl" in lines(result)["clock"][1], result
