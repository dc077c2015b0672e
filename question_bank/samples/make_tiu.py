"""Writes tiu.yaml and its pictures from the modules in tiu/.

Run it by hand after a change there, and commit what it writes:

    python -m question_bank.samples.make_tiu
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from question_bank.samples import FOLDER
from question_bank.samples.tiu import (
    arithmetic,
    comparisons,
    figural_analogies,
    figural_exceptions,
    figural_series,
    number_series,
    puzzles,
    syllogisms,
    word_analogies,
    word_problems,
)
from question_bank.samples.tiu.draft import Content, Draft, Picture

TOPICS = (
    word_analogies,
    syllogisms,
    puzzles,
    arithmetic,
    number_series,
    comparisons,
    word_problems,
    figural_analogies,
    figural_exceptions,
    figural_series,
)
LETTERS = "abcde"
# Where the keys of items with free order go, in turn; each five hold every letter once.
KEY_PLACES = "cadbebedacdbecaaecdbecabd"
HEADER = """\
# Sample items: Tes Intelegensia Umum. Every text and drawing was made for this bank.
# Written by make_tiu.py from the modules in tiu/; change those and run it again.
"""

Files = dict[str, str]


def main() -> None:
    """Write the files and remove pictures that no item names any more."""
    files = make()
    for path in FOLDER.glob("images/tiu-*.svg"):
        if path.relative_to(FOLDER).as_posix() not in files:
            path.unlink()
    for name, text in files.items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def make() -> Files:
    """The content of every file, by its path in the folder of samples."""
    files: Files = {}
    items = [_item(item_id, topic, draft, files) for item_id, topic, draft in _placed()]
    bank = {"bank": "skd-sample", "licence": "CC0-1.0", "language": "id"}
    blocks = [HEADER, _yaml(bank), "items:\n", *(f"\n{_yaml([item])}" for item in items)]
    return {"tiu.yaml": "".join(blocks), **files}


def _placed() -> Iterator[tuple[str, str, Draft]]:
    """Every draft with its id and topic, and with its key in its final place."""
    free_count = 0
    for module in TOPICS:
        for number, draft in enumerate(module.drafts(), start=1):
            placed = draft
            if not draft.has_fixed_order:
                placed = draft.with_key_at(LETTERS.index(KEY_PLACES[free_count % len(KEY_PLACES)]))
                free_count += 1
            yield f"tiu-{module.TOPIC}-{number:02}", module.TOPIC, placed


def _item(item_id: str, topic: str, draft: Draft, files: Files) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": item_id,
        "version": 1,
        "section": "tiu",
        "topic": topic,
        "difficulty": draft.difficulty,
        "stem": draft.stem,
    }
    if draft.picture:
        item["image"] = _image(draft.picture, f"{item_id}-stem", files)
    item["shuffle"] = not draft.has_fixed_order
    item["options"] = [
        {"id": letter, **_content(option, f"{item_id}-{letter}", files)}
        for letter, option in zip(LETTERS, draft.options, strict=True)
    ]
    return {**item, "key": LETTERS[draft.key], "explanation": draft.explanation}


def _content(content: Content, name: str, files: Files) -> dict[str, Any]:
    if isinstance(content, Picture):
        return {"image": _image(content, name, files)}
    return {"text": content}


def _image(picture: Picture, name: str, files: Files) -> dict[str, str]:
    path = str(Path("images") / f"{name}.svg")
    files[path] = picture.svg
    return {"file": path, "alt": picture.alt}


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=96)


if __name__ == "__main__":
    main()
