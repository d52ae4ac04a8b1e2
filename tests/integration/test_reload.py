"""Reading the configuration again: whatever stands in the place of the file is refused in words and within bounds, and the service goes on
as it was; and what of the secrets a reload reads anew."""

import json
import os
import shutil
import signal
import socket
import subprocess

import pytest

import draw
from conftest import DAEMON, http
from test_bad_places import ROOT, as_nobody
from test_bad_servers import MODELS, chat
from test_reload_helper import HELPER
from test_service import CTL, ctl, ready, start, stop, until

GOOD = "zendesk {\n  poll_interval = 1h\n}\nlog {\n  level = debug\n}\n"


def directory(path):
    path.mkdir()


def hundred_megabytes(path):
    with open(path, "wb") as file:
        for _ in range(100):
            file.write(b"# a comment that goes on and on\n" * 32768)


def nothing(path):
    pass


BAD = {
    "a directory": (directory, "directory"),
    "100 MB": (hundred_megabytes, "104857600 bytes"),
    "not UTF-8": (lambda path: path.write_bytes(b"log {\n  level = info # \xff\xfe\n}\n"), "UTF-8"),
    "a NUL": (lambda path: path.write_bytes(b"log {\n  level = info\n}\n\0"), "NUL"),
    "a FIFO": (os.mkfifo, "FIFO"),
    "vanished": (nothing, "no such file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "device"),
    "a link in circles": (lambda path: path.symlink_to(path), "symbolic links"),
    "half a section": (lambda path: path.write_text("log {\n"), "a.conf"),
    "random bytes": (lambda path: path.write_bytes(draw.chance("file").randbytes(4000)), "a.conf"),
}


def remove(path):
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    elif path.exists() or path.is_symlink():
        path.unlink()


def peak(process):
    return int(next(line for line in open(f"/proc/{process.pid}/status") if line.startswith("VmHWM")).split()[1]) * 1024


@pytest.mark.parametrize("what", BAD)
def test_a_configuration_that_is_none_is_refused_at_the_start(world, what):
    make, word = BAD[what]
    peer, conf = world.use(world.peer(lambda connection, request: "close")), world.path / "a.conf"
    make(conf)
    result = world.run("-c", conf, timeout=30)
    assert result.status == 2 and str(conf) in result.err and word in result.err, result
    assert len(result.err) < 4000 and "Sanitizer" not in result.err
    assert peer.connections == 0


@pytest.mark.parametrize("what", BAD)
def test_a_configuration_that_is_none_is_refused_by_a_reload_and_the_service_goes_on(world, what):
    make, word = BAD[what]
    sim, conf = world.use(world.sim("--tickets", 20)), world.path / "a.conf"
    conf.write_text(GOOD)
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert ready(world)
    assert ctl(world, "reload").returncode == 0  # what any reload costs is no matter here
    before = peak(process)
    remove(conf)
    make(conf)
    answer = ctl(world, "reload")
    assert answer.returncode == 1 and "refused" in answer.stderr and word in answer.stderr, answer
    process.send_signal(signal.SIGHUP)
    assert until(lambda: world.log().count("Reload refused: the previous configuration stays in force") == 2), world.log()
    assert all(len(line) < 1000 for line in world.log().splitlines())
    assert peak(process) - before < 16e6, "read into memory"
    assert ctl(world, "health").returncode == 0
    # What is in force is what was: put back, nothing differs.
    remove(conf)
    conf.write_text(GOOD)
    answer = json.loads(ctl(world, "--json", "reload").stdout)
    assert "message" in answer and "changes" not in answer, answer
    assert until(lambda: sim.audit()["processed"] == 20)
    assert stop(process) == 0


def test_an_empty_configuration_is_one_in_which_all_is_as_usual(world):
    world.use(world.sim("--tickets", 2))
    conf = world.path / "a.conf"
    conf.write_text(GOOD)
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert ready(world)
    conf.write_text("")
    answer = ctl(world, "reload")
    assert answer.returncode == 0 and "log.level" in answer.stdout and "zendesk.poll_interval" in answer.stdout
    assert ctl(world, "health").returncode == 0
    assert stop(process) == 0


def test_a_configuration_that_may_not_be_read_is_refused_at_the_start_and_by_a_reload(world):
    """By an ordinary user: root may read everything."""
    world.use(world.sim("--tickets", 2))
    words, home, conf = as_nobody(world), world.path / "nobodys", world.path / "a.conf"
    home.mkdir()
    if ROOT:
        os.chown(home, 65534, 65534)
    conf.write_text(GOOD)
    conf.chmod(0o644)
    env = {**world.env, "HOME": str(home), "AI_TICKETD_LOG_DIR": str(home / "log"), "AI_TICKETD_STORE_PATH": str(home / "state.db"),
           "AI_TICKETD_HTTP_SOCKET": str(home / "socket")}
    if subprocess.run([*words, DAEMON, "--version"], env=env, capture_output=True).returncode != 0:
        pytest.skip("the build folder is not for everybody")
    process = subprocess.Popen([*words, DAEMON, "-c", conf], env=env, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def at(*order):
        return subprocess.run([CTL, "--socket", str(home / "socket"), *order], capture_output=True, text=True, timeout=60)
    assert until(lambda: at("health").returncode == 0)
    conf.chmod(0)
    answer = at("reload")
    assert answer.returncode == 1 and f"{conf}: permission denied" in answer.stderr, answer
    assert at("health").returncode == 0
    assert stop(process) == 0
    result = subprocess.run([*words, DAEMON, "-c", conf], env=env, cwd="/", capture_output=True, text=True, timeout=30)
    assert result.returncode == 2 and f"{conf}: permission denied" in result.stderr, result


# --- secrets ---


class Manager:
    """Hears what systemd would."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)
        self.said = []

    def hears(self, word):
        try:
            while True:
                self.said.append(self.socket.recv(65536).decode())
        except BlockingIOError:
            return any(word in message for message in self.said)

    def stop(self):
        self.socket.close()


def test_a_reload_reads_secrets_from_files_and_says_restart_to_rotate_of_credentials(world):
    def model(connection, request):
        head = request.split(b"\r\n", 1)[0]
        connection.sendall(MODELS if b"/models" in head else
                           http(chat('{"summary":"s","root_cause":"bug","urgency":"low","sentiment":"neutral"}')))
    peer, sim, manager = world.peer(model), world.sim("--tickets", 5, "--arrivals", 600), world.keep(Manager(world.path / "notify"))
    world.use(sim, peer)
    key, store, conf = world.path / "key", world.path / "credentials", world.path / "a.conf"
    key.write_text("first-key\n")
    store.mkdir()
    (store / "zendesk.api_token").write_text("first-token\n")
    conf.write_text(f"zendesk {{\n  poll_interval = 1s\n}}\nllm {{\n  api_key_file = {key}\n}}\n")
    env = {"CREDENTIALS_DIRECTORY": store, "NOTIFY_SOCKET": world.path / "notify"}
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env,
                          unset={"ZENDESK_API_TOKEN": True, "OPENAI_API_KEY": True})
    assert ready(world)
    assert until(lambda: any(b"Bearer first-key" in request for request in peer.requests))
    key.write_text("second-key\n")
    words = "zendesk.api_token is a credential from systemd, read at the start only: restart the service to use a new value"
    answer = ctl(world, "reload")
    assert answer.returncode == 0 and words in answer.stdout and "llm.api_key" in answer.stdout, answer
    assert json.loads(ctl(world, "--json", "reload").stdout)["secrets"] == words
    assert until(lambda: any(b"Bearer second-key" in request for request in peer.requests))
    process.send_signal(signal.SIGHUP)
    assert until(lambda: world.log().count(f"Reload: {words}") == 3), world.log()
    if os.path.exists(HELPER):  # built with libsystemd
        assert until(lambda: manager.hears("READY=1") and any("STATUS=" in message and words in message for message in manager.said)), manager.said
    # Two of them.
    (store / "llm.api_key").write_text("third-key\n")
    assert "zendesk.api_token, llm.api_key are credentials from systemd" in ctl(world, "reload").stdout
    for secret in ("first-key", "second-key", "third-key", "first-token"):
        assert secret not in world.log() and not manager.hears(secret)
    assert stop(process) == 0


@pytest.mark.parametrize("make, word", [(nothing, "no such file"), (directory, "directory"), (os.mkfifo, "FIFO"),
                                        (lambda path: path.write_bytes(b"k" * 100000), "100000 bytes")],
                         ids=["vanished", "directory", "FIFO", "too long"])
def test_a_secret_that_cannot_be_read_anew_is_refused_and_the_former_one_stays(world, make, word):
    sim = world.use(world.sim("--tickets", 5, "--arrivals", 600, "--model-key", "the-key"))
    key, conf = world.path / "key", world.path / "a.conf"
    key.write_text("the-key\n")
    conf.write_text(f"llm {{\n  api_key_file = {key}\n}}\n")
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, unset={"OPENAI_API_KEY": True},
                          env={"AI_TICKETD_ZENDESK_POLL_INTERVAL": "1s"})
    assert ready(world)
    key.unlink()
    make(key)
    answer = ctl(world, "reload")
    assert answer.returncode == 1 and "llm.api_key_file" in answer.stderr and word in answer.stderr, answer
    before = sim.audit()["arrivals_processed"]
    assert until(lambda: sim.audit()["arrivals_processed"] > before + 5)
    assert ctl(world, "health").returncode == 0
    assert stop(process) == 0


def test_why_a_reload_was_refused_is_told_until_the_next_good_one(world):
    """In the line that the manager shows and in the answer to who asks, behind how the service is; on one line and within bounds."""
    manager, conf = world.keep(Manager(world.path / "notify")), world.path / "a.conf"
    world.use(world.sim("--tickets", 2))
    conf.write_text(GOOD)
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"NOTIFY_SOCKET": world.path / "notify"})
    assert ready(world)
    message = lambda: json.loads(ctl(world, "--json", "status").stdout)["message"]
    assert "refused" not in message()
    for bad, why in (("zendesk {\n  poll_interval = never\n}\n", f"{conf}:2: zendesk.poll_interval"),
                     ("zendesk {\n  poll_interval = never\n}\nllm {\n  timeout = soon\n}\n", f"{conf}:2: zendesk.poll_interval"),
                     ("log {\n  level = \"" + "ü" * 3000 + "\"\n}\n", f"{conf}:2: log.level")):
        conf.write_text(bad)
        assert ctl(world, "reload").returncode == 1
        for told in (message(), message()):  # it stays
            assert told.startswith("Healthy") and f"The last reload was refused, the previous configuration stays in force: {why}" in told
            assert ("and more, see the log" in told) == ("soon" in bad) and len(told.encode()) < 900 and "\n" not in told
    if os.path.exists(HELPER):  # built with libsystemd
        assert until(lambda: manager.hears(f"refused, the previous configuration stays in force: {conf}:2: log.level")), manager.said
        assert any("refused" in said and "zendesk.poll_interval" in said for said in manager.said), manager.said
    conf.write_text(GOOD)
    assert ctl(world, "reload").returncode == 0
    assert "refused" not in message()
    assert stop(process) == 0
    assert not os.path.exists(HELPER) or (manager.hears("STATUS=") and "refused" not in [said for said in manager.said if "READY=1" in said][-1])


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace holds the first reading up")
def test_who_orders_a_reload_during_another_one_hears_of_his_own(world):
    """The first reads a bad configuration; while it is at it, a good one is put there and its reading ordered."""
    world.use(world.sim("--tickets", 2))
    conf, trace = world.path / "a.conf", world.path / "trace"
    conf.write_text(GOOD)
    process = subprocess.Popen(["strace", "-qq", "-f", "-o", str(trace), "-P", str(conf), "-e", "trace=read,close", "-e",
                                "inject=close:delay_enter=2s", DAEMON, "-c", str(conf)],
                               env={**world.env, "ASAN_OPTIONS": "detect_leaks=0"}, cwd=world.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    world.processes.append(process)
    assert ready(world)
    daemon = int(open(f"/proc/{process.pid}/task/{process.pid}/children").read().split()[0])
    conf.write_text("log {\n  level = never\n}\n")
    os.kill(daemon, signal.SIGHUP)
    assert until(lambda: "never" in trace.read_text())  # read, and the reading is not over
    (world.path / "b.conf").write_text(GOOD)
    os.replace(world.path / "b.conf", conf)
    answer = ctl(world, "reload")
    assert answer.returncode == 0, answer
    assert "Reload refused" in world.log()
    os.kill(daemon, signal.SIGTERM)
    process.communicate(timeout=60)


def words_to(manager):
    """What the manager heard, but for how the service is once a minute and its watchdog."""
    return [word for said in manager.said for word in ("READY=1", "RELOADING=1", "STOPPING=1") if said.startswith(word)]


@pytest.mark.skipif(not os.path.exists(HELPER), reason="built without libsystemd")
@pytest.mark.parametrize("by", ["signal", "socket"])
def test_the_manager_hears_of_a_reload_whoever_asks_for_it(world, by):
    """A good one, a refused one, and a good one again: reloading, then ready, each time."""
    manager, conf = world.keep(Manager(world.path / "notify")), world.path / "a.conf"
    world.use(world.sim("--tickets", 2))
    conf.write_text(GOOD)
    process = world.start("-c", conf, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env={"NOTIFY_SOCKET": world.path / "notify"})
    assert ready(world)
    expected = ["READY=1"]
    for text, refused in ((GOOD + "# 1\n", False), ("log {\n  level = never\n}\n", True), (GOOD, False)):
        conf.write_text(text)
        if by == "signal":
            process.send_signal(signal.SIGHUP)
            assert until(lambda: manager.hears("READY=1") and len(words_to(manager)) == len(expected) + 2), manager.said
        else:  # who has the answer finds the service ready
            assert ctl(world, "reload").returncode == refused
            manager.hears("READY=1")
        expected += ["RELOADING=1", "READY=1"]
        assert words_to(manager) == expected, manager.said
        last = [said for said in manager.said if said.startswith("READY=1")][-1]
        assert ("The last reload was refused" in last) == refused, last
        assert all("MONOTONIC_USEC=" in said for said in manager.said if said.startswith("RELOADING=1"))
    assert stop(process) == 0
    manager.hears("STOPPING=1")
    assert words_to(manager) == expected + ["STOPPING=1"]


@pytest.mark.skipif(not os.path.exists(HELPER) or shutil.which("strace") is None,
                    reason="needs libsystemd, and strace to hold the first reading up")
@pytest.mark.parametrize("first_by, second_by", [("signal", "signal"), ("signal", "socket"), ("socket", "signal"), ("socket", "socket")])
@pytest.mark.parametrize("first", ["taken", "refused"])
def test_the_manager_hears_of_readiness_when_the_last_of_two_readings_is_over(world, first, first_by, second_by):
    """Of two orders over the socket at a time the second is refused, and the manager does not hear of it."""
    world.use(world.sim("--tickets", 2))
    manager = world.keep(Manager(world.path / "notify"))
    conf, trace = world.path / "a.conf", world.path / "trace"
    conf.write_text(GOOD)
    process = subprocess.Popen(["strace", "-qq", "-f", "-o", str(trace), "-P", str(conf), "-e", "trace=read,close", "-e",
                                "inject=close:delay_enter=2s", DAEMON, "-c", str(conf)],
                               env={**world.env, "ASAN_OPTIONS": "detect_leaks=0", "NOTIFY_SOCKET": str(world.path / "notify")},
                               cwd=world.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    world.processes.append(process)
    assert ready(world)
    daemon = int(open(f"/proc/{process.pid}/task/{process.pid}/children").read().split()[0])

    def reload(by):
        if by == "signal":
            return os.kill(daemon, signal.SIGHUP)
        return subprocess.Popen([CTL, "--socket", str(world.path / "socket"), "reload"], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
    conf.write_text("# first\n" + GOOD if first == "taken" else "# first\nlog {\n  level = never\n}\n")
    orders = [reload(first_by)]
    assert until(lambda: "# first" in trace.read_text())  # read, and the reading is not over
    conf.write_text(GOOD)
    orders.append(reload(second_by))
    one = first_by == second_by == "socket"
    assert until(lambda: sum(world.log().count(word) for word in ("Reload refused", "the new configuration is in force", "Reload: nothing has changed")) == 2 - one)
    assert until(lambda: manager.hears("READY=1") and manager.said[-1].startswith("READY=1"))
    answers = [order.communicate(timeout=60)[0] if order else None for order in orders]
    if first_by == "socket":  # answered when a reading is over that began after it, and no other follows
        assert ("Reload refused; the previous configuration stays in force." in answers[0]) == (one and first == "refused"), answers
    if second_by == "socket":
        assert ("a reload is already in progress" in answers[1]) == one, answers
    os.kill(daemon, signal.SIGTERM)
    process.communicate(timeout=60)
    manager.hears("STOPPING=1")
    assert words_to(manager) == ["READY=1", *["RELOADING=1"] * (2 - one), "READY=1", "STOPPING=1"], manager.said


def test_without_credentials_a_reload_says_nothing_of_them(world):
    world.use(world.sim("--tickets", 2))
    process = start(world)
    assert ready(world)
    assert "rotate" not in ctl(world, "reload").stdout and "rotate" not in world.log()
    assert stop(process) == 0


# --- what a manager hands over, and is told ---


@pytest.mark.skipif(not os.path.exists(HELPER), reason="built without libsystemd")
@pytest.mark.parametrize("size", [40 * 1024 * 1024, 4096])
def test_a_start_that_may_take_long_asks_the_manager_for_time(world, size):
    """A large database may be damaged, and saving what can be read of it takes as long as it takes."""
    world.use(world.sim("--tickets", 2))
    manager = world.keep(Manager(world.path / "notify"))
    with open(world.path / "state.db", "wb") as file:
        file.write(draw.chance("database").randbytes(4096))
        file.truncate(size)
    process = start(world, NOTIFY_SOCKET=world.path / "notify")
    assert until(lambda: manager.hears("READY=1"))
    first = manager.said[0]
    assert first == "EXTEND_TIMEOUT_USEC=50000000" if size > 4096 else first.startswith("READY=1"), manager.said
    assert stop(process) == 0


@pytest.mark.skipif(not os.path.exists(HELPER), reason="built without libsystemd")
@pytest.mark.parametrize("named", [True, False])
def test_inherited_sockets_are_taken_while_there_is_one_thread(world, named):
    """Taking them changes the environment, which other threads may be reading. The preloaded watchman ends a program that does so. The
    service's own sockets are there beside them."""
    world.use(world.sim("--tickets", 20))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(world.path / "socket"))
    listener.listen()
    env = {**world.env, **{name: str(value) for name, value in world.trouble().env.items()}}
    env["AI_TICKETD_HTTP_SOCKET"] = str(world.path / "another") if named else ""
    env["RUNTIME_DIRECTORY"] = str(world.path / "run")
    (world.path / "run").mkdir()
    own = world.path / "another" if named else world.path / "run/control.sock"
    process = subprocess.Popen(["sh", "-c", f"LISTEN_FDS=1 LISTEN_PID=$$ exec {DAEMON}"], env=env, cwd=world.home,
                               close_fds=False, preexec_fn=lambda: os.dup2(listener.fileno(), 3), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    listener.close()
    assert until(lambda: process.poll() is not None or ctl(world, "health").returncode == 0)
    assert process.poll() is None, process.communicate()
    assert subprocess.run([CTL, "--socket", own, "health"], capture_output=True).returncode == 0
    assert stop(process) == 0
    assert os.path.exists(world.path / "socket")  # it is the manager's
    assert not own.exists() and "systemctl disable --now ai-ticketd.socket" in world.log()
