"""What the resident service promises: ready soon, answering while it works, small and asleep when there is nothing to do."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from world import DAEMON, Sim, environment, in_flight, row

HERE = os.path.dirname(os.path.abspath(__file__))
LONG_TEXT = 65000
BUSY = in_flight(256)
ACCOUNT = ("--limits", "plus", "--job-queue", "2", "--job-rate", "50", "--pool", "2500", "--latency", "500-2500")
PATIENCE = 600
SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt"


class Service:
    """The daemon as a service, with its socket below `home`."""

    def __init__(self, base, home, *options, **more):
        self.socket = os.path.join(home, "socket")
        self.began = time.monotonic()
        self.process = subprocess.Popen([DAEMON, *options], env=environment(base, home, AI_TICKETD_HTTP_SOCKET=self.socket, **more),
                                        cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    def get(self, path):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(self.socket)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        return json.loads(answer.split(b"\r\n\r\n", 1)[1])

    def ready(self):
        """Milliseconds from the start to the first answer."""
        while True:
            try:
                self.get("/health")
                return (time.monotonic() - self.began) * 1000
            except OSError:
                if self.process.poll() is not None or time.monotonic() - self.began > PATIENCE:
                    raise
                time.sleep(0.001)

    def until_processed(self, count):
        end = time.monotonic() + PATIENCE
        while self.get("/health")["metrics"]["tickets_processed_24h"] < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{count} tickets were not processed: {self.get('/status')}")
            time.sleep(1)

    def memory(self, field):
        """MB: VmRSS, or VmHWM for the peak."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith(field + ":")) / 1024

    def wakeups(self):
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/status", encoding="ascii") as lines:
                total += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
        return total


def median_ready(home):
    times = []
    for _ in range(7):
        with Service("http://127.0.0.1:1", home) as service:
            times.append(service.ready())
    return sorted(times)[len(times) // 2]


DECISION = {
    "summary": "The customer cannot sign in since the last update and asks for help. " * 3, "root_cause": "technical_issue",
    "urgency": "high", "sentiment": "negative", "model": "gpt-4o", "model_version": "gpt-4o-2024-08-06", "tokens_prompt": 420,
    "tokens_answer": 90, "confidence": {"root_cause": 0.9412, "urgency": 0.8121, "sentiment": 0.9907}, "by_rules": False,
    "fallback": False, "decided": 1795608000000, "model_ms": 1490, "priority_first": "normal", "updated_first": 1795600000000,
    "text_hash": "5f" * 32, "prompt_version": "1", "answer": "{" + "x" * 400 + "}", "attempts": 1}
INTENT = {
    "stamp": "2026-11-25T10:00:00Z", "tags": ["ai_processed", "ai_technical_issue", "vip"], "tags_added": ["ai_processed"],
    "priority_before": "normal", "priority_set": "high", "at": 1795608001000, "bulk": True, "note": True, "author": 7}
OUTCOME = {
    "state": "done", "reason": "", "at": 1795608002000, "verdict": 1795608002000, "updated_first": 1795600000000,
    "updated_last": 1795608002000, "returns": 0, "untagged": False, "tags_before": ["vip"],
    "tags_after": ["ai_processed", "ai_technical_issue", "vip"], "priority_before": "normal", "priority_after": "high",
    "model_ms": 1490, "write_ms": 2211, "queue_ms": 123}


def fill_store(home, count, first=1):
    """The history of as many tickets, of which `first` is the first, as the daemon leaves it, in a database that the daemon has made."""
    with Service("http://127.0.0.1:1", home) as service:
        service.ready()
    payloads = [json.dumps(payload, separators=(",", ":")) for payload in (DECISION, INTENT, OUTCOME)]
    with contextlib.closing(sqlite3.connect(os.path.join(home, "state.db"))) as database, database:
        database.executemany(
            "INSERT INTO record (serial, wall, account, ticket, kind, sequence, payload) VALUES (?, ?, 1, ?, ?, ?, ?)",
            ((3 * n + kind, 1795608000000 + n, first - 1 + n, kind, 3 * n + kind, payloads[kind])
             for n in range(1, count + 1) for kind in range(3)))
        brief = 2 << 60 | OUTCOME["verdict"]  # lib/engine/known.c
        database.executemany("INSERT INTO alive (serial, account, ticket, kind, brief) VALUES (?, 1, ?, 2, ?)",
                             ((3 * n + 2, first - 1 + n, brief) for n in range(1, count + 1)))


def ready():
    with tempfile.TemporaryDirectory() as home:
        median = median_ready(home)
        row("service: start to an answer of /health (median of 7)", f"{median:.0f} ms", "below 100 ms", median < 100)
        fill_store(home, 100000)
        median = median_ready(home)
        row("… with 100,000 tickets done in the store", f"{median:.0f} ms", "below 100 ms", median < 100)


def write_texts(path, count):
    """Every tenth is as long as a ticket can be."""
    sentence = "The order of last week has not arrived, mail me at jane.doe@example.com or call 212-555-0147. "
    with open(path, "w", encoding="utf-8") as file:
        for n in range(count):
            size = LONG_TEXT if n % 10 == 9 else 500
            text = (sentence * (size // len(sentence) + 1))[:size]
            file.write(json.dumps({"subject": f"Order {n}", "description": text}) + "\n")


def quantile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def answers(count=4000):
    with tempfile.TemporaryDirectory() as home, Sim("--tickets", str(count), "--text-bytes", "500", *ACCOUNT) as sim, \
            Service(sim.base, home, **BUSY) as service:
        service.ready()
        probe = subprocess.Popen([sys.executable, os.path.join(HERE, "probe.py"), service.socket], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        service.until_processed(count)
        taken = json.loads(probe.communicate()[0])
    for path in ("health", "metrics"):
        p99, highest = quantile(taken[path], 0.99), max(taken[path])
        row(f"service: /{path} while 256 transfers run, p99",
            f"{p99:.1f} ms (max {highest:.0f}; bare echo {quantile(taken['echo'], 0.99):.1f}, max {max(taken['echo']):.0f})",
            "below 5 ms", p99 < 5)


def fill_list(home, count):
    """As many rows in the list of decisions; `class` is what daemon/store/sqlite/class.c makes of outcome and labels."""
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(os.path.join(home, "state.db"))) as database, database:
        database.executemany(
            "INSERT INTO listed (serial, wall, account, ticket, class, undone, priority_was, priority_is, took, reason)"
            " VALUES (?, ?, 1, ?, ?, 0, 1, 2, 3000, '')",
            ((n, now - (count - n) * 1000, n, (1 + n % 4) << 8 | (1 + n % 3) << 5 | (1 + n // 7 % 3) << 2) for n in range(1, count + 1)))


def watched(count=2000, history=100000):
    """What the dashboard costs: 32 streams, scrapes, and questions to the API beside a full load, over a long history."""
    with tempfile.TemporaryDirectory() as home:
        fill_store(home, history, first=1000000)
        fill_list(home, history)
        size = os.path.getsize(os.path.join(home, "state.db")) / 1e6
        with Sim("--tickets", str(count), "--text-bytes", "500", *ACCOUNT) as sim, \
                Service(sim.base, home, "--accept-account-change", **BUSY) as service:
            service.ready()
            watchers = subprocess.Popen([sys.executable, os.path.join(HERE, "watchers.py"), service.socket], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
            service.until_processed(count)
            taken = json.loads(watchers.communicate()[0])
            loop = service.get("/status")["loop"]
    api, scrapes = taken["api"], taken["metrics"]
    row(f"service: lag of the loop with 32 streams, 8 scrapes a second, {size:.0f} MB of history, 256 in flight, p99",
        f"{loop['lag_p99_ms']:.1f} ms (max {loop['lag_max_ms']:.0f}; {taken['events']:,} events)", "below 10 ms", loop["lag_p99_ms"] < 10)
    row("… /api/v1/*, p99", f"{quantile(api, 0.99):.1f} ms (max {max(api):.0f}, of {len(api)})", "below 50 ms", quantile(api, 0.99) < 50)
    row("… /metrics, p99", f"{quantile(scrapes, 0.99):.1f} ms (max {max(scrapes):.0f}; bare echo {quantile(taken['echo'], 0.99):.1f})",
        "below 5 ms", quantile(scrapes, 0.99) < 5)


def lag(count=10000):
    with tempfile.TemporaryDirectory() as home:
        texts = os.path.join(home, "texts.jsonl")
        write_texts(texts, count)
        with Sim("--texts", texts, "--tickets", str(count), *ACCOUNT) as sim, Service(sim.base, home, **BUSY) as service:
            service.ready()
            service.until_processed(count)
            loop = service.get("/status")["loop"]
            peak = service.memory("VmHWM")
    row(f"service: {count:,} tickets, each tenth of 65,000 bytes, 256 in flight: lag of the loop, p99",
        f"{loop['lag_p99_ms']:.1f} ms (peak memory {peak:.0f} MB)", "below 10 ms", loop["lag_p99_ms"] < 10)
    row("… maximum", f"{loop['lag_max_ms']:.1f} ms", "below 50 ms", loop["lag_max_ms"] < 50)


def make_certificate(folder):
    """For 127.0.0.1, signed by itself. Its authority is one among all that the system trusts, since they take memory as well."""
    key, certificate, authorities = (os.path.join(folder, name) for name in ("tls.key", "tls.pem", "authorities.pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(authorities, "wb") as to:
        for path in filter(os.path.exists, (SYSTEM_ROOTS, certificate)):
            with open(path, "rb") as file:
                to.write(file.read())
    return certificate, key, authorities


@contextlib.contextmanager
def over_tls(sim, folder):
    certificate, key, authorities = make_certificate(folder)
    relay = subprocess.Popen([sys.executable, os.path.join(HERE, "relay.py"), certificate, key, str(sim.port)],
                             stdout=subprocess.PIPE, text=True)
    try:
        yield f"https://127.0.0.1:{int(relay.stdout.readline())}", authorities
    finally:
        relay.terminate()
        relay.communicate(timeout=60)


def idle(count=2000):
    """The wake-ups are counted in the second half of the minute after the burst, a poll of the usual interval among them. No answers
    are kept: those of so many tickets take a megabyte and a half, of 2 MiB at most."""
    with tempfile.TemporaryDirectory() as home, Sim("--tickets", str(count), "--text-bytes", "500", *ACCOUNT) as sim, \
            over_tls(sim, home) as (base, authorities), \
            Service(base, home, AI_TICKETD_TLS_CA_FILE=authorities, AI_TICKETD_LLM_CACHE_TTL="0", **BUSY) as service:
        service.ready()
        service.until_processed(count)
        ended = service.memory("VmRSS")
        time.sleep(30)
        before = service.wakeups()
        time.sleep(30)
        a_second = (service.wakeups() - before) / 30
        after, private = service.memory("VmRSS"), service.memory("RssAnon")
    row(f"service: one minute after {count:,} tickets over TLS: resident memory", f"{after:.1f} MB (at the end {ended:.1f})",
        "below 20 MB", after < 20, on_any_machine=True)
    row("… of it private", f"{private:.1f} MB", "below 8 MB", private < 8, on_any_machine=True)
    row("… wake-ups", f"{a_second:.2f} a second", "below 1 a second", a_second < 1)


def service():
    for measure in (ready, answers, watched, lag, idle):
        measure()
