"""Looks at the service as 32 open dashboards and a Prometheus do, until its standard input ends: reads 32 streams of events, asks for
/metrics eight times a second, and the API what a page asks. Prints {"api": […], "metrics": […], "echo": […]} in milliseconds, and how
many events came. "echo" is as in probe.py: what the machine's scheduling and the prober itself take."""

import json
import os
import select
import socket
import sys
import tempfile
import time

from probe import ask, echo

STREAMS = 32
PERIOD = 0.125
DAY = 86_400_000
EVENTS = b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"


def read_streams(path, counted):
    """A process of its own, so that reading delays no question."""
    streams = []
    for _ in range(STREAMS):
        stream = socket.socket(socket.AF_UNIX)
        stream.connect(path)
        stream.sendall(EVENTS)
        streams.append(stream)
    count = 0
    try:
        while streams:
            for stream in select.select(streams, [], [])[0]:
                data = stream.recv(65536)
                if not data:
                    streams.remove(stream)
                count += data.count(b"event: ")
    finally:
        os.write(counted, str(count).encode())


def questions():
    now = int(time.time() * 1000)
    while True:
        yield "api/v1/now"
        yield f"api/v1/series?from={now - 30 * DAY}&to={now}&step=6h"
        yield "api/v1/decisions?limit=50"
        yield f"api/v1/series?from={now - DAY}&to={now}&step=1h"
        yield "api/v1/decisions?outcome=failed&limit=50"
        yield f"api/v1/decisions?root_cause=refund&urgency=high&from={now - 30 * DAY}&to={now}"
        yield "api/v1/alerts"


def child_of(function, *arguments):
    child = os.fork()
    if child == 0:
        try:
            function(*arguments)
        except KeyboardInterrupt:
            pass
        os._exit(0)
    return child


def main():
    taken = {"api": [], "metrics": [], "echo": []}
    counted, counting = os.pipe()
    ready, listening = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "echo")
        answering = child_of(echo, path, listening)
        os.read(ready, 1)
        reading = child_of(read_streams, sys.argv[1], counting)
        asked = questions()
        while not select.select([sys.stdin], [], [], PERIOD)[0]:
            taken["metrics"].append(ask(sys.argv[1], "metrics"))
            taken["echo"].append(ask(path))
            taken["api"].append(ask(sys.argv[1], next(asked)))
        os.kill(reading, 2)
        os.kill(answering, 9)
        for child in (reading, answering):
            os.waitpid(child, 0)
    print(json.dumps({**taken, "events": int(os.read(counted, 64))}))


if __name__ == "__main__":
    main()
