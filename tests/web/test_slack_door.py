"""The one door for Slack: who is let in, what is answered, and what happens when the same thing comes twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from app.bootstrap import Baobab
from app.clock import StillClock
from app.main import create_app
from app.playground import cast
from app.routing.ranking.encoders import NoEncoders
from app.settings import Settings
from app.slack.http import MAX_BODY_BYTES
from app.slack.signature import sign
from models import Member, Receipt
from tests.house import House, a_house

SECRET = "a signing secret of the tests"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
COMMAND = urlencode({"command": "/whereshare", "text": "malaria nets", "team_id": "T1", "trigger_id": "1.2.3"})


class Door:
    """Knocks at /slack/events as Slack would, or not quite as Slack would."""

    def __init__(self, client: httpx.AsyncClient, clock: StillClock) -> None:
        self._client = client
        self._clock = clock

    async def knock(
        self, body: bytes | str, kind: str = FORM, *, secret: str = SECRET, age: int = 0, **headers: str
    ) -> httpx.Response:
        raw = body.encode() if isinstance(body, str) else body
        stamp = str(int(self._clock.now().timestamp()) - age)
        sent = {"x-slack-request-timestamp": stamp, "x-slack-signature": sign(secret, stamp, raw), **headers}
        return await self._client.post(
            "/slack/events", content=raw, headers={"content-type": kind, **{k: v for k, v in sent.items() if v}}
        )


@pytest.fixture
async def door(sqlite_template: Path, tmp_path: Path, clock: StillClock) -> AsyncIterator[Door]:
    """A Baobab whose background work is not started and whose Slack is out of reach: nothing here may need either."""
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path}/door.db",
        slack_api_url="http://127.0.0.1:9/api/",
        slack_bot_token="token-of-the-door",
        slack_signing_secret=SECRET,
    )
    baobab = Baobab(settings, clock=clock, encoders=NoEncoders())
    transport = httpx.ASGITransport(app=create_app(baobab), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield Door(client, clock)
    await baobab.close()


@pytest.fixture
async def house(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A whole Baobab; what is tested here does not depend on the kind of database."""
    file = tmp_path / "house.db"
    file.write_bytes(sqlite_template.read_bytes())
    async with a_house(f"sqlite:///{file}") as made:
        yield made


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another secret"},
        {"age": 301},
        {"age": -301},
        {"x-slack-request-timestamp": "yesterday"},
        {"x-slack-request-timestamp": "1e9"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v1=abc"},
        {"x-slack-signature": "v0="},
    ],
    ids=str,
)
async def test_a_request_that_slack_did_not_sign_just_now_is_refused(door: Door, wrong: dict[str, Any]) -> None:
    # Refused before it is read: the same answer for what could be read and for what could not.
    for body, kind in ((COMMAND, FORM), (b"\xff\xfe{", JSON), ("", FORM)):
        answer = await door.knock(body, kind, **wrong)
        assert (answer.status_code, answer.text) == (401, "invalid request")


async def test_a_body_larger_than_slacks_largest_is_refused_unread(door: Door) -> None:
    answer = await door.knock(b"x" * (MAX_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert (await door.knock(b"payload=" + b"x" * (MAX_BODY_BYTES - 8))).status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe", JSON),
        ("{", JSON),
        ("[1, 2]", JSON),
        ('"words"', JSON),
        ("null", JSON),
        ("", JSON),
        (b"\xff", FORM),
        ("payload=%7B", FORM),
        ("payload=%5B%5D", FORM),
        ("[" * 100_000, JSON),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_a_signed_body_that_cannot_be_read_is_a_bad_request(door: Door, body: bytes | str, kind: str) -> None:
    answer = await door.knock(body, kind)
    assert (answer.status_code, answer.text) == (400, "unreadable request")


async def test_slacks_challenge_is_answered_before_anything_is_installed(door: Door) -> None:
    answer = await door.knock(json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}), JSON)
    assert answer.status_code == 200
    assert answer.json() == {"challenge": "3eZbrw1aB"}
    assert answer.headers["content-type"].startswith("application/json")


async def test_slacks_certificate_check_is_answered(door: Door) -> None:
    assert (await door.knock("ssl_check=1&token=x")).status_code == 200


async def test_only_posts_come_through_the_door(door: Door) -> None:
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        answer = await door._client.request(method, "/slack/events")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"


async def test_when_slack_does_not_say_who_we_are_the_person_is_told_kindly(door: Door) -> None:
    answer = await door.knock(COMMAND)
    assert answer.status_code == 200
    assert "Traceback" not in answer.text
    assert "Slack" in answer.json()["text"]


async def test_what_nobody_listens_to_is_answered_and_done(house: House) -> None:
    person = {"id": "U0MATEO009", "team_id": cast.TEAM_ID}
    about = {"team": {"id": cast.TEAM_ID}, "user": person, "trigger_id": "1.2.3", "api_app_id": cast.APP_ID}
    button = {"action_id": "from_another_age", "block_id": "b", "type": "button", "value": "0|x"}
    view = {"id": "V1", "type": "modal", "callback_id": "unheard", "state": {"values": {}}}
    post = house.slack.courier.post
    answers = [
        await post.form("command", {"command": "/unheard", "team_id": cast.TEAM_ID, "user_id": person["id"]}),
        await post.interaction({"type": "block_actions", "actions": [button], **about}),
        await post.interaction({"type": "message_action", "callback_id": "unheard", **about}),
        await post.interaction({"type": "view_submission", "view": view, **about}),
        await post.interaction({"type": "view_closed", "view": view, **about}),
        await post.interaction({"type": "something_new_of_slacks", **about}),
        await house.slack.event({"type": "reaction_added", "user": person["id"]}),
        await post.form("command", {}),
    ]
    assert [(one.kind, one.status, one.body) for one in answers] == [(one.kind, 200, "") for one in answers]


OTHER_AGES = ("", "1|", "2|key|slug", "1|no-such-answer|mnh", "1|a|b|c|d", "words", "1|\x00|mnh")


async def test_a_button_of_another_age_or_of_nobody_is_answered_kindly(house: House) -> None:
    payload = {
        "type": "block_actions",
        "team": {"id": cast.TEAM_ID},
        "user": {"id": "U0MATEO009", "team_id": cast.TEAM_ID},
        "api_app_id": cast.APP_ID,
    }
    for number, value in enumerate(OTHER_AGES):
        action = {"action_id": "whereshare_not_this", "block_id": "b", "type": "button", "value": value}
        delivery = await house.slack.courier.post.interaction(
            {**payload, "trigger_id": f"1.2.{number}", "actions": [action]}
        )
        assert (delivery.status, delivery.body) == (200, ""), value
    # Each of them was an expected failure, not one of ours.
    assert _failures(house) == 0


async def test_an_event_sent_again_is_handled_once(house: House) -> None:
    first = await house.slack.event({"type": "team_join", "user": "U0MATEO009"})
    assert first.status == 200
    renamed = json.loads(first.sent)
    renamed["event"]["user"]["profile"]["display_name"] = "Somebody else"
    headers = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    again = await house.slack.courier.post.event(renamed, headers=headers)
    assert (again.status, again.body) == (200, "")
    (mateo,) = await house.rows(Member, Member.slack_id == "U0MATEO009")
    assert mateo.name != "Somebody else"
    async with house.baobab.db.read_only() as session:
        assert await session.get(Receipt, f"event:{cast.TEAM_ID}:{renamed['event_id']}") is not None


async def test_an_event_we_failed_at_is_sent_again_and_then_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = type(house.baobab.services.people).workspace_id, []

    async def broken_once(people: Any, team_id: str) -> int:
        calls.append(team_id)
        if len(calls) == 1:
            raise RuntimeError("the disk is full")
        return await real(people, team_id)

    monkeypatch.setattr(type(house.baobab.services.people), "workspace_id", broken_once)
    first = await house.slack.event({"type": "team_join", "user": "U0NEEMA007"})
    assert (first.status, first.body) == (500, "")
    await house.slack.settled()
    tries = [one for one in house.slack.deliveries if one.payload.get("event_id") == first.payload["event_id"]]
    assert [one.status for one in tries] == [500, 200]
    key = f"event:{cast.TEAM_ID}:{first.payload['event_id']}"
    async with house.baobab.db.read_only() as session:
        assert (await session.get(Receipt, key)) is not None
    assert _failures(house) == 1


async def test_answers_say_what_they_are_and_nothing_of_what_serves_them(house: House) -> None:
    delivery = await house.slack.command("mateo", "/whereshare", "malaria nets", "general")
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    assert headers["content-type"] == "application/json;charset=utf-8"
    assert int(headers["content-length"]) == len(delivery.body.encode())
    assert not {"server", "x-powered-by", "set-cookie"} & set(headers)
    everything = delivery.body + str(headers)
    assert house.slack.token not in everything
    assert house.slack.signing_secret not in everything


def _failures(house: House) -> float:
    return house.baobab.services.metrics.registry.get_sample_value("baobab_unexpected_failures_total") or 0.0
