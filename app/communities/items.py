"""How the single pieces of a record are read: ids of people and channels, languages, words.

Each function takes what was written and answers the value, or raises `NotUnderstood` saying how to write it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale

from app.communities.reading import Cell
from app.communities.shapes import CategoryRef, ChannelRef
from app.errors import NotUnderstood

ITEM_MAX = 300
CHANNEL_NAME_MAX, CATEGORY_NAME_MAX = 100, 200

_PERSON = re.compile(r"(?:<@)?([UW][A-Z0-9]{6,31})(?:\|[^>]*)?>?")
_CHANNEL = re.compile(r"(?:<#)?([CG][A-Z0-9]{6,31})(?:\|[^>]*)?>?")
_CATEGORY = re.compile(r"[1-9][0-9]{0,8}")
_TRUTH = {
    **dict.fromkeys(("true", "yes", "private", "1"), True),
    **dict.fromkeys(("false", "no", "public", "0", ""), False),
}
_FIND_PERSON = "open the person's profile in Slack, choose ⋮ and 'Copy member ID'; it looks like U0123ABCD"
_FIND_CHANNEL = "open the channel's details in Slack; the id is at the foot of 'About' and looks like C0123ABCD"
_FIND_CATEGORY = "it is the number at the end of the category's address, /c/maternal-health/12"


def tidy(text: str, *, lines: bool = False) -> str:
    """The text in composed Unicode without stray white space; line breaks stay where `lines` is true."""
    text = unicodedata.normalize("NFC", text)
    if lines:
        return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    return " ".join(text.split())


def short(text: str) -> str:
    """The beginning of what somebody wrote, for an error about it."""
    return text if len(text) <= 40 else text[:39] + "…"


def slugify(text: str) -> str:
    """The nearest well-formed community id, or "" where there is none."""
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:64].strip("-")


def words(text: str) -> str:
    """A keyword or the title of an example, at most 300 characters."""
    if len(text) > ITEM_MAX:
        raise NotUnderstood(f"'{short(text)}' has {len(text)} characters; at most {ITEM_MAX}. Shorten it.")
    return text


@cache
def _languages() -> dict[str, str]:
    """ISO 639-1 codes to their English names, as the Unicode project lists them."""
    return {code: str(name) for code, name in Locale("en").languages.items() if len(code) == 2}


def language(text: str) -> str:
    """An ISO 639-1 code in lower case; a region (`pt-BR`) and a name (`French`) are refused with the code."""
    code = text.lower()
    known = _languages()
    if code in known:
        return code
    bare = re.split(r"[-_]", code)[0]
    by_name = {name.casefold(): one for one, name in known.items()}
    offer = bare if bare in known else by_name.get(code, "")
    hint = f"write {offer}" if offer else "write a two-letter code such as en, fr, es, pt or sw"
    raise NotUnderstood(f"'{short(text)}' is no ISO 639-1 language code: {hint}.")


def lead(text: str) -> str:
    """A Slack user id; e-mail addresses and handles are refused, for neither lasts."""
    match = _PERSON.fullmatch(text)
    if match:
        return match.group(1)
    if text.startswith("@"):
        what = "is a handle, and handles change"
    elif "@" in text:
        what = "is an e-mail address, which Baobab does not keep"
    else:
        what = "is no Slack member id"
    raise NotUnderstood(f"'{short(text)}' {what}. Put the member id: {_FIND_PERSON}.")


def channel(text: str) -> ChannelRef:
    """A channel as `C0123ABCD`, `C0123ABCD:name` or `C0123ABCD:name:private`."""
    parts = [part.strip() for part in text.split(":", 2)]
    return _channel(parts[0], parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else None)


def channel_fields(fields: dict[str, Cell]) -> ChannelRef:
    """A channel as a group of `id`, `name` and `private`."""
    _only(fields, ("id", "name", "private"))
    private = _plain(fields, "private") if "private" in fields else None
    return _channel(_plain(fields, "id"), _plain(fields, "name"), private)


def _channel(slack_id: str, name: str, private: str | None) -> ChannelRef:
    match = _CHANNEL.fullmatch(slack_id)
    if not match:
        raise NotUnderstood(f"'{short(slack_id)}' is no Slack channel id: {_FIND_CHANNEL}.")
    name = name.removeprefix("#")
    if len(name) > CHANNEL_NAME_MAX:
        raise NotUnderstood(f"The channel's name has {len(name)} characters; at most {CHANNEL_NAME_MAX}.")
    if private is not None and private.lower() not in _TRUTH:
        raise NotUnderstood(f"private is '{short(private)}': write true or false.")
    return ChannelRef(match.group(1), name, None if private is None else _TRUTH[private.lower()])


def category(text: str) -> CategoryRef:
    """A forum category as `12` or `12:Maternal health`."""
    number, _, name = text.partition(":")
    return _category(number.strip(), name.strip())


def category_fields(fields: dict[str, Cell]) -> CategoryRef:
    """A forum category as a group of `id` and `name`."""
    _only(fields, ("id", "name"))
    return _category(_plain(fields, "id"), _plain(fields, "name"))


def _category(number: str, name: str) -> CategoryRef:
    if not _CATEGORY.fullmatch(number):
        raise NotUnderstood(f"'{short(number)}' is no forum category id: {_FIND_CATEGORY}.")
    if len(name) > CATEGORY_NAME_MAX:
        raise NotUnderstood(f"The category's name has {len(name)} characters; at most {CATEGORY_NAME_MAX}.")
    return CategoryRef(int(number), name)


def _only(fields: dict[str, Cell], known: tuple[str, ...]) -> None:
    for name in fields:
        if name not in known:
            raise NotUnderstood(f"'{short(name)}' is not known here; possible are {', '.join(known)}.")


def _plain(fields: dict[str, Cell], name: str) -> str:
    cell = fields.get(name)
    if cell is None or cell.value is None:
        return ""
    if not isinstance(cell.value, str):
        raise NotUnderstood(f"'{name}' should be one plain value.")
    return tidy(cell.value)
