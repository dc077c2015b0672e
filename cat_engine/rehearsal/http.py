"""Logging in as a browser does, from a load tool."""

import asyncio
import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_S = 30.0
HEADERS = {"Content-Type": "application/json", "X-Requested-With": "cat-engine"}


class LoginRefused(Exception):
    """The server did not accept a login; the message says what it answered."""

    code = "login_refused"


async def log_in(url: str, *, participant_no: str, pin: str) -> str:
    """Log a candidate in; the cookie to connect with."""
    body = {"participant_no": participant_no, "pin": pin}
    return await asyncio.to_thread(_log_in, url, "/api/v1/login", body)


async def log_in_staff(url: str, *, username: str, password: str) -> str:
    """Log a member of staff in; the cookie to connect with."""
    body = {"username": username, "password": password}
    return await asyncio.to_thread(_log_in, url, "/api/v1/staff/login", body)


async def get_json(url: str, path: str) -> Any:
    """Fetch a public document."""
    return await asyncio.to_thread(_get, url, path)


def _connection(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.netloc, timeout=TIMEOUT_S)


def _log_in(url: str, path: str, body: dict[str, str]) -> str:
    connection = _connection(url)
    try:
        connection.request("POST", path, json.dumps(body), HEADERS)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        if response.status != 200:
            raise LoginRefused(f"{response.status}: {text[:300]}")
        cookies = response.headers.get_all("Set-Cookie") or []
        return "; ".join(cookie.split(";")[0] for cookie in cookies)
    except (OSError, HTTPException) as error:
        raise LoginRefused(f"{url} does not answer ({error}); is the server on?") from error
    finally:
        connection.close()


def _get(url: str, path: str) -> Any:
    connection = _connection(url)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return json.loads(response.read())
    finally:
        connection.close()
