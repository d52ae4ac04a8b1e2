"""A browser for the tests: Debian's chromium through chromedriver, spoken to in plain WebDriver. One Browser is one session with a
profile of its own; everything is bounded in time and stopped by process id."""

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request

from ports import spare_port

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name that the standard gives to a reference
PATIENCE = 60


class BrowserError(Exception):
    pass


class Browser:
    def __init__(self, folder, width=1280, height=800, arguments=()):
        port = spare_port()
        self.base = f"http://127.0.0.1:{port}"
        self.log = open(os.path.join(folder, f"chromedriver-{port}.log"), "wb")
        self.process = subprocess.Popen([DRIVER, f"--port={port}"], stdout=self.log, stderr=self.log, start_new_session=True)
        self.session = None
        try:
            self.await_driver()
            options = {"binary": CHROMIUM, "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                                                    "--force-device-scale-factor=1", "--hide-scrollbars", *arguments]}
            self.session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                "timeouts": {"script": PATIENCE * 1000, "pageLoad": PATIENCE * 1000}}}})["sessionId"]
            self.size(width, height)
        except BaseException:
            self.stop()
            raise

    def await_driver(self):
        for _ in range(200):
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except (OSError, BrowserError):
                time.sleep(0.05)
        raise BrowserError("chromedriver does not answer")

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method, headers={"Content-Type": "application/json"},
                                         data=None if method != "POST" else json.dumps(body or {}).encode())
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE + 10) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise BrowserError(f"{value['error']}: {value['message'][:500]}") from None

    def do(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    def open(self, url):
        self.do("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """The script's `return`; a promise is awaited."""
        return self.do("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def until(self, script, *arguments, patience=PATIENCE):
        """Waits until the script returns something true, and returns it."""
        end = time.monotonic() + patience
        while True:
            value = self.run(script, *arguments)
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"not within {patience} s: {script}\n{self.run('return document.body.innerText')[:3000]}")
            time.sleep(0.05)

    def find(self, selector):
        return self.do("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.do("POST", f"/element/{self.find(selector)}/click")

    def type(self, selector, text):
        self.do("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def keys(self, text):
        """Keys to whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.do("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def text(self, selector="body"):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def size(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def media(self, **features):
        """media(prefers_color_scheme="dark")"""
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def cdp(self, command, **parameters):
        return self.do("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def screenshot(self, path, whole=True):
        data = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def console(self):
        """Messages of the console since the last call, with those about the policy."""
        return [entry for entry in self.do("POST", "/se/log", {"type": "browser"})]

    def network(self):
        """Events of DevTools since the last call, of Network only."""
        events = [json.loads(entry["message"])["message"] for entry in self.do("POST", "/se/log", {"type": "performance"})]
        return [event for event in events if event["method"].startswith("Network.")]

    def tab(self):
        """A new tab, which becomes the current one."""
        handle = self.do("POST", "/window/new", {"type": "tab"})["handle"]
        self.do("POST", "/window", {"handle": handle})
        return handle

    def stop(self):
        try:
            if self.session:
                self.do("DELETE", "")
        except (OSError, BrowserError):
            pass
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
