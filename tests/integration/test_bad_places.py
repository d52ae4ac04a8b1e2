"""Places that are taken, forbidden, read-only or too long: a clear error that names the option, status 2, and nothing sent."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile

import pytest

from conftest import DAEMON, open_to_everybody
from test_service import CTL, ctl, ready, start, stop, until

ROOT = os.geteuid() == 0


@pytest.fixture
def peer(world):
    return world.use(world.peer(lambda connection, request: "close"))


def refused(world, peer, *options, **more):
    result = world.run(*options, timeout=30, **more)
    assert result.status == 2, result
    assert "Sanitizer" not in result.err
    assert len(result.err.splitlines()) == 1, "one line says it\n" + result.err
    assert peer.connections == 0
    return result.err


# --- the socket ---


@pytest.mark.parametrize("where", ["file", "environment"])
def test_a_socket_path_too_long_is_refused_and_the_option_named(world, peer, where):
    path, conf = world.path / ("s" * 108), world.path / "a.conf"
    conf.write_text(f"http {{\n  socket = {path}\n}}\n" if where == "file" else "")
    env = {"AI_TICKETD_HTTP_SOCKET": path if where == "environment" else ""}
    err = refused(world, peer, "-c", conf, env=env)
    assert (f"{conf}:2: http.socket" if where == "file" else "AI_TICKETD_HTTP_SOCKET") in err and "107" in err
    assert not path.exists()


def test_a_usual_place_that_is_too_long_is_refused_too(world, peer):
    folder = world.path / ("r" * 100)
    folder.mkdir()
    if ROOT:
        os.chown(folder, 65534, 65534)
    result = run_as_nobody(world, {"AI_TICKETD_HTTP_SOCKET": "", "XDG_RUNTIME_DIR": folder})
    assert result.returncode == 2 and "http.socket" in result.stderr and "choose a shorter one" in result.stderr
    assert peer.connections == 0


def test_the_longest_path_is_good(world):
    world.use(world.sim("--tickets", 1))
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/" + "s" * (107 - len(folder) - 1)
        process = start(world, AI_TICKETD_HTTP_SOCKET=path)
        assert until(lambda: ctl_at(path).returncode == 0)
        assert stop(process) == 0
        assert os.listdir(folder) == []


def ctl_at(path):
    return subprocess.run([CTL, "--socket", path, "health"], capture_output=True, text=True, timeout=60)


def test_a_socket_of_a_live_instance_is_refused_with_what_to_do(world, peer):
    """With a store of its own: only the socket is shared."""
    living = world.use(world.sim("--tickets", 1))
    process = start(world)
    assert ready(world)
    world.use(peer)
    err = refused(world, peer, env={"AI_TICKETD_STORE_PATH": world.path / "other.db"})
    assert "http.socket" in err and f"process {process.pid} " in err and "choose another" in err
    assert ready(world)
    assert living.audit()["second_notes"] == 0
    assert stop(process) == 0


@pytest.mark.parametrize("what", ["file", "directory", "link to a file", "FIFO", "somebody's datagram socket", "somebody's listener"])
def test_what_is_not_ours_is_refused_and_never_removed(world, peer, what):
    path, other = world.path / "socket", None
    if what == "file":
        path.write_text("kept")
    elif what == "directory":
        path.mkdir()
    elif what == "link to a file":
        (world.path / "target").write_text("kept")
        path.symlink_to(world.path / "target")
    elif what == "FIFO":
        os.mkfifo(path)
    else:
        other = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if "datagram" in what else socket.SOCK_STREAM)
        other.bind(str(path))
        if "listener" in what:
            other.listen()
    before = os.lstat(path)
    err = refused(world, peer)
    assert "http.socket" in err and str(path) in err and "choose another" in err
    assert os.lstat(path)[:3] == before[:3]
    if other:
        other.close()


def test_a_socket_folder_that_is_not_there_is_refused(world, peer):
    err = refused(world, peer, env={"AI_TICKETD_HTTP_SOCKET": world.path / "nowhere/socket"})
    assert "http.socket" in err and "No such file" in err


def test_of_two_that_start_at_once_on_one_socket_one_runs(world):
    """Each with a store of its own, over the socket of a dead one, again and again."""
    world.use(world.sim("--tickets", 1))
    path = world.path / "socket"
    for _ in range(20):
        dead = socket.socket(socket.AF_UNIX)
        if path.exists():
            path.unlink()
        dead.bind(str(path))
        dead.close()
        pair = [world.start(stdout=subprocess.DEVNULL, env={"AI_TICKETD_STORE_PATH": world.path / name, "AI_TICKETD_LOG_DIR": world.path / (name + "-log"),
                                                            "AI_TICKETD_ZENDESK_POLL_INTERVAL": "1h"})
                for name in ("one", "two")]
        assert until(lambda: any(process.poll() is not None for process in pair))
        loser, winner = sorted(pair, key=lambda process: process.poll() is None)
        _, words = loser.communicate(timeout=60)
        assert loser.returncode == 2 and b"http.socket" in words, words
        assert until(lambda: ctl(world, "health").returncode == 0)
        assert winner.poll() is None
        assert stop(winner) == 0
        assert not path.exists() and not (world.path / "socket.lock").exists()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace opens the window wide")
def test_a_slow_one_does_not_take_the_socket_of_a_quick_one_for_dead(world):
    """Both have looked at the dead socket before either removes it: the later removal must not hit the other's."""
    world.use(world.sim("--tickets", 1))
    path = world.path / "socket"
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(path))
    dead.close()
    env = {**world.env, "ASAN_OPTIONS": "detect_leaks=0"}
    pair = []
    for number, delay in enumerate(("400ms", "800ms")):
        mine = {**env, "AI_TICKETD_STORE_PATH": str(world.path / f"{number}.db")}
        pair.append(subprocess.Popen(["strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=unlink,unlinkat", "-P", str(path), "-e",
                                      f"inject=unlink,unlinkat:delay_enter={delay}:when=1", DAEMON], env=mine, cwd=world.home,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
    assert until(lambda: any(process.poll() is not None for process in pair))
    loser, winner = sorted(pair, key=lambda process: process.poll() is None)
    words = loser.communicate(timeout=60)[1]
    assert loser.returncode == 2 and b"http.socket" in words, words
    assert until(lambda: ctl(world, "health").returncode == 0)
    assert winner.poll() is None
    winner.send_signal(signal.SIGTERM)  # strace hands it on
    os.kill(int(open(f"/proc/{winner.pid}/task/{winner.pid}/children").read().split()[0]), signal.SIGTERM)
    winner.communicate(timeout=60)


# --- folders ---


def as_nobody(world):
    """A folder that everybody may enter, and the words that make the daemon an ordinary user's."""
    if not ROOT:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv to become an ordinary user")
    open_to_everybody(world.path)
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def run_as_nobody(world, env, *options):
    words = as_nobody(world)
    home = world.path / "nobodys"
    home.mkdir(exist_ok=True)
    if ROOT:
        os.chown(home, 65534, 65534)
    mine = {**world.env, "HOME": str(home), "AI_TICKETD_LOG_DIR": str(home / "log"), "AI_TICKETD_STORE_PATH": str(home / "state.db"),
            "AI_TICKETD_HTTP_SOCKET": str(home / "socket"), **{name: str(value) for name, value in env.items()}}
    if subprocess.run([*words, DAEMON, "--version"], env=mine, capture_output=True).returncode != 0:
        pytest.skip("the build folder is not for everybody")
    return subprocess.run([*words, DAEMON, *options], env=mine, cwd="/", capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("option, variable, name", [("log.dir", "AI_TICKETD_LOG_DIR", ""), ("log.dir", "AI_TICKETD_LOG_DIR", "below"),
                                                    ("store.path", "AI_TICKETD_STORE_PATH", "state.db"),
                                                    ("store.path", "AI_TICKETD_STORE_PATH", "below/state.db"),
                                                    ("http.socket", "AI_TICKETD_HTTP_SOCKET", "socket")])
def test_a_folder_that_an_ordinary_user_may_not_write_to_is_refused(world, peer, option, variable, name):
    folder = world.path / "forbidden"
    folder.mkdir()
    folder.chmod(0o555)
    try:
        result = run_as_nobody(world, {variable: folder / name})
    finally:
        folder.chmod(0o755)
    assert result.returncode == 2, result
    assert option in result.stderr and str(folder) in result.stderr and "ermission denied" in result.stderr, result.stderr
    assert "Sanitizer" not in result.stderr and len(result.stderr.splitlines()) == 1, result.stderr
    assert peer.connections == 0 and os.listdir(folder) == []


@pytest.mark.skipif(not ROOT, reason="only root can give a file away")
@pytest.mark.parametrize("sealed", [False, True])
def test_what_root_does_by_hand_stays_the_services(world, sealed):
    """The folders of a service with a user of its own: root works there on a day without a log, erases a ticket, and leaves nothing that
    the service cannot go on with."""
    sim = world.use(world.sim("--tickets", 6))
    folder = world.path / "nobodys"
    folder.mkdir()
    os.chown(folder, 65534, 65533)
    world.logs = folder / "log"
    env = {"AI_TICKETD_LOG_DIR": world.logs, "AI_TICKETD_STORE_PATH": folder / "state/state.db",
           **({"AI_TICKETD_LOG_ENCRYPT": "true", "LOG_ENCRYPTION_KEY": "five words that nobody knows"} if sealed else {})}
    assert world.run("--once", "--limit", 2, env=env).status == 0
    process = start(world, **env)
    assert until(lambda: sim.audit()["processed"] == 6)
    assert until(lambda: ctl(world, "erase", "4").returncode == 0), ctl(world, "erase", "4")
    assert stop(process) == 0
    there = [path for path in folder.rglob("*")]
    assert len(there) > 5 + 2 * sealed and {path.name for path in there} >= {"log", "state", "state.db", "state.db-lock", "deaths"}
    assert {str(path): (path.stat().st_uid, path.stat().st_gid) for path in there if path.stat().st_uid != 65534 or path.stat().st_gid != 65533} == {}
    result = run_as_nobody(world, env, "--once")
    assert result.returncode == 0 and not list(world.logs.glob("*_2.log")), result


@pytest.mark.skipif(not ROOT, reason="only root can give a file away")
@pytest.mark.parametrize("what", ["with content", "with a second name", "a link"])
def test_what_was_there_before_is_not_given_away(world, what):
    world.use(world.sim("--tickets", 1))
    folder, kept = world.path / "nobodys", world.path / "kept"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    kept.write_text("x\n" if what == "with content" else "")
    name = folder / "deaths"
    if what == "with content":
        kept.rename(name)
    else:
        (name.symlink_to if what == "a link" else name.hardlink_to)(kept)
    world.run("--once", env={"AI_TICKETD_STORE_PATH": folder / "state.db"})
    assert name.stat().st_uid == 0
    assert (folder / "state.db-lock").stat().st_uid == 65534


@pytest.mark.skipif(not ROOT, reason="only root can put a file there that the service cannot write")
def test_a_log_of_somebody_else_is_left_alone_and_the_day_goes_on_beside_it(world):
    world.use(world.sim("--tickets", 1))
    assert run_as_nobody(world, {}, "--once").returncode == 0
    world.logs = world.path / "nobodys/log"
    log, = world.logs.glob("????????.log")
    before = log.read_bytes()
    os.chown(log, 0, 0)
    assert run_as_nobody(world, {}, "--once").returncode == 0
    assert log.read_bytes() == before
    assert list(world.logs.glob("????????*.log")) != [log]  # beside it, or past midnight in that of the next day


@pytest.fixture
def small_disk(world):
    """A file system of its own: the folder, and what remounts it."""
    folder = world.path / "disk"
    folder.mkdir()
    if not ROOT or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True).returncode != 0:
        pytest.skip("mounting is not permitted here")
    yield folder, lambda how: subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)
    subprocess.run(["umount", "-l", folder])


@pytest.mark.parametrize("option, variable, name", [("log.dir", "AI_TICKETD_LOG_DIR", "log"), ("store.path", "AI_TICKETD_STORE_PATH", "state.db"),
                                                    ("http.socket", "AI_TICKETD_HTTP_SOCKET", "socket")])
@pytest.mark.parametrize("used", [False, True])
def test_a_read_only_disk_is_refused_at_the_start(world, small_disk, option, variable, name, used):
    """Fresh, or with what an earlier life left on it."""
    folder, remount = small_disk
    env = {variable: folder / name}
    if used:
        world.use(world.sim("--tickets", 2))
        assert world.run("--once", env=env).status == 0
    peer = world.use(world.peer(lambda connection, request: "close"))
    remount("ro")
    err = refused(world, peer, "--accept-account-change", env=env)
    assert option in err and str(folder) in err and "ead-only file system" in err


@pytest.mark.parametrize("variable, name", [("AI_TICKETD_LOG_DIR", "log"), ("AI_TICKETD_STORE_PATH", "state.db")])
def test_whichever_disk_has_least_room_is_told(world, small_disk, variable, name):
    """Logs on one disk, the database on the other; 8 MiB are too little for work."""
    folder, _ = small_disk
    world.use(world.sim("--tickets", 2))
    process = start(world, **{variable: folder / name})
    assert until(lambda: ctl(world, "health").returncode == 2)
    health = json.loads(ctl(world, "--json", "health").stdout)
    assert health["checks"]["disk_space"] == "critical" and "MiB free" in health["message"]
    assert f"{folder / name}" in health["message"], health
    assert 0 < json.loads(ctl(world, "--json", "status").stdout)["loop"]["disk_free_bytes"] <= 8 << 20
    assert stop(process) == 0


# --- what is there already ---


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(world, peer):
    import sqlite3
    sim = world.sim("--tickets", 2)
    world.use(sim)
    assert world.run("--once").status == 0
    database = sqlite3.connect(world.path / "state.db")
    database.execute("PRAGMA user_version = 999")
    database.commit()
    database.close()
    before = (world.path / "state.db").read_bytes()
    world.use(peer)
    err = refused(world, peer)
    assert "store.path" in err and "newer version" in err and str(world.path / "state.db") in err
    assert (world.path / "state.db").read_bytes() == before
    assert not list(world.path.glob("state.db.bak*"))


def test_once_beside_the_service_names_the_way_to_its_socket(world):
    world.use(world.sim("--tickets", 1))
    process = start(world)
    assert ready(world)
    result = world.run("--once")
    assert result.status == 2 and f"process {process.pid} " in result.err
    assert f"`ai-ticketctl --socket {world.path}/socket process ID`" in result.err
    # At a place where it is looked for anyway nothing needs to be said.
    result = world.run("--once", env={"AI_TICKETD_HTTP_SOCKET": "/run/ai-ticketd/control.sock"})
    assert result.status == 2 and "`ai-ticketctl process ID`" in result.err
    assert stop(process) == 0
