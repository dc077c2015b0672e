"""Giving shares to a running server over its API, as the page does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

TIMEOUT_S = 60.0
HEADERS = {"Content-Type": "application/json", "X-Requested-With": "cat-engine"}


class ServerRefused(Exception):
    """The server did not do what was asked; the message is its own."""

    code = "server_refused"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server says to a share; `refusal` is empty when it was taken."""

    given: int = 0
    needed: int = 0
    is_open: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """An administrator who is signed in."""

    url: str
    cookie: str

    def give(self, seal: str, share: str) -> Reply:
        """Give one share."""
        path = f"/api/v1/bank/seals/{quote(seal, safe='')}/shares"
        status, body, _ = _post(self.url, path, {"share": share}, self.cookie)
        if status == 200:
            return Reply(body["given"], body["needed"], body["is_open"])
        if status in (401, 403, 404):
            raise ServerRefused(body["error"]["message"])
        return Reply(refusal=body["error"]["message"])


@contextmanager
def signed_in(url: str, username: str, password: str) -> Iterator[Client]:
    """Sign in, and out again at the end.

    Raises:
        ServerRefused: wrong login, or nothing answers.
    """
    given = {"username": username, "password": password}
    status, body, cookie = _post(url, "/api/v1/staff/login", given, "")
    if status != 200:
        raise ServerRefused(body["error"]["message"])
    try:
        yield Client(url, cookie)
    finally:
        _post(url, "/api/v1/logout", {}, cookie)


def _post(url: str, path: str, body: dict[str, str], cookie: str) -> tuple[int, Any, str]:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_S)
    try:
        connection.request("POST", path, json.dumps(body), HEADERS | {"Cookie": cookie})
        response = connection.getresponse()
        cookies = response.headers.get_all("Set-Cookie") or []
        text = json.loads(response.read())
    except (OSError, HTTPException, ValueError) as error:
        raise ServerRefused(f"{url} does not answer as a cat-engine does: {error}") from error
    finally:
        connection.close()
    return response.status, text, "; ".join(one.split(";")[0] for one in cookies)
