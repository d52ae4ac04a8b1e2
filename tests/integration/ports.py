"""Ports for servers that are started a moment later. They lie below those that the system gives to whoever asks for any port, and each of
the processes that run tests beside one another has a range of its own, so that nobody else takes one in between."""

import itertools
import os
import socket

FIRST, RANGE, RANGES = 10000, 1000, 22  # up to 31999: the system's own begin at 32768
worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % RANGES
numbers = itertools.cycle(range(FIRST + worker * RANGE, FIRST + (worker + 1) * RANGE))


def spare_port():
    for port in itertools.islice(numbers, RANGE):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was used a moment ago is as good
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"none of the {RANGE} ports from {FIRST + worker * RANGE} on is free")
