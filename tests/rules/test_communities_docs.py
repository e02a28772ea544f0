"""What docs/directory.md shows works as it is printed there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.communities.parsing import parse
from app.communities.shapes import FIELDS
from app.errors import ImportProblems

PAGE = (Path(__file__).parents[2] / "docs" / "directory.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("kind", ["yaml", "json", "csv"])
def test_the_examples_of_the_guide_are_imported(kind: str) -> None:
    (example,) = blocks(kind)
    entries = parse(example, kind)
    assert entries == parse(example), "the format is told from the content too"
    assert entries[0].keywords
    assert entries[0].leads
    assert entries[0].channels
    assert entries[0].categories


def test_the_guide_explains_every_field() -> None:
    explained = set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE))
    assert {"id" if name == "slug" else name for name in FIELDS} <= explained


def test_the_errors_the_guide_shows_are_the_errors_that_are_given() -> None:
    wrong = "\n- id: Maternal Health\n  name: M\n  purpose: p\n  languages: [French]\n  leads: ['@ana']\n"
    with pytest.raises(ImportProblems) as caught:
        parse(wrong, "yaml")
    assert caught.value.message in PAGE
