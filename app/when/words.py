"""The words of time of four languages, without accents; names of days and months are CLDR's (Babel)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from babel import Locale

LANGUAGES = ("en", "fr", "es", "pt")


@dataclass(frozen=True)
class Words:
    """One language: regular expressions (of plain, lower-case text) for what people say of time.

    `units` maps a pattern to minutes, hours, days, weeks, months; `days_ahead` a pattern to days from today (those
    that are over are read as well, so that they are refused and not left aside); `passed` says it of a weekday;
    `parts` a part of the day to (hour it means alone, whether it makes an hour before noon one after it);
    `filler` is what may stand between and says nothing.
    """

    numbers: dict[str, float]
    units: dict[str, str]
    ahead: str
    days_ahead: dict[str, int]
    following: str
    passed: str
    next_week: str
    next_month: str
    parts: dict[str, tuple[int, bool]]
    noon: str
    midnight: str
    at: str
    of: str
    filler: str
    weekdays: dict[str, int] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)


_EN = Words(
    numbers={
        "an?": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "half an?": 0.5,
    },
    units={
        "min(?:ute)?s?|m": "minutes", "h(?:ou)?rs?|h": "hours", "days?|d": "days", "weeks?|wks?|w": "weeks",
        "months?": "months",
    },
    ahead=r"in|after|within",
    days_ahead={
        "the day after tomorrow": 2, "day after tomorrow": 2, "today": 0, "tomorrow": 1, "tmrw": 1,
        "(?:the )?day before yesterday": -2, "yesterday": -1,
    },
    following=r"next|this|coming|the coming",
    passed="last|past",
    next_week="next week",
    next_month="next month",
    parts={
        "tonight": (20, True), "(?:in )?(?:the |this )?morning": (9, False),
        "(?:in )?(?:the |this )?afternoon": (15, True), "(?:in )?(?:the |this )?evening": (19, True),
        "at night": (20, True),
    },
    noon="noon|midday",
    midnight="midnight",
    at=r"at|by|until|till|before",
    of="of",
    filler=r"at|on|by|the|until|till|before|from now|of|o'?clock|time",
)  # fmt: skip
_FR = Words(
    numbers={
        "une?": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
        "dix": 10, "une demi[- ]?": 0.5,
    },
    units={
        "min(?:ute)?s?|mn": "minutes", "heures?|h": "hours", "jours?|j": "days", "semaines?|sem": "weeks",
        "mois": "months",
    },
    ahead=r"dans|d'ici|apres|sous",
    days_ahead={"apres[- ]demain": 2, "aujourd'?hui": 0, "demain": 1, "avant[- ]hier": -2, "hier": -1},
    following=r"ce|cette|prochaine?|qui vient",
    passed="dernier|passe",
    next_week="la semaine prochaine|semaine prochaine",
    next_month="le mois prochain|mois prochain",
    parts={
        "ce soir": (20, True), "(?:du |le |au )?soir": (19, True), "(?:du |le |au |ce )?matin": (9, False),
        "(?:de l'|l'|cet )?apres[- ]midi": (15, True),
    },
    noon="midi",
    midnight="minuit",
    at=r"a|vers|avant|jusqu'a",
    of="de|du",
    filler=r"a|le|la|les|au|du|de|pour|avant|vers|jusqu'a|jusqu'au|en",
)  # fmt: skip
_ES = Words(
    numbers={
        "una?": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
        "diez": 10, "media": 0.5,
    },
    units={
        "min(?:uto)?s?": "minutes", "horas?|hs?": "hours", "dias?|d": "days", "semanas?|sem": "weeks",
        "mes(?:es)?": "months",
    },
    ahead=r"en|dentro de|despues de",
    days_ahead={"pasado manana": 2, "hoy": 0, "manana": 1, "anteayer|antier|antes de ayer": -2, "ayer": -1},
    following=r"proxim[oa]|este|esta|que viene",
    passed="pasado|ultimo",
    next_week="la proxima semana|proxima semana|la semana que viene",
    next_month="el proximo mes|proximo mes|el mes que viene",
    parts={
        "esta noche": (20, True), "(?:de|por|en) la noche": (20, True), "(?:de|por|en) la tarde": (15, True),
        "esta tarde": (15, True), "(?:de|por|en) la manana": (9, False), "esta manana": (9, False),
    },
    noon="(?:al |el )?mediodia",
    midnight="(?:la )?medianoche",
    at=r"a las?|antes de las?|hasta las?",
    of="de|del",
    filler=r"a las?|las?|el|los|de|del|para|hasta|antes|en|al",
)  # fmt: skip
_PT = Words(
    numbers={
        "uma?": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
        "nove": 9, "dez": 10, "meia": 0.5,
    },
    units={
        "min(?:uto)?s?": "minutes", "horas?|hs?": "hours", "dias?|d": "days", "semanas?|sem": "weeks",
        "mes(?:es)?": "months",
    },
    ahead=r"em|daqui a|dentro de|apos",
    days_ahead={"depois de amanha": 2, "hoje": 0, "amanha": 1, "anteontem|antes de ontem": -2, "ontem": -1},
    following=r"proxim[oa]|este|esta|que vem",
    passed="passad[oa]|ultim[oa]",
    next_week="(?:na |a )?proxima semana|(?:na |a )?semana que vem",
    next_month="(?:no |o )?proximo mes|(?:no |o )?mes que vem",
    parts={
        "hoje a noite": (20, True), "esta noite": (20, True), "(?:da|a|de) noite": (20, True),
        "(?:da|a|de|esta) tarde": (15, True), "(?:da|de|pela) manha": (9, False),
    },
    noon="(?:ao )?meio[- ]dia",
    midnight="(?:a )?meia[- ]noite",
    at=r"as?|ate as?|antes das?",
    of="de",
    filler=r"as|a|o|os|no|na|nos|nas|em|de|do|da|ate|antes|para|das|ao",
)  # fmt: skip
_ALL = {"en": _EN, "fr": _FR, "es": _ES, "pt": _PT}


def plainly(text: str) -> str:
    """Lower case, without accents, one kind of apostrophe, single blanks."""
    spread = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("‘", "'"))
    kept = "".join(one for one in spread if not unicodedata.combining(one))
    # 2026-12-01T10:00 is how programs write it.
    apart = re.sub(r"(?<=\d)t(?=\d)", " ", kept.replace("º", "").replace(",", " "))
    return " ".join(apart.split()).strip(" .")


@lru_cache(maxsize=8)
def words_of(language: str) -> Words:
    """The words of one of LANGUAGES, days (0 is Monday) and months in full and short."""
    locale, base = Locale(language), _ALL[language]
    weekdays: dict[str, int] = {}
    months: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for number, name in locale.days["format"][width].items():
            weekdays[plainly(str(name))] = int(number)
        for kind in ("format", "stand-alone"):
            for number, name in locale.months[kind][width].items():
                months[plainly(str(name))] = int(number)
    if language == "en":
        weekdays |= {"tues": 1, "thur": 3, "thurs": 3, "weds": 2}
        months |= {"sept": 9}
    if language == "pt":
        # "segunda-feira" is said without its end, and written with a blank.
        for name, number in list(weekdays.items()):
            if name.endswith("-feira"):
                weekdays[name.removesuffix("-feira")] = number
                weekdays[name.replace("-", " ")] = number
    return Words(
        **{
            **{name: getattr(base, name) for name in base.__dataclass_fields__},
            "weekdays": weekdays,
            "months": months,
        }
    )


def any_of(names: object) -> str:
    """A group of alternatives, the longest first, from plain words."""
    listed = sorted((re.escape(str(one)) for one in names), key=len, reverse=True)  # type: ignore[attr-defined]
    return "|".join(listed)
