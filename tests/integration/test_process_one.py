"""The daemon as process 1 of a PID namespace, as in a container: the kernel ignores signals there that nobody handles, and process 1
survives those that it raises itself."""

import json
import os
import signal
import subprocess

import pytest

from conftest import DAEMON, http
from test_bad_servers import MODELS, chat
from test_service import ACCOUNT, ready, until

# No /etc/resolv.conf either: an image has none until its runtime puts one there.
ENTER = ["unshare", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc", "sh", "-euc", """
mkdir "$1"
mount -t tmpfs none "$1"
mkdir "$1/up" "$1/work"
mount -t overlay -o "lowerdir=/etc,upperdir=$1/up,workdir=$1/work" none /etc
rm -f /etc/resolv.conf
shift
exec "$@"
""", "sh"]


@pytest.fixture
def start_one(world):
    """Starts the daemon as process 1; gives the process of unshare, and the number of the daemon out here."""
    enter = [*ENTER, world.path / "etc"]
    if subprocess.run([*enter, "true"], capture_output=True, timeout=60).returncode != 0:
        pytest.skip("namespaces or overlayfs are not permitted here")
    os.rmdir(world.path / "etc")

    def begin(**env):
        if (world.path / "etc").exists():
            os.rmdir(world.path / "etc")
        env = {**world.env, "AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s", **{name: str(value) for name, value in env.items()}}
        process = subprocess.Popen([*enter, DAEMON], env=env, cwd=world.home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        world.processes.append(process)
        children = f"/proc/{process.pid}/task/{process.pid}/children"
        assert until(lambda: open(children, encoding="ascii").read().strip(), 10)
        return process, int(open(children, encoding="ascii").read().split()[0])
    return begin


def test_it_works_drains_upon_sigterm_and_ends_with_status_0(world, start_one):
    sim = world.use(world.sim("--tickets", 200, "--latency", "100-300", *ACCOUNT))
    process, daemon = start_one()
    assert ready(world)
    assert until(lambda: sim.audit()["processed"] > 0)
    os.kill(daemon, signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    done = sim.audit()["processed"]
    assert "Processed: " in world.log() and sum(row["status"] == "success" for row in world.rows().values()) == done


@pytest.mark.parametrize("death", ["fault", "abort"])
def test_one_death_makes_one_mark(world, start_one, death):
    """Two would quarantine a ticket for one crash."""
    word = "deadlyword"
    trouble = world.trouble(word)

    def model(connection, request):
        answer = {"summary": word, "root_cause": "bug", "urgency": "low", "sentiment": "neutral"}
        connection.sendall(MODELS if b"/models" in request.split(b"\r\n", 1)[0] else http(chat(json.dumps(answer))))
    world.use(world.sim("--tickets", 1), world.peer(model))
    process, _ = start_one(**trouble.env, TROUBLE_DEATH=death)
    assert process.wait(timeout=60) != 0
    assert (world.path / "deaths").read_text() == "1\n"
