"""Home's hundred blocks are enough for all rooms at once, each with as much as it ever shows."""

from __future__ import annotations

import json
from pathlib import Path

from app.slack.limits import VIEW_BLOCKS

GOLDEN = Path(__file__).parent / "golden"
FULLEST = ("home_full", "home_polls_many", "huddle_home", "thanks_home_crowded", "export_home", "privacy_home")


def test_the_fullest_home_fits_into_slacks_limit() -> None:
    parts = [len(json.loads((GOLDEN / f"{name}.json").read_text())["blocks"]) for name in FULLEST]
    # A line stands between two parts.
    assert sum(parts) + len(parts) - 1 <= VIEW_BLOCKS
