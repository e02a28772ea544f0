"""Rules of /whereshare: when to ask back, which ranked communities to name, which to pass over and say why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.communities.rules import Kind, standing
from app.communities.shapes import CommunityCard, Lead

SHOWN = 3
# After so many times "not this", naming more communities helps less than asking a person.
REJECTED_ENOUGH = 2
MAX_TEXT = 12_000

_WORD = re.compile(r"[^\W\d_]+")
# Words that say nothing about a subject, in the languages people type to us.
_EMPTY_WORDS = frozenset(
    """
    a about am and any anyone article can could do doc document documents file files for
    from give got had has have hello help here hey hi how i
    information is it link me my need new of on or please post question report resource resources share sharing
    some something test thanks the thing this to tool want we what where who with would you your
    aide bonjour de des document je le les lien merci ou partager pour question salut un une
    ayuda compartir de documento dónde el enlace gracias hola la pregunta quiero un una
    ajuda compartilhar documento obrigada obrigado olá onde partilhar pergunta quero uma
    habari msaada swali tafadhali
    """.split()
)


@dataclass(frozen=True)
class Reason:
    """Why a community was named: `kind` and its checkable `values`, worded by the view."""

    kind: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Suggestion:
    """One community a person may go to, with what they need to decide."""

    slug: str
    name: str
    purpose: str
    reasons: tuple[Reason, ...]
    leads: tuple[Lead, ...]
    channel_id: str
    channel_private: bool
    category_id: int | None
    category_name: str
    languages: tuple[str, ...]
    last_active_at: datetime | None
    # Names of merged communities that live on in this one.
    heir_of: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True)
class PassedOver:
    """A community that comes before all suggestions but is not suggested: `why` is dormant or leadless."""

    slug: str
    name: str
    why: str
    last_active_at: datetime | None


@dataclass(frozen=True)
class EarlierTopic:
    """A forum topic shown under "We've done this before", and what the person said of it ("" or an act)."""

    forum_id: int
    title: str
    url: str
    author: str
    posted_at: datetime
    answered: bool
    replies: int
    said: str = ""


@dataclass(frozen=True)
class Shared:
    """Where a person's words went: states are those of the row, "" where they do not go."""

    community: str
    channel_state: str
    channel_link: str
    forum_state: str
    forum_link: str
    problem: str


@dataclass(frozen=True)
class Answer:
    """One answer of /whereshare as it stands now; any message that shows it can be redrawn from this."""

    key: str
    text: str
    verdict: str
    suggestions: tuple[Suggestion, ...]
    passed_over: tuple[PassedOver, ...]
    earlier: tuple[EarlierTopic, ...]
    source: str = "command"
    asked: tuple[str, ...] = ()
    none_fits: bool = False
    shared: tuple[Shared, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict)
    # Where the person asked: a guest is inside that channel.
    channel_id: str = ""


def too_short(text: str, known: Iterable[str] = ()) -> bool:
    """Whether a draft says too little to answer: no word of its own beside greetings and "document".

    A single word is enough if it has substance ("malaria", "PPH"); two letters are enough only for a word the
    directory knows ("TB").
    """
    words = [word for word in _WORD.findall(text.lower()) if word not in _EMPTY_WORDS]
    if any(len(word) >= 3 for word in words):
        return False
    # Scripts without Latin's word lengths (Arabic, Chinese) say much in two letters.
    if any(ord(letter) > 0x2FF for word in words for letter in word):
        return False
    vocabulary = {token for entry in known for token in _WORD.findall(entry.lower())}
    return not any(word in vocabulary for word in words)


def suggest(
    ranked: Sequence[Mapping[str, Any]],
    cards: Mapping[str, CommunityCard],
    rejected: frozenset[str],
    now: datetime,
) -> tuple[tuple[Suggestion, ...], tuple[PassedOver, ...]]:
    """Turn a ranking into at most three suggestions and the communities passed over before the first of them.

    A merged community stands for its heir, named as such. Dormant and leadless ones are not suggested, but said
    where they would have come first; archived and proposed ones are left out. What the person rejected is gone.
    """
    suggestions: dict[str, Suggestion] = {}
    passed: dict[str, PassedOver] = {}
    for entry in ranked:
        card = cards.get(str(entry["id"]))
        if card is None or card.slug in rejected or len(suggestions) >= SHOWN:
            continue
        found = standing(card, now)
        heir = cards.get(found.heir.slug) if found.heir else None
        target = heir or card
        if target.slug in suggestions or target.slug in rejected:
            continue
        stands = standing(target, now)
        if stands.kind in (Kind.DORMANT, Kind.LEADLESS):
            # Further down it would only be noise: nobody wonders why it is not there.
            if not suggestions:
                passed[target.slug] = PassedOver(target.slug, target.name, str(stands.kind), target.last_active_at)
            continue
        if stands.kind is not Kind.OK:
            continue
        reasons = tuple(Reason(str(one["kind"]), dict(one)) for one in entry.get("reasons", ()))
        heir_of = (card.name,) if heir else ()
        suggestions[target.slug] = _suggestion(target, reasons, heir_of, quiet=stands.quiet)
    return tuple(suggestions.values()), tuple(passed.values())


def _suggestion(
    card: CommunityCard, reasons: tuple[Reason, ...], heir_of: tuple[str, ...], *, quiet: bool
) -> Suggestion:
    # The one that words could be posted to, where there is one.
    channel = next((one for one in card.channels if not one.private), next(iter(card.channels), None))
    category = card.categories[0] if card.categories else None
    return Suggestion(
        slug=card.slug,
        name=card.name,
        purpose=card.purpose,
        reasons=reasons[:2],
        leads=tuple(lead for lead in card.leads if not lead.deactivated),
        channel_id=channel.slack_id if channel else "",
        channel_private=bool(channel and channel.private),
        category_id=category.id if category else None,
        category_name=category.name if category else "",
        languages=card.languages,
        last_active_at=card.last_active_at,
        heir_of=heir_of,
        quiet=quiet,
    )


def shown_verdict(
    verdict: str, suggestions: Sequence[Suggestion], ranked: Sequence[Mapping[str, Any]], rejected: int = 0
) -> str:
    """The verdict after the rules: without its first choice a sure answer is sure no longer.

    Who rejected two communities has seen the best there is.
    """
    if not suggestions or rejected >= REJECTED_ENOUGH:
        return "none"
    if verdict == "sure" and ranked:
        first = suggestions[0]
        if first.slug != ranked[0]["id"] and not first.heir_of:
            return "unsure"
    return verdict
