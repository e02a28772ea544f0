"""The people and channels of the playground: one list that the local Slack, the local forum and the seed share.

Ids have Slack's shapes (`U…`, `C…`, `T…`) and never change, so that every run of the demo is the same.
"""

from __future__ import annotations

from dataclasses import dataclass

TEAM_ID = "T0BAOBAB01"
TEAM_NAME = "Baobab playground"
PARTNER_TEAM_ID = "T0PARTNER1"
BOT_USER_ID = "U0BAOBABOT"
BOT_ID = "B0BAOBABOT"
APP_ID = "A0BAOBAB01"


@dataclass(frozen=True)
class Person:
    """One person of the local workspace.

    `zone` is an IANA name, `locale` a BCP 47 tag as Slack gives it, `forum` the Discourse username or "".
    `kind` is `full`, `guest` (multi-channel), `single` (single-channel guest), `partner` (Slack Connect)
    or `left` (deactivated).
    """

    id: str
    handle: str
    name: str
    title: str
    zone: str
    locale: str
    forum: str = ""
    kind: str = "full"
    admin: bool = False
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Room:
    """One channel: `community` is the community id it belongs to, or ""."""

    id: str
    name: str
    purpose: str
    community: str = ""
    private: bool = False
    bot_inside: bool = True
    shared: bool = False


PEOPLE: tuple[Person, ...] = (
    Person(
        "U0AMINA001",
        "amina",
        "Amina Odhiambo",
        "Knowledge manager",
        "Africa/Nairobi",
        "en-GB",
        "amina_o",
        admin=True,
        leads=("km", "comms"),
    ),
    Person(
        "U0JOAO0002",
        "joao",
        "João Macuácua",
        "Clinical adviser",
        "Africa/Maputo",
        "pt-PT",
        "joao_m",
        leads=("tbhiv", "local"),
    ),
    Person(
        "U0ANA00003",
        "ana",
        "Ana Lucía Quispe",
        "Midwife and trainer",
        "America/La_Paz",
        "es-LA",
        "ana_q",
        leads=("mnh", "nursemid", "wcancer"),
    ),
    Person(
        "U0FATOU004",
        "fatou",
        "Fatou Ndiaye",
        "Program officer",
        "Africa/Dakar",
        "fr-FR",
        "fatou_n",
        leads=("fprh", "youth", "selfcare"),
    ),
    Person(
        "U0SUNIL005",
        "sunil",
        "Sunil Thapa",
        "Data manager",
        "Asia/Kathmandu",
        "en-US",
        "sunil_t",
        leads=("mla", "digital"),
    ),
    Person(
        "U0LAYLA006",
        "layla",
        "Layla Haddad",
        "Health systems adviser",
        "Asia/Amman",
        "en-GB",
        "layla_h",
        leads=("phc", "hrh", "quality"),
    ),
    Person(
        "U0NEEMA007",
        "neema",
        "Neema Mushi",
        "Nutrition specialist",
        "Africa/Dar_es_Salaam",
        "en-GB",
        "neema_m",
        leads=("malaria",),
    ),
    Person(
        "U0CLAIRE08",
        "claire",
        "Claire Okafor",
        "Behaviour-change lead",
        "Europe/London",
        "en-GB",
        "claire_o",
        leads=("sbc", "gender", "private"),
    ),
    Person("U0MATEO009", "mateo", "Mateo Fernández", "New colleague", "America/Bogota", "es-ES"),
    Person("U0GRACE010", "grace", "Grace Banda", "Consultant (guest)", "Africa/Blantyre", "en-GB", kind="guest"),
    Person("U0ISSA0011", "issa", "Issa Diallo", "Ministry partner", "Africa/Bamako", "fr-FR", kind="partner"),
    Person(
        "U0PETER012",
        "peter",
        "Peter Lindqvist",
        "Left in spring",
        "Europe/Stockholm",
        "en-GB",
        "peter_l",
        kind="left",
        leads=("surgery",),
    ),
)

_COMMUNITY_CHANNELS = (
    "km", "sbc", "comms", "gender", "phc", "tbhiv", "youth", "hrh", "private", "fprh", "surgery",
    "malaria", "selfcare", "mnh", "digital", "frontier", "local", "quality", "wcancer", "mla", "nursemid",
)  # fmt: skip

ROOMS: tuple[Room, ...] = (
    Room("C0GENERAL1", "general", "Everybody, everything that concerns us all"),
    Room("C0WELCOME1", "welcome", "Newcomers say hello and ask anything"),
    Room("C0LEADS001", "cop-leads", "Leads of communities, among themselves", private=True),
    Room(
        "C0SECRET01",
        "reorg-2026",
        "A private channel the assistant is not in",
        private=True,
        bot_inside=False,
    ),
    Room("C0MINISTRY", "ext-ministry", "Shared with the ministry (Slack Connect)", shared=True),
    *(
        Room(f"C0{slug.upper():0<8}", f"cop-{slug}", f"Community of practice: {slug}", community=slug)
        for slug in _COMMUNITY_CHANNELS
    ),
)

DORMANT = ("selfcare",)
MERGED = {"frontier": "digital"}


# Who else is in a community's channel beside its leads: a few each, so that channels differ.
_REGULARS = ("U0AMINA001", "U0JOAO0002", "U0ANA00003", "U0FATOU004", "U0SUNIL005", "U0LAYLA006", "U0NEEMA007",
             "U0CLAIRE08")  # fmt: skip
_GUEST_CHANNELS = ("C0WELCOME1", "C0MALARIA0")
_CLOSED = {
    "C0LEADS001": _REGULARS,
    "C0SECRET01": ("U0AMINA001", "U0CLAIRE08"),
    "C0MINISTRY": ("U0AMINA001", "U0JOAO0002", "U0FATOU004", "U0ISSA0011"),
}

# User groups that can be mentioned: id, handle, name, members.
USER_GROUPS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("S0KMTEAM01", "km-team", "Knowledge team", ("U0AMINA001", "U0CLAIRE08")),
    ("S0LEADS001", "leads", "Community leads", _REGULARS),
)


def members_of(where: Room) -> tuple[str, ...]:
    """Ids of the people in one channel, leads first; leavers are in none. The bot is not listed here."""
    if where.id in _CLOSED:
        return _CLOSED[where.id]
    present = [one for one in PEOPLE if one.kind in ("full", "guest")]
    if not where.community:
        inside = [one.id for one in present if one.kind == "full"]
    else:
        index = _COMMUNITY_CHANNELS.index(where.community)
        leads = [one.id for one in present if where.community in one.leads]
        inside = list(dict.fromkeys([*leads, *(_REGULARS[(index + step) % len(_REGULARS)] for step in (0, 1, 3, 6))]))
    guests = [one.id for one in present if one.kind == "guest" and where.id in _GUEST_CHANNELS]
    return (*inside, *(one for one in guests if one not in inside))


def person(id_or_handle: str) -> Person:
    """Find one person by id, handle or forum name; `KeyError` names what was looked for."""
    for one in PEOPLE:
        if id_or_handle in (one.id, one.handle, one.forum):
            return one
    raise KeyError(id_or_handle)


def room(id_or_name: str) -> Room:
    """Find one channel by id or name; `KeyError` names what was looked for."""
    for one in ROOMS:
        if id_or_name in (one.id, one.name):
            return one
    raise KeyError(id_or_name)
