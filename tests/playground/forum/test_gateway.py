"""The gateway against the forum, through the real pydiscourse and real HTTP."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from app.clock import StillClock
from app.discourse.answers import Created, Enqueued
from app.discourse.check import check_forum
from app.discourse.client import Invalid, OutcomeUnknown, RateLimited
from app.discourse.gateway import DiscourseForum
from app.discourse.links import PostLink
from app.errors import NotFound, Refused, Unavailable
from app.playground.forum import FakeForum, ForumConfig
from app.playground.forum.records import ApiKey

KEY = "playground-forum-key"
BODY = "We have a job aid in French that fits on one page, who would like to see it?"
TITLE = "Job aid on postpartum haemorrhage in French"


def ask(**more: Any) -> dict[str, Any]:
    return {
        "username": "ana_q",
        "title": TITLE,
        "raw": BODY,
        "category_id": 1,
        "tags": [],
        "external_id": "share-1",
    } | more


async def test_categories_come_with_their_children_and_whether_everyone_may_read(gateway: DiscourseForum) -> None:
    found = {one.name: one for one in await gateway.categories()}
    assert found["Newborn corner"].parent_id == found["Maternal and Newborn Health"].id
    assert found["Newborn corner"].open_to_all
    assert not found["Leads only"].open_to_all


async def test_lazily_loaded_categories_are_found_all(clock: StillClock) -> None:
    async with FakeForum(ForumConfig("", clock, lazy_load_categories=True)) as fake:
        for number in range(45):
            parent = fake.forum.add_category(f"Parent {number}")
            if number == 30:
                for child in range(9):
                    fake.forum.add_category(f"Child {child}", parent_id=parent.id)
        forum = DiscourseForum(fake.url, api_key=KEY, api_username="system")
        assert len(await forum.categories()) == 54
        forum.close()


async def test_a_topic_is_created_in_the_persons_name_once(gateway: DiscourseForum, fake: FakeForum) -> None:
    made = await gateway.create_topic(**ask())
    assert isinstance(made, Created)
    assert made.url == f"{fake.url}/t/job-aid-on-postpartum-haemorrhage-in-french/1"
    assert fake.forum.users[fake.forum.topics[1].user_id].username == "ana_q"
    again = await gateway.create_topic(**ask())
    assert again == made
    assert len(fake.forum.topics) == 1


async def test_the_same_share_hours_later_finds_the_first_topic(
    gateway: DiscourseForum, fake: FakeForum, clock: StillClock
) -> None:
    first = await gateway.create_topic(**ask())
    clock.move(timedelta(hours=3))
    later = await gateway.create_topic(**ask())
    assert isinstance(first, Created) and isinstance(later, Created)
    assert later.again and later.topic_id == first.topic_id
    assert later.url == first.url


@pytest.mark.parametrize("fault", ["lost", "lost_gateway"])
async def test_a_lost_answer_after_the_deed_is_looked_up(
    gateway: DiscourseForum, fake: FakeForum, fault: str
) -> None:
    fake.forum.faults.plan(fault, "/posts", method="POST")
    made = await gateway.create_topic(**ask())
    assert isinstance(made, Created) and made.again
    assert len(fake.forum.topics) == 1


@pytest.mark.parametrize("fault", ["error", "gateway_html"])
async def test_a_failure_before_the_deed_is_tried_once_more(
    gateway: DiscourseForum, fake: FakeForum, fault: str
) -> None:
    fake.forum.faults.plan(fault, "/posts", method="POST")
    assert isinstance(await gateway.create_topic(**ask()), Created)
    fake.forum.faults.plan(fault, "/posts", method="POST", times=2)
    with pytest.raises(OutcomeUnknown):
        await gateway.create_topic(**ask(title=TITLE + " and English", external_id="share-2"))


async def test_approval_is_not_taken_for_a_topic(gateway: DiscourseForum, fake: FakeForum) -> None:
    assert await gateway.create_topic(**ask(category_id=4)) == Enqueued(1)
    assert not fake.forum.topics
    assert fake.forum.approve(1).external_id == "share-1"


@pytest.mark.parametrize("fault", ["limited", "limited_search", "limited_text"])
async def test_a_limit_is_told_at_once_and_never_slept_through(
    gateway: DiscourseForum, fake: FakeForum, fault: str
) -> None:
    fake.forum.faults.plan(fault, seconds=12)
    began = time.monotonic()
    with pytest.raises(RateLimited) as told:
        await gateway.search("haemorrhage")
    assert time.monotonic() - began < 5
    assert told.value.retry_after == {"limited": 12, "limited_search": 10, "limited_text": 9}[fault]


async def test_the_admin_limit_is_sixty_a_minute_for_all(gateway: DiscourseForum, fake: FakeForum) -> None:
    fake.forum.admin_limit.limit = 3
    for _ in range(3):
        await gateway.latest()
    with pytest.raises(RateLimited) as told:
        await gateway.latest()
    assert told.value.retry_after == 60


async def test_a_slow_forum_is_given_up_after_the_timeout(fake: FakeForum) -> None:
    gateway = DiscourseForum(fake.url, api_key=KEY, api_username="system", timeout=0.2)
    fake.forum.faults.plan("slow", seconds=1)
    with pytest.raises(Unavailable):
        await gateway.latest()
    gateway.close()


async def test_no_forum_at_all_is_unavailable() -> None:
    gateway = DiscourseForum("http://127.0.0.1:9", api_key=KEY, api_username="system", timeout=0.5)
    with pytest.raises(Unavailable, match="does not answer"):
        await gateway.latest()
    gateway.close()


async def test_every_validation_is_said_in_one_kind_sentence(gateway: DiscourseForum) -> None:
    with pytest.raises(Invalid) as told:
        await gateway.create_topic(**ask(title="Help", raw="hi"))
    assert "Title is too short (minimum is 15 characters)." in told.value.message
    assert "Body is too short (minimum is 20 characters)." in told.value.message
    with pytest.raises(Invalid) as told:
        await gateway.create_topic(**ask(title="Help", external_id="share-3"))
    assert told.value.field == "title"


async def test_a_used_title_names_its_field(gateway: DiscourseForum) -> None:
    await gateway.create_topic(**ask())
    with pytest.raises(Invalid, match="already been used"):
        await gateway.create_topic(**ask(title=TITLE.lower(), raw=BODY + " Again.", external_id="share-2"))


async def test_places_and_people_that_may_not_are_refused(gateway: DiscourseForum, fake: FakeForum) -> None:
    fake.forum.categories[2].create_groups = frozenset({"leads"})
    with pytest.raises(Refused):
        await gateway.create_topic(**ask(category_id=2))
    with pytest.raises(Refused):
        await gateway.create_topic(**ask(username="peter_l"))
    with pytest.raises(Invalid):
        await gateway.create_topic(**ask(category_id=99))


async def test_search_drops_words_until_something_fits(gateway: DiscourseForum) -> None:
    await gateway.create_topic(**ask())
    (hit,) = await gateway.search("who has a job aid about postpartum haemorrhage for clinics")
    assert (hit.topic_id, hit.title) == (1, TITLE)
    assert await gateway.search("zebra crossing") == ()
    assert await gateway.search("@#: '") == ()
    assert await gateway.similar(TITLE) == ()


async def test_people_are_found_by_address_and_name(gateway: DiscourseForum) -> None:
    found = await gateway.find_user_by_email(" Ana+Forum@example.org ")
    assert found and found.username == "ana_q" and found.active
    assert await gateway.find_user_by_email("nobody@example.org") is None
    assert not (await gateway.user("peter_l")).active
    with pytest.raises(NotFound):
        await gateway.user("../admin/users/list/all")


async def test_a_first_post_reads_as_plain_text(gateway: DiscourseForum) -> None:
    await gateway.create_topic(**ask(raw="A **bold** [link](https://e.org) & <b>tag</b> in this very text"))
    for link in (PostLink(1), PostLink(post_id=(await gateway.topic(1)).posts[0].id)):
        assert (await gateway.post(link)).text == "A bold link & <b>tag</b> in this very text"
    with pytest.raises(NotFound):
        await gateway.topic(77)


async def test_a_closed_topic_says_so_only_when_asked_as_a_stranger(gateway: DiscourseForum, fake: FakeForum) -> None:
    system = fake.forum.users[1]
    secret = fake.forum.add_topic(system, "The plan for the leads", BODY, 3)
    assert (await gateway.topic(secret.id)).line.title == "The plan for the leads"
    as_ana = DiscourseForum(fake.url, api_key=KEY, api_username="ana_q")
    with pytest.raises(NotFound):
        await as_ana.topic(secret.id)
    assert await as_ana.search("plan leads") == ()
    as_ana.close()


async def test_the_doctor_hears_who_we_are_and_what_the_key_may(gateway: DiscourseForum, fake: FakeForum) -> None:
    well = await check_forum(gateway, "system")
    assert (well.reachable, well.username, well.admin) == (True, "system", True)
    assert (well.may_post, well.may_edit, well.problems) == (True, True, ())
    fake.forum.keys["narrow"] = ApiKey("narrow", scopes=frozenset({"categories:list", "topics:read_lists"}))
    narrow = DiscourseForum(fake.url, api_key="narrow", api_username="system")
    told = await check_forum(narrow, "system")
    assert told.may_post is False and "topics:write" in " ".join(told.problems)
    assert told.may_edit is False and "posts:edit and topics:update" in " ".join(told.problems)
    wrong = DiscourseForum(fake.url, api_key="wrong", api_username="system")
    assert "DISCOURSE_API_KEY" in (await check_forum(wrong, "system")).problems[0]
    assert not fake.forum.topics


async def test_the_key_does_not_follow_a_redirect(fake: FakeForum) -> None:
    # The forum's old category address answers 301.
    gateway = DiscourseForum(fake.url, api_key=KEY, api_username="system")
    before = len(fake.forum.faults.seen)
    with pytest.raises(Unavailable, match="another address"):
        await gateway._get("/c/1.json")
    assert len(fake.forum.faults.seen) == before + 1
    gateway.close()


async def test_many_calls_at_once_do_not_block_the_loop(gateway: DiscourseForum, fake: FakeForum) -> None:
    fake.forum.faults.plan("slow", times=4, seconds=0.3)
    calls = [asyncio.create_task(gateway.latest()) for _ in range(4)]
    await asyncio.sleep(0.01)
    # Had the loop been held up by the first call, all would be over by now.
    assert not any(one.done() for one in calls)
    await asyncio.gather(*calls)


async def test_a_post_and_a_title_are_changed_by_staff_or_author(gateway: DiscourseForum, fake: FakeForum) -> None:
    made = await gateway.create_topic(**ask())
    assert isinstance(made, Created) and made.post_id
    for _ in range(2):
        await gateway.edit_post(username="system", post_id=made.post_id, raw=BODY + " In Portuguese too.")
        await gateway.rename_topic(username="ana_q", topic_id=made.topic_id, title=TITLE + " and Portuguese")
    assert fake.forum.posts[made.post_id].raw == BODY + " In Portuguese too."
    assert fake.forum.topics[made.topic_id].title == TITLE + " and Portuguese"
    with pytest.raises(Refused):
        await gateway.edit_post(username="joao_m", post_id=made.post_id, raw=BODY)
    with pytest.raises(Refused):
        await gateway.rename_topic(username="joao_m", topic_id=made.topic_id, title=TITLE)
    with pytest.raises(NotFound):
        await gateway.edit_post(username="system", post_id=999, raw=BODY)
    with pytest.raises(Invalid, match="too short"):
        await gateway.edit_post(username="system", post_id=made.post_id, raw="hi")
    fake.forum.faults.plan("lost", "/posts/", method="PUT")
    with pytest.raises(OutcomeUnknown):
        await gateway.edit_post(username="system", post_id=made.post_id, raw=BODY)
    assert fake.forum.posts[made.post_id].raw == BODY


async def test_what_was_begun_under_a_mark_is_found_once_there(gateway: DiscourseForum, fake: FakeForum) -> None:
    assert await gateway.begun("share-1") is None
    made = await gateway.create_topic(**ask())
    found = await gateway.begun("share-1")
    assert isinstance(made, Created) and found and (found.topic_id, found.url) == (made.topic_id, made.url)
