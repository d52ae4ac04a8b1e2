"""Each command of README.md is run by somebody: here, under a real systemd (tests/systemd/check_readme, tests/packages/deb_life), or by .ci/run, in a bare Debian
tree (scripts/newcomer) or after it. What is added to README.md without that fails here."""

import os
import re
import subprocess
import time

import pytest

from conftest import DAEMON, TOP
from test_service import ACCOUNT, ctl, ready, start, stop, until

# A machine of one's own, and the address of nobody.
BY_HAND = {"apt-get install -y git make", "git clone https://example.com/ai-ticketd.git && cd ai-ticketd", "make uninstall",
           "systemctl edit ai-ticketd"}  # it opens an editor
# `make install` copies what scripts/check-systemd copies, by the same rules of CMake.
BY_CI = {"make": "scripts/check-fresh", "make demo": "scripts/check-fresh", "make check": "scripts/check-fresh",
         "make bench": "make bench", "make coverage": "make coverage", "make install": "make check-systemd", "make deb": "scripts/packages/deb"}
HERE = {"install -m 0644 /dev/stdin /etc/ai-ticketd/ai-ticketd.conf <<END", "ai-ticketd --env-file ai-ticketd.env --dump-config", "ai-ticketd --once --dry-run --limit 10",
        "ai-ticketd --once --shadow", "ai-ticketd --backtest 100", "ai-ticketd --once",
        "ai-ticketd --ticket-id 12345",
        "ai-ticketctl report 7d", "ai-ticketctl history --since 13:30", "ai-ticketctl undo --since 13:30", "ai-ticketctl undo --run 1",
        "ai-ticketctl history --undone"}
ELSEWHERE = {"CREDENTIALS_DIRECTORY=/etc/credstore ai-ticketd doctor",  # test_doctor.py
             "make demo-dashboard",  # test_demo_dashboard.py
             "ai-ticketctl alert test",  # test_alerts.py
             "curl http://127.0.0.1:9871/metrics",  # test_metrics.py
             "ai-ticketctl top", "ai-ticketctl tail -n 20", "ai-ticketctl stats --days 30",  # test_ctl_live.py
             "ai-ticketctl export --csv --since 30d decisions.csv"}


def readme():
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
        return file.read()


def blocks():
    """The indented ones, each without the comments behind its lines."""
    block = []
    for line in [*readme().splitlines(), ""]:
        if line.startswith("    "):
            block.append(re.sub(r"\s+#.*| +$", "", line[4:]))
        elif block:
            yield [line for line in block if line]
            block = []


def commands():
    for block in blocks():
        text = "\n".join(block)
        if not re.match(r"[A-Z_]+=\S+$", block[0]):  # else the content of an env file
            yield from re.sub(r"<<END\n.*?\nEND", "<<END", text, flags=re.DOTALL).splitlines()


def words(command):
    return command.replace("ai-ticketd", DAEMON, 1).split()


def test_every_command_is_run_by_somebody():
    systemd = ""
    for name in "tests/systemd/check_readme", "tests/packages/deb_life":
        with open(os.path.join(TOP, name), encoding="utf-8") as file:
            systemd += file.read()
    with open(os.path.join(TOP, ".ci/run"), encoding="utf-8") as file:
        ci = file.read()
    unknown = [command for command in commands()
               if not (command in BY_HAND | HERE | ELSEWHERE or f"readme '{command}'" in systemd or
                       f'readme "{command}"' in systemd or f'"{command}"' in systemd or
                       f'readme_run "{command}"' in systemd or BY_CI.get(command, "\0") in ci)]
    assert unknown == []
    assert len(list(commands())) > 20  # they were found at all


def test_the_configuration_and_the_variables_are_good_and_can_be_looked_at(world):
    conf = re.search(r"<<END\n(.*?)\n    END", readme(), re.DOTALL).group(1)
    (world.path / "a.conf").write_text(conf)
    variables = next(block for block in blocks() if block[0].startswith("ZENDESK_SUBDOMAIN="))
    assert len(variables) == 5
    (world.home / "ai-ticketd.env").write_text("\n".join(variables).replace("…", "secret-of-mine") + "\n")
    env = {name: value for name, value in world.env.items() if not name.startswith(("ZENDESK_", "OPENAI_"))}
    result = subprocess.run(words("ai-ticketd --env-file ai-ticketd.env --dump-config"), env=env, cwd=world.home, capture_output=True,
                            text=True)
    assert result.returncode == 0 and "acme" in result.stdout and "ai-ticketd.env:" in result.stdout, result
    assert "secret-of-mine" not in result.stdout
    store = world.path / "credstore"
    store.mkdir()
    (store / "zendesk.client_secret").write_text("one\n")
    (store / "llm.api_key").write_text("two\n")
    result = subprocess.run([DAEMON, "-c", world.path / "a.conf", "--check-config"], env={**env, "CREDENTIALS_DIRECTORY": str(store)},
                            capture_output=True, text=True)
    assert result.returncode == 0 and result.stdout == "The configuration is good.\n", result


@pytest.mark.parametrize("more", [["--model", "llama-3.1-8b"], []])
def test_a_private_model_or_none(world, more):
    world.env["AI_TICKETD_LLM_PROVIDER"] = "rules" if not more else "openai"
    world.use(world.sim("--tickets", 3))
    if more:
        del world.env["AI_TICKETD_LLM_PROVIDER"], world.env["OPENAI_BASE_URL"]
        world.env["OLLAMA_HOST"] = world.env["ZENDESK_BASE_URL"]
    assert world.run("--once", *more).status == 0
    models = {row["analysis"]["metadata"]["model"] for row in world.rows().values()}
    assert models == ({"llama3.1:8b"} if more else {"fallback-rules"})


def test_by_hand(world):
    sim = world.use(world.sim("--tickets", 60))
    dry = world.run(*words("ai-ticketd --once --dry-run --limit 10")[1:])
    assert dry.status == 0 and sim.audit()["writes"] == 0 and "10" in dry.out, dry
    shadow = world.run(*words("ai-ticketd --once --shadow")[1:])
    assert shadow.status == 0 and sim.audit()["writes"] == 0, shadow
    back = world.run(*words("ai-ticketd --backtest 100")[1:])
    assert back.status == 0 and sim.audit()["writes"] == 0, back
    one = world.run("--ticket-id", "12")
    assert one.status == 0 and sim.audit()["processed"] == 1, one
    assert world.run(*words("ai-ticketd --ticket-id 12345")[1:]).status in (0, 1)  # there is none of that number
    assert world.run(*words("ai-ticketd --once")[1:]).status == 0
    assert sim.audit()["processed"] == 51


def test_what_was_written_is_looked_over_and_taken_back(world, monkeypatch):
    # 13:30 is of today: it is eight in the evening.
    monkeypatch.setenv("TZ", f"EVE{-((20 - time.gmtime().tm_hour + 12) % 24 - 12):+d}")
    sim = world.use(world.sim("--tickets", 5, *ACCOUNT))
    process = start(world)
    assert ready(world) and until(lambda: sim.audit()["processed"] == 5)

    def told(command):
        result = ctl(world, *command.split()[1:])
        assert result.returncode == 0, result
        return result.stdout

    assert until(lambda: "5 of 5 " in ctl(world, "history", "--since", "13:30").stdout)  # recorded a little later than written
    assert "5 of 5 since 13:30" in told("ai-ticketctl history --since 13:30")
    assert "looked at 5 tickets" in told("ai-ticketctl report 7d")
    assert "Would change 5 of 5 tickets" in told("ai-ticketctl undo --since 13:30")
    assert "Would change 5 of 5 tickets" in told("ai-ticketctl undo --run 1")
    told("ai-ticketctl undo --run 1 --yes")
    assert "5 undone" in told("ai-ticketctl history --undone")
    assert stop(process) == 0
