"""Our own export comes back in: where it is from nothing is added, elsewhere it says the same."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import StillClock
from app.commands_import import Wish, take_in
from app.db import Database
from app.exports.cells import harmless
from app.exports.recognition import write_recognition
from app.exports.shapes import Order
from app.thanks.import_parsing import unprotected
from models import Community, Member, Thanks, ThanksRecipient, Workspace

ANA, JOAO, GRACE = "U0ANA00003", "U0JOAO0002", "U0GRACE004"
SAME = ("given_at", "giver_id", "recipient_id", "reason", "value", "community", "status", "hidden", "private")


@pytest.fixture
async def house(db: Database, clock: StillClock) -> Database:
    """Two installations with the same people and one community each; a log in the first."""
    now = clock.now()
    async with db.transaction() as session:
        session.add_all(Workspace(id=at, team_id=f"T{at}", name="One", created_at=now) for at in (1, 2))
        await session.flush()
        for at in (1, 2):
            session.add_all(
                Member(workspace_id=at, slack_id=one, name=one, seen_at=now) for one in (ANA, JOAO, GRACE)
            )
            session.add(Community(id=at, workspace_id=at, slug="malaria", name="Malaria", updated_at=now))
        rows = [
            {"reason": "=HYPERLINK(1)", "value": "sharing", "community_id": 1},
            {"reason": 'l’équipe « nets »;\n"two" lines', "giver": JOAO},
            {"reason": "between us", "channel_kind": "private", "channel_id": "G1"},
            {"reason": "one of many", "status": "not_counted"},
            {"reason": "shown to nobody", "hidden": True},
        ]
        for at, row in enumerate(rows):
            given = {"giver": ANA, "created_at": now - timedelta(days=at, microseconds=5), "updated_at": now, **row}
            made = Thanks(workspace_id=1, key=f"own-{at}", **given)
            session.add(made)
            await session.flush()
            people = (GRACE,) if given["giver"] == JOAO else (JOAO, GRACE)
            about = {"workspace_id": 1, "thanks_id": made.id or 0, "created_at": made.created_at}
            session.add_all(ThanksRecipient(slack_id=one, **about) for one in people)
    return db


async def exported(database_url: str, workspace_id: int, **how: str) -> bytes:
    sink = io.BytesIO()
    await asyncio.to_thread(write_recognition, database_url, workspace_id, Order(bom=True, **how), sink)  # type: ignore[arg-type]
    return sink.getvalue()


def told(data: bytes) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in SAME) for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]


async def test_our_own_log_is_known_again_and_says_the_same_elsewhere(
    house: Database, database_url: str, clock: StillClock
) -> None:
    data = await exported(database_url, 1, zone="Africa/Nairobi")
    assert "0 thank-yous to 0 people added, 5 there already" in await take_in(
        house, None, clock, 1, data, Wish(), name="ours.csv"
    )
    for word in ("5 thank-yous to 2 people", "0 thank-yous to 0 people added, 5 there already"):
        assert word in await take_in(house, None, clock, 2, data, Wish(), name="ours.csv")
    assert len(told(data)) == 9
    assert told(await exported(database_url, 2, zone="Africa/Nairobi")) == told(data)
    # Numbers of another installation say nothing here.
    others = data.replace(b"2026-11-", b"2025-11-")
    assert "5 thank-yous to 2 people, given 2025-11-19 to 2025-11-23" in await take_in(
        house, None, clock, 1, others, Wish(), name="theirs.csv"
    )


@given(st.text(max_size=10) | st.from_regex(r"[\s\u200b]{0,2}[=+@\uff1d\u2212-][a-z]{0,3}"))
def test_what_an_export_made_harmless_is_read_as_it_was(text: str) -> None:
    # One that began so by itself cannot be told apart, and stays one that spreadsheets leave alone.
    if not text.startswith("'"):
        assert unprotected(harmless(text)) == text
