"""An earlier tool's log becomes part of ours: whole or not at all, once, quietly, and nobody's address is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, func, select

from app.clock import StillClock
from app.commands_import import Wish, take_in
from app.db import Database
from app.errors import ImportProblems
from app.thanks.importing import BATCH
from app.thanks.log import changes, page
from app.thanks.moderation import moderate
from app.thanks.service import history_of
from app.thanks.shapes import Keeper, LogFilter, LogLine, Named
from models import Audit, Community, CommunityChannel, Member, Thanks, ThanksCard, ThanksRecipient, Workspace

ANA, JOAO, GRACE, NEW = "U0ANA00003", "U0JOAO0002", "U0GRACE004", "U0NEW00001"


class Directory:
    """Stands where Slack stands; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def users_list(self, team: str) -> AsyncIterator[list[dict[str, Any]]]:
        self.asked += 1
        for slack_id, name in ((ANA, "Ana"), (JOAO, "João"), (NEW, "New One"), ("U0BOT00001", "Helper")):
            profile = {"real_name": name, "display_name": "", "email": f"{name.split()[0].lower()}@example.org"}
            yield [{"id": slack_id, "team_id": team, "profile": profile, "is_bot": slack_id == "U0BOT00001"}]


class House:
    """A workspace with three people and a community, and Slack's directory."""

    def __init__(self, db: Database, clock: StillClock) -> None:
        self.db, self.clock, self.slack = db, clock, Directory()

    async def take(self, file: str, *, asks: bool = True, name: str = "old.csv", **wish: Any) -> str:
        slack: Any = self.slack if asks else None
        return await take_in(self.db, slack, self.clock, 1, file.encode(), Wish(**wish), name=name)

    async def wrong(self, file: str, **more: Any) -> list[tuple[int, str, str]]:
        before = await self.count(Thanks)
        with pytest.raises(ImportProblems) as caught:
            await self.take(file, **more)
        assert await self.count(Thanks) == before
        return [(one.line, one.field, one.message) for one in caught.value.problems]

    async def count(self, table: type[Any]) -> int:
        async with self.db.read_only() as session:
            return (await session.exec(select(func.count()).select_from(table))).one()

    async def log(self) -> list[LogLine]:
        async with self.db.read_only() as session:
            return (await page(session, 1, LogFilter(), limit=1000))[0]


@pytest.fixture
async def house(db: Database, clock: StillClock) -> House:
    async with db.transaction() as session:
        session.add(Workspace(id=1, team_id="T1", name="One", zone="Africa/Nairobi", created_at=clock.now()))
        await session.flush()
        people = {ANA: "Ana", JOAO: "João", GRACE: "Grace"}
        session.add_all(
            Member(workspace_id=1, slack_id=one, name=name, seen_at=clock.now()) for one, name in people.items()
        )
        session.add(Community(id=1, workspace_id=1, slug="malaria", name="Malaria", updated_at=clock.now()))
        await session.flush()
        session.add(CommunityChannel(workspace_id=1, community_id=1, slack_id="C0MALARIA1", name="cop-malaria"))
    return House(db, clock)


FILE = """\
Date,From,To,Message,Tag,Channel,Amount
2024-03-01 08:00,Ana,João,for the brief,#sharing,#cop-malaria,5
2024-03-02 08:00,Ana,new@example.org | Grace,for both maps,#maps,#random,5
2024-03-02 08:00,João,Ana,again,,,1
2024-03-02 08:00,João,Ana,again,,,1
"""


async def test_a_log_is_taken_in_quietly_and_reads_as_if_it_had_always_been_there(house: House) -> None:
    said = await house.take(FILE)
    assert "Date is the date, From is the giver, To is the recipient, Message is the reason" in said
    assert "Not used: Amount." in said and "those of Africa/Nairobi" in said
    assert "In channels of no community: #random (1 line)." in said
    assert "Imported: 4 thank-yous to 4 people, given 2024-03-01 to 2024-03-02, added, 0 there already." in said
    lines = sorted(await house.log(), key=lambda one: one.line_id)
    assert [(one.giver, one.recipient_name, one.reason, one.value, one.community) for one in lines] == [
        (ANA, "João", "for the brief", "sharing", "malaria"),
        (ANA, "New One", "for both maps", "maps", ""),
        (ANA, "Grace", "for both maps", "maps", ""),
        (JOAO, "Ana", "again", "", ""),
        (JOAO, "Ana", "again", "", ""),
    ]
    assert {(one.source, one.status, one.hidden) for one in lines} == {("import", "counted", False)}
    assert lines[0].created_at == datetime(2024, 3, 1, 5, tzinfo=UTC)
    async with house.db.read_only() as session:
        when = {one.id: one.created_at for one in await session.exec(select(Thanks))}
        assert all(when[one.thanks_id] == one.created_at for one in await session.exec(select(ThanksRecipient)))
    assert {one.updated_at for one in lines} == {house.clock.now()}
    async with house.db.read_only() as session:
        people = (await session.exec(select(ThanksRecipient))).all()
        assert {(one.choice, one.shown_at, one.card_id, one.told_ts) for one in people} == {("", None, None, "")}
        jobs = (
            "select count(*) from workflow_status"
            if house.db.on_sqlite
            else "select count(*) from dbos.workflow_status"
        )
        assert (await session.exec(text(jobs))).one()[0] == 0, "nobody is told"  # type: ignore[call-overload]
        member = (await session.exec(select(Member).where(Member.slack_id == NEW))).one()
        audit = (await session.exec(select(Audit))).one()
        giver = (await session.exec(select(Member).where(Member.slack_id == ANA))).one()
        history = await history_of(session, giver, [Named(JOAO)], datetime(2024, 3, 1, 5, 1, tzinfo=UTC))
        stored = [
            str(row)
            for table in ("thanks", "member", "audit", "thanks_recipient")
            for row in await rows(session, table)
        ]
    assert member.name == "New One"
    assert (history.spent_today, dict(history.last_to)) == (0, {}), "caps and pauses know nothing of it"
    assert (audit.actor, audit.act, audit.subject) == ("cli", "recognition.import", "import:old.csv")
    assert audit.details["added"] == 4 and len(audit.details["sha256"]) == 64
    assert "example.org" not in "".join(stored), "addresses are asked for and forgotten"
    assert await house.count(ThanksCard) == 0


async def rows(session: Any, table: str) -> list[Any]:
    return list((await session.exec(text(f"select * from {table}"))).all())


async def test_again_it_adds_nothing_however_it_is_written(house: House) -> None:
    await house.take(FILE)
    assert "0 thank-yous to 0 people added, 4 there already" in await house.take(FILE)
    longer = FILE.replace(",From,", ";Giver;").replace(",", ";").replace("Ana;João", f"{ANA};<@{JOAO}>")
    longer += "2024-03-02T08:00:00+03:00;João;Ana;again;;;1\n2024-03-05;Grace;Ana;more;;;1\n"
    assert "2 thank-yous to 1 person, given 2024-03-02 to 2024-03-05, added, 4 there already" in await house.take(
        longer
    )
    assert await house.count(Thanks) == 6
    again = await asyncio.gather(*(house.take(FILE.replace("brief", "other brief")) for _ in range(4)))
    assert sum("1 thank-you to 1 person" in one for one in again) >= 1
    assert await house.count(Thanks) == 7
    assert await house.count(ThanksRecipient) == 8


async def test_a_dry_run_says_the_same_and_stores_nothing(house: House) -> None:
    planned = await house.take(FILE, dry_run=True)
    assert "Dry run, nothing was stored. It would be: 4 thank-yous to 4 people" in planned
    for table, there in ((Thanks, 0), (Audit, 0), (Member, 3)):
        assert await house.count(table) == there
    done = await house.take(FILE)
    assert done.replace("Imported: ", "") == planned.replace("Dry run, nothing was stored. It would be: ", "")


async def test_with_any_error_nothing_is_stored_and_all_are_told(house: House) -> None:
    bad = FILE + (
        "01/02/2024,Ana,João,x,,,\n"
        "2024-03-03,Anna,João,x,,,\n"
        "2024-03-03,Ana,Helper,x,,,\n"
        "2024-03-03,Ana,Ana,x,,,\n"
        "2024-03-03,Ana,gone@example.org,x,,,\n"
    )
    found = await house.wrong(bad)
    assert [one[:2] for one in found] == [
        (6, "date"),
        (7, "giver"),
        (8, "recipient"),
        (9, "recipient"),
        (10, "recipient"),
    ]
    assert house.slack.asked == 1
    assert await house.wrong(FILE, asks=False) == [
        (
            3,
            "recipient",
            "'new@example.org' cannot be looked up: Slack has to be asked, and SLACK_BOT_TOKEN is not set.",
        )
    ]
    mended = bad.replace("01/02/2024", "2024-02-01").replace("Helper", GRACE).replace("Ana,Ana", "Ana,João")
    done = await house.take(mended, people=[f"Anna={GRACE}", f"gone@example.org={JOAO}"])
    assert "Imported: 9 thank-yous" in done


async def test_a_failure_half_way_leaves_nothing_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    many = "date,from,to,message\n" + "".join(f"2024-03-01,Ana,João,{at}\n" for at in range(BATCH + 10))

    class Breaks:
        def __enter__(self) -> Breaks:
            return self

        def __exit__(self, *_: object) -> None: ...

        def update(self, count: int) -> None:
            if count == 10:
                raise OSError("the terminal is gone")

    monkeypatch.setattr("app.commands_import._bar", lambda *_: Breaks())
    with pytest.raises(OSError):
        await house.take(many, asks=False)
    assert (await house.count(Thanks), await house.count(ThanksRecipient), await house.count(Audit)) == (0, 0, 0)


async def test_a_reader_of_changes_misses_nothing_of_a_long_import(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "date,from,to,message\n" + "".join(f"2024-03-01,Ana,João,{at}\n" for at in range(BATCH + 10))
    clock, began = house.clock, house.clock.now()

    class Slow:
        def __enter__(self) -> Slow:
            return self

        def __exit__(self, *_: object) -> None: ...

        def update(self, count: int) -> None:
            if count > 1:
                clock.move(timedelta(seconds=20))

    monkeypatch.setattr("app.commands_import._bar", lambda *_: Slow())
    await house.take(many, asks=False)
    async with house.db.read_only() as session:
        early = await changes(session, 1, settled_before=began + timedelta(seconds=40))
        late = await changes(session, 1, settled_before=began + timedelta(seconds=81))
    assert (len(early[0]), len(late[0])) == (0, BATCH + 10)


async def test_an_id_is_one_thank_you_and_another_tools_same_id_is_not_taken_for_it(house: House) -> None:
    ids = "id,date,from,to,message\n1,2024-03-01,Ana,João,x\n2,2024-03-01,Ana,João,x\n1,2024-03-01,Ana,Grace,x\n"
    assert "2 thank-yous to 2 people" in await house.take(ids)
    # Edited over there since: still the same.
    assert "0 thank-yous to 0 people added, 2 there already" in await house.take(ids.replace(",x", ",better"))
    found = await house.wrong(ids.replace("2024-03-01,Ana", "2025-01-01,Ana"))
    assert [one[:2] for one in found] == [(2, "id")] and "Also on line 3." in found[0][2]
    without = await house.take(ids.replace("2024-03-01,Ana", "2025-01-01,Ana"), maps=["id="])
    assert "3 thank-yous to 2 people" in without


async def test_what_was_imported_stays_off_the_cards_until_its_recipient_wants_it(house: House) -> None:
    await house.take(FILE)
    async with house.db.transaction() as session:
        workspace = await session.get_one(Workspace, 1)
        workspace.settings = {"thanks": {"unanswered": "show"}}
        first = (await session.exec(select(Thanks).where(col(Thanks.community_id) == 1))).one()
        for act in ("hide", "unhide"):
            await moderate(session, 1, first.key, Keeper(ANA, True), act, "a try", house.clock.now())
        person = (await session.exec(select(ThanksRecipient).where(ThanksRecipient.thanks_id == first.id))).one()
        assert person.shown_at is None
    assert await house.count(ThanksCard) == 0
