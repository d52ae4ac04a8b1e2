"""docs/DEPLOYMENT.md, tried: its nginx and its Caddy, as they stand there but for ports and files, in front of the real service."""

import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time

import pytest

from test_http import Server, read_all
from test_http_stream import streams, wait_until
from test_service import ctl, stop, until
from test_tokens import COMMAND, JSON, PROXIED, READ, WRONG, Service, hold_port

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/browser"))
import driver  # noqa: E402
DOCUMENT = ROOT / "docs/DEPLOYMENT.md"


def program(name):
    """The program, or what scripts/deps unpacked of its package."""
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/bin")
    unpacked = next((ROOT / "build/unpacked").glob(f"{name}/usr/*bin/{name}"), None)
    if not path and not unpacked:
        pytest.skip(f"{name} is not installed")
    return path or str(unpacked)


def block(heading, first_line):
    """The block of the document below this heading that begins with this line, without its indentation."""
    section = DOCUMENT.read_text().split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = section[section.index("    " + first_line):].splitlines()
    length = next((i for i, line in enumerate(lines) if line and not line.startswith("    ")), len(lines))
    return "\n".join(line[4:] for line in lines[:length]) + "\n"


def replace(text, pairs):
    for old, new in pairs.items():
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    return text


class Proxy:
    """A proxy on a port of its own, before the service at `upstream`."""

    def __init__(self, kind, folder, upstream):
        held, plain, self.folder = hold_port(), hold_port(), folder / "proxy"
        self.port, self.plain = held.getsockname()[1], plain.getsockname()[1]
        self.folder.mkdir()
        words, authority = getattr(self, kind)(program(kind), upstream)
        with open(self.folder / "log", "w") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, cwd=self.folder, env={"PATH": os.environ["PATH"], "HOME": str(self.folder)})
        assert until(lambda: self.is_ready(authority) or self.process.poll() is not None), (self.folder / "log").read_text()
        assert self.process.poll() is None, (self.folder / "log").read_text()
        held.close()
        plain.close()

    def nginx(self, program, upstream):
        certificate, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=triage",
                        "-addext", f"subjectAltName=DNS:{PROXIED}", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        server = replace(block("nginx", "server {"), {
            "listen 443 ": f"listen 127.0.0.1:{self.port} ", "/etc/ssl/certs/triage.example.com.pem": str(certificate),
            "/etc/ssl/private/triage.example.com.key": str(key), "127.0.0.1:9871": f"127.0.0.1:{upstream}"})
        places = "".join(f"{name}_temp_path {self.folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;\n" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(f"daemon off;\n{user}pid {self.folder}/pid;\nerror_log stderr;\nevents {{}}\n"
                                                f"http {{\naccess_log off;\n{places}{server}}}\n")
        return [program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"], certificate

    def caddy(self, program, upstream):
        site = replace(block("Caddy", f"{PROXIED} {{"), {"127.0.0.1:9871": f"127.0.0.1:{upstream}"})
        (self.folder / "Caddyfile").write_text(f"{{\nadmin off\nhttp_port {self.plain}\nhttps_port {self.port}\nlocal_certs\n"
                                               f"skip_install_trust\nstorage file_system {self.folder}/storage\n}}\n{site}")
        return ([program, "run", "--config", str(self.folder / "Caddyfile"), "--adapter", "caddyfile"],
                self.folder / "storage/pki/authorities/local/root.crt")

    def is_ready(self, authority):
        """It listens, and has its certificate."""
        try:
            self.tls = ssl.create_default_context(cafile=authority)
            self.connect().close()
            return True
        except OSError:
            return False

    def connect(self):
        return self.tls.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=20), server_hostname=PROXIED)

    def ask(self, path, token=None, method="GET", headers=None, body=None):
        connection = http.client.HTTPConnection(PROXIED, self.port)
        connection.sock = self.connect()
        words = {**({"Authorization": f"Bearer {token}"} if token else {}), **(JSON if method == "POST" else {}), **(headers or {})}
        connection.request(method, path, body, words)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, answer.headers, data

    def status(self, *words, **more):
        return self.ask(*words, **more)[0]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture(params=["nginx", "caddy"])
def kind(request):
    program(request.param)
    return request.param


@pytest.fixture
def behind(world, kind):
    """The service behind the proxy."""
    service = Service(world)
    proxy = Proxy(kind, world.path, service.port)
    assert until(lambda: proxy.status("/health") == 200)
    yield service, proxy
    proxy.stop()
    if service.process.poll() is None:
        assert stop(service.process) == 0


def test_through_the_proxy_a_stranger_gets_a_word_and_the_page_and_each_token_what_it_is_for(behind):
    _, proxy = behind
    assert json.loads(proxy.ask("/health")[2]) == {"status": "healthy"}
    status, headers, page = proxy.ask("/")
    assert status == 200 and b"<html" in page and headers["Content-Type"].startswith("text/html")
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Strict-Transport-Security"):
        assert len(headers.get_all(name)) == 1, headers
    for path in ("/live", "/ready", "/status", "/explain/1"):
        assert proxy.status(path) == 401 and proxy.status(path, READ) in (200, 404, 503), path
    assert proxy.status("/status", READ) == 200 and proxy.status("/audit", READ) == 403


def test_a_command_of_the_page_passes_and_one_of_another_site_does_not(behind):
    service, proxy = behind
    ours = {"Origin": f"https://{PROXIED}:{proxy.port}", "Sec-Fetch-Site": "same-origin"}
    assert proxy.status("/api/v1/pause", COMMAND, "POST", ours) == 200
    assert proxy.status("/api/v1/resume", COMMAND, "POST") == 200  # a program
    for headers in ({**ours, "Origin": "https://evil.example"}, {**ours, "Origin": "null"}, {**ours, "Origin": f"https://{PROXIED}"},
                    {**ours, "Origin": f"http://127.0.0.1:{service.port}"}, {"Sec-Fetch-Site": "cross-site"}):
        assert proxy.status("/api/v1/pause", COMMAND, "POST", headers) == 403, headers
    assert proxy.status("/api/v1/pause", READ, "POST", ours) == 403 and proxy.status("/api/v1/pause", None, "POST", ours) == 401
    assert not json.loads(proxy.ask("/status", READ)[2])["paused"]


def test_what_a_browser_says_of_where_it_comes_from_is_not_believed(behind):
    service, proxy = behind
    for name, value in (("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "localhost"), ("Forwarded", "for=127.0.0.1;host=localhost"),
                        ("X-Real-IP", "127.0.0.1"), ("X-Original-URL", "/health")):
        assert proxy.status("/status", headers={name: value}) == 401, name
    assert proxy.status("/pause", COMMAND, "POST", {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}) == 200
    assert until(lambda: "pause ordered by the token ops from 127.0.0.1:" in service.world.log())
    assert "203.0.113.9" not in service.world.log()


def refused(answer):
    """Not the state of the service. A proxy answers what is not for it with nothing, and some with 200."""
    status, body = int(answer.split()[1]) if answer else 0, answer.partition(b"\r\n\r\n")[2]
    return b'"queue"' not in answer and (status in (0, 301, 308, 400, 401, 404, 421) or body == b"")


PATHS = ["//status", "/health/../status", "/./status", "/%73tatus", "/%2e%2e/status", "/health/..%2fstatus", "/status/", "/status%00",
         "/health;/../status", "/health\\..\\status", "http://localhost/status", "/api/v1//decisions/1"]


def test_no_way_of_writing_a_path_gets_past(behind):
    _, proxy = behind
    assert b'"queue"' in proxy.ask("/status", READ)[2]
    for path in PATHS:
        with proxy.connect() as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {PROXIED}:{proxy.port}\r\nConnection: close\r\n\r\n".encode())
            answer = read_all(connection)
        assert refused(answer), (path, answer)


def test_another_name_is_not_passed_on(behind):
    _, proxy = behind
    for name in ("evil.example", "localhost", f"127.0.0.1:{proxy.port}"):
        with proxy.connect() as connection:
            connection.sendall(f"GET /status HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            answer = read_all(connection)
        assert refused(answer), (name, answer)


def test_a_service_that_has_stopped_is_502_and_comes_back(behind):
    service, proxy = behind
    assert stop(service.process) == 0
    assert proxy.status("/health") == 502


def test_a_stream_is_not_held_back_and_its_end_is_passed_on(kind, tmp_path):
    """The server of the service with a stream that says what the test wants."""
    server = Server(tmp_path, "--pulse", 300, tcp=True)
    proxy = Proxy(kind, tmp_path, server.port)
    with proxy.connect() as connection:
        connection.sendall(f"GET /stream HTTP/1.1\r\nHost: {PROXIED}\r\n\r\n".encode())
        data = b""

        def comes(word):
            nonlocal data
            began = time.monotonic()
            while word not in data:
                piece = connection.recv(65536)
                assert piece, data
                data += piece
            return time.monotonic() - began
        assert comes(b"hello\n") < 5 and b"text/event-stream" in data
        for i in range(5):
            word = b"news%d" % i
            server.talk(b"GET /say?" + word + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert comes(word) < 1
        assert comes(b"pulse\n") < 2
        assert streams(server) == 1
    wait_until(lambda: streams(server) == 0)
    proxy.stop()
    server.stop()


def test_events_of_the_service_come_at_once_to_who_has_a_token(behind):
    service, proxy = behind
    assert proxy.status("/api/v1/events") == 401
    with proxy.connect() as connection:
        connection.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: {PROXIED}:{proxy.port}\r\nAuthorization: Bearer {READ}\r\n\r\n".encode())
        data = b""
        while b"event: state" not in data:
            data += connection.recv(65536)
        began = time.monotonic()
        assert proxy.status("/pause", COMMAND, "POST") == 200
        while data.count(b'"paused":true') == 0:
            piece = connection.recv(65536)
            assert piece, data
            data += piece
        assert time.monotonic() - began < 5
        (service.folder / "wall.read").unlink()  # and who is revoked hears no more
        assert ctl(service.world, "reload").returncode == 0
        while not data.endswith(b"\r\n0\r\n\r\n"):  # the last chunk; the proxy may keep the connection
            piece = connection.recv(65536)
            assert piece, data
            data += piece


def test_a_person_signs_in_through_the_proxy_and_gives_a_command(behind):
    """With all that a real browser says of where its requests come from."""
    service, proxy = behind
    if not driver.CHROMIUM or not driver.DRIVER:
        pytest.skip("chromium and chromedriver are not installed")
    browser = driver.Browser(service.world.path, arguments=[f"--host-resolver-rules=MAP {PROXIED} 127.0.0.1", "--ignore-certificate-errors"])
    try:
        browser.open(f"https://{PROXIED}:{proxy.port}/")
        browser.until("return document.getElementById('sign-in-dialog').open")  # the page is told nothing before
        for token, words in ((WRONG, "does not know this token"), (COMMAND, None)):
            browser.run("document.getElementById('token').value = ''")
            browser.type("#token", token)
            browser.click("#sign-in-form [type=submit]")
            if words:
                browser.until("return document.getElementById('sign-in-said').textContent.includes(arguments[0])", words)
        browser.until("return document.getElementById('who').textContent.includes('“ops” may give orders')")
        browser.until("return document.querySelector('[data-order=pause]')")
        browser.click("[data-order=pause]")
        browser.click("#order-do")
        browser.until("return document.getElementById('command-said').textContent.startsWith('Paused.')")
    finally:
        browser.stop()
    assert json.loads(proxy.ask("/status", READ)[2])["paused"]
    assert until(lambda: "pause ordered by the token ops from 127.0.0.1:" in service.world.log())


# --- the negative control: what the document warns of ---


def test_a_proxy_that_changes_the_host_is_told_so_by_the_first_command(world):
    service = Service(world)
    held = hold_port()
    proxy_port = held.getsockname()[1]
    folder = world.path / "wrong"
    folder.mkdir()
    server = re.sub(r"proxy_set_header Host .*\n", "", block("nginx", "server {"))
    server = re.sub(r"(ssl_certificate|ssl_certificate_key|add_header) .*\n", "", server).replace("listen 443 ssl http2", f"listen 127.0.0.1:{proxy_port}")
    places = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(f"daemon off;\n{user}pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{places}"
                                       f"{server.replace('127.0.0.1:9871', f'127.0.0.1:{service.port}')}}}\n")
    process = subprocess.Popen([program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"], stderr=subprocess.DEVNULL)
    try:
        def status(path, method, headers):
            connection = http.client.HTTPConnection("127.0.0.1", proxy_port, timeout=20)
            connection.request(method, path, None, {"Host": PROXIED, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()

        def listens():
            try:
                return status("/health", "GET", {})[0] in (200, 503)
            except OSError:
                return False
        assert until(listens)
        code, words = status("/pause", "POST", {**JSON, "Authorization": f"Bearer {COMMAND}", "Origin": f"https://{PROXIED}"})
        assert code == 403 and b"its Origin is another one than the Host" in words and b"DEPLOYMENT.md" in words
    finally:
        held.close()
        process.terminate()
        process.wait(timeout=30)
    assert stop(service.process) == 0
