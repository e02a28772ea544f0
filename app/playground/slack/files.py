"""Files: what kind one is, how it looks in Slack's JSON, and who may fetch it."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

from app.playground import cast
from app.playground.slack.people import FOUNDED
from app.playground.slack.state import FileItem

if TYPE_CHECKING:
    from app.playground.slack.workspace import Workspace

_PRETTY = {"csv": "CSV", "xlsx": "Excel Spreadsheet", "jsonl": "JSON Lines", "json": "JSON", "parquet": "Parquet",
           "txt": "Plain Text", "zip": "Zip", "pdf": "PDF", "ics": "Calendar"}  # fmt: skip
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "ics": "text/calendar",
}


def filetype(name: str) -> str:
    """Slack's short word for a file's kind: its ending, or `binary`."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return {"txt": "text"}.get(ending, ending) or "binary"


def kind(name: str) -> str:
    """What a file is, in words for a person."""
    return _PRETTY.get(name.rpartition(".")[2].lower(), filetype(name).upper())


def mimetype(name: str) -> str:
    """The media type a file's name stands for."""
    return _TYPES.get(filetype(name)) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def shape(slack: Workspace, one: FileItem) -> dict[str, Any]:
    """A file object. `url_private` gives the bytes only to a token with files:read, as Slack's does."""
    url = f"{slack.config.base_url}/files/{one.id}/{one.name}"
    rooms = [slack.channel(ident) for ident in one.shared_in]
    return {
        "id": one.id,
        "created": FOUNDED,
        "timestamp": FOUNDED,
        "name": one.name,
        "title": one.title or one.name,
        "mimetype": mimetype(one.name),
        "filetype": filetype(one.name),
        "pretty_type": kind(one.name),
        "user": cast.BOT_USER_ID,
        "user_team": cast.TEAM_ID,
        "editable": False,
        "size": len(one.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(room.kind == "public" for room in rooms),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
        "channels": [room.id for room in rooms if room.kind == "public"],
        "groups": [room.id for room in rooms if room.kind in ("private", "mpim")],
        "ims": [room.id for room in rooms if room.kind == "im"],
        "has_rich_preview": False,
        "file_access": "visible",
    }


def may_fetch(slack: Workspace, person: str, one: FileItem) -> bool:
    """Whether a person has the file before them: it is shared where they can look."""
    return one.completed and any(slack.sees(person, room) for room in one.shared_in)
