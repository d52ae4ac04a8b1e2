"""The built programs under test, their surroundings, and scripted peers. Everything is loopback, bounded in time, and below pytest's
temporary folder. AITD_BIN names the build folder (default build/dev); nothing is built here."""

import json
import mmap
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import threading
import time

import pytest

import draw

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.join(TOP, os.environ.get("AITD_BIN", "build/dev"))
DAEMON = os.path.join(BIN, "daemon/ai-ticketd")
SIM = os.path.join(BIN, "tests/sim/ai-ticketsim")
PATIENCE = 120
WORLD = draw.number("world")


class Result:
    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err, seconds

    def __repr__(self):
        return f"status {self.status} after {self.seconds:.2f} s\n--- stdout\n{self.out}--- stderr\n{self.err}"


class Sim:
    """ai-ticketsim on a free port; stopped by its process id."""

    def __init__(self, *options):
        self.process = subprocess.Popen([SIM, "--port", "0", "--seed", str(WORLD), *map(str, options)], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline())
        self.base = f"http://127.0.0.1:{self.port}"

    def audit(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(b"GET /_sim/audit HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            reply = b"".join(iter(lambda: connection.recv(65536), b""))
        return json.loads(reply.split(b"\r\n\r\n", 1)[1])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.communicate(timeout=30)


class Peer:
    """A scripted TCP peer: `talk(connection, request)` is called with the bytes of each request's head and body and may answer
    anything at all. `requests` holds what arrived."""

    def __init__(self, talk, context=None):
        self.talk, self.context, self.requests, self.connections = talk, context, [], 0
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.base = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.open.append(connection)
            while True:
                request = self.read(connection)
                if not request:
                    break
                self.requests.append(request)
                if self.talk(connection, request) == "close":
                    break
            connection.close()
        except OSError:
            pass

    @staticmethod
    def read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, body = data.split(b"\r\n\r\n", 1)
        length = re.search(rb"(?i)content-length: (\d+)", head)
        while length and len(body) < int(length.group(1)):
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body

    def paths(self):
        return [request.split(b" ", 2)[1].decode() for request in self.requests]

    def stop(self):
        self.listener.close()
        for connection in self.open:
            try:
                connection.close()
            except OSError:
                pass


def http(body, status="200 OK", headers="Content-Type: application/json"):
    if isinstance(body, str):
        body = body.encode()
    return f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def answering(body, **more):
    def talk(connection, request):
        connection.sendall(http(body, **more))
    return talk


class Trouble:
    """tests/integration/trouble.c for one program: a wall clock to set, a disk below `folder` that takes no more, a deadly word."""

    def __init__(self, path, folder, word=""):
        path.write_bytes(bytes(16))
        self.file = open(path, "r+b")
        self.orders = mmap.mmap(self.file.fileno(), 16)
        self.env = {"LD_PRELOAD": " ".join([*self.sanitizers(), os.path.join(BIN, "tests/libtrouble.so")]), "TROUBLE_FILE": path,
                    "TROUBLE_FOLDER": folder, **({"TROUBLE_WORD": word} if word else {})}

    @staticmethod
    def sanitizers():
        """They must be the first of all libraries."""
        lines = subprocess.run(["ldd", DAEMON], capture_output=True, text=True).stdout.splitlines()
        return [line.split()[2] for line in lines if "libasan" in line]

    def set_clock(self, seconds):
        self.orders[0:8] = struct.pack("=q", seconds)

    def set_disk(self, code):
        self.orders[8:16] = struct.pack("=q", code)

    def stop(self):
        self.orders.close()
        self.file.close()


class World:
    """One test's surroundings: home, logs, environment; starts peers and the daemon, stops all of them."""

    def __init__(self, path):
        self.path, self.started, self.processes = path, [], []
        self.home, self.logs = path / "home", path / "logs"
        self.home.mkdir()
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "TZ": "UTC", "AI_TICKETD_LOG_DIR": str(self.logs),
                    "AI_TICKETD_STORE_PATH": str(path / "state.db"), "AI_TICKETD_HTTP_SOCKET": str(path / "socket"),
                    "ZENDESK_EMAIL": "agent@example.com", "ZENDESK_API_TOKEN": "secret-token",
                    "OPENAI_API_KEY": "secret-key", "REQUESTS_PER_MINUTE": "0",
                    # some simulated tickets have equal texts by chance: where calls are counted, each has its own
                    "AI_TICKETD_LLM_CACHE_TTL": "0",
                    "AI_TICKETD_LOG_BATCH_INTERVAL": "0", "ASAN_OPTIONS": "abort_on_error=0"}

    def sim(self, *options):
        return self.keep(Sim(*options))

    def peer(self, talk, context=None):
        return self.keep(Peer(talk, context))

    def keep(self, thing):
        self.started.append(thing)
        return thing

    def trouble(self, word="", folder=None):
        return self.keep(Trouble(self.path / "trouble", folder or self.path, word))

    def use(self, zendesk, model=None):
        self.env["ZENDESK_BASE_URL"] = zendesk.base
        self.env["OPENAI_BASE_URL"] = (model or zendesk).base + "/v1"
        return zendesk

    def start(self, *options, **more):
        env = {**self.env, **{name: str(value) for name, value in more.pop("env", {}).items() if value is not None}}
        for name in [name for name, value in more.pop("unset", {}).items() if value]:
            env.pop(name, None)
        more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **more}
        process = subprocess.Popen([DAEMON, *map(str, options)], env=env, cwd=self.home, **more)
        self.processes.append(process)
        return process

    def run(self, *options, timeout=PATIENCE, **more):
        began = time.monotonic()
        process = self.start(*options, **more)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            pytest.fail(f"did not end within {timeout} s\n{(out or b'').decode()}{(err or b'').decode()}")
        return Result(process.returncode, (out or b"").decode("utf-8", "replace"), (err or b"").decode("utf-8", "replace"),
                      time.monotonic() - began)

    def results(self, folder=None):
        return sorted((folder or self.logs).glob("results_*.json"))

    def rows(self):
        return {row["ticket_id"]: row for path in self.results() for row in json.loads(path.read_text())["results"]}

    def log(self):
        return "".join(path.read_text() for path in sorted(self.logs.glob("????????.log")))

    def stop(self):
        for process in self.processes:  # that a failed test left
            if process.poll() is None:
                process.kill()
                process.wait()
        for thing in self.started:
            thing.stop()


def open_to_everybody(path):
    """So that an ordinary user comes to it: what is ours of its folders, of which the upper ones belong to all tests."""
    for folder in [path, *path.parents]:
        if folder.stat().st_uid == os.geteuid() and folder != folder.parent:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.stop()


@pytest.fixture
def tell(record_property):
    """Says a line at the end of the run, also when the test passes."""
    return lambda line: record_property("told", line)


def pytest_collection_modifyitems(items):
    """No test needs what another one left. Each process of xdist comes to the same order."""
    draw.chance("order").shuffle(items)


def pytest_terminal_summary(terminalreporter):
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for name, line in report.user_properties if report.when == "call" else ():
            if name == "told":
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {line}")
    terminalreporter.write_line(f"{draw.LINE}; world --seed {WORLD}, order of tests {draw.number('order')}")
