"""A scripted daemon for ai-ticketctl: a Unix socket whose answers a test writes, and rows as the API gives them."""

import json
import os
import re
import socket
import subprocess
import threading
import urllib.parse

from conftest import BIN

CTL = os.path.join(BIN, "daemon/ai-ticketctl")
AT = 1795622400000  # 2026-11-25T16:00:00Z


def row(number, at=None, **more):
    return {"at": AT - number if at is None else at, "ticket_id": number + 1, "outcome": "done", "root_cause": "bug", "urgency": "high",
            "sentiment": "negative", "confidence": 0.93, "by": "model", "model": "gpt-4o-mini", "priority_before": "normal",
            "priority_after": "high", "processing_ms": 3204, "cost_usd": 0.0001, "reason": "", **more}


def answer(body, status="200 OK"):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def pages(rows):
    """Answers /api/v1/decisions as the daemon does: newest first, at most `limit`, from a cursor on."""
    def talk(connection, path, query):
        first, limit = int(query.get("after", 0)), int(query.get("limit", 50))
        found = [one for one in rows if int(query.get("from", 0)) <= one["at"] <= int(query.get("to", 1 << 62))]
        more = first + limit < len(found)
        connection.sendall(answer({"decisions": found[first:first + limit], "next": str(first + limit) if more else None}))
    return talk


class Daemon:
    """`routes` holds for each path what is to be done with (connection, path, query): a function, or an answer. Each connection is
    served by a thread of its own until either side closes it."""

    def __init__(self, path, routes):
        self.path, self.routes, self.asked, self.threads, self.open = str(path), routes, [], [], []
        self.listener = None
        self.start()

    def start(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        data = b""
        try:
            while True:
                while b"\r\n\r\n" not in data:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    data += piece
                head, data = data.split(b"\r\n\r\n", 1)
                assert not re.search(rb"(?i)content-length", head)
                whole = head.split(b" ", 2)[1].decode()
                path, _, query = whole.partition("?")
                self.asked.append(whole)
                what = self.routes.get(path, answer({"error": "there is nothing at this path"}, "404 Not Found"))
                if callable(what):
                    what(connection, path, dict(urllib.parse.parse_qsl(query)))
                else:
                    connection.sendall(what)
        except OSError:
            pass
        finally:
            connection.close()

    def stop(self):
        if self.listener is None:
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.listener = None
        os.unlink(self.path)
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open.clear()


def environment(**more):
    return {"PATH": os.environ["PATH"], "HOME": "/nowhere", "TZ": "UTC", **more}


def ctl(*words, timeout=60, **more):
    done = subprocess.run([CTL, *map(str, words)], capture_output=True, timeout=timeout, env=environment(), **more)
    return done.returncode, done.stdout.decode(), done.stderr.decode()
