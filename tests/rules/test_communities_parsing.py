"""A directory file is read whole, or every problem in it is named with its line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.communities.files import read_file
from app.communities.parsing import parse
from app.communities.shapes import CategoryRef, ChannelRef
from app.errors import ImportProblems, NotFound

ROOT = Path(__file__).parents[2]


def problems(data: bytes | str, kind: str = "") -> list[tuple[int, str]]:
    with pytest.raises(ImportProblems) as caught:
        parse(data, kind)
    return [(one.line, one.field) for one in caught.value.problems]


def said(data: bytes | str, kind: str = "") -> str:
    with pytest.raises(ImportProblems) as caught:
        parse(data, kind)
    return caught.value.message


FULL_YAML = """\
communities:
  - id: maternal-health
    name: Maternal Health
    purpose: Safer births.
    keywords: [postpartum haemorrhage, "parto: seguro"]
    languages: [en, no]
    leads: [U0ANA00003, "<@W0BEN00004|ben>"]
    channels:
      - {id: C0MNH00001, name: "#cop-mnh"}
      - id: G0LEADS001
        private: true
      - C0PLAIN001
    categories: [12, {id: 13, name: Newborns}]
    examples: ["Job aid: PPH"]
    last_active_at: 2026-05-01
  - {id: old, name: Old, purpose: Was., status: merged, merged_into: maternal-health}
"""


def test_a_yaml_file_says_everything_a_community_has() -> None:
    first, second = parse(FULL_YAML, "yaml")
    assert first.slug == "maternal-health"
    assert first.keywords == ("postpartum haemorrhage", "parto: seguro")
    assert first.languages == ("en", "no"), "YAML's no is Norwegian here"
    assert first.leads == ("U0ANA00003", "W0BEN00004")
    assert first.channels == (
        ChannelRef("C0MNH00001", "cop-mnh"),
        ChannelRef("G0LEADS001", "", True),
        ChannelRef("C0PLAIN001"),
    )
    assert first.categories == (CategoryRef(12), CategoryRef(13, "Newborns"))
    assert first.last_active_at == datetime(2026, 5, 1, tzinfo=UTC)
    assert (second.status, second.merged_into) == ("merged", "maternal-health")


def test_what_a_file_leaves_out_is_told_apart_from_what_it_empties() -> None:
    (entry,) = parse("- {id: km, name: KM, purpose: Learn., leads: [], channels: }", "yaml")
    assert {"leads", "channels"} <= entry.given
    assert not {"keywords", "status", "categories"} & entry.given


def test_the_playgrounds_directory_is_read() -> None:
    entries = read_file(ROOT / "app/playground/data/directory.json")
    assert len(entries) == 21
    assert entries[0].slug == "km"


def test_a_european_excel_file_is_read() -> None:
    text = "\ufeffID;Community Name;Description;Language;Lead;Last activity;Categories\r\n" + (
        'mnh;Mutterschaft;"Erste Zeile\r\nzweite; mit Semikolon";en|fr;U0ANA00003;2026-05-01;12:Births|13\r\n;;;\r\n'
    )
    (entry,) = parse(text.encode(), "csv")
    assert entry.purpose == "Erste Zeile\nzweite; mit Semikolon"
    assert entry.languages == ("en", "fr")
    assert entry.categories == (CategoryRef(12, "Births"), CategoryRef(13))


def test_lines_of_a_table_are_those_an_editor_shows() -> None:
    text = 'id,name,purpose,status\na,A,"one\ntwo\nthree",active\nb,B,x,actve\n\nc,,y,active\n'
    assert problems(text, "csv") == [(5, "status"), (7, "name")]
    assert problems("sep=,\r\n" + text.replace("\n", "\r\n"), "csv") == [(6, "status"), (8, "name")]


def test_an_unclosed_quote_is_told_with_the_row_it_begins_in() -> None:
    assert problems('id,name,purpose\na,A,x\nb,B,"never closed\nc,C,z\n', "csv") == [(3, "")]


def test_all_problems_of_a_file_come_at_once_each_on_its_own_line() -> None:
    text = """\
communities:
  - id: Maternal Health
    name: Maternal Health
    languages: [en, French,
                pt-BR]
    leads:
      - U0ANA00003
      - "@ana"
      - ana@example.org
  - id: km
    name: KM
    purpose: Learn.
    stats: active
    categories: [12, births]
  - id: km
    name: KM again
    purpose: Learn more.
    merged_into: maternal-health
"""
    assert problems(text, "yaml") == [
        (2, "id"),
        (2, "purpose"),
        (4, "languages"),
        (5, "languages"),
        (8, "leads"),
        (9, "leads"),
        (13, "stats"),
        (14, "categories"),
        (15, "id"),
        (18, "merged_into"),
    ]
    words = said(text, "yaml")
    for hint in (
        "maternal-health",
        "write fr",
        "write pt",
        "Copy member ID",
        "Did you mean status",
        "line 10",
        "no 'maternal-health' in this file",
    ):
        assert hint in words


def test_json_problems_have_their_lines() -> None:
    text = json.dumps(
        {"communities": [{"id": "a", "name": "A", "purpose": "p", "channels": ["C0MNH00001", "#cop"]}]}, indent="\t"
    )
    assert problems(text, "json") == [(9, "channels")]
    assert problems('{"communities": [\n{"id": "a",\n]}', "json")[0][0] == 3


def test_merges_have_to_lead_somewhere() -> None:
    def merged(**into: str) -> str:
        return json.dumps(
            [
                {"id": slug, "name": slug, "purpose": "p", "status": "merged", "merged_into": to}
                for slug, to in into.items()
            ]
        )

    assert "itself" in said(merged(a="a"))
    assert said(merged(a="b", b="a")).count("is itself merged") == 2
    assert "no 'c' in this file" in said(merged(a="c"))
    assert "needs merged_into" in said("- {id: a, name: A, purpose: p, status: merged}")
    assert "Change one" in said("- {id: a, name: A, purpose: p, status: active, merged_into: b}")


def test_a_file_in_another_encoding_is_told_how_to_be_saved() -> None:
    assert "CSV UTF-8" in said("id,name,purpose\nkm,Café,Où ?\n".encode("latin-1"), "csv")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert "UTF-16" in said("id,name,purpose\nkm,Café,Où ?\n".encode(encoding), "csv")
    assert parse("id,name,purpose\nkm,Café,Où ?\n".encode("utf-8-sig"), "csv")[0].name == "Café"


def test_titles_nobody_knows_are_named() -> None:
    assert problems("id,name,purpose,colour,purpose\na,A,x,red,y\n", "csv") == [(1, "colour"), (1, "purpose")]
    assert "Did you mean languages" in said("id,name,purpose,langages\na,A,x,en\n", "csv")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "communities:", "[]", "id,name,purpose\n", "hello", "communities: 3", "- - a", "{}"]
)
def test_a_file_without_communities_is_said_to_have_none(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "- " * 100_000,
        "&a [*a]",
        "a: &b [x, x]\nc: &d [*b, *b]\ncommunities: [*d, *d]",
        '[{"id": "a\\ud800", "name": "n", "purpose": "p"}]',
        '[{"id": "a", "name": "n\\u0000", "purpose": "p"}]',
        '- {id: a, name: "n\\0", purpose: p}',
        "id,name\n" + "a" * 200_000 + ",x",
        "- {id: a, name: A, purpose: p, last_active_at: '0001-01-01T00:00:00+14:00'}",
        "- {id: a, name: A, purpose: p, categories: [" + "9" * 5000 + "]}",
        '[{"id": "a", "name": "A", "purpose": "p", "categories": [' + "9" * 5000 + "]}]",
    ],
)
def test_a_hostile_file_is_refused_and_nothing_worse(text: str) -> None:
    assert problems(text)


def test_too_much_of_a_list_is_too_much() -> None:
    many = ", ".join(f"word{at}" for at in range(41))
    assert "more than 40" in said(f"- {{id: a, name: A, purpose: p, keywords: [{many}]}}")
    assert "at most 150" in said("- {id: a, purpose: p, name: " + "n" * 151 + "}")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="cannot be read"):
        read_file(tmp_path / "nowhere.yaml")
