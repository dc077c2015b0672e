"""The routes of the API about the bank."""

from __future__ import annotations

from cat_engine.http import schemas
from cat_engine.http.route import Parameter, Route

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

BANK = schemas.table(
    {"id": schemas.TEXT, "counts": {"type": "object", "additionalProperties": schemas.WHOLE_NUMBER}}
)
ITEM_ROW = schemas.table(
    {
        "id": schemas.TEXT,
        "version": schemas.WHOLE_NUMBER,
        "section": schemas.TEXT,
        "topic": schemas.TEXT,
        "difficulty": schemas.TEXT,
        "kind": schemas.TEXT,
        "state": schemas.TEXT,
        "author": schemas.TEXT,
    }
)
ACT = schemas.table(
    {
        "position": schemas.WHOLE_NUMBER,
        "version": schemas.maybe(schemas.WHOLE_NUMBER),
        "at": schemas.INSTANT,
        "person": schemas.TEXT,
        "kind": schemas.TEXT,
        "state": schemas.maybe(schemas.TEXT),
        "reason": schemas.TEXT,
        "details": {"type": "object"},
    }
)
ITEM = schemas.table(
    {
        "item": {"type": "object"},
        "state": schemas.TEXT,
        "author": schemas.TEXT,
        "versions": schemas.rows(schemas.WHOLE_NUMBER),
        "possible": schemas.rows(schemas.TEXT),
        "seal": schemas.TEXT,
        "preview": schemas.maybe({"type": "object"}),
        "history": schemas.rows(ACT),
        "enemies": schemas.rows(
            schemas.table(
                {
                    "item": schemas.TEXT,
                    "at": schemas.WHOLE_NUMBER,
                    "person": schemas.TEXT,
                    "reason": schemas.TEXT,
                }
            )
        ),
    }
)
ITEM_ACT = schemas.table(
    {
        "version": {"type": "integer", "minimum": 1},
        "act": {"type": "string", "enum": ["submitted", "returned", "approved", "retired"]},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
    },
    closed=True,
)
COMMENT = schemas.table(
    {
        "version": {"type": "integer", "minimum": 1},
        "text": {"type": "string", "minLength": 1, "maxLength": 500},
        "reply_to": schemas.maybe(schemas.WHOLE_NUMBER),
    },
    closed=True,
)
DOCUMENT = {
    "type": "object",
    "description": "The canonical JSON of an item; numbers as typed. See docs/authoring.md.",
}
CHECK = schemas.table(
    {
        "bank": {"type": "string", "maxLength": 200},
        "item": {"type": "string", "maxLength": 200},
        "document": DOCUMENT,
    },
    closed=True,
)
CHECKED = schemas.table(
    {
        "faults": schemas.rows(
            schemas.table(
                {"place": schemas.TEXT, "code": schemas.TEXT, "values": {"type": "object"}}
            )
        ),
        "preview": schemas.maybe({"type": "object"}),
    }
)
VERSION = schemas.table(
    {
        "document": DOCUMENT,
        "base_version": {"type": "integer", "minimum": 0, "maximum": 999_999},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
    },
    closed=True,
)
ENEMY = schemas.table(
    {
        "other": {"type": "string", "minLength": 1, "maxLength": 100},
        "act": {"type": "string", "enum": ["parted", "reconciled"]},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
    },
    closed=True,
)
MEDIUM = schemas.table(
    {
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "content": {"type": "string", "description": "The file in base64."},
    },
    closed=True,
)
TAKEN_MEDIUM = schemas.table(
    {
        "kind": {"type": "string", "enum": ["image", "audio"]},
        "digest": schemas.TEXT,
        "extension": schemas.TEXT,
        "width": schemas.WHOLE_NUMBER,
        "height": schemas.WHOLE_NUMBER,
    }
)
_FILTERS = tuple(
    Parameter(name, f"Only items with this {name}.", schemas.TEXT)
    for name in ("text", "section", "topic", "difficulty", "kind", "state", "author")
)
_PAGE = Parameter("page", "From 1; 50 items each.", schemas.WHOLE_NUMBER)
_VERSION = Parameter("version", "The newest unless named.", schemas.WHOLE_NUMBER)

BANK_ROUTES: tuple[Route, ...] = (
    Route(
        "banks",
        "GET",
        "/bank",
        "bank",
        "List the banks with the number of items in each state; an author's own items alone.",
        schemas.table({"banks": schemas.rows(BANK)}),
        errors=(401, 403),
    ),
    Route(
        "bank_items",
        "GET",
        "/bank/items/<bank>",
        "bank",
        "Find items of a bank, each in its newest version.",
        schemas.table(
            {
                "items": schemas.rows(ITEM_ROW),
                "total": schemas.WHOLE_NUMBER,
                "page": schemas.WHOLE_NUMBER,
                "page_count": schemas.WHOLE_NUMBER,
            }
        ),
        query=(*_FILTERS, _PAGE),
        errors=(400, 401, 403),
    ),
    Route(
        "bank_item",
        "GET",
        "/bank/items/<bank>/<item>",
        "bank",
        "Give one version with its rule, preview and history. It holds the key.",
        ITEM,
        query=(_VERSION,),
        errors=(400, 401, 403, 404),
    ),
    Route(
        "act_on_item",
        "POST",
        "/bank/items/<bank>/<item>/acts",
        "bank",
        "Move a version one step in its life; who approves must not have written it.",
        ITEM,
        body=ITEM_ACT,
        errors=(400, 401, 403, 404, 409, 413, 415),
    ),
    Route(
        "comment_on_item",
        "POST",
        "/bank/items/<bank>/<item>/comments",
        "bank",
        "Say something about a version, or answer a comment.",
        ITEM,
        body=COMMENT,
        errors=(400, 401, 403, 404, 409, 413, 415),
    ),
    Route(
        "check_item",
        "POST",
        "/bank/check",
        "bank",
        "Say what keeps an item from the bank, by field, and how a candidate would see it.",
        CHECKED,
        body=CHECK,
        errors=(400, 401, 403, 413, 415),
    ),
    Route(
        "write_item",
        "POST",
        "/bank/items/<bank>/<item>/versions",
        "bank",
        "Store the next version of an item, or a new one, as a draft of whoever sends it.",
        schemas.table({"version": schemas.WHOLE_NUMBER, "digest": schemas.TEXT}),
        body=VERSION,
        errors=(400, 401, 403, 404, 409, 413, 415),
    ),
    Route(
        "add_medium",
        "POST",
        "/bank/media",
        "bank",
        "Store a picture or a recording for items; it is known by its content.",
        TAKEN_MEDIUM,
        body=MEDIUM,
        errors=(400, 401, 403, 413, 415, 503),
    ),
    Route(
        "typeset_formula",
        "POST",
        "/bank/formula",
        "bank",
        "Give a LaTeX formula as the MathML that rich text holds.",
        schemas.table({"math": schemas.TEXT}),
        body=schemas.table(
            {"latex": {"type": "string", "minLength": 1, "maxLength": 2_000}}, closed=True
        ),
        errors=(400, 401, 403, 413, 415),
    ),
    Route(
        "keep_items_apart",
        "POST",
        "/bank/items/<bank>/<item>/enemies",
        "bank",
        "Say that two items never stand on one form, or take it back.",
        ITEM,
        body=ENEMY,
        errors=(400, 401, 403, 404, 409, 413, 415),
    ),
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
