"""Which column of a file is which part of a thank-you: by its title, or as somebody said. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from app.communities.items import short
from app.communities.table import plain
from app.errors import NotUnderstood, Problem

# Titles by field, the best source first: an id says more than an address, and an address more than a name.
_TITLES = {
    "date": (
        "given_at given_on created_at created_on created date_given date datetime date_time timestamp sent_at "
        "posted_at awarded_at when time"
    ),
    "giver": (
        "giver_id from_id sender_id giver_slack_id from_slack_id giver_email from_email sender_email giver_e_mail "
        "giver from sender given_by sent_by from_user giver_name from_name sender_name giver_username nominator"
    ),
    "recipient": (
        "recipient_id receiver_id to_id recipient_slack_id receiver_slack_id to_slack_id recipient_email "
        "receiver_email to_email recipient_e_mail recipient recipients receiver receivers to given_to to_user "
        "recipient_name receiver_name to_name recipient_username receiver_username nominee"
    ),
    "reason": "reason message comment text note body description details",
    "value": "value values hashtag hashtags tag tags core_value company_value badge category",
    "community": "community community_id cop community_name",
    "channel": "channel_id channel channel_name slack_channel",
    "id": "key thanks_id id uuid bonus_id recognition_id message_id transaction_id",
    "status": "status",
    "private": "private is_private",
    "hidden": "hidden",
}
FIELDS = tuple(_TITLES)
NEEDED = ("date", "giver", "recipient")
KNOWN = {title: (field, rank) for field, titles in _TITLES.items() for rank, title in enumerate(titles.split())}
# What our own export calls a thank-you.
OWN_ID, OWN_KEY = "thanks_id", "key"


@dataclass(frozen=True)
class Columns:
    """Places of columns by field, the best source first; titles that are used, and those that are not."""

    places: Mapping[str, tuple[int, ...]]
    titles: tuple[str, ...]
    used: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]

    def title(self, place: int) -> str:
        """The title of a column as it is compared."""
        return plain(self.titles[place])


def wishes(said: Sequence[str]) -> dict[str, str]:
    """`Column=field` texts as fields by plain title; an empty field leaves the column out. `NotUnderstood`."""
    found: dict[str, str] = {}
    for one in said:
        title, sign, field = one.rpartition("=")
        field = plain(field)
        if not sign or not plain(title):
            raise NotUnderstood(f'--map "{short(one)}" is not understood. Write --map "Column=field".')
        if field and field not in FIELDS:
            near = get_close_matches(field, FIELDS, 1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(FIELDS)}."
            raise NotUnderstood(f'--map "{short(one)}": there is no field {short(field)}. {hint}')
        found[plain(title)] = field
    return found


def columns(header: Sequence[tuple[int, str]], wished: Mapping[str, str]) -> tuple[Columns, list[Problem]]:
    """The columns under a header of (line, title) pairs, and what is wrong with them."""
    line = header[0][0] if header else 1
    titles = tuple(title for _, title in header)
    shown = ", ".join(short(" ".join(title.split())) for title in titles if title.strip())
    problems: list[Problem] = []
    for title in wished:
        if title not in map(plain, titles):
            problems.append(
                Problem(line, "", f"--map names the column '{short(title)}', and there is none: {shown}.")
            )
    ranked: dict[str, list[tuple[int, int]]] = {}
    first: dict[str, int] = {}
    for place, title in enumerate(map(plain, titles)):
        if title in first and (title in wished or title in KNOWN):
            problems.append(Problem(line, short(title), "There are two columns with this title. Rename one."))
        first.setdefault(title, place)
        field, rank = (wished[title], -1) if title in wished else KNOWN.get(title, ("", 0))
        if field:
            ranked.setdefault(field, []).append((rank, place))
    places: dict[str, tuple[int, ...]] = {}
    for field, found in ranked.items():
        # What somebody named is all that is meant.
        named = [one for one in found if one[0] < 0]
        places[field] = tuple(place for _, place in sorted(named or found))
    for field in NEEDED:
        if field not in places:
            message = f'No column has the {field}. Say which one does: --map "Column={field}". There are: {shown}.'
            problems.append(Problem(line, field, message))
    # One column says what a thank-you is; a second would only speak when the first is empty.
    if "id" in places:
        places["id"] = places["id"][:1]
    taken = {place for found_places in places.values() for place in found_places}
    used = tuple((titles[place].strip(), field) for field, at in places.items() for place in at)
    unused = tuple(title.strip() for place, title in enumerate(titles) if place not in taken and title.strip())
    return Columns(places, titles, used, unused), problems
