"""Sending a file exactly once: repeats, lost answers, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.db import Database
from app.playground import cast
from app.playground.slack.fake import FakeSlack
from app.slack.gateway import OutcomeUnknown, SlackSaidNo, WebSlack
from tests.house import INSTALLED


@dataclass
class Post:
    """A Slack, our gateway to it, and a file to send."""

    slack: FakeSlack
    gateway: WebSlack
    file: Path

    async def send(self, key: str = "k") -> str:
        return await self.gateway.send_file(
            cast.TEAM_ID, self.slack.who("amina"), self.file, filename="log.csv", comment="Here it is.", key=key
        )

    def names(self) -> list[str]:
        return [one.name for one in self.slack.files_of("amina")]


@pytest.fixture
async def post(db: Database, tmp_path: Path) -> AsyncIterator[Post]:
    async with FakeSlack(INSTALLED) as slack:

        async def token(team: str) -> str:
            return slack.token

        gateway = WebSlack(slack.api_url, token, db=db, clock=SystemClock(), timeout=0.5)
        file = tmp_path / "log.csv"
        file.write_bytes("merci, Élodie\r\n".encode())
        yield Post(slack, gateway, file)
        await gateway.close()


async def test_a_file_goes_to_one_person_once_a_key(post: Post) -> None:
    first = await post.send()
    assert await post.send() == first
    assert post.names() == ["log.csv"]
    assert post.slack.files_of("amina")[0].content == post.file.read_bytes()
    assert await post.send("another") != first
    assert post.names() == ["log.csv"] * 2


async def test_a_file_whose_answer_was_lost_is_found_and_not_sent_again(post: Post) -> None:
    post.slack.fault("drop_after", "files.completeUploadExternal")
    with pytest.raises(OutcomeUnknown):
        await post.send()
    assert post.names() == ["log.csv"]
    found = await post.send()
    assert (found, post.names()) == (post.slack.files_of("amina")[0].id, ["log.csv"])


async def test_a_file_that_never_arrived_is_sent_again(post: Post) -> None:
    post.slack.fault("drop_before", "files.completeUploadExternal")
    with pytest.raises(OutcomeUnknown):
        await post.send()
    assert post.names() == []
    await post.send()
    assert post.names() == ["log.csv"]


async def test_a_refusal_leaves_nothing_to_look_for(post: Post) -> None:
    post.slack.fault("error", "files.completeUploadExternal", code="restricted_action")
    with pytest.raises(SlackSaidNo):
        await post.send()
    await post.send()
    assert post.names() == ["log.csv"]
    assert "conversations.history" not in [call.method for call in post.slack.calls()]
