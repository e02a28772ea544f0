"""The words of the playground's past, read from the YAML files beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.playground import cast

DATA = Path(__file__).parents[1] / "data"
COMMUNITIES_FILE = DATA / "communities.yaml"
SEED = DATA / "seed"

# Languages in which people of the cast write, by their handle.
CAST_LANGUAGES = {
    "amina": ("en", "sw"),
    "joao": ("pt", "en"),
    "ana": ("es", "en"),
    "fatou": ("fr", "en"),
    "sunil": ("en",),
    "layla": ("en", "ar"),
    "neema": ("en", "sw"),
    "claire": ("en",),
    "peter": ("en",),
}


# The safe loader in C reads these files eight times as fast, where it is built in.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Writer:
    """Somebody who writes on the forum; `languages` in order of preference, `slack_id` "" for forum-only people."""

    username: str
    name: str
    title: str
    languages: tuple[str, ...]
    address: str
    country: str = ""
    slack_id: str = ""
    admin: bool = False
    left: bool = False


@dataclass(frozen=True)
class Place:
    """One community as the forum needs it: slug, name, purpose, its numeric category, its leads' Slack ids."""

    slug: str
    name: str
    purpose: str
    category_id: int
    leads: tuple[str, ...]


def _parsed(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader either way


@cache
def load(name: str) -> Any:
    """The parsed YAML file of this name in the seed folder."""
    return _parsed(SEED / f"{name}.yaml")


@cache
def patterns(language: str) -> dict[str, list[str]]:
    """Titles, texts, context, questions, replies, solutions and self-talk in one language."""
    found: dict[str, list[str]] = load("patterns")[language]
    return found


@cache
def writers() -> tuple[Writer, ...]:
    """The cast's people who have a forum account, then those who are on the forum only."""
    ours = [
        Writer(
            one.forum,
            one.name,
            one.title,
            CAST_LANGUAGES.get(one.handle, ("en",)),
            # The address the local Slack knows them by, so that accounts can be linked.
            f"{one.handle}@baobab.example.org",
            slack_id=one.id,
            admin=one.admin,
            left=one.kind == "left",
        )
        for one in cast.PEOPLE
        if one.forum
    ]
    others = [
        Writer(user, name, title, tuple(said), f"{user.replace('_', '.')}@example.org", country)
        for user, name, title, country, said in load("users")
    ]
    return (*ours, *others)


@cache
def places() -> tuple[Place, ...]:
    """The communities of the import file that have a forum category, in its order."""
    listed = _parsed(COMMUNITIES_FILE)["communities"]
    return tuple(
        Place(one["id"], one["name"], one["purpose"], one["categories"][0]["id"], tuple(one.get("leads", ())))
        for one in listed
    )


@cache
def subjects() -> dict[str, dict[str, Any]]:
    """Hand-written topics and subjects by community slug."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("clinical", "systems", "practice"):
        found |= load(name)
    return found
