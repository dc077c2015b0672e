"""House rules that no linter knows. Each rule is a pure function and is shown able to fail."""

import ast
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = frozenset({"cat_engine", "exam_sessions", "question_bank", "scoring"})
SOURCE_SUFFIXES = frozenset({".py", ".ts", ".tsx", ".css", ".html"})
FILE_LINES = 400
FUNCTION_LINES = 60
POSITIONAL_PARAMETERS = 4
NAME_WORDS = 3
VAGUE_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "common", "manager", "service", "base"}
)
# Jinja's own word for the page that others extend.
VAGUE_NAMES_ALLOWED = frozenset({"cat_engine/templates/base.html"})
PUBLIC_NPM = "https://registry.npmjs.org/"
MACHINE_PLACES = re.compile(
    r"(?<![\w.])/(?:work|root|Users|home/\w+)/"  # a directory of one machine
    r"|(?:index[-]url|find[-]links|trusted[-]host)\b"  # a package index of one network
    r"|^(?:registry|cafile) ?=",
    re.MULTILINE,
)
UNFINISHED = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Problems = Iterator[str]


def long_file(path: PurePosixPath, text: str) -> Problems:
    """A file can be read in one sitting."""
    count = len(text.splitlines())
    if path.suffix in SOURCE_SUFFIXES and "generated" not in path.parts and count > FILE_LINES:
        yield f"{count} lines; at most {FILE_LINES}"


def long_function(path: PurePosixPath, text: str) -> Problems:
    """A function fits on a screen; a migration is a list, however long."""
    if path.match("cat_engine/migrations/versions/*"):
        return
    for function in _functions(path, text):
        assert function.end_lineno is not None
        count = function.end_lineno - function.lineno + 1
        if count > FUNCTION_LINES:
            yield f"{function.name} has {count} lines; at most {FUNCTION_LINES}"


def many_positional_parameters(path: PurePosixPath, text: str) -> Problems:
    """Beyond four, arguments have names; pytest and click pass them by name anyway."""
    for function in _functions(path, text):
        names = [a.arg for a in function.args.posonlyargs + function.args.args]
        count = len([name for name in names if name not in ("self", "cls")])
        if count > POSITIONAL_PARAMETERS and not _is_called_by_name(function):
            yield f"{function.name} takes {count} positional arguments; put * before the rest"


def vague_name(path: PurePosixPath, _text: str) -> Problems:
    """A file is named by a noun of the field."""
    words = {*path.parts[:-1], path.name.split(".")[0]}
    if words & VAGUE_NAMES and str(path) not in VAGUE_NAMES_ALLOWED:
        yield "this name says nothing; see the table of names"


def bare_session(path: PurePosixPath, text: str) -> Problems:
    """`session` alone is three things here: exam_session, login, db or connection."""
    for node in ast.walk(_parse(path, text)):
        match node:
            case ast.Name(id="session", ctx=ast.Store()) | ast.arg(arg="session"):
                yield f"line {node.lineno}: say exam_session, login, db or connection"
            case ast.alias(name="session", asname=None) | ast.alias(asname="session"):
                if path != PurePosixPath("cat_engine/accounts/login.py"):
                    yield f"line {node.lineno}: only accounts/login.py reads Flask's session"


def machine_place(_path: PurePosixPath, text: str) -> Problems:
    """What is committed works on every machine and network."""
    for found in MACHINE_PLACES.finditer(text):
        yield f"line {_line(text, found.start())}: {found[0].strip()!r} belongs to one machine"


def private_registry(path: PurePosixPath, text: str) -> Problems:
    """The lock file of the front end names the public registry or none."""
    if path.name == "package-lock.json":
        for name, package in json.loads(text).get("packages", {}).items():
            if not package.get("resolved", PUBLIC_NPM).startswith(PUBLIC_NPM):
                yield f"{name} is resolved elsewhere than {PUBLIC_NPM}"


def unfinished(_path: PurePosixPath, text: str) -> Problems:
    """What is left to do stands in the tracker."""
    for found in UNFINISHED.finditer(text):
        yield f"line {_line(text, found.start())}: {found[0]}"


def unnumbered_decision(path: PurePosixPath, _text: str) -> Problems:
    """A decision is cited by its number."""
    if path.parts[:2] == ("docs", "decisions") and not re.match(
        r"\d{4}-[a-z0-9-]+\.md$", path.name
    ):
        yield "name it NNNN-what-was-decided.md"


def module_without_docstring(path: PurePosixPath, text: str) -> Problems:
    """A reader learns from the first line what a module is for."""
    is_ours = path.parts[0] in PACKAGES and path.suffix == ".py"
    if is_ours and text.strip() and ast.get_docstring(_parse(path, text)) is None:
        yield "begin with a docstring that says what it gives"


def short_test_name(path: PurePosixPath, text: str) -> Problems:
    """The name of a test is a sentence about a promise."""
    if path.parts[0] != "tests":
        return
    for function in _functions(path, text):
        words = function.name.split("_")
        if words[0] == "test" and len(words) - 1 < NAME_WORDS:
            yield f"{function.name} is no sentence"


Rule = Callable[[PurePosixPath, str], Problems]
RULES: tuple[Rule, ...] = (
    long_file,
    long_function,
    many_positional_parameters,
    vague_name,
    bare_session,
    machine_place,
    private_registry,
    unfinished,
    unnumbered_decision,
    module_without_docstring,
    short_test_name,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    files = _committed_files()

    found = [f"{path}: {problem}" for path, text in files for problem in rule(path, text)]

    assert found == [], f"{rule.__doc__}\n" + "\n".join(found)


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(
        int(path.name[:4])
        for path, _ in _committed_files()
        if path.parts[:2] == ("docs", "decisions") and path.name[:4].isdigit()
    )

    steps = {later - earlier for earlier, later in pairwise([0, *numbers])}

    assert steps <= {1}


@dataclass(frozen=True, slots=True)
class Sample:
    """A small file that keeps a rule and one that differs only in breaking it."""

    rule: Rule
    path: str
    kept: str
    broken: str
    broken_path: str | None = None


LOCK = '{"packages": {"node_modules/x": {"resolved": "https://%s/x.tgz"}}}'
SAMPLES = (
    Sample(long_file, "scoring/a.py", "x = 1\n" * 400, "x = 1\n" * 401),
    Sample(
        long_function,
        "scoring/a.py",
        "def f():\n" + "    x = 1\n" * 59,
        "def f():\n" + "    x = 1\n" * 60,
    ),
    Sample(
        many_positional_parameters,
        "scoring/a.py",
        "def f(self, a, b, c, d, *, e): ...",
        "def f(self, a, b, c, d, e): ...",
    ),
    Sample(vague_name, "scoring/tally.py", "", "", "scoring/utils.py"),
    Sample(vague_name, "scoring/tally.py", "", "", "scoring/common/tally.py"),
    Sample(bare_session, "scoring/a.py", "exam_session = 1", "session = 1"),
    Sample(bare_session, "scoring/a.py", "def f(login): ...", "def f(session): ..."),
    Sample(bare_session, "a.py", "from flask import request", "from flask import session"),
    Sample(bare_session, "a.py", "import requests as login", "import requests as session"),
    Sample(bare_session, "a.py", "for login in x: ...", "for session in x: ..."),
    Sample(machine_place, "a.md", "see docs/work/a", "see /" + "work/a"),
    Sample(machine_place, "a.md", "a home/ani/x", "a /" + "home/ani/x"),
    Sample(machine_place, "r.txt", "flask==3", "--extra-index" + "-url x"),
    Sample(machine_place, ".npmrc", "fund=false", "registry" + "=x"),
    Sample(
        private_registry,
        "cat_engine/frontend/package-lock.json",
        LOCK % "registry.npmjs.org",
        LOCK % "mirror.example",
    ),
    Sample(unfinished, "a.ts", "// why", "// TO" + "DO why"),
    Sample(
        unnumbered_decision, "docs/decisions/0001-one-road.md", "", "", "docs/decisions/one-road.md"
    ),
    Sample(module_without_docstring, "scoring/a.py", '"""Points."""\nx = 1', "x = 1"),
    Sample(
        short_test_name,
        "tests/unit/test_a.py",
        "def test_blank_earns_nothing(): ...",
        "def test_blank(): ...",
    ),
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.rule.__name__)
def test_a_rule_tells_kept_from_broken(sample: Sample) -> None:
    kept_path = PurePosixPath(sample.path)
    broken_path = PurePosixPath(sample.broken_path or sample.path)

    kept = list(sample.rule(kept_path, sample.kept))
    broken = list(sample.rule(broken_path, sample.broken))

    assert kept == []
    assert len(broken) == 1


def test_every_rule_is_shown_to_fail() -> None:
    assert set(RULES) == {sample.rule for sample in SAMPLES}


def _committed_files() -> list[tuple[PurePosixPath, str]]:
    """Text files that are in git or about to be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = []
    for name in sorted(filter(None, listed.stdout.split("\0"))):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in content:
            found.append((PurePosixPath(name), content.decode("utf-8", errors="replace")))
    assert len(found) > len(RULES), "git lists no files"
    return found


def _parse(path: PurePosixPath, text: str) -> ast.Module:
    return ast.parse(text) if path.suffix == ".py" else ast.Module(body=[], type_ignores=[])


def _functions(path: PurePosixPath, text: str) -> list[Function]:
    return [node for node in ast.walk(_parse(path, text)) if isinstance(node, Function)]


def _is_called_by_name(function: Function) -> bool:
    decorators = " ".join(ast.unparse(decorator) for decorator in function.decorator_list)
    is_fixture_or_command = "pytest.fixture" in decorators or ".command(" in decorators
    return function.name.startswith("test_") or is_fixture_or_command


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
