"""What the API answers, described for OpenAPI."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

_EXAMPLE: dict[str, JsonValue] = {
    "line_id": 48213,
    "thanks_id": 40177,
    "key": "b6c1o0yJv2mKxW3Zq4n8Ug",
    "created_at": "2026-11-23T09:12:44Z",
    "updated_at": "2026-11-23T09:14:02Z",
    "giver": "U0ANA00003",
    "giver_name": "Ana Lucía Quispe",
    "recipient": "U0JOAO0002",
    "recipient_name": "João Macuácua",
    "reason": "the malaria brief, in two languages, overnight",
    "value": "sharing",
    "community": "malaria",
    "community_name": "Malaria",
    "source": "command",
    "status": "counted",
    "hidden": False,
    "private": False,
    "channel_id": "C0MALARIA1",
    "forum_url": "",
    "seconds": 3,
}


class Recognition(BaseModel):
    """One line of the recognition log: one thank-you to one person. Text that is not known is ""."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE]})

    line_id: int = Field(description="Names this line for ever: use it as the key when you store lines.")
    thanks_id: int = Field(description="The thank-you; one to several people has several lines with the same id.")
    key: str = Field(description="The thank-you as the audit and other tools of Baobab name it.")
    created_at: datetime = Field(description="When it was given, UTC.")
    updated_at: datetime = Field(description="When anything of it last changed, UTC.")
    giver: str = Field(description="Slack member id of who gave it; empty after they were erased.")
    giver_name: str = Field(description="Their name as Slack has it, else their id.")
    recipient: str = Field(
        description="Slack member id of who received it; empty after they were erased, and for an account of the "
        "forum that no member has linked."
    )
    recipient_name: str = Field(description="Their name, else the account of the forum, else their id.")
    reason: str = Field(description="What for, as it was written. Empty for what was given in private.")
    value: str = Field(description="The value it was tagged with, without #.")
    community: str = Field(description="Id of the community.")
    community_name: str = Field(description="Name of the community.")
    source: str = Field(description="How it was given: command, form, shortcut, forum or import.")
    status: str = Field(description="counted, not_counted (a lead said so) or withdrawn (its giver took it back).")
    hidden: bool = Field(description="A lead hid it: it counts, and is shown to no community.")
    private: bool = Field(description="Given in a private channel or a direct message: its words stay there.")
    channel_id: str = Field(description="The Slack channel it was given in. Empty for what was given in private.")
    forum_url: str = Field(description="The forum post it thanks for.")
    seconds: int = Field(description="How many people seconded it with a reaction.")


class Page(BaseModel):
    """Lines of the log, the newest first."""

    data: list[Recognition]
    next_cursor: str | None = Field(description="Send it as `cursor` for the next page; null on the last.")


class Changes(BaseModel):
    """Lines that are new or changed, in the order of their changes."""

    data: list[Recognition]
    next_cursor: str = Field(description="Keep it and send it as `since` next time, also when nothing was new.")
    more: bool = Field(description="Whether to ask again at once: there may be more.")
