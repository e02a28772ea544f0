"""Earlier topics are found, stay true to their rows, and never stand in the way of an answer."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from app.db import Database
from app.routing.prior import PriorTopic, PriorWork, changed, encode_topics, schema, store, waiting
from models import Topic
from tests.services.prior_fixtures import (
    NOW,
    TrigramEncoders,
    add,
    encode_all,
    fresh_database,
    postgres_answers,
    topic,
)

TITLES = (
    "Job aid on postpartum haemorrhage for midwives",
    "Cold chain monitoring with loggers in remote districts",
    "Formation des agents de santé communautaire sur la pneumonie",
    "How do you pay community health workers on time?",
    "Checklist for newborn resuscitation drills",
    "Lições aprendidas da campanha de mosquiteiros",
    "Mwongozo wa chanjo ya surua kwa wahudumu wa afya",
    "دليل الرضاعة الطبيعية للأمهات",
    "Stock-outs of oxytocin: what did you do?",
    "Radio spots about family planning for young couples",
)
STORY = "I have a job aid on postpartum haemorrhage, has anyone made one?"


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "postgresql" and not postgres_answers():
        pytest.skip("no PostgreSQL answers")
    async with fresh_database(request.param, tmp_path, f"prior_{os.getpid()}") as fresh:
        await add(fresh, [topic(n, title, category_id=n % 3) for n, title in enumerate(TITLES, 1)])
        yield fresh


async def ask(prior: PriorWork, database: Database, draft: str, **options: object) -> tuple[PriorTopic, ...]:
    values = {"now": NOW, **options}
    async with database.read_only() as session:
        return await prior.find(session, int(values.pop("workspace_id", 1)), draft, **values)


async def test_a_draft_meets_its_earlier_topic(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    found = await ask(PriorWork(encoders), database, STORY)
    assert found[0].forum_id == 1
    assert found[0].title == TITLES[0]
    assert (found[0].author, found[0].slug, found[0].answered) == ("amina", "topic-1", False)
    assert set(found[0].matched) >= {"job", "aid", "postpartum", "haemorrhage"}
    assert found[0].score > 0.5


async def test_every_title_finds_itself_whatever_its_script_or_case(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    for prior in (PriorWork(encoders), PriorWork(None)):
        for number, title in enumerate(TITLES, 1):
            found = await ask(prior, database, title.upper())
            assert found and found[0].forum_id == number, title


async def test_accents_do_not_matter_to_words(database: Database) -> None:
    found = await ask(PriorWork(None), database, "FORMATION DES AGENTS DE SANTE COMMUNAUTAIRE: pneumonie")
    assert [one.forum_id for one in found] == [3]


async def test_unrelated_drafts_are_told_nothing(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    for draft in ("Zebra crossings", "xyzzy quux", "Thank you so much for your help!", "for the and on"):
        assert await ask(PriorWork(encoders), database, draft) == ()
        assert await ask(PriorWork(None), database, draft) == ()


async def test_without_encoders_words_alone_answer(database: Database) -> None:
    encoders = TrigramEncoders()
    encoders.broken = True
    for prior in (PriorWork(encoders), PriorWork(None)):
        assert (await ask(prior, database, STORY))[0].forum_id == 1


async def test_topics_that_wait_for_their_vectors_are_found_by_words(database: Database) -> None:
    assert (await ask(PriorWork(TrigramEncoders()), database, STORY))[0].forum_id == 1


async def test_a_misspelt_draft_needs_the_vectors(database: Database) -> None:
    encoders = TrigramEncoders()
    draft = "newbornn resuscitatoin drils cheklist"
    assert await ask(PriorWork(encoders), database, draft) == ()
    await encode_all(database, encoders)
    assert (await ask(PriorWork(encoders), database, draft))[0].forum_id == 5


async def test_swahili_goes_by_the_encoder_that_knows_it(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    asked = encoders.encoded
    found = await ask(PriorWork(encoders), database, "mwongozo wa chanjo ya suraa", language="sw")
    assert found[0].forum_id == 7
    assert encoders.encoded == asked + 1


async def test_only_the_categories_a_person_may_see(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    for prior in (PriorWork(encoders), PriorWork(None)):
        assert await ask(prior, database, STORY, categories=frozenset({2})) == ()
        assert await ask(prior, database, STORY, categories=frozenset()) == ()
        # Without the floor: how rare a word is counts as changes whenever PostgreSQL gathers its statistics.
        assert (await ask(prior, database, STORY, categories=frozenset({1}), floor=0.0))[0].forum_id == 1


async def test_another_workspace_sees_nothing_of_it(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    assert await ask(PriorWork(encoders), database, STORY, workspace_id=2) == ()


async def test_a_crowd_in_another_workspace_hides_nothing(database: Database) -> None:
    await add(database, [topic(n, TITLES[0], workspace_id=2) for n in range(1, 260)])
    assert (await ask(PriorWork(None), database, TITLES[0]))[0].forum_id == 1


async def test_an_edited_topic_is_judged_by_its_new_words(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    prior = PriorWork(encoders)
    assert await ask(prior, database, STORY)
    async with database.transaction() as session:
        row = (await session.exec(select(Topic).where(Topic.forum_id == 1))).one()
        row.title = "Beekeeping for beginners"
    assert await ask(prior, database, STORY) == ()
    assert (await ask(prior, database, "beekeeping for beginners"))[0].forum_id == 1
    assert await encode_all(database, encoders) == 2
    found = await ask(prior, database, "beekeping for beginers", now=NOW + timedelta(seconds=4))
    assert found[0].title == "Beekeeping for beginners"


async def test_a_deleted_topic_is_gone_at_once(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    prior = PriorWork(encoders)
    assert await ask(prior, database, STORY)
    async with database.transaction() as session:
        await session.delete((await session.exec(select(Topic).where(Topic.forum_id == 1))).one())
    assert await ask(prior, database, STORY) == ()
    assert await ask(prior, database, STORY) == ()


async def test_a_moved_topic_is_found_in_its_new_category(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    prior = PriorWork(encoders)
    await ask(prior, database, STORY)
    async with database.transaction() as session:
        row = (await session.exec(select(Topic).where(Topic.forum_id == 5))).one()
        row.category_id = 9
        await session.flush()
        await changed(session, 1, [5])
    draft = "newbornn resuscitatoin drils cheklist"
    assert await ask(prior, database, draft, categories=frozenset({2})) == ()
    later = NOW + timedelta(seconds=4)
    assert (await ask(prior, database, draft, categories=frozenset({9}), now=later))[0].forum_id == 5


async def test_another_process_sees_new_topics_within_seconds(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    prior = PriorWork(encoders)
    async with database.read_only() as session:
        await prior.load(session, 1)
    await add(database, [topic(50, "Dashboard templates for malaria surveillance")])
    await encode_all(database, encoders)
    draft = "dashbord templats for malarria surveilance"
    found = await ask(prior, database, draft, now=NOW + timedelta(seconds=4))
    assert found[0].forum_id == 50


async def test_a_version_is_never_given_out_twice(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    prior = PriorWork(encoders)
    await ask(prior, database, STORY)
    # The topic with the highest version goes; the next one encoded has a lower id than what was read last.
    async with database.transaction() as session:
        await changed(session, 1, [10])
    await ask(prior, database, STORY, now=NOW + timedelta(seconds=4))
    async with database.transaction() as session:
        await session.delete((await session.exec(select(Topic).where(Topic.forum_id == 10))).one())
        row = (await session.exec(select(Topic).where(Topic.forum_id == 2))).one()
        row.title = "Beekeeping for beginners"
    await encode_all(database, encoders)
    found = await ask(prior, database, "bekeeping for beginers", now=NOW + timedelta(seconds=8))
    assert found[0].forum_id == 2


async def test_a_topic_edited_while_it_is_encoded_waits_again(database: Database) -> None:
    encoders = TrigramEncoders("use")
    async with database.read_only() as session:
        work = await waiting(session, 1, 3, models=encoders.available)
    assert [one.title for one in work] == list(reversed(TITLES[-3:]))
    encoded = await encode_topics(encoders, work)
    async with database.transaction() as session:
        row = (await session.exec(select(Topic).where(Topic.forum_id == 10))).one()
        row.title = "Something else"
    async with database.transaction() as session:
        assert await store(session, 1, encoded) == 2
    async with database.read_only() as session:
        assert (await waiting(session, 1, 3, models={"use"}))[0].title == "Something else"


async def test_text_search_can_be_taken_away_and_put_back(database: Database) -> None:
    dialect = "sqlite" if database.on_sqlite else "postgresql"
    async with database.engine.begin() as connection:
        for statement in (*schema.downgrade(dialect), *schema.upgrade(dialect)):
            await connection.execute(text(statement))
    assert (await ask(PriorWork(None), database, STORY))[0].forum_id == 1


async def test_any_text_gets_an_answer(database: Database) -> None:
    encoders = TrigramEncoders()
    await encode_all(database, encoders)
    prior = PriorWork(encoders)
    async with database.read_only() as session:

        @settings(
            max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
        )
        @example("")
        @example("\x00 NUL \ud800 half")
        @example("word " * 20_000)
        @example("x" * 100_000)
        @example('"quoted" AND NEAR(a, b) OR NOT * ^ \' -- ; title:job')
        @example("👩🏾‍⚕️ <!channel> @name مرحبا 日本語 हिन्दी ﷽ ǅ İ ß")
        @given(st.text(max_size=80))
        def collect(draft: str) -> None:
            drafts.append(draft)

        drafts: list[str] = []
        collect()
        for draft in drafts:
            found = await prior.find(session, 1, draft, now=NOW)
            assert len(found) <= 3
            assert all(one.score >= 0.5 for one in found)
