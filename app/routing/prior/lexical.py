"""Topics that share a draft's rarest words, by the database's own text search."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from app.routing.prior.rows import dialect_of, run
from app.routing.prior.words import FUNCTION_WORDS

RAREST = 8
CANDIDATES = 100
# Ranking costs a microsecond or two a matching topic; frequent words beyond this many matches are left out.
MATCHES = 12_000
_COUNTS_KEPT = 20_000
_COUNTS_FRESH = timedelta(minutes=30)

_SQLITE_COUNTS = text("SELECT term, doc FROM topic_search_words WHERE term IN :words").bindparams(
    bindparam("words", expanding=True)
)
_POSTGRESQL_TOTAL = text("SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'topic_search'::regclass")
_POSTGRESQL_COUNTS = text(
    """SELECT words.word, words.share FROM pg_stats,
        unnest(most_common_elems::text::text[], most_common_elem_freqs) AS words(word, share)
    WHERE schemaname = current_schema() AND tablename = 'topic_search' AND attname = 'words'
        AND words.word IS NOT NULL"""
)


@dataclass(frozen=True)
class Found:
    """Ids of topics that share rare words, and what each of the draft's words tells (0 for function words)."""

    ids: tuple[int, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)


class Lexical:
    """Text search with remembered word counts; one for a process. Counts may be half an hour old."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._total = 1
        self._counted_at: datetime | None = None

    async def find(
        self,
        session: AsyncSession,
        workspace_id: int,
        words: Sequence[str],
        *,
        categories: Collection[int] | None,
        now: datetime,
    ) -> Found:
        """Up to 100 topics sharing the draft's rarest words (at most 8), and the weight of every word."""
        told = [word for word in words if word not in FUNCTION_WORDS]
        if not told:
            return Found()
        sqlite = dialect_of(session) == "sqlite"
        await (self._count_sqlite(session, told, now) if sqlite else self._count_postgresql(session, now))
        counts = {word: self._counts.get(word, 0) for word in told}
        weights = dict.fromkeys(words, 0.0) | {word: self._weight(count) for word, count in counts.items()}
        if sqlite:
            # A word that no topic has is a slip or small talk more often than the heart of the matter.
            weights |= {word: weight / 2 for word, weight in weights.items() if counts.get(word) == 0}
        chosen, broad = rarest(counts, known=sqlite)
        if not chosen:
            return Found((), weights)
        search = _search_sqlite if sqlite else _search_postgresql
        return Found(await search(session, workspace_id, chosen, weights, categories, broad), weights)

    def _weight(self, count: int) -> float:
        return math.log(1 + self._total / (count + 0.5))

    async def _count_sqlite(self, session: AsyncSession, words: Sequence[str], now: datetime) -> None:
        stale = self._counted_at is None or now - self._counted_at > _COUNTS_FRESH
        if stale or len(self._counts) > _COUNTS_KEPT:
            self._counts = {}
            self._counted_at = now
        self._total = (await run(session, text("SELECT coalesce(max(id), 1) FROM topic"))).scalar_one()
        unknown = [word for word in words if word not in self._counts]
        if unknown:
            rows = await run(session, _SQLITE_COUNTS, {"words": unknown})
            # A word that is nowhere yet is not remembered: the next topic may bring it.
            self._counts.update({row.term: row.doc for row in rows})

    async def _count_postgresql(self, session: AsyncSession, now: datetime) -> None:
        # Reading how often each word occurs would take minutes; the planner keeps a list of the frequent ones.
        if self._counted_at is not None and now - self._counted_at <= _COUNTS_FRESH and self._counts:
            return
        self._counted_at = now
        self._total = max(1, int((await run(session, _POSTGRESQL_TOTAL)).scalar_one()))
        rows = await run(session, _POSTGRESQL_COUNTS)
        self._counts = {word: max(1, int(share * self._total)) for word, share in rows}


def rarest(counts: Mapping[str, int], *, known: bool) -> tuple[tuple[str, ...], bool]:
    """The words to search for, rarest first, and whether even the rarest is too frequent to rank all its topics.

    `known`: a count of 0 means the word occurs nowhere; otherwise it means only that it is not frequent.
    """
    # Of words not known to be frequent the longer is the likelier to be rare.
    there = [word for word, count in counts.items() if count or not known]
    ordered = sorted(there, key=lambda word: (counts[word], -len(word)))
    if not ordered:
        return (), False
    if counts[ordered[0]] > MATCHES:
        return tuple(ordered[:3]), True
    chosen: list[str] = []
    total = 0
    for word in ordered[:RAREST]:
        total += counts[word]
        if chosen and total > MATCHES:
            break
        chosen.append(word)
    return tuple(chosen), False


async def _search_sqlite(
    session: AsyncSession,
    workspace_id: int,
    words: Sequence[str],
    weights: Mapping[str, float],
    categories: Collection[int] | None,
    broad: bool,
) -> tuple[int, ...]:
    # Words are letters and digits only, so quoting them is enough.
    query = (" AND " if broad else " OR ").join(f'"{word}"' for word in words)
    # Ranking hundreds of thousands of topics takes too long: of those that have all the words, the newest.
    order = "topic_search.rowid DESC" if broad else "rank"
    allowed = "" if categories is None else " AND t.category_id IN :categories"
    values: dict[str, object] = {"query": query, "workspace": workspace_id, "most": 2 * CANDIDATES}
    first = text(
        f"""SELECT t.id FROM (SELECT rowid AS id FROM topic_search WHERE topic_search MATCH :query
            ORDER BY {order} LIMIT :most) AS found
        LEFT JOIN topic AS t ON t.id = found.id AND t.workspace_id = :workspace{allowed}"""  # noqa: S608
    )
    second = text(
        f"""SELECT t.id FROM topic_search JOIN topic AS t ON t.id = topic_search.rowid
        WHERE topic_search MATCH :query AND t.workspace_id = :workspace{allowed}
        ORDER BY {order} LIMIT :most"""  # noqa: S608
    )
    if categories is not None:
        first = first.bindparams(bindparam("categories", expanding=True))
        second = second.bindparams(bindparam("categories", expanding=True))
        values["categories"] = list(categories)
    best = [row[0] for row in await run(session, first, values)]
    mine = [one for one in best if one is not None]
    if len(best) == 2 * CANDIDATES and len(mine) < CANDIDATES // 2:
        # Other workspaces or categories crowd the best ones out: ask again, each topic checked before ranking.
        mine = [row[0] for row in await run(session, second, values)]
    return tuple(mine[:CANDIDATES])


async def _search_postgresql(
    session: AsyncSession,
    workspace_id: int,
    words: Sequence[str],
    weights: Mapping[str, float],
    categories: Collection[int] | None,
    broad: bool,
) -> tuple[int, ...]:
    allowed = "" if categories is None else " AND category_id = ANY(:categories)"
    values: dict[str, object] = {"workspace": workspace_id, "most": CANDIDATES}
    if categories is not None:
        values["categories"] = list(categories)
    if broad:
        values["query"] = " & ".join(f"'{word}'" for word in words)
        statement = f"""SELECT topic_id FROM topic_search WHERE words @@ CAST(:query AS tsquery)
            AND workspace_id = :workspace{allowed} LIMIT :most"""  # noqa: S608
    else:
        # ts_rank knows no rarity and reads every tsvector: the sum of the words' weights ranks better and cheaper.
        branches = []
        for place, word in enumerate(words):
            values[f"word{place}"] = f"'{word}'"
            values[f"weight{place}"] = weights[word]
            branches.append(
                f"""(SELECT topic_id, CAST(:weight{place} AS float8) AS weight FROM topic_search
                WHERE words @@ CAST(:word{place} AS tsquery) AND workspace_id = :workspace{allowed}
                LIMIT {MATCHES // 4})"""  # noqa: S608
            )
        statement = f"""SELECT topic_id FROM ({" UNION ALL ".join(branches)}) AS found
            GROUP BY topic_id ORDER BY sum(weight) DESC, topic_id DESC LIMIT :most"""  # noqa: S608
    return tuple(row[0] for row in await run(session, text(statement), values))
