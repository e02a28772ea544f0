"""Writing to the forum: topics that are begun once, and posts and titles that are changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from app.discourse.answers import Created, Enqueued, number, text, under
from app.discourse.client import UNCONFIRMED, Moved, OutcomeUnknown, TamedClient, translated
from app.errors import DomainError, NotFound

# What Discourse takes.
EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{1,50}")


def external_id(about: str) -> str:
    """The mark under which the forum makes one topic only, however often it is asked; `about` says of what."""
    return "baobab-" + sha256(about.encode()).hexdigest()[:32]


class Writing:
    """What a forum's gateway can write; `ask` and `url` are the gateway's own."""

    url: str

    async def ask(self, call: Callable[[TamedClient], Any], *, username: str = "", writing: bool = False) -> Any:
        """Run one client call as that person; see the gateway."""
        raise NotImplementedError

    async def create_topic(
        self, *, username: str, title: str, raw: str, category_id: int, tags: Sequence[str], external_id: str
    ) -> Created | Enqueued:
        """Begin a topic in a person's name; the same `external_id` never makes a second one.

        After a lost answer we look, and try once more with the very same words, which the forum answers alike
        for two minutes. Raises `OutcomeUnknown` when it stays unclear.
        """
        if not EXTERNAL_ID.fullmatch(external_id):
            raise ValueError("an external id has 1 to 50 letters, digits, dashes or underscores")

        def post(client: TamedClient) -> Any:
            # No database keeps a NUL, and the forum would fail on it.
            return client.create_post(
                raw.replace("\x00", ""),
                category_id=category_id,
                title=title.replace("\x00", ""),
                tags=[one.replace("\x00", "") for one in tags],
                external_id=external_id,
            )

        for attempt in (1, 2):
            try:
                return self._made(await self.ask(post, username=username, writing=True))
            except Moved as moved:
                raise translated(moved, writing=False) from moved
            except OutcomeUnknown:
                if found := await self._by_external_id(external_id, username):
                    return found
                if attempt == 2:
                    raise
            except DomainError as problem:
                taken = any("external" in one.lower() for one in getattr(problem, "reasons", ()))
                if taken and (found := await self._by_external_id(external_id, username)):
                    return found
                raise
        raise AssertionError("unreachable")

    def _made(self, answer: Any) -> Created | Enqueued:
        if under(answer, "action") == "enqueued":
            return Enqueued(number(under(answer, "pending_post", "id")))
        topic = number(under(answer, "topic_id"))
        if topic is None:
            raise OutcomeUnknown(UNCONFIRMED)
        return Created(topic, self.topic_url(topic, text(under(answer, "topic_slug"))), number(under(answer, "id")))

    async def edit_post(self, *, username: str, post_id: int, raw: str) -> None:
        """Let a post say this from now on; its author may, for as long as the forum lets them, and staff.

        Saying the same once more changes nothing, so it may be repeated after a lost answer.
        """
        await self._change(lambda client: client.update_post(int(post_id), raw.replace("\x00", "")), username)

    async def rename_topic(self, *, username: str, topic_id: int, title: str) -> None:
        """Give a topic this title; as `edit_post`."""
        # Without a slug: a wrong one is answered with a redirect.
        path = f"/t/-/{int(topic_id)}.json"
        await self._change(lambda client: client.update_topic(path, title.replace("\x00", "")), username)

    async def _change(self, call: Callable[[TamedClient], Any], username: str) -> None:
        try:
            await self.ask(call, username=username, writing=True)
        except Moved as moved:
            raise translated(moved, writing=False) from moved

    async def begun(self, external_id: str) -> Created | None:
        """The topic that was begun under this id, once it is there: one that a moderator holds is not yet."""
        return await self._by_external_id(external_id, "")

    async def _by_external_id(self, external_id: str, username: str) -> Created | None:
        try:
            row = await self.ask(lambda c: c._get(f"/t/external_id/{external_id}.json"), username=username)
        except Moved as moved:
            place = re.search(r"/t/(?:([^/]+)/)?(\d+)(?:\.json)?$", urlsplit(moved.location).path)
            return (
                Created(int(place[2]), self.topic_url(int(place[2]), place[1] or ""), again=True) if place else None
            )
        except NotFound:
            return None
        topic = number(under(row, "id"))
        return Created(topic, self.topic_url(topic, text(under(row, "slug"))), again=True) if topic else None

    def topic_url(self, topic_id: int, slug: str = "") -> str:
        """The address of a topic for people."""
        return f"{self.url}/t/{quote(slug or '-', safe='-')}/{topic_id}"
