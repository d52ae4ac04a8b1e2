"""make demo-dashboard: the page is there with its history, whoever has the printed token may give orders, and Ctrl-C ends all of it."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request

from conftest import BIN, TOP
from ports import spare_port


def group(leader):
    """The processes of its group that still run."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/stat", encoding="utf-8", errors="replace") as file:
                state, _, of_group = file.read().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of_group) == leader and state != "Z":
            found.append(number)
    return found


def test_the_demo_of_the_dashboard_stays_until_ctrl_c_and_leaves_nothing(tmp_path):
    # What it writes lies below the folder of the build: one of its own.
    for name in ("daemon", "tests"):
        (tmp_path / name).symlink_to(os.path.join(BIN, name))
    port = spare_port()
    demo = subprocess.Popen([os.path.join(TOP, "scripts/demo-dashboard"), str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env={"PATH": os.environ["PATH"], "PORT": str(port), "TICKETS": "3000"}, start_new_session=True)
    try:
        told = ""
        while "Ctrl-C ends the demo." not in told:
            line = demo.stdout.readline()
            assert line, told
            told += line
        base = f"http://127.0.0.1:{port}"
        assert f"The dashboard:  {base}/" in told
        token = re.search(r"Sign in with:   (\S{40,})", told).group(1)

        def get(path):
            request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"})
            with urllib.request.urlopen(request, timeout=20) as reply:
                return reply.read()

        assert b"<title>ai-ticketd</title>" in get("/")
        assert json.loads(get("/api/v1/session"))["may"] == "command"
        assert json.loads(get("/api/v1/decisions?limit=200"))["decisions"], "there is a history"
        assert any("model" in alert["kind"] for alert in json.loads(get("/api/v1/alerts"))["recent"])
        second = subprocess.run([os.path.join(TOP, "scripts/demo-dashboard"), str(tmp_path)], capture_output=True, text=True, timeout=60,
                                env={"PATH": os.environ["PATH"], "PORT": str(port), "TICKETS": "100"})
        assert second.returncode == 1 and "A demo runs already" in second.stderr
        assert (tmp_path / "demo-dashboard/state.db").stat().st_size > 1_000_000, "a second one takes nothing away from the first"
    finally:
        os.killpg(demo.pid, signal.SIGINT)  # as the terminal does
        demo.wait(60)
    assert demo.returncode == 0
    time.sleep(0.2)
    assert group(demo.pid) == []
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))
