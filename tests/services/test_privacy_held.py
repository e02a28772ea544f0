"""Every place that holds a person is known: it is in their file, and goes when they ask."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Column, MetaData, String, Table
from sqlmodel import SQLModel, col, select

from app.clock import StillClock
from app.db import Database
from app.members.service import ensure_workspace, link_forum
from app.privacy.erasing import erase_person
from app.privacy.exporting import count_held, export_person
from app.privacy.holdings import HOLDINGS, NOT_PERSONAL, PERSONAL, mark, of_them
from models import (
    ApiToken,
    Audit,
    Community,
    CommunityLead,
    CommunityPerson,
    Huddle,
    HuddleFeed,
    HuddleQuestion,
    HuddleRsvp,
    HuddleSlot,
    HuddleWish,
    Poll,
    PollSeries,
    PollText,
    PollVote,
    Preference,
    Proposal,
    Route,
    RouteAct,
    Share,
    ThanksRecipient,
    Topic,
    Workspace,
)
from tests.services.privacy_world import ANA, BO, CY, a_workspace, give, places_of


@pytest.fixture
async def here(db: Database, clock: StillClock) -> int:
    return await a_workspace(db, clock)


def suspicious(table: Table, column: Column[Any]) -> bool:
    """Whether a column may hold a person: by its name, as a short text that may be an id, or since it is JSON."""
    short = getattr(column.type, "length", None) == 32 and column.name.endswith(("_id", "_in", "_by", "_channel"))
    return bool(re.search(PERSONAL, column.name)) or short or isinstance(column.type, JSON)


def _polls_and_huddles(here: int, now: datetime) -> list[SQLModel]:
    """A poll, a series of polls and a huddle of one person."""
    dated = {"workspace_id": here, "created_at": now}
    return [
        PollSeries(key="ps", creator=ANA, rule="FREQ=WEEKLY", zone="UTC", starts="2026-11-27T09:00", **dated),
        Poll(id=71, key="p1", creator=ANA, **dated),
        Huddle(
            id=81,
            key="h1",
            title="Clinic",
            host=ANA,
            co_hosts=[BO, ANA],
            starts_local="2026-11-27T09:00",
            updated_at=now,
            **dated,
        ),
    ]


def _of_polls_and_huddles(here: int, now: datetime) -> list[SQLModel]:
    """Everything that the person leaves in them."""
    dated = {"workspace_id": here, "created_at": now}
    return [
        PollVote(workspace_id=here, poll_id=71, voter=ANA, question=0, option=1),
        PollText(workspace_id=here, poll_id=71, voter=ANA, question=1, key="t1", text="carried words"),
        HuddleRsvp(workspace_id=here, slot_id=82, slack_id=ANA, answer="yes", updated_at=now),
        HuddleQuestion(slot_id=82, key="hq", slack_id=ANA, text="my words", **dated),
        HuddleWish(workspace_id=here, slack_id=ANA, updated_at=now),
        HuddleFeed(workspace_id=here, kind="member", subject=ANA, updated_at=now),
    ]


def test_every_column_that_may_hold_a_person_is_either_erased_or_said_to_hold_none() -> None:
    known = {one.place for one in HOLDINGS} | set(NOT_PERSONAL)
    assert {one.place for one in HOLDINGS} & set(NOT_PERSONAL) == set()
    tables = SQLModel.metadata.tables.values()
    found = {f"{table.name}.{one.name}" for table in tables for one in table.columns if suspicious(table, one)}
    assert found - known == set()
    everything = {f"{table.name}.{one.name}" for table in tables for one in table.columns}
    assert known - everything == set()


def test_a_new_column_with_a_person_in_it_is_noticed() -> None:
    invented = Table(
        "huddle",
        MetaData(),
        *(Column(name, String(100)) for name in ("host", "created_by", "attendee_id", "deputy_slack_id", "leads")),
        Column("answers", JSON()),
        Column("room_id", String(32)),
    )
    assert all(suspicious(invented, one) for one in invented.columns)
    assert not suspicious(invented, Column("title", String(100)))


async def test_everything_held_of_a_person_is_in_their_file_and_goes_when_they_ask(
    db: Database, here: int, clock: StillClock
) -> None:
    now = clock.now()
    thanked = await give(db, here, clock, BO, ANA, reason="the brief")
    async with db.transaction() as session:
        await link_forum(session, here, ANA, username="sav_q", user_id=7)
        session.add(Community(workspace_id=here, slug="nets", name="Nets", updated_at=now))
        await session.flush()
        about: dict[str, Any] = {"workspace_id": here, "slack_id": ANA}
        routes = [
            Route(
                key="r1",
                text="nets in Lao",
                created_at=now,
                prior=[{"title": "in Lao"}],
                ranked=[{"w": "Lao"}],
                **about,
            ),
            Route(
                workspace_id=here,
                key="r2",
                slack_id=BO,
                source="cross_post",
                text="carried words",
                origin={"channel": "C1", "thread_ts": "1.1", "author": ANA},
                created_at=now,
            ),
        ]
        session.add_all(routes)
        await session.flush()
        first, second = (one.id or 0 for one in routes)
        session.add_all(_polls_and_huddles(here, now))
        await session.flush()
        session.add(
            HuddleSlot(
                id=82,
                workspace_id=here,
                huddle_id=81,
                key="hs",
                host=ANA,
                original="2026-11-27T09:00",
                starts_local="2026-11-27T09:00",
                zone="UTC",
                minutes=45,
                starts_at=now,
                ends_at=now,
                updated_at=now,
            )
        )
        await session.flush()
        session.add_all(
            [
                CommunityLead(community_id=1, **about),
                CommunityPerson(channel_id="C1", **about),
                Preference(updated_at=now, **about),
                RouteAct(route_id=first, act="accepted", subject="nets", created_at=now, **about),
                RouteAct(workspace_id=here, route_id=second, slack_id=BO, act="asked", subject=ANA, created_at=now),
                RouteAct(workspace_id=here, route_id=second, slack_id=BO, act="asked", subject=CY, created_at=now),
                Proposal(route_id=first, text="a club for nets", created_at=now, **about),
                Share(
                    key="s1",
                    route_id=first,
                    community="nets",
                    title="Nets in Lao",
                    text="my words",
                    tags=["lao"],
                    channel_link="https://x.slack.com/p1",
                    created_at=now,
                    **about,
                ),
                Share(
                    workspace_id=here,
                    key="s2",
                    slack_id=BO,
                    route_id=second,
                    community="nets",
                    text="carried words",
                    created_at=now,
                ),
                *_of_polls_and_huddles(here, now),
                ApiToken(workspace_id=here, name="w", hash="h", start="s", created_by=ANA, created_at=now),
                Topic(workspace_id=here, forum_id=1, title="Nets", author="sav_q", posted_at=now, last_posted_at=now),
                ThanksRecipient(workspace_id=here, thanks_id=1, forum_username="sav_q", created_at=now),
                Audit(workspace_id=here, actor=ANA, act="x", subject=f"member:{BO}", created_at=now),
                Audit(workspace_id=here, actor=BO, act="thanks.hide", subject=f"thanks:{thanked}", created_at=now),
                Audit(workspace_id=here, actor="cli", act="member.export", subject=f"member:{ANA}", created_at=now),
                Audit(workspace_id=here, actor=BO, act="y", details={"by": {ANA: 1}}, created_at=now),
            ]
        )
        workspace = await ensure_workspace(session, "T1", "One", now)
        workspace.knowledge_team = [ANA, BO]
        await session.flush()
        held = await export_person(session, here, ANA, now)
        held_counts = await count_held(session, here, ANA)
    # Nothing in the file is empty but what this person never did: every place was found.
    assert {title for title, rows in held.items() if not rows} == {"thanks you gave", "thanks you seconded"}
    assert [one["reason"] for one in held["thanks you received"]] == ["the brief", "the brief"]
    assert held["thanks you received"][0]["giver_name"] == "Name of U0BO"
    assert held["communities you lead"][0]["community"] == "nets"
    assert held["profile"][0]["forum_username"] == "sav_q"
    assert held["acts in the audit about thanks of yours"][0]["act"] == "thanks.hide"
    assert held["topics you started on the forum"][0]["title"] == "Nets"
    json.dumps(held)
    assert held_counts["words you posted through me"] == 1

    async with db.transaction() as session:
        await erase_person(session, here, ANA, now, actor="cli")
        # Another who was asked the same: both are somebody now.
        await erase_person(session, here, CY, now, actor="cli")
    async with db.read_only() as session:
        assert await places_of(session, ANA) == ["member.slack_id"]
        for word in ("Lao", "lao", "carried words", "my words", "a club", "x.slack.com"):
            assert await places_of(session, word) == [], word
        # The index of topics follows the forum.
        assert await places_of(session, "sav_q") == ["topic.author"]
        assert len((await session.exec(select(Route))).all()) == 2
        assert len((await session.exec(select(Share))).all()) == 2
        acts = (await session.exec(select(RouteAct.act, RouteAct.subject).order_by(col(RouteAct.id)))).all()
        assert list(acts) == [("accepted", "nets"), ("asked", "")]
        workspace = (await session.exec(select(Workspace))).one()
        assert workspace.knowledge_team == [BO]
        detailed = (await session.exec(select(Audit).where(Audit.act == "y"))).one()
        assert detailed.details == {"by": {mark(ANA): 1}}


def test_everything_held_can_be_told_to_an_operator() -> None:
    for one in HOLDINGS:
        assert not re.search(r"\b(you|yours?|me|my)\b", of_them(one.title)), one.title
