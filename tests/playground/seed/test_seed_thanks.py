"""The playground's year of thanks: by the rules of the house, as the program itself would have left it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.clock import StillClock
from app.db import Database
from app.discourse.links import post_link
from app.playground import cast
from app.playground.forum.records import ForumConfig
from app.playground.forum.state import Forum
from app.playground.seed import fill_forum, fill_slack, seed_database
from app.playground.seed.thanks import seed_thanks
from app.playground.seed.thanks_fate import thanks_of_the_year
from app.playground.seed.thanks_past import LANGUAGES, thanks_given
from app.playground.seed.thanks_shapes import PastCard, PastThanks
from app.playground.slack.workspace import Workspace as LocalSlack
from app.thanks import rules
from app.thanks.jobs_follow import Team, draw_card
from app.thanks.policy import DEFAULT, policy_of
from app.thanks.rules import History, Known
from app.thanks.shapes import Named, Wish
from app.thanks.showing import bump, ground, settle
from models import Audit, Thanks, ThanksCard, ThanksRecipient, ThanksSecond, Workspace
from tests.house import House, a_house

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FORUM = "http://localhost:8000/playground/forum"


def places(now: datetime) -> tuple[Forum, LocalSlack]:
    forum, slack = Forum(ForumConfig(FORUM, StillClock(now))), LocalSlack(clock=StillClock(now))
    fill_forum(forum, now)
    fill_slack(slack, now)
    return forum, slack


def the_year(now: datetime) -> tuple[list[PastThanks], list[PastCard]]:
    forum, slack = places(now)
    return thanks_of_the_year(thanks_given(now, forum, slack, FORUM), slack, now)


def test_the_same_moment_gives_the_same_year() -> None:
    assert the_year(NOW) == the_year(NOW)


def test_it_is_a_year_of_many_people_communities_and_languages() -> None:
    past, _ = the_year(NOW)
    communities = {room.community for room in cast.ROOMS if room.community}
    assert 330 <= len(past) <= 370
    assert {one.community for one in past} == {"", *communities}
    assert {one.source for one in past} == {"command", "form", "shortcut", "forum"}
    assert {one.kind for one in past} == {"public", "private", "direct", ""}
    assert {one.value for one in past} == {"", *DEFAULT.values}
    assert min(Counter(one.giver for one in past).values()) >= 1
    assert len({one.reason for one in past}) > 250
    assert any(len(one.people) > 1 and not one.people[0].by_group for one in past)
    assert any(one.people[0].by_group for one in past)
    assert any(one.forum_username for thanks in past for one in thanks.people)
    assert "{" not in "".join(one.reason for one in past)
    assert all(rules.check_reason(one.reason) is None for one in past)
    assert {LANGUAGES[cast.person(one.giver).handle][0] for one in past} == {"en", "fr", "es", "pt"}


@pytest.mark.parametrize("days", range(0, 21, 4))
def test_nobody_broke_a_rule_whatever_the_day(days: int) -> None:
    now = NOW + timedelta(days=days, hours=5 * days)
    past, cards = the_year(now)
    today = datetime(now.year, now.month, now.day, tzinfo=UTC)
    given: dict[str, list[PastThanks]] = defaultdict(list)
    known = {one.id: Known(one.id, one.name, one.forum) for one in cast.PEOPLE}
    for one in past:
        giver = cast.person(one.giver)
        people = tuple(Named(part.slack_id, part.forum_username, part.by_group) for part in one.people)
        all_known = known | {part.forum_username: Known("", "", part.forum_username) for part in people}
        wish = Wish(giver.id, people, one.reason)
        rules.check_people(wish, known[giver.id], all_known, DEFAULT)
        begins, ends = rules.local_day(one.at, giver.zone)
        spent = sum(len(before.people) for before in given[giver.id] if begins <= before.at < ends)
        last = {part.slack_id: before.at for before in given[giver.id] for part in before.people}
        rules.check_pace(wish, History(spent, last), all_known, DEFAULT, one.at)
        given[giver.id].append(one)
        assert now - timedelta(days=370) < one.at <= one.changed_at < today, one
        assert one.at.weekday() < 5
    moments = [(one.at, one.giver, [part.slack_id for part in one.people]) for one in past]
    left = cast.person("peter").id
    assert all(at < now - timedelta(days=180) for at, giver, people in moments if left in (giver, *people))
    new = cast.person("mateo").id
    assert all(at > now - timedelta(days=24) for at, giver, people in moments if new in (giver, *people))
    assert len({(one.channel, one.ts) for one in cards}) == len(cards)
    fresh = [one for one in past if one.at > now - timedelta(days=4)]
    assert any(part.choice == "show" and part.shown_at for one in fresh for part in one.people)


def test_forum_posts_and_messages_that_are_thanked_for_are_there() -> None:
    forum, slack = places(NOW)
    past, _ = the_year(NOW)
    for one in past:
        if one.forum_url:
            link = post_link(one.forum_url, FORUM)
            assert link is not None
            post = forum.posts[forum.topics[link.topic_id or 0].post_ids[link.number - 1]]
            (author,) = one.people
            username = forum.users[post.user_id].username
            assert username == (author.forum_username or cast.person(author.slack_id).forum)
            assert post.created_at < one.at
        recent = one.at > NOW - timedelta(days=30)
        if one.message_ts and recent:
            assert slack.message(one.channel, one.message_ts).user == one.people[0].slack_id


@pytest.fixture(params=["with a local Slack", "without one"])
def slack(request: pytest.FixtureRequest) -> LocalSlack | None:
    return places(NOW)[1] if request.param == "with a local Slack" else None


async def test_the_database_holds_what_the_program_would_have_left(db: Database, slack: LocalSlack | None) -> None:
    await seed_database(db, StillClock(NOW), places(NOW)[0], slack=slack)
    async with db.transaction() as session:
        (workspace,) = (await session.exec(select(Workspace))).all()
        on = await ground(session, workspace.id or 0)
        before = await _lines(session)
        for thanks in (await session.exec(select(Thanks).order_by(col(Thanks.id)))).all()[-120:]:
            assert await settle(session, thanks, on, NOW) == (), thanks
        assert await _lines(session) == before

        odd = (await session.exec(select(Thanks).where(Thanks.hidden | (Thanks.status == "not_counted")))).all()
        acts = (await session.exec(select(Audit))).all()
        assert {f"thanks:{one.key}" for one in odd} == {one.subject for one in acts}
        assert {one.act for one in acts} == {"thanks.hide", "thanks.uncount"} and all(one.reason for one in acts)
        givers = {f"thanks:{one.key}": one.giver for one in odd}
        assert all(one.actor != givers[one.subject] for one in acts)
        cards = (await session.exec(select(ThanksCard))).all()
        shown = (await session.exec(select(ThanksRecipient).where(col(ThanksRecipient.card_id).is_not(None)))).all()
        if slack is None:
            assert not cards and not shown
            return
        assert {one.kind for one in cards} == {"day", "week"} and shown
        for card in cards:
            message = slack.message(card.channel_id, card.ts)
            assert (card.version, message.user) == (card.drawn, cast.BOT_USER_ID)
        await _seconds_are_reactions(session, slack)


async def _lines(session: Any) -> list[tuple[Any, ...]]:
    found = await session.exec(select(ThanksRecipient).order_by(col(ThanksRecipient.id)))
    return [(one.id, one.choice, one.shown_at, one.shown_in, one.card_id) for one in found.all()]


async def _seconds_are_reactions(session: Any, slack: LocalSlack) -> None:
    found = (await session.exec(select(ThanksSecond))).all()
    assert found
    stored = {(one.channel_id, one.message_ts, one.emoji, one.slack_id) for one in found}
    here = {
        (room.id, message.ts, emoji, person)
        for room in slack.channels.values()
        for message in room.messages
        for emoji, people in message.reactions.items()
        for person in people
    }
    recent = {one for one in stored if float(one[1]) > (NOW - timedelta(days=30)).timestamp()}
    assert recent and recent <= here


async def test_twice_changes_nothing_and_an_admins_rules_stay(tmp_path: Path, db: Database) -> None:
    first = await seed_database(db, StillClock(NOW))
    async with db.transaction() as session:
        (workspace,) = (await session.exec(select(Workspace))).all()
        policy = policy_of(workspace.settings)
        assert (policy.quiet_from, policy.quiet_to) == ("00:00", "00:00")
        assert rules.quiet_until(NOW, "Asia/Kathmandu", policy.quiet_from, policy.quiet_to) is None
        workspace.settings = {**workspace.settings, "thanks": {"daily_cap": 3}}
        before = await _lines(session)
    assert await seed_database(db, StillClock(NOW + timedelta(days=1))) == first
    async with db.transaction() as session:
        assert await _lines(session) == before
        (workspace,) = (await session.exec(select(Workspace))).all()
        assert workspace.settings["thanks"] == {"daily_cap": 3}


async def test_a_redraw_finds_every_card_and_message_as_it_is(database_url: str) -> None:
    async with a_house(database_url) as house:
        slack, baobab = house.slack, house.baobab
        now = baobab.services.clock.now()
        forum = Forum(ForumConfig(FORUM, baobab.services.clock))
        fill_forum(forum, now)
        fill_slack(slack.workspace, now)
        await seed_thanks(baobab.db, house.workspace_id, now, forum, slack.workspace)
        asked = (ThanksRecipient.told_ts != "", ThanksRecipient.choice == "show")
        mine = (await house.rows(ThanksRecipient, *asked))[-1]
        (card,) = await house.rows(ThanksCard, ThanksCard.id == mine.card_id)
        (thanks,) = await house.rows(Thanks, Thanks.id == mine.thanks_id)
        message = slack.workspace.message(card.channel_id, card.ts)
        before, words = (message.text, _plain(message.blocks)), " ".join(thanks.reason.split())
        assert words in slack.shown(message)
        await _redraw(house, card)
        assert (message.text, _plain(message.blocks)) == before

        told = slack.workspace.message(mine.told_channel, mine.told_ts)
        await slack.click(told, "thanks_private", person=mine.slack_id)
        await slack.until(lambda: "Kept private" in slack.shown(told))
        await slack.until(lambda: message.deleted or words not in slack.shown(message))
        assert not [one for one in slack.workspace.log if one.method == "chat.postMessage"]


async def _redraw(house: House, card: ThanksCard) -> None:
    def drawn() -> int:
        return sum(one.method == "chat.update" for one in house.slack.workspace.log)

    before = drawn()
    async with house.baobab.db.transaction() as session:
        team = Team(cast.TEAM_ID, house.workspace_id)
        await bump(session, [card.id or 0])
        await draw_card(house.baobab.services, session, team, card.id or 0, house.baobab.services.clock.now())
    await house.slack.until(lambda: drawn() > before)


def _plain(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the ids that Slack gives blocks which have none."""
    return [{name: value for name, value in one.items() if name != "block_id"} for one in blocks]
