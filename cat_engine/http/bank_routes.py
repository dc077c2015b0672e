"""The routes of the API about the bank."""

from __future__ import annotations

from cat_engine.http import schemas
from cat_engine.http.route import Route

SEAL = schemas.table(
    {
        "id": schemas.TEXT,
        "bank": schemas.TEXT,
        "title": schemas.TEXT,
        "opens_at": schemas.INSTANT,
        "closes_at": schemas.INSTANT,
        "threshold": schemas.WHOLE_NUMBER,
        "share_count": schemas.WHOLE_NUMBER,
        "given": schemas.WHOLE_NUMBER,
        "is_open": schemas.FLAG,
        "item_count": schemas.WHOLE_NUMBER,
        "published_count": schemas.WHOLE_NUMBER,
        "signer": schemas.TEXT,
    }
)
SHARE = schemas.table({"share": {"type": "string", "maxLength": 200}}, closed=True)
PROGRESS = schemas.table(
    {
        "given": schemas.WHOLE_NUMBER,
        "needed": schemas.WHOLE_NUMBER,
        "is_open": schemas.FLAG,
    }
)

BANK_ROUTES: tuple[Route, ...] = (
    Route(
        "seals",
        "GET",
        "/bank/seals",
        "administrator",
        "List the sealed packages, with how many shares each has been given.",
        schemas.table({"seals": schemas.rows(SEAL)}),
        errors=(401, 403),
    ),
    Route(
        "give_share",
        "POST",
        "/bank/seals/<seal>/shares",
        "administrator",
        "Give one custodian's share; the last one needed opens the seal, inside its window.",
        PROGRESS,
        body=SHARE,
        errors=(400, 401, 403, 404, 409, 413, 415),
    ),
)
