"""The forum as the rest of the program sees it: a Protocol, and pydiscourse behind it in threads of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from app.discourse.answers import (
    Created,
    Enqueued,
    ForumCategory,
    ForumPost,
    ForumUser,
    Hit,
    Page,
    TopicDetail,
    dicts,
    number,
    read_categories,
    read_hits,
    read_line,
    read_page,
    read_post,
    read_user,
    text,
    under,
)
from app.discourse.client import UNCONFIRMED, Moved, OutcomeUnknown, TamedClient, translated
from app.discourse.links import PostLink
from app.discourse.pacing import Pace
from app.errors import DomainError, NotFound, Unavailable

TIMEOUT = 5.0
# requests counts its timeout anew for every piece of an answer; this one is for the whole.
WHOLE_TIMEOUT = 12.0
THREADS = 4
EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{1,50}")
CATEGORY_PAGES = 60


class ForumGateway(Protocol):
    """What we ask of a forum. Every method raises `DomainError`s only: `Unavailable` (with `retry_after`
    when limited), `NotFound`, `Refused`, or `Invalid` with the forum's reasons."""

    url: str

    async def categories(self) -> tuple[ForumCategory, ...]: ...

    async def latest(self, page: int = 0) -> Page: ...

    async def latest_posts(self, before: int | None = None) -> tuple[ForumPost, ...]: ...

    async def topic(self, topic_id: int) -> TopicDetail: ...

    async def post(self, link: PostLink) -> ForumPost: ...

    async def email_of(self, username: str) -> str: ...

    async def search(self, words: str) -> tuple[Hit, ...]: ...

    async def user(self, username: str) -> ForumUser: ...

    async def find_user_by_email(self, address: str) -> ForumUser | None: ...

    async def create_topic(
        self, *, username: str, title: str, raw: str, category_id: int, tags: Sequence[str], external_id: str
    ) -> Created | Enqueued: ...

    async def rewrite_topic(self, topic_id: int, raw: str) -> None: ...

    async def turn(self) -> None: ...

    async def rest(self, seconds: float) -> None: ...


class DiscourseForum:
    """A Discourse forum over HTTP. `url` has no last slash; `api_username` acts where no person is named."""

    def __init__(
        self, url: str, *, api_key: str, api_username: str, pace: Pace | None = None, timeout: float = TIMEOUT
    ) -> None:
        self.url = url.rstrip("/")
        self._key = api_key
        self._name = api_username
        self._pace = pace
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="forum")

    def close(self) -> None:
        """Let the threads go; calls under way run to their timeouts."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def turn(self) -> None:
        """Wait until background work may make one more call."""
        if self._pace:
            await self._pace.turn()

    async def rest(self, seconds: float) -> None:
        """Leave the forum alone for so long, as it asked."""
        await (self._pace.rest(seconds) if self._pace else asyncio.sleep(seconds))

    async def ask(self, call: Callable[[TamedClient], Any], *, username: str = "", writing: bool = False) -> Any:
        """Run one client call in a thread as that person; its failures come out as `DomainError`s, or `Moved`."""
        client = TamedClient(self.url, quote(username or self._name, safe="._-"), self._key, timeout=self._timeout)
        if self._pace:
            self._pace.note()
        work = asyncio.get_running_loop().run_in_executor(self._threads, partial(call, client))
        try:
            return await asyncio.wait_for(work, max(WHOLE_TIMEOUT, self._timeout))
        except Moved:
            raise
        except (DomainError, OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
            raise translated(problem, writing=writing) from problem

    async def _get(self, path: str, username: str = "", **params: Any) -> Any:
        try:
            return await self.ask(lambda client: client._get(path, **params), username=username)
        except Moved as moved:
            raise translated(moved, writing=False) from moved

    # reading

    async def categories(self) -> tuple[ForumCategory, ...]:
        """All categories with their sub-categories, also where the forum loads them lazily (20 a page)."""
        found = {one.id: one for one in read_categories(under(await self._get("/site.json"), "categories"))}
        if found:
            return tuple(found.values())
        for parent in await self._category_pages(found):
            await self._category_pages(found, parent_category_id=parent)
        return tuple(found.values())

    async def _category_pages(self, found: dict[int, ForumCategory], **params: Any) -> list[int]:
        """Read pages until one brings nothing new; the parents whose children were not all listed."""
        parents: list[int] = []
        for page in range(1, CATEGORY_PAGES):
            await self.turn()
            answer = await self._get("/categories.json", include_subcategories="true", page=page, **params)
            rows = under(answer, "category_list", "categories")
            fresh = [one for one in read_categories(rows) if one.id not in found]
            found.update((one.id, one) for one in fresh)
            parents += [
                known
                for row in dicts(rows)
                if (known := number(row.get("id"))) and isinstance(row.get("subcategory_ids"), list)
                if any(child not in found for child in row["subcategory_ids"])
            ]
            if not fresh:
                break
        return parents

    async def latest(self, page: int = 0) -> Page:
        """One page of all topics, last bumped first (pinned ones before all); pages count from 0."""
        answer = await self._get("/latest.json", no_definitions="true", order="activity", page=page)
        return read_page(answer)

    async def latest_posts(self, before: int | None = None) -> tuple[ForumPost, ...]:
        """Public posts of the 50 ids up to `before`, newest first."""
        # Without a value `requests` leaves the parameter out.
        answer = await self._get("/posts.json", before=before)
        posts = (read_post(row) for row in dicts(under(answer, "latest_posts")))
        return tuple(one for one in posts if one)

    async def topic(self, topic_id: int) -> TopicDetail:
        """A topic with its first 20 posts; `NotFound` when it is gone or hidden."""
        # Without a slug: a wrong one is answered with a redirect.
        row = await self._get(f"/t/{int(topic_id)}.json")
        stream = [read_post(one) for one in dicts(under(row, "post_stream", "posts"))]
        writers = [number(one.get("id")) for one in dicts(under(row, "details", "participants"))]
        line = read_line(row, {}, extra_people=[one for one in writers if one]) if isinstance(row, dict) else None
        if line is None:
            raise Unavailable("The forum's answer could not be read. Please try again later.")
        return TopicDetail(line, tuple(one for one in stream if one))

    async def post(self, link: PostLink) -> ForumPost:
        """One post; `NotFound` when it is gone or hidden."""
        path = f"/posts/by_number/{link.topic_id}/{link.number}" if link.topic_id else f"/posts/{link.post_id}"
        found = read_post(await self._get(f"{path}.json"))
        if found is None:
            raise Unavailable("The forum's answer could not be read. Please try again later.")
        return found

    async def email_of(self, username: str) -> str:
        """An account's primary address, "" where it is not shown. Needs an administrator's key."""
        rows = dicts(await self._get("/admin/users/list/all.json", filter=username, show_emails="true"))
        mine = (row for row in rows if text(row.get("username")).casefold() == username.casefold())
        return next((text(row.get("email")) for row in mine), "")

    async def search(self, words: str) -> tuple[Hit, ...]:
        """Topics for a few words. The forum wants every word, so when nothing is found the shortest go first.

        Words are searched as words: filters of the forum's search language in them have no effect. The
        configured account sees more than most people: show only hits from categories open to all.
        """
        wanted = sorted(dict.fromkeys(re.findall(r"\w{2,}", words.lower())), key=len, reverse=True)[:6]
        for count in dict.fromkeys((len(wanted), min(3, len(wanted)), min(2, len(wanted)))):
            query = " ".join(wanted[:count])
            if len(query) >= 3 and (hits := read_hits(await self._get("/search.json", q=query))):
                return hits
        return ()

    async def similar(self, title: str, raw: str = "") -> tuple[Hit, ...]:
        """Up to five topics that share words with a draft; none for short titles or on small forums."""
        return read_hits(await self._get("/topics/similar_to.json", title=title[:255], raw=raw[:200]))

    async def user(self, username: str) -> ForumUser:
        """An account by its name."""
        found = read_user(under(await self._get(f"/u/{quote(username, safe='')}.json"), "user"))
        if found is None:
            raise NotFound("The forum knows nobody of that name.")
        return found

    async def find_user_by_email(self, address: str) -> ForumUser | None:
        """The account with this primary address, or None. Needs an administrator's key."""
        wanted = address.strip().lower()
        if "@" not in wanted:
            return None
        rows = list(dicts(await self._get("/admin/users/list/all.json", email=wanted, show_emails="true")))
        for row in rows:
            # A forum that ignored the question would answer with everybody.
            if text(row.get("email")).lower() == wanted or (len(rows) == 1 and not row.get("email")):
                return read_user(row)
        return None

    # writing

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

    async def rewrite_topic(self, topic_id: int, raw: str) -> None:
        """Replace the words a topic begins with; the same words again change nothing. `NotFound` when it is gone."""
        first = await self.post(PostLink(topic_id=topic_id, number=1))
        await self.ask(lambda client: client.update_post(first.id, raw.replace("\x00", "")), writing=True)

    def _made(self, answer: Any) -> Created | Enqueued:
        if under(answer, "action") == "enqueued":
            return Enqueued(number(under(answer, "pending_post", "id")))
        topic = number(under(answer, "topic_id"))
        if topic is None:
            raise OutcomeUnknown(UNCONFIRMED)
        return Created(topic, self.topic_url(topic, text(under(answer, "topic_slug"))), number(under(answer, "id")))

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
