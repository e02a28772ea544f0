"""The API's description of itself is valid and true, and no question whatever breaks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from app.api.shapes import Recognition
from app.clock import StillClock
from app.thanks.log import CREATED, UPDATED, Cursor
from models.thanks import SOURCES
from tests.web.api_house import ANA, GRACE, JOAO, Api

# Slow enough for the pace of a token.
PAUSE = timedelta(seconds=0.5)
NAMES = (
    "from",
    "to",
    "zone",
    "community",
    "giver",
    "recipient",
    "value",
    "source",
    "status",
    "limit",
    "cursor",
    "since",
)


@pytest.fixture
async def api(database_url: str, clock: StillClock) -> AsyncIterator[Api]:
    made = Api(database_url, clock)
    await made.fill()
    yield made
    await made.close()


async def test_the_description_is_valid_complete_and_true(api: Api) -> None:
    found = await api.client.get("/api/v1/openapi.json")
    described = found.json()
    validate(described)
    assert described["servers"] == [{"url": "/api/v1"}]
    assert set(described["paths"]) == {"/recognition", "/recognition/changes"}
    page = described["paths"]["/recognition"]["get"]
    assert [one["name"] for one in page["parameters"]] == list(NAMES[:-1])
    assert all(one["description"] for one in page["parameters"])
    assert page["security"] == [{"token": []}]
    assert set(page["responses"]) == {"200", "401", "403", "422", "429", "500"}
    schemas = described["components"]["schemas"]
    assert set(schemas) == {"Page", "Changes", "Recognition", "Problem", "ParameterProblem"}
    assert all(part.get("description") for part in schemas["Recognition"]["properties"].values())
    assert "email" not in found.text

    def fits(body: object, name: str) -> None:
        jsonschema.validate(body, {"$ref": f"#/components/schemas/{name}", "components": described["components"]})

    await api.thank(JOAO, GRACE, community_id=1)
    await api.settle()
    fits((await api.get()).json(), "Page")
    fits((await api.get("/changes")).json(), "Changes")
    for problem in (await api.get(token=""), await api.get(limit="x"), await api.get("/nowhere")):
        fits(problem.json(), "Problem")
    jsonschema.validate(Recognition.model_json_schema()["examples"][0], Recognition.model_json_schema())
    assert all(one in schemas["Recognition"]["properties"]["source"]["description"] for one in SOURCES)
    for page_of_documentation in ("docs", "redoc"):
        assert (await api.client.get(f"/api/v1/{page_of_documentation}")).status_code == 404


def cursors() -> st.SearchStrategy[str]:
    number = st.integers(-(2**63), 2**63 - 1)
    return st.builds(
        lambda order, at, thanks, line: Cursor(order, at, thanks, line).text,
        st.sampled_from([CREATED, UPDATED]),
        st.datetimes(timezones=st.timezones()),
        number,
        number,
    )


values = st.one_of(
    st.text(max_size=40),
    st.integers(-5, 2000).map(str),
    st.sampled_from([ANA, "counted", "import", "malaria", "sharing", "UTC", "Asia/Kathmandu", "2026-11-23"]),
    st.dates().map(str),
    st.datetimes(timezones=st.none() | st.timezones()).map(lambda one: one.isoformat()),
    cursors(),
)


async def test_no_question_whatever_breaks_it(api: Api) -> None:
    await api.thank(JOAO, GRACE, community_id=1, value="sharing")

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(["", "/changes"]), st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), values))
    def ask(path: str, query: dict[str, str]) -> None:
        asked.append((path, query))

    asked: list[tuple[str, dict[str, str]]] = []
    ask()
    met = set()
    for path, query in asked:
        answer = await api.client.get(
            f"/api/v1/recognition{path}", params=query, headers={"Authorization": f"Bearer {api.token}"}
        )
        api.clock.move(PAUSE)
        assert answer.status_code in (200, 422), (path, query, answer.text)
        met.add(answer.status_code)
    assert met == {200, 422}
