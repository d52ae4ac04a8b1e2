"""The completions of the shells offer what the programs take. bash is tried here; scripts/packages/completions tries fish and zsh, which
need packages of their own. `completed` asks as a terminal would: it sets what readline sets and calls the function."""

import os
import pathlib
import re
import subprocess

import pytest

from conftest import BIN, DAEMON, TOP
from test_ctl import CTL

FOLDER = pathlib.Path(TOP, BIN, "packaging/completions")
MANUAL = pathlib.Path(TOP, "docs/ai-ticketctl.8.scd")
ASK = """set -u; source "$1"; shift; function=_${1//-/_}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "$function"; [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "${COMPREPLY[@]}" """


def completed(*words, cwd=None):
    """What bash offers for the last of the words."""
    done = subprocess.run(["bash", "--norc", "--noprofile", "-c", ASK, "bash", FOLDER / words[0], *words], capture_output=True, text=True,
                          timeout=60, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout.splitlines()


def run(program, *words, stdout=subprocess.PIPE):
    return subprocess.run([program, *words], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "HOME": "/nowhere", "AI_TICKETD_HTTP_SOCKET": "/nowhere/socket"})


def verbs_of_help():
    """The first words of the lines between the usage and the list of options."""
    commands = run(CTL, "--help").stdout.split("\n\n")[2]
    return re.findall(r"^  ([a-z-]+)", commands, re.M)


def verbs_of_manual():
    text = MANUAL.read_text().split("# COMMANDS")[1].split("\n# ")[0]
    return [verb for line in re.findall(r"^\*[a-z-]+\*.*", text, re.M) for verb in re.findall(r"(?:^|, )\*([a-z-]+)\*", line)]


def offered():
    """Each option of ai-ticketctl with each command that it is offered for."""
    return [(verb, option) for verb in verbs_of_help() for option in completed("ai-ticketctl", verb, "-")]


def tables_of_getopt():
    """{option: whether it has a value} as the program itself reads its command lines."""
    texts = [path.read_text() for path in sorted(pathlib.Path(TOP, "daemon/ctl").glob("*.c"))]
    found = {"--" + name: kind == "required" for text in texts for name, kind in re.findall(r'\{"([a-z-]+)", (no|required)_argument', text)}
    letters = [letters for text in texts for letters in re.findall(r'getopt_long\([^"]*":([^"]*)"', text)]
    return {**found, **{"-" + letter: value == ":" for word in letters for letter, value in re.findall(r"([a-z])(:?)", word)}}


def test_all_commands_of_the_help_are_offered_and_no_others():
    verbs = verbs_of_help()
    assert len(verbs) == len(set(verbs)) >= 20
    assert completed("ai-ticketctl", "") == verbs
    assert sorted(verbs_of_manual()) == sorted(verbs)
    for verb in verbs:
        assert "no such command" not in run(CTL, verb).stderr, verb


def test_all_shells_offer_the_same_commands_and_options():
    zsh, fish = (FOLDER / "_ai-ticketctl").read_text(), (FOLDER / "ai-ticketctl.fish").read_text()
    assert re.findall(r"^\t\t\t'([a-z-]+):", zsh, re.M) == verbs_of_help()
    assert re.findall(r"-n 'not \S+ >/dev/null' -a (\S+)", fish) == verbs_of_help()
    options = {option for _, option in offered()} | set(completed("ai-ticketctl", "-"))
    assert set(re.findall(r"^complete .* -l ([a-z-]+)", fish, re.M)) == {option[2:] for option in options if option.startswith("--")}
    assert set(re.findall(r"'(?:\([^)]*\))?(-[a-z-]+)[=+]?\[", zsh)) == options


@pytest.mark.parametrize("begin, left", [("re", ["reload", "resume", "report"]), ("sto", ["stop-writing"]), ("x", [])])
def test_what_is_typed_narrows_the_commands(begin, left):
    assert completed("ai-ticketctl", begin) == left


def test_each_option_that_is_offered_for_a_command_is_taken_by_it():
    pairs = offered()
    assert len(pairs) > 50
    values = {"--socket": "/nowhere/socket", "--key-file": "/nowhere/key", "--since": "today", "--until": "tomorrow"}
    for verb, option in pairs:
        value = [values.get(option, "1")] if tables_of_getopt()[option] else []
        with open("/dev/full", "w") as full:  # what would go on for ever ends when it cannot be written
            said = run(CTL, verb, option, *value, stdout=full).stderr
        assert not re.search(r"unknown option|can only be used|takes no value|does not take it|: takes --", said), (verb, option, said)


def test_each_option_of_the_program_is_offered_somewhere_and_its_value_is_no_command():
    takes_value = tables_of_getopt()
    options = {option for _, option in offered()} | set(completed("ai-ticketctl", "-"))
    assert options == set(takes_value)
    for option, value in takes_value.items():
        assert (completed("ai-ticketctl", option, "unseal", "re") == ["reload", "resume", "report"]) == value, option


def test_the_daemons_options_are_those_of_its_help():
    lines = re.findall(r"^ +(?:(-[a-z]), )?(--[a-z-]+)", run(DAEMON, "--help").stdout.split("\n\n")[2], re.M)
    words = completed("ai-ticketd", "")
    assert words == ["doctor", *(word for line in lines for word in line if word)] and len(words) > 15
    assert completed("ai-ticketd", "-") == words[1:] == completed("ai-ticketd", "doctor", "-")
    assert completed("ai-ticketd", "doctor", "--acc") == ["--accept-tag-change", "--accept-account-change"]


@pytest.mark.parametrize("words, left", [
    (["ai-ticketd", "--log-level", ""], ["debug", "info", "warning", "error"]),
    (["ai-ticketd", "--log-level", "=", "wa"], ["warning"]),
    (["ai-ticketd", "--log-level", "="], ["debug", "info", "warning", "error"]),
    (["ai-ticketd", "--log-level", "=", "debug", "--onc"], ["--once"]),
    (["ai-ticketctl", "alert", ""], ["test"]),
    (["ai-ticketctl", "report", "7"], ["7d"]),
    (["ai-ticketctl", "history", "--since", "y"], ["yesterday"]),
    (["ai-ticketctl", "history", "--limit", ""], []),
    (["ai-ticketctl", "explain", ""], []),
    (["ai-ticketctl", "--socket", "x", "health", "--l"], ["--live"]),
    (["ai-ticketctl", "--socket", "=", "x", "health", "--l"], ["--live"]),
])
def test_values_and_arguments_are_offered_where_they_are_known(words, left):
    assert completed(*words) == left


@pytest.mark.parametrize("words", [["ai-ticketd", "--config"], ["ai-ticketd", "-c"], ["ai-ticketctl", "unseal"], ["ai-ticketctl", "export", "--csv"],
                                   ["ai-ticketctl", "--key-file"]])
def test_files_are_offered_where_the_name_of_one_stands(tmp_path, words):
    (tmp_path / "a file.conf").touch()
    assert completed(*words, "a", cwd=tmp_path) == ["a file.conf"]
