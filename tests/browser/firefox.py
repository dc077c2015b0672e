"""Debian's Firefox, driven by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/).

Playwright drives only a Firefox of its own making, which halls do not have. What a journey needs of
the protocol is little: open a page, evaluate, press keys, take a picture.
"""

import base64
import itertools
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from websockets.sync.client import ClientConnection, connect

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
START_LIMIT_S = 60
REPLY_LIMIT_S = 30
WAIT_LIMIT_S = 30
MESSAGE_LIMIT_BYTES = 64 * 1024 * 1024
KEYS = {"Enter": "\ue006", "Tab": "\ue004", "ArrowRight": "\ue014", "Escape": "\ue00c"}

PREFERENCES = """\
user_pref("app.update.disabledForTesting", true);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
"""
"""Nothing is asked of other hosts."""

Json = dict[str, Any]


class Firefox:
    """One page of one browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._command("session.new", {"capabilities": {}})
        # A tab of its own has the focus; in the first one no key presses a button.
        self._page = self._command("browsingContext.create", {"type": "tab"})["context"]
        self.errors: list[str] = []
        self._command("session.subscribe", {"events": ["log.entryAdded"]})

    def go(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        self._on_page("browsingContext.navigate", {"url": url, "wait": "complete"})

    def resize(self, width: int, height: int) -> None:
        """Give the page a size, in CSS pixels."""
        size = {"width": width, "height": height}
        self._on_page("browsingContext.setViewport", {"viewport": size})

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, which may be a promise; through JSON."""
        told = self._command(
            "script.evaluate",
            {
                "expression": f"(async () => JSON.stringify(await ({expression}) ?? null))()",
                "target": {"context": self._page},
                "awaitPromise": True,
            },
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def wait_for(self, expression: str) -> Any:
        """Wait until an expression is true; its value."""
        until = time.monotonic() + WAIT_LIMIT_S
        while time.monotonic() < until:
            found = self.evaluate(expression)
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"never so: {expression}; the page says: {self.text()[:800]}")

    def see(self, text: str) -> None:
        """Wait until the page shows a text."""
        self.wait_for(f"document.body.innerText.includes({json.dumps(text)})")

    def text(self) -> str:
        """What the page shows."""
        return cast("str", self.evaluate("document.body.innerText"))

    def press(self, *keys: str) -> None:
        """Press keys one after another; a text is typed letter by letter."""
        strokes = [KEYS[key]] if (key := keys[0]) in KEYS else list(key)
        actions = [
            {"type": kind, "value": stroke} for stroke in strokes for kind in ("keyDown", "keyUp")
        ]
        board = {"type": "key", "id": "keyboard", "actions": actions}
        self._on_page("input.performActions", {"actions": [board]})
        if keys[1:]:
            self.press(*keys[1:])

    def press_on(self, button: str) -> None:
        """Reach a button with Tab and press Enter."""
        named = f"one => one.textContent.includes({json.dumps(button)})"
        self.wait_for(f"[...document.querySelectorAll('button')].some({named})")
        for _ in range(60):
            self.press("Tab")
            focused = "document.activeElement"
            if self.evaluate(f"{focused}.localName === 'button' && ({named})({focused})"):
                self.press("Enter")
                return
        raise AssertionError(f"the keyboard does not reach {button!r}")

    def shoot(self, path: Path) -> None:
        """Keep a picture of the page."""
        told = self._on_page("browsingContext.captureScreenshot", {})
        path.write_bytes(base64.b64decode(told["data"]))

    def _on_page(self, method: str, values: Json) -> Json:
        return self._command(method, values | {"context": self._page})

    def _command(self, method: str, values: Json) -> Json:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": values}))
        while True:
            told = json.loads(self._socket.recv(REPLY_LIMIT_S))
            if told.get("method") == "log.entryAdded":
                self._note(told["params"])
            if told.get("id") != number:
                continue
            assert told["type"] == "success", told
            return cast("Json", told["result"])

    def _note(self, entry: Json) -> None:
        is_ours = entry["type"] == "javascript" and entry["level"] == "error"
        if is_ours and "ws://" not in entry["text"]:  # Firefox notes lost lines as errors
            self.errors.append(entry["text"])


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A browser with an empty profile, without a window."""
    assert FIREFOX is not None
    profile = folder / "profile"
    profile.mkdir(parents=True)
    (profile / "user.js").write_text(PREFERENCES)
    process = subprocess.Popen(
        [FIREFOX, "--headless", "--no-remote", "--profile", str(profile),
         "--remote-debugging-port", "0", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_HEADLESS": "1"},
    )  # fmt: skip
    try:
        address = _address_of(process)
        with connect(
            f"{address}/session", max_size=MESSAGE_LIMIT_BYTES, compression=None
        ) as socket:
            yield Firefox(socket)
    finally:
        process.kill()
        process.communicate()


def _address_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line)
        if found:
            return found.group(1)
    raise AssertionError(f"Firefox did not start: {said[-1_000:]}")
