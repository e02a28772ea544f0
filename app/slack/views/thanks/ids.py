"""Every callback, action and block id of /thanks, once; and what its forms carry along."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from app.errors import N_, NotUnderstood
from app.slack.surface import Surface

# callbacks of views and shortcuts
THANK_AUTHOR = "thank_author"
FORM = "thanks_form"
RECEIPT = "thanks_receipt"
EDIT_FORM = "thanks_edit_form"
PREFERENCES = "thanks_preferences"
KEEP = "thanks_keep"
WHY_FORM = "thanks_why_form"
POLICY_FORM = "thanks_policy_form"

# actions
START = "thanks_start"
UNDO = "thanks_undo"
EDIT = "thanks_edit"
SHOW = "thanks_show"
PRIVATE = "thanks_private"
OPEN_PREFERENCES = "thanks_open_preferences"
OPEN_KEEP = "thanks_open_keep"
KEEP_ACT = "thanks_keep_act"
KEEP_OLDER = "thanks_keep_older"
OPEN_POLICY = "thanks_open_policy"

# inputs: block id and action id are the same word
PEOPLE = "people"
SUGGESTED = "suggested"
REASON = "reason"
VALUE = "value"
COMMUNITY = "community"
FORUM_URL = "forum_url"
VISIBILITY = "visibility"
TELL = "tell"
QUIET_FROM = "quiet_from"
QUIET_TO = "quiet_to"
WHY = "why"

# a choice of none, in menus that cannot be emptied
NONE = "-"

_VERSION = 1


@dataclass(frozen=True)
class Carried:
    """What the forms of /thanks carry along: the place, a user group and its people as expanded, the message or
    post thanked for; for an edit the thanks's key and where its receipt is (`home`: in App Home).
    """

    channel_id: str = ""
    kind: str = ""
    message_ts: str = ""
    source: str = "form"
    group: str = ""
    group_people: tuple[str, ...] = ()
    key: str = ""
    act: str = ""
    surface: Surface = field(default_factory=dict)
    home: bool = False

    def packed(self) -> str:
        """As a view's private metadata (at most 3,000 characters)."""
        return json.dumps({"v": _VERSION, **{name: value for name, value in asdict(self).items() if value}})

    @classmethod
    def unpacked(cls, metadata: str) -> Carried:
        """The inverse; `NotUnderstood` for what another version wrote."""
        found = json.loads(metadata or "{}")
        if not isinstance(found, dict) or found.pop("v", None) != _VERSION or set(found) - set(cls.__annotations__):
            raise NotUnderstood(N_("This form is from another version of me. Please close it and start again."))
        return cls(**{**found, "group_people": tuple(found.get("group_people", ()))})
