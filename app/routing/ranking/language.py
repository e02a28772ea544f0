"""Which of the six languages a text is in."""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache
from typing import Any

LANGUAGES = ("en", "fr", "es", "pt", "sw", "ar")
UNKNOWN = "und"
# Scripts whose languages the Universal Sentence Encoder was trained on; elsewhere it only adds noise.
_USE_SCRIPTS = ("LATIN", "ARABIC", "CYRILLIC", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")
_MINIMUM = 0.5
_loading = threading.Lock()


@lru_cache(maxsize=1)
def _load() -> Any:
    from py3langid import langid

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    # The tables of the languages that are left out would stay in memory: 30 MB.
    identifier._full_model = (identifier.nb_ptc, identifier.nb_pc, identifier.nb_classes)
    return identifier


def warm() -> None:
    """Load the tables (0.7 s); call it from a thread."""
    with _loading:
        _load()


def script(text: str) -> str:
    """The script most letters of a text are in, by its Unicode name ("LATIN"); "" if it has no letters."""
    counts: dict[str, int] = {}
    for char in text[:400]:
        if char.isalpha():
            name = unicodedata.name(char, "").split(" ", 1)[0]
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else ""


def detect(text: str) -> str:
    """One of LANGUAGES, or "und" for a text in another script; "en" where nothing can be told."""
    written = script(text)
    if written == "ARABIC":
        return "ar"
    if written != "LATIN":
        return UNKNOWN if written else "en"
    warm()
    for language, probability in _load().rank(text):
        if language == "ar":
            continue
        # Swahili costs the second encoder, so it has to be likely, not just the likeliest.
        if language == "sw" and probability < _MINIMUM:
            continue
        return str(language)
    return "en"


def use_knows(text: str, language: str) -> bool:
    """Whether the Universal Sentence Encoder was trained on such a text."""
    if language == UNKNOWN:
        return script(text) in _USE_SCRIPTS
    return language != "sw"
