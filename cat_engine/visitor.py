"""Where a request comes from: which site's page sends it."""

from urllib.parse import urlsplit


def is_own_origin(origin: str | None, host: str, public_url: str) -> bool:
    """Say whether a page of ours asks; a program that is no browser names no origin.

    A proxy may speak TLS for us, so the scheme seen here need not be the visitor's.
    """
    if origin is None:
        return True
    try:
        named = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(named) and named in (host, urlsplit(public_url).netloc)
