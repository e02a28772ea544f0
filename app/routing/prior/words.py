"""Words of a draft as the database's text search sees them: no case, no diacritics, no punctuation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Longer texts are cut before encoding (encoders are super-linear) and before looking words up.
ENCODED_CHARACTERS = 400
READ_CHARACTERS = 2000
MAX_WORDS = 40
MAX_WORD_LENGTH = 60

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]+")
# Half of a surrogate pair cannot be written to either database; NUL not to PostgreSQL.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# Words so frequent that counting them costs more than it tells: en, fr, es, pt, sw, ar.
_FUNCTION_WORDS = """
a about after all also am an and any are as at be been but by can could did do does for from get had has have how i if
in into is it its like me more my need no not of on one or our out please should so some than thank thanks that the
their them there these they this to up us use was we were what when where which who why will with would you your
ai alors au aussi aux avec avez avons bonjour c ce ces cet cette comment d dans de des du elle en est et etes il ils
j je l la le les leur mais merci mes mon n ne nos notre nous on ont ou par pas plus pour pouvez qu que quel quelle
quels qui s sa sans se ses si son sont sur un une vos votre vous
al algun alguien con como cual cuando de del donde el ella ellos en entre es esta este esto gracias hay la las lo los
mas me mi muy no nos o para pero por porque que quien se ser si sin sobre son su sus tiene tienen un una y ya
alguem ao aos as com como da das de do dos e ela ele em essa esse esta este eu foi ha isso ja mais mas me meu minha na
nao nas nem no nos o obrigado os ou para pela pelo por qual quando que quem sao se sem ser seu sua tem um uma
au cha hii hiyo huu ili je juu ka katika kama kila kuhusu kutoka kuwa kwa la lakini na nani ni nini sana sisi tu wa
wako wao wapi watu wetu ya yake yangu yao yetu za
""".split()
_ARABIC = "في من على إلى عن أن هل ما هذا هذه التي الذي كيف مع أو و لا لم لن كان كل بعد قبل هو هي نحن".split()
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS) | frozenset(_ARABIC)


@dataclass(frozen=True)
class Draft:
    """A person's text made safe: `text` (at most 400 characters) to encode, `words` (distinct, plain) to look up."""

    text: str
    words: tuple[str, ...]
    # Plain word -> the word as it was typed, for showing.
    typed: dict[str, str]


def plain(text: str) -> str:
    """Lower case without Latin diacritics; other scripts keep their letters."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _MARKS.sub("", spread)).lower()


def read(text: str) -> Draft:
    """Any text, however long or broken, as a Draft; an unreadable one has neither text nor words."""
    clean = " ".join(_UNSTORABLE.sub(" ", text[: READ_CHARACTERS * 2]).split())[:READ_CHARACTERS]
    typed: dict[str, str] = {}
    for match in _WORD.finditer(clean):
        word = plain(match.group())
        # Folding may leave marks that are no letters of a word to the search engines.
        if len(word) > MAX_WORD_LENGTH or not word.isalnum() or word in typed:
            continue
        typed[word] = match.group()
        if len(typed) == MAX_WORDS:
            break
    return Draft(text=clean[:ENCODED_CHARACTERS], words=tuple(typed), typed=typed)


def words_of(text: str) -> frozenset[str]:
    """The plain words of a topic's title or excerpt."""
    return frozenset(_WORD.findall(plain(text)))


def topic_text(title: str, excerpt: str) -> str:
    """What is encoded for a topic: the title, then as much of the first post as fits 400 characters."""
    joined = f"{title}. {excerpt}" if excerpt else title
    return " ".join(_UNSTORABLE.sub(" ", joined).split())[:ENCODED_CHARACTERS]
