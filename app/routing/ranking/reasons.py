"""Why a community is suggested: at most two reasons that a reader can check (pure). No raw cosines: they mislead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.routing.ranking.acronyms import Acronyms, Expansion
from app.routing.ranking.parts import Part
from app.routing.ranking.shapes import CommunityText, Floats, PartScore, Reason
from app.routing.ranking.text import clean, stem, words

MOST = 2
# A sentence of theirs says more than a lone keyword, which is quoted only where there is no sentence.
_QUOTABLE = (("example", "purpose"), ("name", "keyword"))
# Words that say nothing about a topic, in the six languages (folded); only for reasons, the score needs no list.
_EMPTY = frozenset(
    """
    a about an and any are as at be been best by can could do does for from get give good has have help how i in into
    is it its like make me more my need new no not of on one or our out please post share should so some that the
    their them there these they this those to up us use used using want was we well what when where which who why will
    with work would you your team tool tools program programs project health care service services training guide
    au aux avec ce ces cette comment dans de des du elle en est et il ils je la le les leur lui mais mon ne nos notre
    nous ou par pas plus pour quel quelle qui que sa se ses son sont sur un une vers vos votre vous sante
    al como con cual cuando de del donde el ella en es esta este hay la las lo los mas mi muy no para pero por que se
    sin sobre son su sus un una y salud
    ao aos as com como da das do dos e em essa esse esta este eu mais meu minha na nas no nos nossa nosso o os ou para
    pela pelo por quando que se sem seu sua um uma saude
    cha hii huo jinsi kama katika kwa la lakini na ni nini ya yetu za wa wetu afya
    في من على إلى عن ما هل كيف مع هذا هذه التي الذي و او ان لا
    """.split()
)


def topic_words(text: str) -> set[str]:
    """The stemmed words of a text that say something about a topic."""
    return {stem(word) for word in words(text) if word not in _EMPTY and len(word) > 2}


def keyword_reason(
    text: str, found: Sequence[Expansion], community: CommunityText, acronyms: Acronyms
) -> Reason | None:
    """The strongest word match: a whole keyword, else words of a keyword, the name or the purpose."""
    plain = _phrase(text)
    for keyword in community.keywords:
        wanted = _phrase(clean(keyword))
        if not wanted.strip():
            continue
        if wanted in plain:
            return Reason("keyword", words=(clean(keyword),), field="keywords")
        for one in found:
            spelt_out = {_phrase(one.term), *(_phrase(meaning.meaning) for meaning in acronyms.find(clean(keyword)))}
            if wanted in _phrase(one.meaning) or _phrase(one.meaning) in {wanted, *spelt_out}:
                return Reason("keyword", words=(one.term, one.meaning), field="keywords")
    for keyword in community.keywords:
        # The other way round: the person spells out what the community has as an acronym.
        for meaning in acronyms.find(clean(keyword)):
            if _phrase(meaning.meaning) in plain:
                return Reason("keyword", words=(meaning.term, meaning.meaning), field="keywords")
    return _shared_words(text, found, community)


def _phrase(text: str) -> str:
    return " " + " ".join(stem(word) for word in words(text)) + " "


def _shared_words(text: str, found: Sequence[Expansion], community: CommunityText) -> Reason | None:
    direct = topic_words(text)
    through = {word: one for one in found for word in topic_words(one.meaning)}
    fields = (("name", community.name), ("keywords", " ".join(community.keywords)), ("purpose", community.purpose))
    for field, content in fields:
        mine = topic_words(clean(content, 2_000))
        hits = direct & mine
        # One word shared with a sentence is chance; with the name or a keyword it is a sign.
        if len(hits) >= (2 if field == "purpose" else 1):
            shown = [word for word in dict.fromkeys(clean(text).split()) if hits & topic_words(word)]
            return Reason("keyword", words=tuple(shown[:3]) or tuple(sorted(hits)[:3]), field=field)
        for word in sorted(through.keys() & mine):
            one = through[word]
            if field != "purpose" and len(topic_words(one.meaning) & mine) >= 2:
                return Reason("keyword", words=(one.term, one.meaning), field=field)
    return None


def closest_part(parts: Sequence[Part], standard: Floats) -> Part | None:
    """The quotable part nearest to the text; `standard` holds the parts' likenesses in the same order."""
    nearest = [parts[int(at)] for at in np.argsort(-standard, kind="stable")]
    return next((part for kinds in _QUOTABLE for part in nearest if part.kind in kinds), None)


def reasons(same: bool, similar: int, keyword: Reason | None, part: Part | None) -> tuple[Reason, ...]:
    """What to say: earlier posts first, then shared words, and the closest part only where no words are shared."""
    found: list[Reason] = []
    if same:
        found.append(Reason("same_post", count=1))
    elif similar:
        found.append(Reason("similar_posts", count=similar))
    if keyword:
        found.append(keyword)
    elif part:
        found.append(Reason("similar_part", field=part.kind, quote=part.quote))
    return tuple(found[:MOST])


def part_scores(parts: Sequence[Part], cosines: Mapping[str, Floats], most: int = 3) -> tuple[PartScore, ...]:
    """The nearest parts with their cosines by model, for the record."""
    if not cosines or not parts:
        return ()
    order = np.argsort(-np.sum(list(cosines.values()), axis=0), kind="stable")[:most]
    return tuple(
        PartScore(
            parts[int(at)].kind,
            parts[int(at)].position,
            tuple((model, round(float(row[at]), 4)) for model, row in cosines.items()),
        )
        for at in order
    )
