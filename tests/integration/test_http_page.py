"""The files of the dashboard page: served over TCP alone, compressed to whoever accepts that, sent again only when they changed."""

import gzip
import hashlib
import os
import re

import pytest

from conftest import TOP
from test_http import start, status_of  # noqa: F401 (start is a fixture)

PAGE = os.path.join(TOP, "daemon/page")
CHART = "/usr/share/javascript/chart.js/chart.min.js"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".svg": "image/svg+xml"}
FILES = {"/": "index.html", "/favicon.ico": "favicon.svg", "/chart.js": CHART,
         **{"/" + name: name for name in os.listdir(PAGE) if name.endswith((".css", ".js", ".svg"))}}


def get(server, path, *headers, method="GET", tcp=True):
    lines = "".join(line + "\r\n" for line in ("Host: localhost", "Connection: close", *headers))
    data = server.talk(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode(), tcp=tcp)
    head, body = data.split(b"\r\n\r\n", 1)
    return status_of(data), dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:]), body


def content(path):
    with open(os.path.join(PAGE, FILES[path]), "rb") as file:
        return file.read()


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_comes_as_it_is_and_compressed(start, path):
    server = start(tcp=True)
    status, headers, body = get(server, path)
    assert (status, body) == (200, content(path)) and "Content-Encoding" not in headers
    status, packed, body = get(server, path, "Accept-Encoding: br, gzip, deflate")
    assert (status, gzip.decompress(body)) == (200, content(path)) and packed["Content-Encoding"] == "gzip"
    assert body[4:8] == bytes(4) and not body[3] & 8  # neither a time nor a name: the same file makes the same bytes
    assert packed["ETag"] != headers["ETag"] == f'"{hashlib.sha256(content(path)).hexdigest()[:16]}"'
    for one in (headers, packed):
        assert one["Content-Type"] == TYPES[os.path.splitext(FILES[path])[1]]
        assert one["Cache-Control"] == "no-cache" and one["Vary"] == "Accept-Encoding"
        assert one["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("accepted, packed", [("gzip", True), ("GZIP;q=0.5", True), ("x-gzip", True), ("*", True), ("br, *;q=0.1", True),
                                              ("gzip;q=0", False), ("gzip; q=0.000, *", False), ("*;q=0", False), ("br", False),
                                              ("", False), ("identity", False), ("gzipped", False)])
def test_only_whoever_accepts_gets_it_compressed(start, accepted, packed):
    headers = get(start(tcp=True), "/page.css", f"Accept-Encoding: {accepted}")[1]
    assert (headers.get("Content-Encoding") == "gzip") == packed


def test_what_the_browser_has_is_not_sent_again(start):
    server = start(tcp=True)
    for more in ([], ["Accept-Encoding: gzip"]):
        tag = get(server, "/chart.js", *more)[1]["ETag"]
        for wanted in (tag, f'"old", {tag}', f"W/{tag}", "*"):
            status, headers, body = get(server, "/chart.js", f"If-None-Match: {wanted}", *more)
            assert (status, body) == (304, b"") and headers["ETag"] == tag and headers["Cache-Control"] == "no-cache"
            assert "Content-Length" not in headers and "Content-Encoding" not in headers
        for wanted in ('"old"', tag.strip('"'), tag[:-2] + '"', ""):
            assert get(server, "/chart.js", f"If-None-Match: {wanted}", *more)[0] == 200


def test_head_tells_the_length_and_no_more(start):
    server = start(tcp=True)
    status, headers, body = get(server, "/", method="HEAD")
    assert (status, int(headers["Content-Length"]), body) == (200, len(content("/")), b"")


def test_a_connection_goes_on_after_a_304(start):
    server = start(tcp=True)
    tag = get(server, "/")[1]["ETag"]
    ask = f"GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: {tag}\r\n\r\n".encode()
    data = server.talk(ask * 2 + b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", tcp=True)
    assert data.count(b"HTTP/1.1 304") == 2 and data.count(b"HTTP/1.1 200") == 1


def test_the_page_is_not_served_on_unix_sockets(start):
    server = start(tcp=True)
    for path in FILES:
        assert get(server, path, tcp=False)[0] == 404


def test_it_is_read_and_nothing_else(start):
    server = start(tcp=True)
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        status, headers, _ = get(server, "/main.js", method=method)
        assert status == 405 and headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/index.html", "/main.js/", "//main.js", "/../main.js", "/%6dain.js", "/MAIN.JS", "/main.js%00", "/assets.c",
                                  "/./main.js", "/page.css.gz"])
def test_there_are_no_other_paths_to_it(start, path):
    assert get(start(tcp=True), path)[0] in (400, 404)


def test_it_weighs_little(start):
    server = start(tcp=True)
    sizes = {FILES[path]: len(get(server, path, "Accept-Encoding: gzip")[2]) for path in FILES}
    assert sum(sizes.values()) < 150_000, sizes


def test_chart_js_is_one_that_the_page_knows_and_has_its_licence(start):
    head = get(start(tcp=True), "/chart.js")[2][:400].decode()
    assert re.search(r"Chart\.js v[34]\.\d+\.\d+", head) and "MIT License" in head and "Chart.js Contributors" in head
