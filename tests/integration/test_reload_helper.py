"""ai-ticketd-reload, which `systemctl reload` runs: it ends when the outcome is known, against a process that plays the daemon."""

import os
import subprocess
import sys
import textwrap

import pytest
from conftest import BIN

HELPER = os.path.join(BIN, "packaging/systemd/ai-ticketd-reload")
pytestmark = pytest.mark.skipif(not os.path.exists(HELPER), reason="built without libsystemd")

# Answers a SIGHUP with the text of its argument, replaced at once; without an argument it dies of it.
DAEMON = textwrap.dedent("""
    import os, signal, sys
    def hup(number, frame):
        if len(sys.argv) < 3:
            os._exit(1)
        with open(sys.argv[1] + "/fresh", "w") as file:
            file.write(sys.argv[2])
        os.rename(sys.argv[1] + "/fresh", sys.argv[1] + "/reload")
    signal.signal(signal.SIGHUP, hup)
    print("ready", flush=True)
    while True:
        signal.pause()
""")


@pytest.fixture
def reload(tmp_path):
    started = []

    def run(*answer):
        daemon = subprocess.Popen([sys.executable, "-c", DAEMON, str(tmp_path), *answer], stdout=subprocess.PIPE)
        started.append(daemon)
        assert daemon.stdout.readline() == b"ready\n"
        helper = subprocess.Popen([HELPER, str(daemon.pid)], env={"RUNTIME_DIRECTORY": str(tmp_path)}, stderr=subprocess.PIPE,
                                  text=True)
        if not answer:
            daemon.wait(30)  # as a service manager would: it is not there any more
        _, words = helper.communicate(timeout=30)
        return helper.returncode, words

    yield run
    for daemon in started:
        daemon.kill()
        daemon.wait()
        daemon.stdout.close()


def test_an_applied_configuration_is_success_and_silence(reload):
    assert reload("1 applied log.level\n") == (0, "")


def test_a_refused_one_is_failure_with_its_reason(reload):
    status, words = reload("1 refused ai-ticketd.conf:3: llm.model: too long\n")
    assert status == 1
    assert "refused, the previous configuration stays in force: ai-ticketd.conf:3: llm.model: too long" in words


def test_only_a_new_number_is_an_answer(reload, tmp_path):
    (tmp_path / "reload").write_text("41 refused an older one\n")
    assert reload("42 applied \n") == (0, "")


def test_a_daemon_that_ends_meanwhile_is_told(reload):
    status, words = reload()
    assert status == 1
    assert "the service stopped during the reload" in words


def test_a_process_that_is_not_there_is_told(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    result = subprocess.run([HELPER, str(gone.pid)], env={"RUNTIME_DIRECTORY": str(tmp_path)}, capture_output=True, text=True)
    assert result.returncode == 1
    assert "No such process" in result.stderr


@pytest.mark.parametrize("arguments,folder", [([], "x"), (["0"], "x"), (["1"], "x"), (["-5"], "x"), (["abc"], "x"), (["5", "6"], "x"),
                                              (["99999999999"], "x"), (["4000"], None)])
def test_anything_else_is_a_question_of_usage(arguments, folder):
    env = {"RUNTIME_DIRECTORY": folder} if folder else {}
    assert subprocess.run([HELPER, *arguments], env=env, capture_output=True).returncode == 2
