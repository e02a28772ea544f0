"""Where blocks are drawn: who reads, which ids to use, what was filled in and what was wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.playground.pages.reader import Reader

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """One message, modal or Home being drawn.

    `scope` makes element ids unique on the page. `values` is Slack's `state.values`
    (`{block_id: {action_id: element}}`), `errors` the app's words by block id.
    """

    reader: Reader
    scope: str
    values: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""

    def id(self, *parts: str) -> str:
        """A short id for `parts` (block and action ids may hold any character, HTML ids may not)."""
        return f"{self.scope}-{hashlib.blake2s('|'.join(parts).encode(), digest_size=6).hexdigest()}"


def block_id(block: Json, index: int) -> str:
    """The block's own id, or one from its position where a sender gave none."""
    return str(block.get("block_id") or f"b{index}")


def items(thing: object) -> list[Json]:
    """The objects of a list; whatever is not an object is left out."""
    return [one for one in thing if isinstance(one, dict)] if isinstance(thing, list) else []
