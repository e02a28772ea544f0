"""A recognition log of any length, made by the database itself: the same rows each time, on both databases.

People are drawn unevenly, as in life: a few give and get much. Reasons have accents, quotes, line breaks and, at
times, what a spreadsheet would take for a formula. Every tenth thanks is to two people, every fifth is seconded.
"""

from __future__ import annotations

import time

from sqlalchemy import text
from sqlmodel import SQLModel

from app.db import Database
from models import Member, Thanks, ThanksRecipient, ThanksSecond

PEOPLE = 5000
# A log of three years, whatever its length.
SECONDS = 3 * 365 * 86_400

_SERIES = "with recursive series(n) as (select 1 union all select n + 1 from series where n < :count)"
_WORKSPACE = "(select min(id) from workspace)"
# Spread numbers evenly, then bend: the cube makes the first people far more frequent than the last.
_PERSON = "'UBENCH' || (((n * {prime}) % 10000) * ((n * {prime}) % 10000) * ((n * {prime}) % 10000) / 200000000)"
_WORDS = (
    "the malaria brief that saved our team a week",
    "« très clair », les fiches sur l''hémorragie",
    'answering "how do we count nets?" in five minutes',
    "o guia de formação, com exemplos",
    "two pages, no jargon' || {newline} || 'and a map",
    '=HYPERLINK("https://example.org")',
    "+1 for the slides",
    "translating the job aid into Kiswahili and testing it with three health workers before the meeting",
)


async def fill(db: Database, count: int) -> None:
    """Add so many thanks, with people, recipients and seconds, to the first workspace; then gather statistics."""
    async with db.engine.connect() as connection:
        if not db.on_sqlite:
            await connection.execute(text("set statement_timeout = 0"))
        for statement in _statements(db.on_sqlite):
            given = {"count": PEOPLE if ":people" in statement else count}
            await connection.execute(text(statement.replace(":people", ":count")), given)
        await connection.commit()
        await connection.execute(text("analyze"))
        await connection.commit()


def _statements(on_sqlite: bool) -> list[str]:
    newline = "char(10)" if on_sqlite else "chr(10)"
    if on_sqlite:
        moment = f"strftime('%Y-%m-%d %H:%M:%S', 1700000000 + n * {SECONDS} / :count, 'unixepoch') || '.000000'"
    else:
        # A number of a large type, so that the product does not run over.
        moment = f"to_timestamp(1700000000 + n::bigint * {SECONDS} / :count)"
    person = _PERSON if on_sqlite else _PERSON.replace("(n *", "(n::bigint *")
    words = " ".join(f"when {number} then '{one.format(newline=newline)}'" for number, one in enumerate(_WORDS))
    community = (
        f"(select min(id) from community where workspace_id = {_WORKSPACE}) + n % "
        f"(select count(*) from community where workspace_id = {_WORKSPACE})"
    )
    # No reference on the left of the join: the key finds each thanks.
    log = f"series join thanks t on t.workspace_id = {_WORKSPACE} and t.\"key\" = 'bench-' || n"
    second = f"'UBENCH' || (n % {PEOPLE})"
    return [
        _insert(
            Member,
            slack_id="'UBENCH' || (n - 1)",
            name="'Zoë Person ' || n",
            zone="'UTC'",
            locale="'en'",
            seen_at=moment,
        ).replace(":count", ":people"),
        _insert(
            Thanks,
            key="'bench-' || n",
            giver=person.format(prime=7919),
            reason=f"case n % {len(_WORDS)} {words} end",
            value="case n % 7 when 0 then 'sharing' when 1 then 'mentoring' when 2 then 'translating' else '' end",
            community_id=f"case when n % 5 = 0 then null else {community} end",
            source="case n % 10 when 0 then 'form' when 1 then 'shortcut' when 2 then 'forum' else 'command' end",
            status="case when n % 500 = 0 then 'withdrawn' when n % 900 = 0 then 'not_counted' else 'counted' end",
            hidden="n % 2000 = 0",
            channel_id="'C' || (n % 60)",
            channel_kind="case n % 9 when 0 then 'private' when 1 then 'direct' else 'public' end",
            created_at=moment,
            updated_at=moment,
        ),
        _insert(
            ThanksRecipient, log, thanks_id="t.id", slack_id=person.format(prime=104729), created_at="t.created_at"
        ),
        _insert(ThanksRecipient, log, thanks_id="t.id", slack_id=second, created_at="t.created_at")
        + " where n % 10 = 0 and not exists (select 1 from thanks_recipient r"
        f" where r.thanks_id = t.id and r.slack_id = {second})",
        _insert(
            ThanksSecond,
            log,
            thanks_id="t.id",
            slack_id=second,
            channel_id="'C1'",
            message_ts="'1.0'",
            emoji="'tada'",
            created_at="t.created_at",
        )
        + " where n % 5 = 0",
    ]


def _insert(model: type[SQLModel], rows_from: str = "series", /, **given: str) -> str:
    """Rows of a model from the series: each column an expression, or its default."""
    columns = {"workspace_id": _WORKSPACE, **given}
    for name, field in model.model_fields.items():
        if name not in columns and name != "id" and not field.is_required() and field.default is not None:
            columns[name] = f"'{field.default}'" if isinstance(field.default, str) else str(field.default).lower()
    names = ", ".join(f'"{name}"' for name in columns)
    return (
        f"insert into {model.__tablename__} ({names}) {_SERIES} select {', '.join(columns.values())} from {rows_from}"
    )


async def filled(db: Database, count: int) -> float:
    """Fill, and say how many seconds it took."""
    began = time.perf_counter()
    await fill(db, count)
    return time.perf_counter() - began
