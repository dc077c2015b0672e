"""Bills of materials in CycloneDX 1.6: everything that is locked, with version and hashes."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parent.parent.parent
PYTHON_LOCK = ROOT / "requirements" / "runtime.txt"
FRONT_END_LOCK = ROOT / "cat_engine" / "frontend" / "package-lock.json"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)

Json = dict[str, Any]


def write_bills(folder: Path) -> list[Path]:
    """Write the bill of the server's packages and that of the front end's."""
    folder.mkdir(parents=True, exist_ok=True)
    python, front_end = folder / "sbom-python.cdx.json", folder / "sbom-frontend.cdx.json"
    program = str(Path(sys.executable).with_name("cyclonedx-py"))
    pyproject = str(ROOT / "pyproject.toml")
    options = ["--pyproject", pyproject, "--output-reproducible", "--no-validate", "--sv", "1.6"]
    command = [program, "requirements", *options, "-o", str(python), str(PYTHON_LOCK)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    bill = front_end_bill(json.loads(FRONT_END_LOCK.read_text()))
    front_end.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n")
    return [python, front_end]


def front_end_bill(lock: Json) -> Json:
    """Give the bill of a package-lock.json; what is needed for building alone is "excluded"."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": lock["name"]}},
        "components": [
            _component(path, package)
            for path, package in sorted(lock["packages"].items())
            if path and not package.get("link")
        ],
    }


def _component(path: str, package: Json) -> Json:
    name = package.get("name") or path.rpartition("node_modules/")[2]
    found: Json = {
        "type": "library",
        "bom-ref": path,
        "name": name,
        "version": package["version"],
        "purl": f"pkg:npm/{quote(name, safe='/')}@{package['version']}",
        "scope": "excluded" if package.get("dev") else "required",
        "hashes": [_hash(part) for part in package.get("integrity", "").split()],
    }
    if "license" in package:
        found["licenses"] = [{"license": {"name": package["license"]}}]
    return found


def _hash(integrity: str) -> Json:
    algorithm, _, digest = integrity.partition("-")
    return {"alg": algorithm.upper().replace("SHA", "SHA-"), "content": _hex(digest)}


def _hex(digest: str) -> str:
    return base64.b64decode(digest).hex()


def python_locked(lock: str) -> set[tuple[str, str]]:
    """Name and version of everything a lock of pip names."""
    return {(name.lower(), version) for name, version in _PINNED.findall(lock)}


def front_end_locked(lock: Json) -> set[tuple[str, str]]:
    """Name and version of everything a lock of npm names."""
    return {
        (package.get("name") or path.rpartition("node_modules/")[2], package["version"])
        for path, package in lock["packages"].items()
        if path and not package.get("link")
    }


def gaps(bill: Json, locked: set[tuple[str, str]]) -> list[str]:
    """Say what is locked and not listed, listed and not locked, or there without a hash."""
    listed = {(one["name"].lower(), one["version"]): one for one in bill["components"]}
    wanted = {(name.lower(), version) for name, version in locked}
    found = [f"{name} {version} is missing" for name, version in sorted(wanted - set(listed))]
    found += [f"{name} {version} is not locked" for name, version in sorted(set(listed) - wanted)]
    return found + [f"{name} has no hash" for (name, _), one in listed.items() if not _hashes(one)]


def _hashes(component: Json) -> list[Json]:
    references = component.get("externalReferences", [])
    return [
        *component.get("hashes", []),
        *(one for reference in references for one in reference.get("hashes", [])),
    ]
