"""Asks a Unix socket for /health and for /metrics every 50 ms until its standard input ends; prints milliseconds as JSON:
{"health": […], "metrics": […], "echo": […]}.

Beside each question the same bytes go to a process that does nothing but answer: what both have in common is the machine's
scheduling, and the prober's own."""

import json
import os
import select
import socket
import sys
import tempfile
import time

PERIOD = 0.05
REQUEST = "GET /{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def ask(path, what="health"):
    started = time.monotonic()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(path)
        connection.sendall(REQUEST.format(what).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    if not answer.startswith(b"HTTP/1.1 "):
        raise OSError("no answer")
    return round((time.monotonic() - started) * 1000, 3)


def echo(path, listening):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(8)
        os.write(listening, b".")
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(ANSWER)


def main():
    taken = {"health": [], "metrics": [], "echo": []}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "echo")
        ready, listening = os.pipe()
        child = os.fork()
        if child == 0:
            echo(path, listening)
        os.read(ready, 1)
        while not select.select([sys.stdin], [], [], PERIOD)[0]:
            taken["health"].append(ask(sys.argv[1]))
            taken["echo"].append(ask(path))
            taken["metrics"].append(ask(sys.argv[1], "metrics"))
        os.kill(child, 9)
        os.waitpid(child, 0)
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
