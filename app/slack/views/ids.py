"""Every callback, action and block id once: views write them, listeners are registered by them.

Values of buttons outlive deploys, so they have one versioned form: `1|part|part`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.errors import N_, NotUnderstood
from app.slack.surface import Surface

# callbacks of views and shortcuts
FIND_COMMUNITY = "find_community"
ASK_FORM = "whereshare_ask_form"
ANSWER = "whereshare_answer"
COMPOSE = "whereshare_compose"
PREVIEW = "whereshare_preview"
NOTICE = "notice"

# actions
POST_IT = "whereshare_post_it"
NOT_THIS = "whereshare_not_this"
ASK_PERSON = "whereshare_ask_person"
NONE_FITS = "whereshare_none_fits"
START = "whereshare_start"
REUSE = "whereshare_reuse"
EXTEND = "whereshare_extend"
DIFFERENT = "whereshare_different"

# inputs: block id and action id are the same word
DRAFT = "draft"
TITLE = "title"
WORDS = "words"
PLACES = "places"
TAGS = "tags"

# values of PLACES
TO_CHANNEL = "channel"
TO_FORUM = "forum"

_VERSION = "1"
_LIMIT = 2000


@dataclass(frozen=True)
class Carried:
    """What the forms of "Post it there" carry along: the answer, the community, the share, and what to redraw."""

    answer: str
    community: str
    share: str
    surface: Surface

    def packed(self) -> str:
        """As a view's private metadata (at most 3,000 characters)."""
        return json.dumps([_VERSION, self.answer, self.community, self.share, self.surface])

    @classmethod
    def unpacked(cls, metadata: str) -> Carried:
        """The inverse; `NotUnderstood` for what another version wrote."""
        found = json.loads(metadata or "[]")
        if not found or found[0] != _VERSION:
            raise NotUnderstood(N_("This form is from another version of me. Please start again from the answer."))
        return cls(*found[1:])


def pack(*parts: str) -> str:
    """Join parts into a button's value; a part has no bar in it."""
    if any("|" in part for part in parts):
        raise ValueError("a part of a button's value has a bar in it")
    value = "|".join((_VERSION, *parts))
    if len(value) > _LIMIT:
        raise ValueError("a button's value is too long")
    return value


def unpack(value: str, count: int) -> tuple[str, ...]:
    """The parts of a button's value; `NotUnderstood` for one that an older or newer version wrote."""
    version, *parts = value.split("|")
    if version != _VERSION or len(parts) != count:
        raise NotUnderstood(N_("This button is from another version of me. Please run the command again."))
    return tuple(parts)
