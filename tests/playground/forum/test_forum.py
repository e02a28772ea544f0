"""The forum itself: what pydiscourse, a browser and a webhook's receiver get from it."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from pydiscourse import DiscourseClient
from pydiscourse.exceptions import DiscourseClientError

from app.clock import StillClock
from app.playground.forum import FakeForum, checks
from app.playground.forum.cook import cook
from app.playground.forum.webhooks import as_request, signed

KEY = "playground-forum-key"
BODY = "We have a job aid in French that fits on one page, who would like to see it?"


@pytest.fixture
async def web(fake: FakeForum) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=fake.url, timeout=5) as client:
        yield client


def as_user(fake: FakeForum, name: str) -> DiscourseClient:
    return DiscourseClient(fake.url, name, KEY, timeout=5)


def topics(fake: FakeForum, count: int) -> None:
    ana = fake.forum.users[2]
    for number in range(count):
        at = fake.forum.clock.now() - timedelta(hours=number)
        fake.forum.add_topic(ana, f"Lesson number {number} of the year", BODY, 1, at=at, announce=False)


async def test_lists_come_in_pages_whose_next_address_lacks_json(fake: FakeForum, web: httpx.AsyncClient) -> None:
    topics(fake, 65)
    first = (await web.get("/latest.json")).json()["topic_list"]
    assert len(first["topics"]) == 30
    assert first["more_topics_url"].endswith("/latest?no_definitions=true&page=1")
    last = (await web.get("/latest.json?page=2")).json()["topic_list"]
    assert len(last["topics"]) == 5 and "more_topics_url" not in last


async def test_pinned_topics_stand_before_newer_ones(fake: FakeForum, web: httpx.AsyncClient) -> None:
    topics(fake, 5)
    fake.forum.topics[5].pinned = True
    shown = (await web.get("/latest.json")).json()["topic_list"]["topics"]
    assert [one["id"] for one in shown] == [5, 1, 2, 3, 4]


async def test_a_category_lists_its_children_unless_told_not_to(fake: FakeForum, web: httpx.AsyncClient) -> None:
    topics(fake, 2)
    fake.forum.topics[2].category_id = 2
    with_children = (await web.get("/c/maternal-and-newborn-health/1/l/latest.json")).json()
    alone = (await web.get("/c/maternal-and-newborn-health/1/none/l/latest.json")).json()
    assert len(with_children["topic_list"]["topics"]) == 2
    assert [one["id"] for one in alone["topic_list"]["topics"]] == [1]


async def test_what_is_not_there_or_not_yours_is_the_same_404(fake: FakeForum, web: httpx.AsyncClient) -> None:
    secret = fake.forum.add_topic(fake.forum.users[1], "The plan for the leads", BODY, 3)
    message = fake.forum.add_topic(fake.forum.users[1], "A private message", BODY, None, to=frozenset({2}))
    answers = [await web.get(f"/t/{number}.json") for number in (99, secret.id, message.id)]
    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers}) == 1
    assert answers[0].headers["content-type"] == "application/json; charset=utf-8"


async def test_a_wrong_key_and_a_borrowed_name_are_403(fake: FakeForum, web: httpx.AsyncClient) -> None:
    for headers in (
        {"Api-Key": "wrong", "Api-Username": "system"},
        {"Api-Key": KEY, "Api-Username": "nobody"},
        {"Api-Key": KEY, "Api-Username": "peter_l"},
    ):
        answer = await web.get("/site.json", headers=headers)
        assert answer.status_code == 403
        assert answer.json()["error_type"] == "invalid_access"


async def test_an_identical_create_is_answered_alike_for_two_minutes(fake: FakeForum, clock: StillClock) -> None:
    client = as_user(fake, "ana_q")
    first = await asyncio.to_thread(client.create_post, BODY, 1, None, "How do we share job aids?")
    assert first == await asyncio.to_thread(client.create_post, BODY, 1, None, "How do we share job aids?")
    clock.move(timedelta(seconds=121))
    with pytest.raises(DiscourseClientError, match=r"already been used.*too similar"):
        await asyncio.to_thread(client.create_post, BODY, 1, None, "How do we share job aids?")


async def test_a_reply_an_edit_and_a_solution(fake: FakeForum, web: httpx.AsyncClient) -> None:
    ana, fatou = as_user(fake, "ana_q"), as_user(fake, "fatou_n")
    first = await asyncio.to_thread(ana.create_post, BODY, 1, None, "How do we share job aids?")
    reply = await asyncio.to_thread(fatou.create_post, "Put them into the library, please.", None, first["topic_id"])
    assert reply["post_number"] == 2
    with pytest.raises(DiscourseClientError):
        await asyncio.to_thread(ana.update_post, reply["id"], "I would rather say something else.")
    await asyncio.to_thread(fatou.update_post, reply["id"], "Put them into the shared library, please.")
    await asyncio.to_thread(ana._post, "/solution/accept", id=reply["id"])
    page = (await web.get(f"/t/{first['topic_id']}.json")).json()
    assert page["accepted_answer"]["username"] == "fatou_n"
    assert "shared library" in page["post_stream"]["posts"][1]["cooked"]


async def test_staff_close_a_topic_and_members_cannot_reply_then(fake: FakeForum) -> None:
    topics(fake, 1)
    system, ana = as_user(fake, "system"), as_user(fake, "ana_q")
    await asyncio.to_thread(system.update_topic_status, 1, "closed", True)
    with pytest.raises(DiscourseClientError, match="closed or deleted"):
        await asyncio.to_thread(ana.create_post, "One more word from me, if I may.", None, 1)
    assert fake.forum.posts[2].kind == 3


async def test_search_wants_every_word_and_leaves_topics_out_when_empty(
    fake: FakeForum, web: httpx.AsyncClient
) -> None:
    topics(fake, 3)
    assert len((await web.get("/search.json?q=lesson french")).json()["topics"]) == 3
    assert "topics" not in (await web.get("/search.json?q=lesson zebra")).json()
    assert (await web.get("/search.json?q=ab")).status_code == 400
    narrowed = await web.get("/search.json", params={"q": "lesson #newborn-corner"})
    assert "topics" not in narrowed.json()


async def test_similar_topics_are_a_bare_list_on_a_small_forum(fake: FakeForum, web: httpx.AsyncClient) -> None:
    topics(fake, 20)
    assert (await web.get("/topics/similar_to.json?title=Lesson about sharing")).json() == []
    topics(fake, 40)
    found = (await web.get("/topics/similar_to.json?title=Lesson about sharing")).json()
    assert len(found["similar_topics"]) == 5


async def test_webhooks_are_signed_over_the_bytes_sent(fake: FakeForum) -> None:
    got: list[tuple[dict[str, str], bytes]] = []

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)}
        got.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(receive, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    fake.forum.config = replace(
        fake.forum.config, webhook_url=f"http://127.0.0.1:{port}/hook", webhook_secret="a long secret"
    )
    ana = as_user(fake, "ana_q")
    await asyncio.to_thread(ana.create_post, BODY, 1, None, "How do we share job aids?")
    for _ in range(100):
        if len(got) == 2:
            break
        await asyncio.sleep(0.02)
    server.close()
    names = [headers["x-discourse-event"] for headers, _ in got]
    assert names == ["topic_created", "post_created"]
    for headers, body in got:
        expected = "sha256=" + hmac.new(b"a long secret", body, hashlib.sha256).hexdigest()
        assert headers["x-discourse-event-signature"] == expected == signed(body, "a long secret")
    assert json.loads(got[1][1])["post"]["topic_archetype"] == "regular"


async def test_without_a_secret_nothing_is_signed(fake: FakeForum) -> None:
    topics(fake, 1)
    fake.forum.delete_topic(fake.forum.topics[1])
    body, headers = as_request(fake.forum.events[-1], instance="x", secret="")
    assert headers["X-Discourse-Event"] == "topic_destroyed"
    assert "X-Discourse-Event-Signature" not in headers and b"topic" in body


async def test_pages_escape_what_people_wrote(fake: FakeForum, web: httpx.AsyncClient) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    mallory = fake.forum.add_user("mallory", evil, "m@example.org", title=evil)
    fake.forum.categories[1].description = evil
    fake.forum.add_topic(mallory, f"A title with {evil}", f"{evil} [x](javascript:alert(3)) \"'` **{evil}**", 1)
    for path in ("/", "/latest", "/c/maternal-and-newborn-health/1", "/t/x/1", "/search?q=alert"):
        answer = await web.get(path)
        assert answer.status_code == 200
        assert "<script" not in answer.text and "<img" not in answer.text
        assert 'href="javascript' not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_pages_hide_what_is_not_for_everyone(fake: FakeForum, web: httpx.AsyncClient) -> None:
    secret = fake.forum.add_topic(fake.forum.users[1], "The plan for the leads", BODY, 3)
    assert "Leads only" not in (await web.get("/")).text
    assert (await web.get(f"/t/-/{secret.id}")).status_code == 404
    assert (await web.get("/c/leads-only/3")).status_code == 404
    assert "plan for the leads" not in (await web.get("/search?q=leads plan")).text
    assert (await web.get("/nothing/here")).status_code == 404


def test_titles_and_bodies_are_judged_as_the_forum_does() -> None:
    assert checks.prettified("help   with this!!!") == "Help with this!"
    assert checks.title_problems("ALL CAPS ARE NOT A SENTENCE HERE")
    assert checks.title_problems("aaaaaaaaaaaaaaaaaaaaa")
    assert not checks.title_problems("Je, nani ana mwongozo wa PPH?")
    assert checks.clean_tags(["Job Aid", "job-aid", "PPH", "a" * 30, "b", "c", "d"]) == (
        "job-aid", "pph", "a" * 20, "b", "c",
    )  # fmt: skip


def test_posts_become_simple_safe_pages() -> None:
    assert cook("- one\n- two") == "<ul><li>one</li><li>two</li></ul>"
    assert cook("> said") == "<blockquote><p>said</p></blockquote>"
    assert '<a href="https://e.org/a?b=1&amp;c=2" rel="nofollow noopener">x</a>' in cook(
        "[x](https://e.org/a?b=1&c=2)"
    )
    assert cook("`<b>`") == "<p><code>&lt;b&gt;</code></p>"
    assert cook("a\n\n---\n\n&lt;b>") == "<p>a</p>\n<hr>\n<p>&lt;b&gt;</p>"
    table = cook("| A | \\| |\n| --- | ---: |\n| **x** | &lt;i> |")
    right = ' style="text-align:right"'
    assert table == (
        f"<table><tr><th>A</th><th{right}>|</th></tr>"
        f"<tr><td><strong>x</strong></td><td{right}>&lt;i&gt;</td></tr></table>"
    )


async def test_a_wrong_slug_is_sent_to_the_right_one(fake: FakeForum, web: httpx.AsyncClient) -> None:
    topics(fake, 1)
    moved = await web.get("/t/wrong/1.json")
    assert moved.status_code == 301
    assert (await web.get(moved.headers["location"].removeprefix("/playground/forum"))).json()["id"] == 1


ODD_PATHS = """
/search.json?q=%00%00%00%00 /search.json?q=%ED%A0%80abc /search?q=%22%27%3C /latest.json?page=-1 /latest.json?page=1e9
/t/99999999999999999999.json /t/external_id/%2e%2e.json /c/0/show.json /c/a/b/c/9/l/latest.json /u/%2e%2e.json
/posts.json?before=x /categories.json?page=%C2%B2 /.json //
"""


async def test_odd_requests_are_answered_clearly(web: httpx.AsyncClient) -> None:
    for path in ODD_PATHS.split():
        assert (await web.get(path)).status_code in (200, 400, 404), path


async def test_odd_bodies_are_answered_clearly(fake: FakeForum, web: httpx.AsyncClient) -> None:
    headers = {"Api-Key": KEY, "Api-Username": "ana_q", "Content-Type": "application/json"}
    odd = ["[]", "{", "null", '{"title": {"a": 1}, "raw": ["x"]}', '{"category": true, "title": "x", "raw": "y"}']
    odd += ['{"category": 1, "title": "A half \\ud800 of a letter", "raw": "and \\u0000 a NUL in the text of it"}']
    answers = [(await web.post("/posts.json", content=body, headers=headers)).status_code for body in odd]
    assert answers == [422, 400, 422, 422, 400, 200]
    assert (await web.get("/t/-/1")).status_code == 200
