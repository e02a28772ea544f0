"""Cleaning, folding and cutting texts. Every function is linear in a capped length."""

from __future__ import annotations

import re
import unicodedata

# e5's tokenizer is super-linear in the length of a text, so nothing longer ever reaches it.
LIMIT = 400
_RAW_LIMIT = 4_000
_URL = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?<=[.!?؟。])\s+|\n+|[;؛]\s+")
# British spellings, so that "haemorrhage" meets "hemorrhage" in the lexical score and in the reasons.
_SPELLINGS = (
    ("haem", "hem"),
    ("oedem", "edem"),
    ("anaesth", "anesth"),
    ("paed", "ped"),
    ("gynaec", "gynec"),
    ("foet", "fet"),
    ("labour", "labor"),
    ("behaviour", "behavior"),
    ("programme", "program"),
    ("centre", "center"),
    ("caesar", "cesar"),
    ("counsell", "counsel"),
    ("isation", "ization"),
    ("ising", "izing"),
    ("diarrhoe", "diarrhe"),
)


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return "\n" if char in "\n\r\u2028\u2029" else " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") else char


def clean(text: str, limit: int = LIMIT) -> str:
    """The text without control characters, lone surrogates and addresses, at most `limit` long, cut at a word."""
    seen = text[:_RAW_LIMIT]
    if not seen.isprintable():
        seen = "".join(map(_visible, seen))
    seen = _URL.sub(" ", seen)
    lines = (_SPACE.sub(" ", line).strip() for line in seen.split("\n"))
    return shorten("\n".join(line for line in lines if line), limit)


def shorten(text: str, limit: int = LIMIT) -> str:
    """At most `limit` characters, cut at a word where one ends in the last fifth."""
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit * 4 // 5, limit)
    return text[: cut if cut > 0 else limit].rstrip()


def sentences(text: str, most: int = 4) -> tuple[str, ...]:
    """The sentences of a longer text that can stand alone, at most `most`; () for a text of one sentence."""
    if len(text) < 80:
        return ()
    found = [piece.strip() for piece in _SENTENCE.split(text)]
    found = [piece for piece in found if len(piece) >= 15]
    return tuple(found[:most]) if len(found) > 1 else ()


def fold(text: str) -> str:
    """Lower case, without diacritics, American spelling: for comparing words, not for showing."""
    bare = text.casefold()
    if not bare.isascii():
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(char for char in decomposed if unicodedata.category(char) != "Mn")
    for british, american in _SPELLINGS:
        if british in bare:
            bare = bare.replace(british, american)
    return bare


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order."""
    return tuple(_WORD.findall(fold(text)))


def stem(word: str) -> str:
    """A word without its plural ending; crude on purpose, it only joins "implants" with "implant"."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def same_key(text: str) -> str:
    """What two texts share when they are the same but for case, accents, spacing and punctuation."""
    return " ".join(words(clean(text))) or clean(text)
