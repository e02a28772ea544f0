"""Post it there: the person's own words go out on their click, once, credited to them, where they chose."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from sqlalchemy import delete

from app.clock import SystemClock
from app.errors import NotUnderstood
from app.playground import cast
from app.playground.forum.records import ForumConfig
from app.playground.forum.server import FakeForum
from app.playground.seed import fill_forum
from app.routing import sharing
from app.routing.sharing import Wish
from app.slack.gateway import SlackSaidNo
from models import Route, RouteAct, Share
from tests.house import House, a_house

DRAFT = "I have a job aid on postpartum hemorrhage for midwives"
WORDS = "Here is my job aid <!channel> & thanks to @ana. https://example.org/aid"


@pytest.fixture
async def with_forum(database_url: str) -> AsyncIterator[tuple[House, Any]]:
    clock = SystemClock()
    async with FakeForum(ForumConfig("", clock)) as forum, a_house(database_url, forum=forum) as made:
        fill_forum(forum.forum, clock.now())
        yield made, forum


async def compose(house: House, person: str = "mateo") -> Any:
    await house.slack.command(person, "/whereshare", DRAFT, "general")
    await house.slack.click(house.slack.ephemeral(person), "whereshare_post_it")
    return house.slack.view(person)


async def test_the_words_reach_the_channel_after_the_last_click_only(house: House) -> None:
    view = await compose(house)
    assert DRAFT in str(view.payload)
    await house.slack.submit(view, {"words": WORDS, "places": ["channel"]})
    preview = house.slack.view("mateo")
    assert "Ready to post?" in house.slack.shown(preview)
    assert _posts(house, "cop-mnh") == []
    assert [one.channel_state for one in await house.rows(Share)] == ["draft"]

    await house.slack.submit(preview)
    posted = await house.slack.until(lambda: _posts(house, "cop-mnh"))
    assert len(posted) == 1
    body = str(posted[0].blocks)
    assert "&lt;!channel&gt; &amp; thanks to @ana" in body
    assert "<@U0MATEO009>" in body
    assert house.slack.views("mateo") == []
    await house.slack.until(lambda: "Posted in the channel" in house.slack.shown(house.slack.ephemeral("mateo")))
    (share,) = await house.rows(Share)
    assert (share.channel_state, share.forum_state, share.text) == ("posted", "", WORDS)
    (act,) = await house.rows(RouteAct)
    assert (act.act, act.subject) == ("accepted", "mnh")


async def test_pressing_the_last_button_twice_posts_once(house: House) -> None:
    view = await compose(house)
    await house.slack.submit(view, {"words": WORDS, "places": ["channel"]})
    first = await house.slack.submit(house.slack.view("mateo"))
    again = await house.slack.again(first)
    assert again.body == first.body
    await house.slack.until(lambda: _posts(house, "cop-mnh"))
    await house.slack.settled()
    assert len(_posts(house, "cop-mnh")) == 1


async def test_going_back_changes_the_words(house: House) -> None:
    view = await compose(house)
    await house.slack.submit(view, {"words": "First words, not good enough.", "places": ["channel"]})
    await house.slack.close_view(house.slack.view("mateo"))
    await house.slack.submit(house.slack.view("mateo"), {"words": WORDS, "places": ["channel"]})
    await house.slack.submit(house.slack.view("mateo"))
    posted = await house.slack.until(lambda: _posts(house, "cop-mnh"))
    assert "First words" not in str(posted[0].blocks)
    assert len(await house.rows(Share)) == 1


async def test_nothing_chosen_is_marked_in_the_form(house: House) -> None:
    view = await compose(house)
    await house.slack.submit(view, {"words": WORDS, "places": []})
    assert "places" in house.slack.view("mateo").errors


async def test_both_places_get_it_and_the_channel_links_to_the_forum(with_forum: tuple[House, Any]) -> None:
    house, forum = with_forum
    view = await compose(house, "ana")
    typed = {"words": WORDS, "places": ["channel", "forum"], "title": "A job aid on PPH", "tags": "PPH, job aid"}
    await house.slack.submit(view, typed)
    await house.slack.submit(house.slack.view("ana"))
    (posted,) = await house.slack.until(lambda: _posts(house, "cop-mnh"))
    (topic,) = [one for one in forum.forum.topics.values() if one.title == "A job aid on PPH"]
    assert f"/{topic.id}" in str(posted.blocks)
    await house.slack.until(lambda: "Posted in the channel" in house.slack.shown(house.slack.ephemeral("ana")))
    (share,) = await house.rows(Share)
    assert (share.channel_state, share.forum_state) == ("posted", "posted")
    assert forum.forum.users[topic.user_id].username == "ana_q"


async def test_the_forum_asks_for_a_real_title(with_forum: tuple[House, Any]) -> None:
    house, _ = with_forum
    view = await compose(house)
    await house.slack.submit(view, {"words": WORDS, "places": ["forum"], "title": "Short", "tags": ""})
    assert "15 letters" in str(house.slack.view("mateo").errors)


async def test_where_the_bot_may_not_post_the_words_come_back_with_the_reason(house: House) -> None:
    view = await compose(house)
    house.slack.where("cop-mnh").archived = True
    await house.slack.submit(view, {"words": WORDS, "places": ["channel"]})
    await house.slack.submit(house.slack.view("mateo"))
    (told,) = await house.slack.until(lambda: house.slack.dm("mateo"))
    shown = house.slack.shown(told)
    assert "could not be posted" in shown
    assert "https://example.org/aid" in shown


async def test_a_lost_answer_of_slack_does_not_post_twice(house: House) -> None:
    view = await compose(house)
    await house.slack.submit(view, {"words": WORDS, "places": ["channel"]})
    house.slack.fault("drop_after", "chat.postMessage")
    await house.slack.submit(house.slack.view("mateo"))
    await house.slack.until(
        lambda: "Posted in the channel" in house.slack.shown(house.slack.ephemeral("mateo")), seconds=30
    )
    assert len(_posts(house, "cop-mnh")) == 1


async def test_a_post_whose_address_slack_will_not_tell_counts_as_posted(house: House) -> None:
    view = await compose(house)
    await house.slack.submit(view, {"words": WORDS, "places": ["channel"]})
    house.slack.fault("error", "chat.getPermalink", code="channel_not_found")
    await house.slack.submit(house.slack.view("mateo"))
    await house.slack.until(lambda: "Posted in the channel" in house.slack.shown(house.slack.ephemeral("mateo")))
    assert house.slack.dm("mateo") == []
    assert len(_posts(house, "cop-mnh")) == 1


async def test_a_place_that_went_away_while_the_form_was_open_has_to_be_chosen_again(house: House) -> None:
    await house.slack.command("mateo", "/whereshare", DRAFT, "general")
    (route,) = await house.rows(Route)
    wish = Wish(WORDS, "", "", to_channel=True, to_forum=False)
    async with house.baobab.db.transaction() as session:
        with pytest.raises(NotUnderstood) as problem:
            await sharing.draft(session, route, "key", route.slack_id, "mnh", wish, "", None, route.created_at)
    assert problem.value.field == "places"


async def test_posted_after_the_answer_can_no_longer_change_is_said_by_message(house: House) -> None:
    view = await compose(house)
    await house.slack.submit(view, {"words": WORDS, "places": ["channel"]})

    async def expired(response_url: str, body: Mapping[str, Any]) -> None:
        raise SlackSaidNo("expired_url", "response_url")

    house.baobab.slack.respond = expired  # type: ignore[method-assign]
    await house.slack.submit(house.slack.view("mateo"))
    (told,) = await house.slack.until(lambda: house.slack.dm("mateo"))
    assert "Posted in the channel" in house.slack.shown(told)


async def test_what_goes_wrong_in_the_third_window_is_said_in_its_place(house: House) -> None:
    message = house.slack.post("mateo", "general", DRAFT)
    await house.slack.message_shortcut("mateo", "find_community", message)
    await house.slack.click(house.slack.view("mateo"), "whereshare_post_it")
    await house.slack.submit(house.slack.view("mateo"), {"words": WORDS, "places": ["channel"]})
    assert len(house.slack.views("mateo")) == 3
    async with house.baobab.db.transaction() as session:
        await session.exec(delete(Share))
    await house.slack.submit(house.slack.view("mateo"))
    assert "no longer have these words" in house.slack.shown(house.slack.view("mateo"))
    assert len(house.slack.views("mateo")) == 3


def _posts(house: House, channel: str) -> list[Any]:
    return [one for one in house.slack.messages(channel) if one.user == cast.BOT_USER_ID and one.metadata]
