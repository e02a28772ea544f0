"""The ranker on files: a directory, JSON lines of queries, JSON lines of answers."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from app.communities.files import read_file
from app.errors import NotUnderstood
from app.routing.ranking.encoders import ChildEncoders, NoEncoders
from app.routing.ranking.ranker import Ranker
from app.routing.ranking.shapes import CommunityText, Encoders, Feedback, Ranking

# A file has time: better to wait for an encoder on a busy machine than to answer without it.
_PATIENCE = 60.0
_READY = 120.0
_IMPORTED = (".yaml", ".yml", ".csv", ".tsv")
_EXAMPLES = {
    "queries": '{"id": "1", "text": "a job aid on malaria nets, in French"}',
    "feedback": '{"text": "a job aid on malaria nets", "community": "malaria", "person": "ana"}',
}


@dataclass(frozen=True)
class FileQuery:
    """One line of a query file."""

    id: str
    text: str


def read_directory(path: Path) -> tuple[CommunityText, ...]:
    """The communities of a file: YAML or a table as they are imported, without those that are never suggested.

    Any other ending is read as JSON, {"communities": [...]} or a bare list, where any field but `id` may be missing.
    Raises NotUnderstood with what is wrong with the file, or ImportProblems and NotFound as an import does.
    """
    if path.suffix.lower() in _IMPORTED:
        return tuple(
            CommunityText(one.slug, one.name, one.purpose, one.keywords, one.languages, one.examples)
            for one in read_file(path)
            if one.status not in ("archived", "proposed")
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NotUnderstood(f"{path} is not a JSON, YAML or CSV file that can be read: {error}") from error
    listed = content.get("communities") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise NotUnderstood(f'{path} has no list of communities; write {{"communities": [{{"id": …, "name": …}}]}}.')
    return tuple(_community(entry, place) for place, entry in enumerate(listed, start=1))


def _community(entry: Any, place: int) -> CommunityText:
    if not isinstance(entry, dict) or not str(entry.get("id") or entry.get("name") or ""):
        raise NotUnderstood(f'Community {place} has neither "id" nor "name".')
    name = str(entry.get("name") or entry["id"])
    return CommunityText(
        str(entry.get("id") or name),
        name,
        str(entry.get("purpose") or entry.get("description") or ""),
        _texts(entry.get("keywords")),
        _texts(entry.get("languages")),
        _texts(entry.get("examples")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(one) for one in value if one) if isinstance(value, list) else ()


def read_queries(lines: Iterable[str]) -> Iterator[FileQuery]:
    """Queries, one JSON object a line with "text" and perhaps "id"; empty lines are skipped. Raises NotUnderstood."""
    for number, row in _objects(lines, "queries"):
        yield FileQuery(str(row.get("id", number)), str(row.get("text") or row.get("query") or ""))


def read_feedback(lines: Iterable[str]) -> tuple[Feedback, ...]:
    """Feedback, oldest first: "text" and "community" (or "label", "labels"), perhaps "person" and "kind".

    A line without a person is a person of its own: the cap on one person's sway needs a name. Raises NotUnderstood.
    """
    found = []
    for number, row in _objects(lines, "feedback"):
        person = str(row.get("person") or row.get("user") or f"line {number}")
        kind = str(row.get("kind") or row.get("act") or "accepted")
        named = row.get("community") or row.get("label") or row.get("labels") or ()
        for community in [named] if isinstance(named, str) else named:
            found.append(
                Feedback(
                    str(row.get("text") or ""),
                    str(community),
                    person,
                    "rejected" if kind.startswith("reject") else "accepted",
                )
            )
    return tuple(found)


def _objects(lines: Iterable[str], what: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            shown = f"Write one JSON object a line, like {_EXAMPLES[what]}"
            raise NotUnderstood(f"Line {number} of the {what} is not JSON ({error}). {shown}") from error
        if not isinstance(row, dict):
            raise NotUnderstood(f'Line {number} of the {what} is not an object with "text": {_EXAMPLES[what]}')
        yield number, row


def answer_line(query: FileQuery, ranking: Ranking) -> str:
    """One answer: {"id", "ranked": [{"id", "score"}…], "confidence", "none"} and what else a reader may want."""
    first = ranking.ranked[0].reasons if ranking.ranked else ()
    return json.dumps(
        {
            "id": query.id,
            "ranked": [{"id": one.id, "score": one.score} for one in ranking.ranked],
            "confidence": ranking.confidence,
            "none": ranking.verdict == "none",
            "verdict": ranking.verdict,
            "language": ranking.language,
            "method": ranking.method,
            "reasons": [{name: value for name, value in vars(reason).items() if value} for reason in first],
        },
        ensure_ascii=False,
    )


def run(
    directory_path: Path,
    queries: TextIO,
    out: TextIO,
    feedback_path: Path | None = None,
    *,
    cache_dir: Path | None = None,
    words_only: bool = False,
) -> int:
    """Answer every query line, in order; returns how many. Raises NotUnderstood for files that cannot be read.

    `words_only` does without the encoders, as ENCODERS=off does.
    """
    directory = read_directory(directory_path)
    asked = list(read_queries(queries))
    feedback: tuple[Feedback, ...] = ()
    if feedback_path:
        try:
            with feedback_path.open(encoding="utf-8") as lines:
                feedback = read_feedback(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise NotUnderstood(f"{feedback_path} cannot be read: {error}") from error
    return asyncio.run(_run(directory, asked, out, feedback, cache_dir, words_only))


async def _run(
    directory: Sequence[CommunityText],
    asked: Sequence[FileQuery],
    out: TextIO,
    feedback: Sequence[Feedback],
    cache_dir: Path | None,
    words_only: bool,
) -> int:
    threads = min(os.cpu_count() or 1, 2)
    encoders: Encoders = (
        NoEncoders() if words_only else ChildEncoders(threads=threads, text_seconds=20.0, start_seconds=_READY)
    )
    await encoders.start()
    ranker = Ranker(encoders, cache_dir=cache_dir, patience=_PATIENCE)
    try:
        await ranker.prepare(directory, feedback, seconds=_READY)
        await ranker.warm([query.text for query in asked])
        for query in asked:
            ranking = await ranker.rank(query.text, directory, feedback)
            out.write(answer_line(query, ranking) + "\n")
        out.flush()
    finally:
        await ranker.close()
        await encoders.close()
    return len(asked)
