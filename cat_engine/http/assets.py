"""Addresses of static files: own ones with a digest, built ones from the front end's manifest."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent.parent / "static"
MANIFEST = STATIC / "built" / "manifest.json"
DIGEST_LENGTH = 16
ENTRIES = (
    "candidate",
    "proctor",
    "board",
    "preview",
    "editor",
    "door",
    "ready",
    "readiness",
    "replay",
)

_MATH_FONT = "noto-sans-math"
_BUILT_FONT = re.compile(r"atkinson-hyperlegible-latin-(400|700)-normal.*\.woff2$")


@dataclass(frozen=True, slots=True)
class AssetTags:
    """Everything one live page loads, as addresses."""

    scripts: tuple[str, ...]
    preloads: tuple[str, ...]
    styles: tuple[str, ...]


def asset_url(name: str) -> str:
    """Give the address of a file in `static/`; it changes with the content."""
    return f"/static/{name}?v={digest(name)}"


@cache
def digest(name: str) -> str:
    """Give the start of the SHA-256 of a file in `static/`."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:DIGEST_LENGTH]


def is_immutable(path: str, version: str | None) -> bool:
    """Say whether what is at this address can never change: it is named after its content."""
    if path.startswith("/static/built/assets/"):
        return True
    name = path.removeprefix("/static/")
    if version is None or name == path or not (STATIC / name).is_file():
        return False
    return version == digest(name)


def asset_tags(entry: str) -> AssetTags | None:
    """Give what the live page needs; None when the front end has not been built."""
    manifest = read_manifest()
    name = _entry_name(manifest, entry)
    if name is None:
        return None
    chunks = _with_imports(manifest, name)
    listed = [css for chunk in chunks for css in manifest[chunk].get("css", [])]
    styles = sorted(listed, key=lambda css: not _is_shared(manifest, css))
    return AssetTags(
        scripts=(_built(manifest[name]["file"]),),
        preloads=tuple(_built(manifest[chunk]["file"]) for chunk in chunks if chunk != name),
        styles=tuple(_built(css) for css in dict.fromkeys(styles)),
    )


def preview_tags() -> AssetTags | None:
    """Give what a page needs to draw items as candidates see them: with their page's styles."""
    own, candidate = asset_tags("preview"), asset_tags("candidate")
    if own is None or candidate is None:
        return None
    return AssetTags(own.scripts, own.preloads, candidate.styles)


def font_faces() -> str:
    """Give the style sheet that names the built typefaces; empty without a build.

    Pages drawn by the server use the same files as the live pages; without them the system's
    own typeface steps in. Previews need that of formulas here too: a typeface that a style sheet
    inside a shadow tree names is not taken.
    """
    faces = []
    for chunk in read_manifest().values():
        found = _BUILT_FONT.search(chunk.get("src", "") or chunk["file"])
        if found:
            faces.append(
                "@font-face{font-family:'Atkinson Hyperlegible';font-style:normal;"
                f"font-weight:{found[1]};font-display:swap;"
                f"src:url({_built(chunk['file'])}) format('woff2')}}"
            )
        if _MATH_FONT in chunk.get("src", "") and chunk["file"].endswith(".woff2"):
            faces.append(
                "@font-face{font-family:'Noto Sans Math';font-display:swap;"
                f"src:url({_built(chunk['file'])}) format('woff2')}}"
            )
    return "\n".join(sorted(faces))


def read_manifest() -> dict[str, dict[str, Any]]:
    """Read the manifest of the front end's build; empty when there is none."""
    try:
        return _read(MANIFEST, MANIFEST.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=1)
def _read(path: Path, _changed_at: int) -> dict[str, dict[str, Any]]:
    manifest: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return manifest


def _entry_name(manifest: dict[str, dict[str, Any]], entry: str) -> str | None:
    for name, chunk in sorted(manifest.items()):
        if chunk.get("isEntry") and (chunk.get("name") == entry or f"/{entry}/" in f"/{name}"):
            return name
    return None


def _is_shared(manifest: dict[str, dict[str, Any]], css: str) -> bool:
    """Say whether several pages load a style sheet; each page's own comes after those."""
    return [css in chunk.get("css", []) for chunk in manifest.values()].count(True) != 1


def _with_imports(manifest: dict[str, dict[str, Any]], name: str) -> list[str]:
    """Give the chunk and all it imports, each once, what is imported first."""
    found: list[str] = []
    waiting = [name]
    while waiting:
        chunk = waiting.pop()
        if chunk not in found:
            found.append(chunk)
            waiting.extend(manifest[chunk].get("imports", []))
    return found[::-1]


def _built(file: str) -> str:
    return f"/static/built/{file}"
