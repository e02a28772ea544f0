"""Every emoji that our views use is drawn in the playground, not shown as its code."""

from __future__ import annotations

import re
from pathlib import Path

from app.playground.pages.emoji import SHORTCODES

GOLDEN = Path(__file__).parents[2] / "views" / "golden"


def test_the_playground_draws_every_emoji_of_our_views() -> None:
    used = {
        code
        for file in GOLDEN.glob("*.json")
        for code in re.findall(r"(?<![\w:]):([a-z_]+):(?!\w)", file.read_text())
    }
    assert "crescent_moon" in used
    assert used - set(SHORTCODES) == set()
