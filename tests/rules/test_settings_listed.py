"""What can be set, what the example lists and what the guide explains are the same."""

from __future__ import annotations

import re
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parents[2]
# Set by `app demo`, not by a person.
OWN = {"PLAYGROUND"}
SETTINGS = {name.upper() for name in Settings.model_fields} - OWN


def test_the_example_lists_every_setting() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == sorted(SETTINGS)


def test_the_guide_explains_every_setting() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = [cell for row in re.findall(r"^\| (`[A-Z].*?) \|", guide, re.MULTILINE) for cell in row.split(", ")]
    assert sorted(name.strip("`") for name in names) == sorted(SETTINGS)


def test_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for number, text in enumerate((example, re.sub(r"^#(?=[A-Z_]+=)", "", example, flags=re.MULTILINE))):
        (tmp_path / f"{number}.env").write_text(text, encoding="utf-8")
        Settings(_env_file=tmp_path / f"{number}.env")
