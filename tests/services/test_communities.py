"""The directory as it is stored, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from app.communities import queries, service
from app.communities.files import describe
from app.communities.parsing import parse
from app.communities.shapes import Category, Channel, CommunityEntry, Heir, Lead
from app.db import Database
from app.errors import NotFound, Refused
from models.community import Community, CommunityLead
from models.member import Member
from models.workspace import Workspace

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

FILE = """
communities:
  - id: mnh
    name: Maternal Health
    purpose: Safer births.
    keywords: [postpartum haemorrhage, hémorragie]
    languages: [en, fr]
    leads: [U0ANA00003, U0PETER012]
    channels: [{id: C0MNH00001, name: cop-mnh}, {id: G0MNH00002, name: mnh-leads, private: true}]
    categories: [{id: 12, name: Births}]
    examples: [Job aid on PPH]
    last_active_at: 2026-05-01
  - {id: frontier, name: Frontier, purpose: Was., status: merged, merged_into: digital}
  - {id: digital, name: Digital, purpose: Tools., leads: [U0SUNIL005], channels: [C0DIGITAL1, C0MNH00001]}
"""
ENTRIES = parse(FILE, "yaml")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url)
    async with db.transaction() as session:
        for at in (1, 2):
            session.add(Workspace(id=at, team_id=f"T{at}", name=f"Team {at}", created_at=NOW))
        await session.flush()
        session.add(Member(workspace_id=1, slack_id="U0ANA00003", name="Ana Quispe", seen_at=NOW))
        session.add(Member(workspace_id=1, slack_id="U0PETER012", name="Peter", deactivated=True, seen_at=NOW))
        session.add(Member(workspace_id=2, slack_id="U0SUNIL005", name="Somebody else", seen_at=NOW))
    yield db
    await db.close()


async def load(
    database: Database, entries: tuple[CommunityEntry, ...] = ENTRIES, **options: bool
) -> service.ImportReport:
    async with database.transaction() as session:
        return await service.import_communities(session, 1, entries, options.pop("now", NOW), **options)  # type: ignore[arg-type]


async def card(database: Database, slug: str) -> queries.CommunityCard | None:
    async with database.read_only() as session:
        return await queries.community(session, 1, slug)


async def test_an_imported_file_is_read_back_as_cards(database: Database) -> None:
    report = await load(database)
    assert report.created == ("mnh", "frontier", "digital")
    async with database.read_only() as session:
        mnh, frontier, digital = await queries.directory(session, 1)
        assert await queries.directory(session, 2) == ()
    assert mnh.leads == (Lead("U0ANA00003", "Ana Quispe", False), Lead("U0PETER012", "Peter", True))
    assert mnh.channels == (Channel("C0MNH00001", "cop-mnh", False), Channel("G0MNH00002", "mnh-leads", True))
    assert mnh.categories == (Category(12, "Births"),)
    assert mnh.last_active_at == datetime(2026, 5, 1, tzinfo=UTC)
    assert mnh.keywords == ("postpartum haemorrhage", "hémorragie")
    assert frontier.heir == Heir("digital", "Digital", "active")
    assert digital.leads == (Lead("U0SUNIL005", "", False),), "names of another workspace stay there"
    assert (digital.heir, digital.updated_at) == (None, NOW)


async def test_a_second_import_of_the_same_file_changes_nothing(database: Database) -> None:
    await load(database)
    before = await card(database, "mnh")
    report = await load(database, now=LATER)  # type: ignore[arg-type]
    assert (report.created, report.updated, report.archived) == ((), (), ())
    assert report.unchanged == ("mnh", "frontier", "digital")
    assert await card(database, "mnh") == before


async def test_an_update_changes_what_the_file_says_and_keeps_the_rest(database: Database) -> None:
    await load(database)
    before = await card(database, "mnh")
    assert before
    said = parse("- {id: mnh, name: Mothers, purpose: Safer births., leads: [U0NEW00001, U0ANA00003]}", "yaml")
    report = await load(database, said, now=LATER)  # type: ignore[arg-type]
    assert report.updated == ("mnh",)
    assert report.lines == ("~ mnh", "    name: Maternal Health -> Mothers", "    leads: -U0PETER012, +U0NEW00001")
    after = await card(database, "mnh")
    leads = (Lead("U0NEW00001", "", False), Lead("U0ANA00003", "Ana Quispe", False))
    assert after == replace(before, name="Mothers", leads=leads, updated_at=LATER)
    async with database.read_only() as session:
        assert len((await session.exec(select(CommunityLead))).all()) == 3, "nobody is left behind"


async def test_a_dry_run_reports_the_same_and_stores_nothing(database: Database) -> None:
    async with database.read_only() as session:
        planned = await service.preview_import(session, 1, ENTRIES)
        assert await queries.directory(session, 1) == ()
    assert planned.dry_run
    assert replace(planned, dry_run=False) == await load(database)
    assert "Dry run, nothing was stored. It would be: 3 created, 0 updated" in describe(planned)


async def test_a_refused_import_leaves_nothing_behind(database: Database) -> None:
    await load(database)
    circle = (
        replace(ENTRIES[0], slug="fresh"),
        replace(ENTRIES[2], status="merged", merged_into="frontier", given=frozenset({"status", "merged_into"})),
    )
    with pytest.raises(Refused):
        await load(database, circle)
    assert await card(database, "fresh") is None
    with pytest.raises(NotFound, match="workspace"):
        async with database.transaction() as session:
            await service.import_communities(session, 99, ENTRIES, NOW)


async def test_pruning_archives_and_a_later_file_brings_back(database: Database) -> None:
    await load(database)
    assert (await load(database, ENTRIES[1:], prune=True)).archived == ("mnh",)
    mnh = await card(database, "mnh")
    assert mnh and mnh.status == "archived" and len(mnh.leads) == 2
    assert (await load(database, ENTRIES[1:], prune=True)).archived == ()
    said = (replace(ENTRIES[0], given=ENTRIES[0].given | {"status"}),)
    assert (await load(database, said)).updated == ("mnh",)


async def test_the_number_of_queries_does_not_grow(database: Database) -> None:
    counts = []
    for entries in (ENTRIES[:1], ENTRIES):
        await load(database, entries)
        statements: list[str] = []

        def note(*args: object, seen: list[str] = statements) -> None:
            seen.append(str(args[2]))

        async with database.read_only() as session:
            engine = session.get_bind().engine
            event.listen(engine, "before_cursor_execute", note)
            found = await queries.directory(session, 1)
            event.remove(engine, "before_cursor_execute", note)
        counts.append((len(found), len(statements)))
    assert counts == [(1, 4), (3, 4)]


async def test_communities_are_found_by_channel_and_by_lead(database: Database) -> None:
    await load(database)
    async with database.read_only() as session:
        assert [one.slug for one in await queries.by_channel(session, 1, "C0MNH00001")] == ["mnh", "digital"]
        assert [one.slug for one in await queries.led_by(session, 1, "U0SUNIL005")] == ["digital"]
        assert await queries.by_channel(session, 2, "C0MNH00001") == ()
        assert await queries.led_by(session, 1, "U0NOBODY01") == ()


async def test_a_status_is_changed_and_a_merge_needs_its_heir(database: Database) -> None:
    await load(database)
    async with database.transaction() as session:
        assert await service.set_status(session, 1, "mnh", "dormant", LATER) == "active"
        assert await service.set_status(session, 1, "frontier", "active", LATER) == "merged"
        for slug, status, error in (
            ("mnh", "merged", Refused),
            ("mnh", "asleep", Refused),
            ("xx", "active", NotFound),
        ):
            with pytest.raises(error):
                await service.set_status(session, 1, slug, status, LATER)
    mnh, frontier = await card(database, "mnh"), await card(database, "frontier")
    assert mnh and (mnh.status, mnh.updated_at) == ("dormant", LATER)
    assert frontier and (frontier.status, frontier.merged_into, frontier.heir) == ("active", None, None)


async def test_those_merged_before_follow_a_merge(database: Database) -> None:
    await load(database)
    async with database.transaction() as session:
        await service.merge(session, 1, "digital", "mnh", LATER)
        with pytest.raises(Refused, match="already part of 'mnh'"):
            await service.merge(session, 1, "mnh", "digital", LATER)
        with pytest.raises(Refused, match="into itself"):
            await service.merge(session, 1, "mnh", "mnh", LATER)
        with pytest.raises(NotFound, match="digital, frontier, mnh"):
            await service.merge(session, 1, "mnh", "nowhere", LATER)
    frontier = await card(database, "frontier")
    assert frontier and frontier.heir == Heir("mnh", "Maternal Health", "active")


async def test_a_chain_left_by_other_means_is_followed(database: Database) -> None:
    await load(database)
    async with database.transaction() as session:
        row = (await session.exec(select(Community).where(Community.slug == "digital"))).one()
        row.status, row.merged_into = "merged", "mnh"
    frontier = await card(database, "frontier")
    assert frontier and frontier.merged_into == "digital"
    assert frontier.heir == Heir("mnh", "Maternal Health", "active")


async def test_a_renamed_channel_is_renamed_wherever_it_stands(database: Database) -> None:
    await load(database)
    async with database.transaction() as session:
        assert await service.rename_channel(session, 1, "C0MNH00001", "cop-mothers", LATER) == 2
        assert await service.rename_channel(session, 2, "C0MNH00001", "other", LATER) == 0
    digital = await card(database, "digital")
    assert digital and digital.channels[1] == Channel("C0MNH00001", "cop-mothers", False)
    assert digital.updated_at == LATER
    assert (await load(database)).updated == ("mnh",), "the file has the old name in full, and wins"
