"""One operation of the HTTP API, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from cat_engine.http.schemas import Schema

Right = Literal["public", "signed_in", "candidate", "staff", "administrator", "bank"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the query."""

    name: str
    description: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API."""

    name: str
    method: Literal["GET", "POST"]
    rule: str
    right: Right
    summary: str
    answer: Schema
    body: Schema | None = None
    body_files: tuple[str, ...] = ()
    """Media types of files that may stand in place of the JSON body."""
    query: tuple[Parameter, ...] = ()
    errors: tuple[int, ...] = ()
    also: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    """Further answers that are not errors, with what they mean."""
    media_types: tuple[str, ...] = ("application/json",)
