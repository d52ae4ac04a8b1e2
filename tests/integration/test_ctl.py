"""ai-ticketctl against the server with canned answers."""

import grp
import json
import os
import pathlib
import pty
import signal
import socket
import subprocess
import tempfile
import time

import pytest

from conftest import BIN, http
from test_http import PEER, Server

CTL = os.path.join(BIN, "daemon/ai-ticketctl")


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    yield server
    server.stop()


def ctl(*words, env=None):
    done = subprocess.run([CTL, *map(str, words)], capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "HOME": "/nowhere", **(env or {})})
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("health, status", [("healthy", 0), ("degraded", 1), ("unhealthy", 2), ("odd", 3)])
def test_the_exit_status_of_health_is_made_for_monitors(tmp_path, health, status):
    server = Server(tmp_path, "--health", health)
    for more in ([], ["--json"]):
        code, out, _ = ctl("--socket", server.path, *more, "health")
        assert code == status and health in out
    server.stop()


def test_nobody_there_is_status_3_and_says_where_it_looked(tmp_path):
    code, out, err = ctl("--socket", tmp_path / "none", "health")
    assert code == 3 and out == "" and str(tmp_path / "none") in err and "no socket" in err
    assert "start the service (systemctl start ai-ticketd), or give its http.socket with --socket PATH" in err
    code, _, err = ctl("health", env={"XDG_RUNTIME_DIR": str(tmp_path)})
    missing, = [line for line in err.splitlines() if line.startswith("there is no socket at ")]
    assert code == 3 and missing.split(" at ", 1)[1].split(", ")[:4] == [
        "/run/ai-ticketd/control.sock", "/run/ai-ticketd/read.sock", f"{tmp_path}/ai-ticketd/control.sock", f"{tmp_path}/ai-ticketd/read.sock"]
    assert "/run/ai-ticketd.sock" in missing and f"{tmp_path}/ai-ticketd.sock" in missing  # of an earlier version


def test_a_daemon_that_does_not_answer_is_status_3_within_seconds(server):
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        code, _, err = ctl("--socket", server.path, "health")
        assert code == 3 and "no answer within the time limit" in err and time.monotonic() - began < 20
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def test_a_dead_socket_is_told_from_a_missing_one(tmp_path):
    server = Server(tmp_path)
    server.process.kill()
    server.process.communicate()
    code, _, err = ctl("--socket", server.path, "health")
    assert code == 3 and "no process is listening" in err


def as_nobody(*words):
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *map(str, words)], capture_output=True,
                          text=True, timeout=60, env={"PATH": os.environ["PATH"]})
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_else_is_not_let_in_and_cannot_take_the_place():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        if as_nobody(CTL, "--version")[0] != 0:
            pytest.skip("the build folder is not for everybody")
        server = Server(pathlib.Path(folder))
        code, _, err = as_nobody(CTL, "--socket", server.path, "reload")
        assert code == 3 and "permission denied: only root and the user who started the daemon may use it" in err
        os.chown(server.path, 0, grp.getgrnam("adm").gr_gid)  # as the service does
        code, _, err = as_nobody(CTL, "--socket", server.path, "reload")
        assert code == 3 and "members of the group adm may use it (as root: usermod -aG adm USER; then log in again)" in err
        code, _, err = as_nobody(PEER, "--socket", server.path)
        assert code == 2 and f"{server.path}: Permission denied" in err
        code, _, err = as_nobody(PEER, "--socket", server.path + "2")
        assert code == 2 and f"{server.path}2: Permission denied" in err
        assert ctl("--socket", server.path, "health")[0] == 0
        server.stop()


def test_the_socket_is_found_in_the_usual_places_and_in_the_environment(tmp_path):
    server = Server(tmp_path)
    for place in ("ai-ticketd/control.sock", "ai-ticketd/read.sock", "ai-ticketd.sock"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        os.symlink(server.path, tmp_path / place)
        assert ctl("health", env={"XDG_RUNTIME_DIR": str(tmp_path)})[0] == 0
        os.unlink(tmp_path / place)
    assert ctl("health", env={"AI_TICKETD_HTTP_SOCKET": server.path})[0] == 0
    assert ctl("--socket", "/none", "health", env={"AI_TICKETD_HTTP_SOCKET": server.path})[0] == 3
    server.stop()


def test_status_is_a_sentence_and_rows_for_people(server):
    code, out, err = ctl("status", "--socket", server.path)
    assert code == 0 and err == "" and "\x1b" not in out
    lines = out.splitlines()
    assert lines[0] == "Healthy.\\x1b[31m" and lines[1] == ""
    rows = dict(line.split("  ", 1) for line in lines[2:])
    assert rows["Waiting"].strip() == "3 tickets" and rows["Last search"].strip() == "12 s ago"
    assert "queue" not in out and "MiB" not in out


def test_the_inside_of_the_service_is_shown_on_request(server):
    code, out, _ = ctl("status", "--inside", "--socket", server.path)
    rows = dict(line.split("  ", 1) for line in out.splitlines() if "  " in line)
    assert code == 0 and rows["queue.waiting"].strip() == "3" and rows["loop.memory"].strip() == "20.0 MiB"
    assert rows["loop.lag"].strip() == "1.5 s" and rows["Waiting"].strip() == "3 tickets"


def test_watch_shows_it_again_and_again(server):
    watching = subprocess.Popen([CTL, "status", "--watch", "--socket", server.path], stdout=subprocess.PIPE, text=True)
    shown = [line for line, _ in zip(watching.stdout, range(20)) if line.startswith("Healthy.")]
    watching.kill()
    watching.communicate()
    assert len(shown) >= 2


@pytest.mark.parametrize("health, ready", [("healthy", 0), ("degraded", 0), ("unhealthy", 1)])
def test_containers_ask_whether_it_lives_and_whether_it_is_ready(tmp_path, health, ready):
    server = Server(tmp_path, "--health", health)
    assert ctl("--socket", server.path, "health", "--live")[:2] == (0, "live\n")
    code, out, err = ctl("--socket", server.path, "health", "--ready")
    assert code == ready and "." in out + err
    server.stop()
    for question in ("--live", "--ready"):
        code, out, err = ctl("--socket", server.path, "health", question)
        assert code == 1 and out == "" and "no answer" in err


def test_process_waits_for_the_outcome_when_asked_to(server):
    code, out, _ = ctl("--socket", server.path, "process", "--wait", 7)
    assert code == 0 and out.splitlines()[-1] == "Ticket 7: skipped: our tag was removed by someone"
    code, out, _ = ctl("--socket", server.path, "process", "--wait", 7, 404)
    assert code == 1 and "Ticket 404: not found" in out
    code, out, _ = ctl("--json", "--socket", server.path, "process", "--wait", 7)
    assert code == 0 and [json.loads(line) for line in out.splitlines() if line][-1]["where"] == "skipped"


@pytest.mark.parametrize("words, said", [(["status", "--live"], "--live: can only be used with health"),
                                         (["health", "--inside"], "--inside: can only be used with status"),
                                         (["explain", 1, "--wait"], "--wait: can only be used with process"),
                                         (["health", "--live", "--ready"], "--live, --ready: only one")])
def test_an_option_of_another_command_is_refused(words, said):
    code, out, err = ctl(*words)
    assert code == 3 and out == "" and said in err


def test_json_is_the_answer_itself(server):
    code, out, _ = ctl("--json", "status", "--socket", server.path)
    assert code == 0 and json.loads(out)["queue"] == {"waiting": 3}


@pytest.mark.parametrize("words, message", [(["reload"], "reload"), (["pause"], "pause"), (["process", 1, 2, 3], "process"),
                                            (["erase", 9], "erase")])
def test_commands_say_what_the_daemon_said(server, words, message):
    code, out, _ = ctl("--socket", server.path, *words)
    assert code == 0 and out.splitlines()[0] == message


def test_all_ids_arrive(server):
    assert "count  1000\n" in ctl("--socket", server.path, "process", *[2**62 + i for i in range(1000)])[1]


def test_explain_is_told_in_words(server):
    code, out, _ = ctl("--socket", server.path, "explain", 7)
    assert code == 0 and "Decided by gpt-4o-mini" in out and "reason: our tag was removed by someone" in out


def test_a_refusal_goes_to_stderr_with_status_1(server):
    code, out, err = ctl("--socket", server.path, "explain", 404)
    assert code == 1 and out == "" and "No record of this ticket." in err
    code, out, err = ctl("--json", "--socket", server.path, "explain", 404)
    assert code == 1 and "error" in json.loads(out)


@pytest.mark.parametrize("words", [[], ["bogus"], ["status", "x"], ["process"], ["process", "x"], ["process", 0], ["process", "-1"],
                                   ["explain"], ["explain", 1, 2], ["erase", 1, 2], ["--socket"], ["--nothing", "status"],
                                   ["process", *range(1, 1002)], ["--socket", "a" * 200, "status"]])
def test_a_wrong_command_line_is_status_3_with_words(words):
    code, out, err = ctl(*words)
    assert code == 3 and out == "" and err.startswith("ai-ticketctl: ")


@pytest.mark.parametrize("words, said", [(["process", "-55"], "-5: unknown option"), (["-xy"], "-x: unknown option"),
                                         (["--json=x", "status"], "--json=x: takes no value"), (["--help=x"], "--help=x: takes no value"), (["--socket"], "--socket: a value")])
def test_what_is_wrong_with_an_option_is_said_of_that_option(words, said):
    assert ctl(*words)[2].startswith("ai-ticketctl: " + said)


@pytest.mark.parametrize("body", [b"", b"null", b'{"message":"\xff"}', b"\x1b]0;mine\x07", b"[" * 5000])
def test_what_is_no_json_is_said_and_not_printed(tmp_path, body):
    path = tmp_path / "other"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        for more in ([], ["--json"]):
            asking = subprocess.Popen([CTL, "--socket", path, *more, "status"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            connection, _ = listener.accept()
            connection.recv(4096)
            connection.sendall(http(body))
            out, err = asking.communicate(timeout=60)
            connection.close()
            assert asking.returncode == 3 and out == b"" and b"cannot be read" in err and b"\x1b" not in err


def test_json_is_one_line_that_ends(server):
    for words in (["status"], ["health"], ["reload"], ["process", 1], ["explain", 7], ["explain", 404]):
        _, out, _ = ctl("--json", "--socket", server.path, *words)
        assert out.endswith("}\n") and not out.endswith("\n\n") and json.loads(out)


def test_numbers_are_sent_as_numbers(server):
    assert "count  2\n" in ctl("--socket", server.path, "process", "007", "0008")[1]


def test_help_and_version():
    assert ctl("--help")[0] == 0 and "process ID" in ctl("--help")[1]
    assert ctl("--version")[1].startswith("ai-ticketctl ")


def test_output_that_cannot_be_written_is_an_error(server):
    with open("/dev/full", "w") as full:
        done = subprocess.run([CTL, "--socket", server.path, "health"], stdout=full, stderr=subprocess.PIPE, timeout=20)
    assert done.returncode == 1 and b"cannot write" in done.stderr


# --- what cannot be taken back ---


def at_a_terminal(server, *words, answer):
    """ctl at a terminal of its own, where somebody types `answer`."""
    mine, its = pty.openpty()
    process = subprocess.Popen([CTL, "--socket", server.path, *map(str, words)], stdin=its, stderr=its, stdout=subprocess.PIPE, text=True)
    os.close(its)
    asked = b""
    if answer is not None:
        while not asked.rstrip().endswith(b"[y/N]"):
            asked += os.read(mine, 4096)
        os.write(mine, answer)
    out, _ = process.communicate(timeout=60)
    os.close(mine)
    return process.returncode, out, asked.decode()


@pytest.mark.parametrize("answer, erased", [(b"y\n", True), (b"Yes\n", True), (b"\n", False), (b"n\n", False), (b"yess\n", False), (b"\x04", False)])
@pytest.mark.parametrize("ticket, words", [(9, "Delete everything that is stored about ticket 9"), (404, "No record of ticket 404. Check the number.")])
def test_at_a_terminal_erase_asks(server, answer, erased, ticket, words):
    code, out, asked = at_a_terminal(server, "erase", ticket, answer=answer)
    assert words in asked
    assert (code, "erase" in out) == ((0, True) if erased else (1, False))


@pytest.mark.parametrize("ticket", [9, 404])
def test_erase_with_yes_does_not_ask(server, ticket):
    assert at_a_terminal(server, "erase", ticket, "--yes", answer=None)[0] == 0
    assert ctl("--socket", server.path, "--yes", "erase", ticket)[0] == 0


def test_a_script_that_erases_a_number_nobody_ever_saw_is_refused(server):
    assert ctl("--socket", server.path, "erase", 9)[0] == 0
    code, out, err = ctl("--socket", server.path, "erase", 404)
    assert code == 1 and out == "" and "no record of ticket 404: check the number, or repeat with --yes" in err
