"""The two Unix sockets of the service: who may use which, for what, and what they are told."""

import grp
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

import pytest

from conftest import DAEMON, open_to_everybody
from test_bad_places import ROOT
from test_service import CTL, start, stop, until

ADM = grp.getgrnam("adm").gr_gid
TOKEN = "0123456789abcdef" * 2
READERS = 4711  # a group that needs no name
needs_root = pytest.mark.skipif(not ROOT, reason="only root can give files away and become somebody else")


@pytest.fixture
def run(world):
    """The service at the default places, which here are in a folder that everybody comes to."""
    place = tempfile.TemporaryDirectory()
    folder = pathlib.Path(place.name)
    folder.chmod(0o755)
    world.use(world.sim("--tickets", 3))

    def begin(**env):
        process = start(world, AI_TICKETD_HTTP_SOCKET="", RUNTIME_DIRECTORY=folder, **env)
        assert until(lambda: ctl(folder / "control.sock", "health").returncode < 3 or process.poll() is not None) and process.poll() is None
        return process
    yield folder, begin
    place.cleanup()


def ctl(socket, *words, groups=None):
    """As root, or as somebody with these groups alone."""
    become = [] if groups is None else ["setpriv", "--reuid=65534", "--regid=65534", "--groups", ",".join(map(str, [65534, *groups]))]
    return subprocess.run([*become, CTL, "--socket", socket, *map(str, words)], capture_output=True, text=True, timeout=60)


def owner(path):
    status = path.stat()
    return oct(status.st_mode & 0o777), status.st_gid


@needs_root
@pytest.mark.parametrize("readers", ["", str(READERS)])
def test_the_service_makes_two_sockets_for_two_groups(run, readers):
    folder, begin = run
    process = begin(AI_TICKETD_HTTP_READ_GROUP=readers)
    assert owner(folder / "control.sock") == ("0o660", ADM)
    assert owner(folder / "read.sock") == ("0o660", READERS if readers else ADM)
    assert stop(process) == 0
    assert list(folder.iterdir()) == []


@needs_root
def test_each_group_may_do_what_its_socket_is_for(run, world):
    folder, begin = run
    if ctl("x", "--version", groups=[]).returncode != 0:
        pytest.skip("the build folder is not for everybody")
    process = begin(AI_TICKETD_HTTP_READ_GROUP=READERS)
    control, read = folder / "control.sock", folder / "read.sock"
    allowed = {(): (), (ADM,): (control,), (READERS,): (read,), (ADM, READERS): (control, read)}
    for groups, open_ones in allowed.items():
        for path in (control, read):
            result = ctl(path, "health", groups=groups)
            assert (result.returncode < 3) == (path in open_ones), (groups, path, result)
            if path not in open_ones:
                name = "adm" if path == control else READERS
                assert f"permission denied: only root and members of the group {name} may use it" in result.stderr
        result = ctl(control, "pause", groups=groups)
        assert (result.returncode == 0) == (ADM in groups), (groups, result)
    assert stop(process) == 0


@needs_root
def test_a_command_over_the_read_socket_is_refused_with_the_way_to_the_other(run):
    folder, begin = run
    process = begin(AI_TICKETD_HTTP_READ_GROUP=READERS)
    read = folder / "read.sock"
    for view in (["health"], ["status"], ["explain", 1]):
        assert ctl(read, *view).returncode < 2
    for words in (["pause"], ["resume"], ["reload"], ["process", 1], ["erase", 1, "--yes"]):
        result = ctl(read, *words)
        assert result.returncode == 1, result
        assert f"{folder}/control.sock" in result.stderr and "usermod -aG adm USER" in result.stderr, result
    status = json.loads(ctl(folder / "control.sock", "--json", "status").stdout)
    assert not status["paused"]
    assert stop(process) == 0


@needs_root
@pytest.mark.parametrize("option", ["command_group", "read_group"])
def test_a_group_that_is_not_there_closes_the_socket_and_is_told(run, world, option):
    folder, begin = run
    process = begin(**{f"AI_TICKETD_HTTP_{option.upper()}": "no-such-group"})
    path = folder / ("control.sock" if option == "command_group" else "read.sock")
    assert owner(path) == ("0o660", 0)
    assert until(lambda: f"http.{option}: there is no group no-such-group, so only root can use {path}" in world.log())
    assert ctl(folder / "control.sock", "health").returncode < 3
    assert stop(process) == 0


@needs_root
def test_a_group_that_the_service_is_no_member_of_closes_the_socket_and_is_told(run, world):
    folder, _ = run
    open_to_everybody(world.path)
    home = world.path / "nobodys"
    home.mkdir()
    for path in (home, folder):
        os.chown(path, 65534, 65534)
    env = {**world.env, "HOME": str(home), "AI_TICKETD_LOG_DIR": str(home / "log"), "AI_TICKETD_STORE_PATH": str(home / "state.db"),
           "RUNTIME_DIRECTORY": str(folder), "AI_TICKETD_HTTP_SOCKET": "", "AI_TICKETD_HTTP_READ_GROUP": str(READERS)}
    words = ["setpriv", "--reuid=65534", "--regid=65534", "--groups", f"65534,{ADM}", DAEMON]
    process = subprocess.Popen(words, env=env, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    world.processes.append(process)
    if not until(lambda: ctl(folder / "read.sock", "health").returncode < 3 or process.poll() is not None) or process.poll() is not None:
        pytest.skip("the build folder is not for everybody")
    assert owner(folder / "control.sock") == ("0o660", ADM)  # of this one it is
    assert owner(folder / "read.sock") == ("0o660", 65534)
    assert stop(process) == 0
    world.logs = home / "log"
    assert f"http.read_group: the user who started ai-ticketd is not a member of the group {READERS}" in world.log()


def test_a_control_socket_with_a_name_of_its_own_has_a_read_socket_only_where_one_is_named(world):
    world.use(world.sim("--tickets", 1))
    process = start(world)
    assert until(lambda: ctl(world.path / "socket", "health").returncode < 3)
    assert not (world.path / "read.sock").exists()
    assert stop(process) == 0
    process = start(world, AI_TICKETD_HTTP_READ_SOCKET=world.path / "look")
    assert until(lambda: ctl(world.path / "look", "health").returncode < 3)
    assert ctl(world.path / "look", "pause").returncode == 1
    assert stop(process) == 0
    assert not (world.path / "look").exists()


# --- who did it ---


def audit(socket):
    return [event["payload"] for event in json.loads(ctl(socket, "--json", "audit").stdout)["events"] if event["kind"] == "command"]


def orders_of(socket, ticket):
    return [event["payload"] for event in json.loads(ctl(socket, "--json", "explain", ticket).stdout)["events"] if event["kind"] == "command"]


@needs_root
def test_every_order_is_recorded_with_who_gave_it(run, world):
    folder, begin = run
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    process = begin(AI_TICKETD_HTTP_LISTEN=f"127.0.0.1:{port}", AI_TICKETD_HTTP_TOKEN=TOKEN)
    control = folder / "control.sock"
    assert until(lambda: orders_of(control, 2) == [] and ctl(control, "explain", 2).returncode == 0)
    assert ctl(control, "process", 2, 3).returncode == 0
    process.send_signal(signal.SIGHUP)
    request = urllib.request.Request(f"http://127.0.0.1:{port}/pause", b"", {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
    assert urllib.request.urlopen(request, timeout=10).status == 200
    assert until(lambda: len(audit(control)) == 3)
    for ticket in (2, 3):
        order, = orders_of(control, ticket)
        assert order["order"] == "process" and order["user"] == "root" and order["uid"] == 0 and order["pid"] > 1
        assert "process, ordered by root (uid 0, process " in ctl(control, "explain", ticket).stdout
    trail = {order["order"]: order for order in audit(control)}
    assert trail["process"] == {"order": "process", "user": "root", "uid": 0, "pid": trail["process"]["pid"], "tickets": 2}
    assert trail["reload"] == {"order": "reload", "signal": "SIGHUP"}
    assert trail["pause"].pop("address").startswith("127.0.0.1:") and trail["pause"] == {"order": "pause", "token": "default"}
    shown = ctl(control, "audit").stdout
    assert "process (2 tickets), ordered by root (uid 0" in shown and "pause, ordered by the token default from 127.0.0.1:" in shown
    assert until(lambda: "2 tickets: process ordered by root (uid 0, process " in world.log())
    assert "pause ordered by the token default from 127.0.0.1:" in world.log() and "reload ordered by the signal SIGHUP" in world.log()
    assert TOKEN not in world.log() + shown
    # Views are no orders, and who may only look does not see who commands.
    ctl(control, "status")
    assert len(audit(control)) == 3
    assert ctl(folder / "read.sock", "audit").returncode == 1
    assert stop(process) == 0


@needs_root
def test_a_user_without_a_name_is_recorded_by_number_and_so_after_a_restart(run, world):
    folder, begin = run
    if ctl("x", "--version", groups=[]).returncode != 0:
        pytest.skip("the build folder is not for everybody")
    process = begin()
    control = folder / "control.sock"
    become = ["setpriv", "--reuid=54321", "--regid=54321", "--groups", str(ADM)]
    assert subprocess.run([*become, CTL, "--socket", control, "process", "2"], capture_output=True).returncode == 0
    for _ in range(2):
        assert until(lambda: [order["uid"] for order in orders_of(control, 2)] == [54321])
        assert "ordered by a user without a name (uid 54321, process " in ctl(control, "explain", 2).stdout
        assert until(lambda: "Ticket 2: process ordered by uid 54321 (process " in world.log())
        assert stop(process) == 0
        process = begin()
    assert stop(process) == 0


def test_an_order_to_erase_is_recorded_without_the_number(run, world):
    folder, begin = run
    process = begin()
    control = folder / "control.sock"
    assert until(lambda: ctl(control, "explain", 2).returncode == 0)
    assert ctl(control, "process", 2).returncode == 0
    assert until(lambda: len(orders_of(control, 2)) == 1 and "Ticket 2: process ordered" in world.log())
    assert until(lambda: ctl(control, "erase", 2).returncode == 0)
    assert until(lambda: "erase" in [order["order"] for order in audit(control)])
    # Nor does an order that comes later bring it back.
    assert ctl(control, "process", 2).returncode == 1
    assert until(lambda: len(audit(control)) == 3)
    assert orders_of(control, 2) == [] and "icket 2:" not in world.log()
    assert "erase (1 ticket), ordered by " in ctl(control, "audit").stdout
    explained = json.loads(ctl(control, "--json", "explain", 2).stdout)
    assert explained["erased_by"]["uid"] == os.geteuid() and explained["erased_by"]["pid"] > 1
    assert f"(uid {os.geteuid()}, process {explained['erased_by']['pid']})" in ctl(control, "explain", 2).stdout
    assert until(lambda: "One ticket: erase ordered by " in world.log())
    assert stop(process) == 0


def test_a_directory_service_that_hangs_delays_no_order_and_no_stop(run, world):
    folder, begin = run
    trouble = world.trouble()
    process = begin(**trouble.env, TROUBLE_NAMES=40)
    control = folder / "control.sock"
    began = time.monotonic()
    for _ in range(3):
        assert ctl(control, "pause").returncode == 0 and ctl(control, "resume").returncode == 0
    took = time.monotonic() - began
    assert until(lambda: len(audit(control)) == 6, 30)
    assert all("user" not in order and "uid" in order for order in audit(control))
    began = time.monotonic()
    assert stop(process) == 0
    assert took < 20 and time.monotonic() - began < 20
    assert world.log().count("pause ordered by uid ") == 3


def test_an_order_that_carries_a_name_waits_for_it_a_while_and_is_then_given_by_number(run, world):
    folder, begin = run
    trouble = world.trouble()
    process = begin(**trouble.env, TROUBLE_NAMES=40)
    control = folder / "control.sock"
    assert until(lambda: ctl(control, "explain", 2).returncode == 0)
    began = time.monotonic()
    assert ctl(control, "process", "--again", 2).returncode == 0
    assert time.monotonic() - began < 20
    assert until(lambda: f"Ordered to be analysed again by uid {os.geteuid()} (process " in ctl(control, "explain", 2).stdout)
    assert stop(process) == 0


def test_an_order_that_waits_for_a_name_when_the_service_stops_is_told_that_it_is_not_done(run, world):
    folder, begin = run
    trouble = world.trouble()
    process = begin(**trouble.env, TROUBLE_NAMES=40)
    control = folder / "control.sock"
    assert until(lambda: ctl(control, "explain", 2).returncode == 0)
    asked = subprocess.Popen([CTL, "--socket", control, "process", "--again", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    assert stop(process) == 0
    _, err = asked.communicate(timeout=60)
    assert asked.returncode == 1 and "the service is stopping and takes no new requests" in err, err
