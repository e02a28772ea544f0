"""The recognition log over HTTP: who may read it, each line once, what is new since a cursor, kind problems."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from sqlalchemy import text
from sqlmodel import select

from app.clock import StillClock
from app.logs import set_up_logs
from app.tokens import service as tokens
from models import ApiToken, ThanksRecipient
from tests.web.api_house import ANA, BASE, GRACE, JOAO, Api


@pytest.fixture
async def api(database_url: str, clock: StillClock) -> AsyncIterator[Api]:
    made = Api(database_url, clock)
    await made.fill()
    yield made
    await made.close()


async def test_only_a_good_token_opens_the_door_and_a_refusal_says_what_to_do(api: Api) -> None:
    await api.thank(JOAO)
    assert len(await api.lines()) == 1

    async def refused(token: str, said: str, challenge: str = 'error="invalid_token"') -> None:
        for path in ("", "/changes"):
            answer = await api.get(path, token=token)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith('Bearer realm="Baobab"')
            assert challenge in answer.headers["www-authenticate"]
            assert said in answer.json()["detail"]
            assert "data" not in answer.json()

    await refused("", "Authorization: Bearer", "")
    for wrong in ("bao_", api.token[:-1], api.token + "x", "xoxb-1", "bao_" + "A" * 44):
        await refused(wrong, "not known")
    for header in (f"Basic {api.token}".encode(), b"Bearer", b"Bearer bao_\xff\x00", b"\xe9"):
        assert (await api.client.get(BASE, headers={b"Authorization": header})).status_code == 401
    async with api.db.transaction() as session:
        row = (await session.exec(select(ApiToken))).one()
        row.scopes = ["polls:read"]
    answer = await api.get()
    assert answer.status_code == 403
    assert 'error="insufficient_scope", scope="recognition:read"' in answer.headers["www-authenticate"]
    assert "recognition:read" in answer.json()["detail"]

    kept = await api.a_token("kept", days=2)
    async with api.db.transaction() as session:
        await tokens.revoke(session, 1, "first", actor="cli", now=api.clock.now())
    await refused(api.token, "was revoked")
    api.clock.move(timedelta(days=2) - timedelta(seconds=1))
    assert (await api.get(token=kept)).status_code == 200
    api.clock.move(timedelta(seconds=1))
    await refused(kept, "has expired")
    other = await api.a_token("other", workspace_id=2)
    assert (await api.get(token=other)).json() == {"data": [], "next_cursor": None}, "each sees its own workspace"


async def test_a_tokens_use_is_noted_once_a_minute_and_its_pace_is_kept(api: Api) -> None:
    async def last_used() -> datetime | None:
        async with api.db.read_only() as session:
            return (await session.exec(select(ApiToken.last_used_at))).one()

    began = api.clock.now()
    assert await last_used() is None
    await api.get()
    api.clock.move(timedelta(seconds=59))
    await api.get()
    assert await last_used() == began
    api.clock.move(timedelta(seconds=1))
    answers = [(await api.get(limit=1)).status_code for _ in range(121)]
    assert await last_used() == began + timedelta(minutes=1)
    assert answers == [200] * 120 + [429]
    refused = await api.get()
    assert refused.headers["retry-after"] == "1"
    assert "limit goes up to 1000" in refused.json()["detail"]
    api.clock.move(timedelta(seconds=1))
    assert [(await api.get()).status_code for _ in range(3)] == [200, 200, 429]
    assert (await api.get(token=await api.a_token("another"))).status_code == 200, "each keeps its own pace"


async def test_pages_bring_each_line_once_while_others_are_added(api: Api) -> None:
    began = api.clock.now()
    before = set()
    for at in range(8):
        # Several at one moment, several people in one: neither is torn apart or told twice.
        before.add(await api.thank(JOAO, GRACE, at=began - timedelta(hours=at // 3)))
    seen: list[tuple[int, int]] = []
    cursor: str | None = None
    for added in range(20):
        answer = (await api.get(limit=3, **({"cursor": cursor} if cursor else {}))).json()
        seen += [(one["thanks_id"], one["line_id"]) for one in answer["data"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
        await api.thank(JOAO, at=began + timedelta(minutes=added))
        await api.thank(JOAO, at=began - timedelta(days=30 + added))
    assert len(seen) == len(set(seen))
    assert before <= {one for one, _ in seen}
    assert [one for one, _ in seen if one in before].count(min(before)) == 2
    assert len(await api.lines(limit=1000)) == 16 + 2 * added
    moments = [one["created_at"] for one in await api.lines(limit=1000)]
    assert moments == sorted(moments, reverse=True)


async def test_filters_narrow_and_dates_are_those_of_a_zone(api: Api) -> None:
    # Half past eleven in the evening in Kathmandu (+05:45), which is the afternoon before in Greenwich.
    late = datetime(2026, 11, 20, 17, 45, tzinfo=UTC)
    night = await api.thank(JOAO, at=late, community_id=1, value="sharing")
    morning = await api.thank(GRACE, at=late + timedelta(hours=1), giver=JOAO, source="import")
    gone = await api.thank(ANA, at=late + timedelta(days=1), giver=GRACE, status="withdrawn")
    hidden = await api.thank(JOAO, GRACE, at=late + timedelta(days=2), hidden=True)

    async def found(**query: object) -> list[int]:
        return sorted({one["thanks_id"] for one in await api.lines(**query)})

    for query, wanted in (
        ({}, [night, morning, gone, hidden]),
        ({"community": "malaria"}, [night]),
        ({"giver": JOAO}, [morning]),
        ({"recipient": GRACE}, [morning, hidden]),
        ({"value": "#Sharing"}, [night]),
        ({"source": "import"}, [morning]),
        ({"status": "withdrawn"}, [gone]),
        ({"status": "hidden"}, [hidden]),
        ({"status": "counted", "recipient": JOAO}, [night, hidden]),
        ({"from": "2026-11-20", "to": "2026-11-20"}, [night, morning]),
        ({"from": "2026-11-20", "to": "2026-11-20", "zone": "Asia/Kathmandu"}, [night]),
        ({"from": "2026-11-21", "to": "2026-11-21", "zone": "Asia/Kathmandu"}, [morning, gone]),
        ({"from": "2026-11-21", "to": "2026-11-21"}, [gone]),
        ({"from": "2026-11-20T23:30:00", "to": "2026-11-20T23:30:01", "zone": "Asia/Kathmandu"}, [night]),
        ({"from": "2026-11-20T18:45:00Z"}, [morning, gone, hidden]),
        ({"to": "2026-11-20T18:45:00+00:00"}, [night]),
        ({"to": "2026-11-20T19:45:00 01:00"}, [night]),
        ({"recipient": "U0NOBODY01"}, []),
    ):
        assert await found(**query) == wanted, query


async def test_changes_bring_what_is_new_edited_or_withdrawn_and_nothing_twice(api: Api) -> None:
    empty = (await api.get("/changes")).json()
    assert (empty["data"], empty["more"]) == ([], False)
    cursor = str(empty["next_cursor"])
    first = await api.thank(JOAO, GRACE)
    assert (await api.get("/changes", since=cursor)).json()["data"] == [], "it may not be alone yet"
    await api.settle()

    async def news(limit: int = 1000) -> list[tuple[int, str, str]]:
        nonlocal cursor
        answer = (await api.get("/changes", since=cursor, limit=limit)).json()
        cursor = answer["next_cursor"]
        assert answer["more"] is (len(answer["data"]) == limit)
        return [(one["thanks_id"], one["recipient"], one["status"]) for one in answer["data"]]

    assert await news(1) == [(first, JOAO, "counted")]
    assert await news(1) == [(first, GRACE, "counted")]
    assert await news(1) == []
    second = await api.thank(JOAO, at=api.clock.now() - timedelta(days=900), updated_at=api.clock.now())
    await api.settle(3)
    await api.change(first, reason="for both briefs")
    await api.settle(3)
    assert await news() == [(second, JOAO, "counted")]
    await api.settle(3)
    again = (await api.get("/changes", since=cursor)).json()
    assert {one["reason"] for one in again["data"]} == {"for both briefs"} and len(again["data"]) == 2
    assert len(await news()) == 2
    kept = cursor
    await api.change(second, status="withdrawn")
    await api.settle()
    assert await news() == [(second, JOAO, "withdrawn")]
    async with api.db.transaction() as session:
        for row in (await session.exec(select(ThanksRecipient).where(ThanksRecipient.thanks_id == first))).all():
            row.slack_id = None
    await api.change(first, giver=None)
    await api.settle()
    assert await news() == [(first, "", "counted")] * 2, "who was erased has no name there either"
    assert await news() == [] == await news()
    api.clock.move(timedelta(hours=20))
    cursor = kept
    assert len(await news()) == 3, "an older cursor still does"
    assert len(await api.lines("/changes")) == 3, "without one, everything from the beginning"


async def test_what_was_said_in_private_stays_there(api: Api) -> None:
    await api.thank(JOAO, reason="between us", channel_id="G0SECRET01", channel_kind="private", community_id=1)
    await api.thank(JOAO, reason="only you", channel_id="D0DIRECT01", channel_kind="direct")
    await api.thank(JOAO, reason="for all to see", channel_id="C0MALARIA1", channel_kind="public")
    await api.settle()
    for path in ("", "/changes"):
        lines = await api.lines(path)
        assert sorted((one["private"], one["reason"], one["channel_id"]) for one in lines) == [
            (False, "for all to see", "C0MALARIA1"),
            (True, "", ""),
            (True, "", ""),
        ]
        assert {one["giver_name"] for one in lines} == {"Ana"}
        assert not any("email" in name for one in lines for name in one)


WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"limit": "0"}, "limit", "from 1 to 1000"),
    ({"limit": "1001"}, "limit", "from 1 to 1000"),
    ({"limit": "many"}, "limit", "from 1 to 1000"),
    ({"cursor": "AAAA"}, "cursor", "not one that I gave"),
    ({"recipent": ANA}, "recipent", "no such parameter"),
    ({"giver": "ana@example.org"}, "giver", "Copy member ID"),
    ({"giver": ""}, "giver", "leave it out"),
    ({"from": "yesterday"}, "from", "2026-11-30"),
    ({"from": "2026-02-30"}, "from", "2026-11-30"),
    ({"from": "0001-01-01", "zone": "Asia/Tokyo"}, "from", "2026-11-30"),
    ({"to": "9999-12-31"}, "to", "2026-11-30"),
    ({"from": "2026-11-30", "to": "2026-11-29"}, "to", "not after the beginning"),
    ({"zone": "Africa/Nairoby"}, "zone", "Africa/Nairobi"),
    ({"zone": "../../etc/passwd"}, "zone", "time zone"),
    ({"source": "telepathy"}, "source", "command, form"),
    ({"status": "lost"}, "status", "not_counted"),
    ({"community": "nowhere"}, "community", "no community"),
]


async def test_a_wrong_parameter_is_named_and_the_right_way_told(api: Api) -> None:
    for query, parameter, said in WRONG:
        answer = await api.get(**query)
        assert answer.status_code == 422, query
        errors = answer.json()["errors"]
        assert [one["parameter"] for one in errors] == [parameter]
        assert said in errors[0]["detail"]


async def test_more_than_one_wrong_thing_is_told_at_once(api: Api) -> None:
    twice = await api.client.get(
        "/api/v1/recognition?giver=U0A&giver=U0B&value=", headers={"Authorization": f"Bearer {api.token}"}
    )
    assert [one["parameter"] for one in twice.json()["errors"]] == ["giver", "value"]
    wrong = (await api.get("/changes", since="x", limit="0", giver=ANA)).json()
    assert {one["parameter"] for one in wrong["errors"]} == {"limit", "giver"}
    page_cursor = (await api.get("/changes", since="AA" * 17)).json()
    assert [one["parameter"] for one in page_cursor["errors"]] == ["since"]
    for path, method, status, said in (
        ("/api/v1/nowhere", "GET", 404, "openapi.json"),
        ("/api/v1/recognition/", "GET", 404, "openapi.json"),
        ("/api/v1/recognition", "POST", 405, "use GET"),
    ):
        answer = await api.client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert said in answer.json()["detail"]


async def test_a_failure_nobody_expected_is_told_by_its_id_alone_and_logged_with_it(api: Api) -> None:
    async with api.db.transaction() as session:
        await session.exec(text("alter table thanks rename to elsewhere"))  # type: ignore[call-overload]
    root, stream = logging.getLogger(), io.StringIO()
    kept, level = root.handlers[:], root.level
    try:
        set_up_logs("json", stream)
        answer = await api.get()
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
        structlog.reset_defaults()
    assert answer.status_code == 500
    assert "thanks" not in answer.json()["detail"] and "select" not in answer.text.lower()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    failed = next(one for one in lines if one["level"] == "error")
    assert failed["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" in failed["exception"] and api.token not in stream.getvalue()
    read = next(one for one in lines if one["event"] == "the API is read")
    assert (read["by"], read["request_id"]) == ("first", failed["request_id"])
    assert api.baobab.services.metrics.failures._value.get() == 1
