"""What the tests of the page share: the service with an invented history and a page on a free port, a browser, and what stands between
them when a test wants it so. Screenshots are left in the build folder, in `screenshots`."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from conftest import BIN, TOP
from ports import spare_port

sys.path.insert(0, os.path.join(TOP, "tests/browser"))

import driver  # noqa: E402
from between import Between  # noqa: E402

INVENT = os.path.join(BIN, "tests/history/invent_history")
SCREENSHOTS = os.path.join(BIN, "screenshots")
COMMAND, READ = "the-command-token-" + "c" * 30, "the-read-token-" + "r" * 30
DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
SIZES = {"phone": (360, 800), "desk": (1280, 800), "wall": (3840, 2160)}
READY = """return document.querySelector('#tiles .number') && document.querySelector('#chart-volume canvas, #chart-volume .empty')
    && document.querySelector('#chart-overruled canvas, #chart-overruled .empty') && document.querySelector('#alerts-lately li, #alerts-lately p')
    && document.querySelector('#last-night').textContent !== ''"""


def until(condition, patience=60):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {patience} s")


def invent(path, **options):
    words = [word for name, value in options.items() for word in ("--" + name.replace("_", "-"), str(value))]
    made = subprocess.run([INVENT, str(path), *words], capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


class Stage:
    """The service with its page. `history`: options of invent_history, or None."""

    def __init__(self, world, history=None, tickets=0, sim=(), **env):
        self.world, self.process = world, None
        self.made = invent(world.path / "state.db", **history) if history is not None else None
        world.use(world.sim("--tickets", tickets, *sim))
        self.port = spare_port()
        self.base = f"http://127.0.0.1:{self.port}"
        tokens = world.path / "tokens"
        tokens.mkdir()
        for name, text in (("desk.read", READ), ("boss.command", COMMAND)):
            (tokens / name).write_text(text + "\n")
            (tokens / name).chmod(0o600)
        world.env.update({"AI_TICKETD_HTTP_LISTEN": f"127.0.0.1:{self.port}", "AI_TICKETD_HTTP_TOKENS_DIR": str(tokens), **env})

    def start(self):
        self.process = self.world.start()
        until(lambda: self.get("/live", token=None) is not None or self.process.poll() is not None)
        assert self.process.poll() is None, self.process.stderr.read().decode()
        return self

    def stop(self):
        self.process.terminate()
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, (out + err).decode("utf-8", "replace")[-6000:]
        self.process = None

    def get(self, path, token=COMMAND):
        """The answer as JSON; None when nobody answers."""
        request = urllib.request.Request(self.base + path, headers={"Authorization": f"Bearer {token}"} if token else {})
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.load(reply)
        except urllib.error.HTTPError:
            raise
        except OSError:
            return None

    def post(self, path, body):
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(),
                                         {"Authorization": f"Bearer {COMMAND}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)


@pytest.fixture
def browser(tmp_path):
    assert driver.CHROMIUM and driver.DRIVER, "chromium and chromium-driver are not installed: make deps DEPS=check"
    browser = driver.Browser(tmp_path)
    yield browser
    browser.stop()


@pytest.fixture
def between():
    """between(stage): a proxy before the service; it ends with the test."""
    made = []

    def make(stage):
        made.append(Between(stage.port))
        return made[-1]
    yield make
    for one in made:
        one.stop()


def show(browser, base, token=None, fragment="", ready=READY):
    """Opens the page as somebody who has signed in with this token, and waits until all of it is there."""
    browser.open(base + "/favicon.svg")
    browser.run("sessionStorage.clear(); if (arguments[0]) sessionStorage.setItem('ai-ticketd.token', arguments[0])", token)
    browser.open(base + "/" + fragment)
    if ready:
        browser.until(ready)


def sign_in(browser, token):
    browser.click("#sign-in")
    browser.type("#token", token)
    browser.click("#sign-in-form [type=submit]")


def picture(browser, name, whole=True):
    os.makedirs(SCREENSHOTS, exist_ok=True)
    browser.screenshot(os.path.join(SCREENSHOTS, name + ".png"), whole)


def words(text):
    """With plain spaces."""
    return text.replace("\u00a0", " ")


def complaints(browser):
    """What the console holds that is no advice of the browser."""
    return [entry for entry in browser.console() if entry["level"] in ("SEVERE", "WARNING")]
