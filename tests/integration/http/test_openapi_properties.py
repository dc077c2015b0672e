"""The HTTP API keeps to its OpenAPI description for whatever is asked, by every role.

schemathesis draws requests from the description that a real server gives: ones that fit it and ones
that do not. A longer search: make test ARGS="--hypothesis-profile=search -k openapi_properties"
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.core.failures import FailureGroup

from cat_engine.http import security
from tests.integration.access.building import MORNING, NOON, ROLES, Building, enter

SHARE = 20
"""One example here stands for so many of the profile: each is drawn twice for every role."""
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
MODES = tuple(schemathesis.GenerationMode)
ENDLESS = "/events"


@pytest.fixture(scope="module")
def building(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    """A server with everybody in it, whose limits do not hide the rest."""
    folder = tmp_path_factory.mktemp("api")
    config = folder / "config.yaml"
    config.write_text("limits:\n  address_tries: 100000\n")
    built = enter(folder / "data", config=config)
    yield built
    built.server.stop()


@pytest.fixture(scope="module")
def api(building: Building) -> Any:
    """The description as the server gives it."""
    return schemathesis.openapi.from_url(f"{building.server.url}/api/v1/openapi.json")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_that_the_description_names(
    building: Building, api: Any, role: str, mode: Any
) -> None:
    for found in api.get_all_operations():
        operation = found.ok()
        if mode is schemathesis.GenerationMode.NEGATIVE and not _can_be_wrong(operation):
            continue
        _ask(building, operation, role=role, mode=mode)
        if operation.path.endswith(("/login", "/logout")):
            building.renew(role)


def test_an_answer_outside_the_description_is_found(building: Building, api: Any) -> None:
    """The same question, with a description that has forgotten an answer."""
    forgetful = copy.deepcopy(api.raw_schema)
    del forgetful["paths"]["/api/v1/me"]["get"]["responses"]["401"]
    positive = schemathesis.GenerationMode.POSITIVE

    _ask(building, api["/api/v1/me"]["GET"], role="public", mode=positive)
    operation = schemathesis.openapi.from_dict(forgetful)["/api/v1/me"]["GET"]
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        _ask(building, operation, role="public", mode=positive)


def _can_be_wrong(operation: Any) -> bool:
    """Whether something can be asked that does not fit; any text fits into a path."""
    return bool(operation.query or operation.body)


def _ask(building: Building, operation: Any, *, role: str, mode: Any) -> None:
    """Draw requests of one operation and check every answer."""
    profile = settings.default
    assert profile is not None

    @settings(
        max_examples=max(1, profile.max_examples // SHARE),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_known=st.booleans())
    def ask(case: Any, is_known: bool) -> None:  # noqa: FBT001 - hypothesis hands it over
        if is_known and "exam_session" in case.path_parameters and ENDLESS not in case.path:
            case.path_parameters["exam_session"] = (
                NOON if "/door/" in case.path or case.path.endswith("/pins") else MORNING
            )
        cookie = {"Cookie": building.cookies[role]} if building.cookies[role] else {}
        response = case.call(base_url=building.server.url, headers=cookie, timeout=30)
        case.validate_response(response, checks=CHECKS)
        seen = {name: response.headers.get(name.lower(), [""])[0] for name in security.HEADERS}
        assert dict(security.HEADERS) == seen
        assert response.headers.get("cache-control"), "every answer says who may keep it"

    ask()
