"""The pieces of a moment in text: a time to wait, a day, an hour. Each is cut out of the text as it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from dateutil.relativedelta import relativedelta

from app.when.words import Words, any_of

# Written as other languages write it: 17:00, 17h00, 17.00, 17h, 5pm, 5:30 p.m.
_CLOCK = r"(?P<hour>\d{1,2})(?:\s?[:h.]\s?(?P<minute>\d{2}))(?:min|h)?(?:\s*(?P<half>[ap])\.?m\.?)?"
_HALF = r"(?P<hour>\d{1,2})\s*(?P<half>[ap])\.?m\.?"
_HOURS = r"(?P<hour>\d{1,2})\s?(?:h|hs|heures?|horas?|uhr)"
_ISO = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_NUMBERS = r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})(?:[/.](?P<year>\d{4}|\d{2}))?"
_DASHED = r"(?P<first>\d{1,2})-(?P<second>\d{1,2})-(?P<year>\d{4})"
# "this morning" is today's, also when it is over.
_THIS = re.compile(r"(?:this|tonight|ce|cet|cette|este|esta|hoje)\b")


@dataclass
class Rest:
    """What of the text was not read yet; `take` reads a piece of it. `today`: a part of this day was named;
    `weekday_of_today`: the day was named by its weekday, and it is today's."""

    text: str
    today: bool = False
    weekday_of_today: bool = False

    def take(self, pattern: str) -> re.Match[str] | None:
        """Find a pattern between word borders and cut it out."""
        found = re.search(rf"(?<![\w:])(?:{pattern})(?![\w:])", self.text)
        if found:
            self.text = f"{self.text[: found.start()]} | {self.text[found.end() :]}"
        return found


def ahead_of(rest: Rest, words: Words) -> tuple[relativedelta, timedelta] | None:
    """A time to wait ("in 2 weeks", "2d", "1h30"): by the calendar, and by the clock."""
    units = "|".join(f"(?:{one})(?![a-z])" for one in words.units)
    number = rf"(?:\d+(?:[.,]\d+)?|{'|'.join(sorted(words.numbers, key=len, reverse=True))})"
    piece = rf"(?:{number})\s*(?:{units})(?:\s*\d+)?"
    joined = rf"{piece}(?:\s*(?:and|et|y|e)?\s*{piece})*"
    # "17h" alone is a time of day where hours are written so; "3h" after nothing else is a time to wait.
    found = rest.take(rf"(?:{words.ahead})\s+(?P<all>{joined})")
    if found is None:
        alone = re.fullmatch(joined, rest.text)
        if alone is None or re.fullmatch(r"(?:1[0-9]|2[0-3])\s*h(?:\s*\d+)?|0\d\s*h.*", rest.text):
            return None
        found = alone
        rest.text = ""
    said = found.groupdict().get("all") or found.group()
    days, wait = relativedelta(), timedelta()
    for count, unit, minutes in re.findall(rf"({number})\s*({units})\s*(\d+(?!\s*(?:{units})\b))?", said):
        amount = _number(count, words)
        name = next(name for one, name in words.units.items() if re.fullmatch(one, unit))
        if name in ("hours", "minutes"):
            wait += timedelta(**{name: amount}) + timedelta(minutes=int(minutes or 0))
        elif amount != int(amount) or minutes:
            raise ValueError("half a day is no date")
        else:
            days += relativedelta(**{name: int(amount)})  # type: ignore[arg-type]
    return days, wait


def _number(said: str, words: Words) -> float:
    if said[0].isdigit():
        return float(said.replace(",", "."))
    return next(value for one, value in words.numbers.items() if re.fullmatch(one, said))


class TwoDates(ValueError):
    """3/4 is the third of April to some and the fourth of March to others, whatever language they read."""


class OtherWeekday(ValueError):
    """A date and a day of the week that do not go together."""


def day_of(rest: Rest, words: Words, today: date, *, month_first: bool) -> date | None:
    """A day that is named, perhaps over. ValueError for the 31st of April, `OtherWeekday` for a Friday the 14th
    that is a Saturday."""
    weekday = rf"(?P<day>{any_of(words.weekdays)})\.?"
    day = _dated_day(rest, words, today, month_first=month_first)
    if day is None:
        day = _relative_day(rest, words, today)
    if day is not None:
        if (beside := rest.take(weekday)) and words.weekdays[beside["day"]] != day.weekday():
            raise OtherWeekday("another day of the week")
        return day
    if rest.take(words.next_week):
        return today + timedelta(7)
    if rest.take(words.next_month):
        return today + relativedelta(months=1)
    passed, following = rf"(?P<passed>{words.passed})", rf"(?:{words.following})"
    if found := rest.take(rf"{passed}\s+{weekday}") or rest.take(rf"{weekday}\s+{passed}"):
        return today - timedelta((today.weekday() - words.weekdays[found["day"]]) % 7 or 7)
    if found := rest.take(rf"(?:(?P<before>{following})\s+)?{weekday}(?:\s+(?P<after>{following}))?"):
        ahead = (words.weekdays[found["day"]] - today.weekday()) % 7
        said = found["before"] or found["after"] or ""
        if not ahead and said and not _THIS.match(said):
            # "next Thursday", said on a Thursday, is not today.
            return today + timedelta(7)
        rest.weekday_of_today = not ahead
        return today + timedelta(ahead)
    return None


def _dated_day(rest: Rest, words: Words, today: date, *, month_first: bool) -> date | None:
    """A day by its date: this year's or the next one, where it names no year."""
    if found := rest.take(_ISO):
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    if (day := _in_words(rest, words, today)) is not None:
        return day
    found = rest.take(_DASHED)
    if found is None and ("/" in rest.text or rest.text.count(".") > 1):
        found = rest.take(_NUMBERS + r"(?!\s*(?:[ap]\.?m\b))")
    if found is None:
        return None
    first, second = int(found["first"]), int(found["second"])
    if "/" in found.group() and first != second and max(first, second) <= 12:
        raise TwoDates("two dates")
    month, day_number = (first, second) if month_first else (second, first)
    if month > 12 >= day_number:
        month, day_number = day_number, month
    return _dated(today, month, day_number, found["year"])


def _relative_day(rest: Rest, words: Words, today: date) -> date | None:
    for pattern, days in words.days_ahead.items():
        # "de la mañana" and "mañana" are read by the hour's part of the day, and as tomorrow.
        if rest.take(rf"(?<!la )(?:{pattern})"):
            return today + timedelta(days)
    return None


def _in_words(rest: Rest, words: Words, today: date) -> date | None:
    """12 March, March 12th, 12 de marzo de 2027, 1er décembre."""
    month = rf"(?P<month>{any_of(words.months)})\.?"
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|o)?"
    year = rf"(?:\s*(?:{words.of})?\s*(?P<year>\d{{4}}))?"
    found = rest.take(rf"{day}\s*(?:(?:{words.of})\s+)?{month}{year}") or rest.take(
        rf"{month}\s+{day}{year}(?!\s*[:h])"
    )
    if found is None:
        return None
    return _dated(today, words.months[found["month"]], int(found["day"]), found["year"])


def _dated(today: date, month: int, day: int, year: str | None) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    # The next one; a 29th of February may be some years away.
    for ahead in range(9):
        try:
            named = date(today.year + ahead, month, day)
        except ValueError:
            continue
        if named >= today:
            return named
    raise ValueError("no such day")


def hour_of(rest: Rest, words: Words) -> time | None:
    """An hour that is named, by number or by part of the day. ValueError for 25:00."""
    part = None
    for pattern, meant in words.parts.items():
        if said := rest.take(pattern):
            part, rest.today = meant, _THIS.match(said.group()) is not None
            break
    if rest.take(words.noon):
        return time(12)
    if rest.take(words.midnight):
        # The midnight of this night is tomorrow's first minute.
        rest.today = False
        return time(0)
    found = (
        rest.take(_CLOCK)
        or rest.take(_HALF)
        or rest.take(_HOURS)
        or rest.take(rf"(?:{words.at})\s+(?P<hour>\d{{1,2}})")
    )
    if found is None and part is not None:
        # "tonight at 8" was read above; what is left may be a bare number beside a part of the day.
        found = rest.take(r"(?P<hour>\d{1,2})")
    if found is None:
        return time(part[0]) if part else None
    named = found.groupdict()
    hour, minute, half = int(found["hour"]), int(named.get("minute") or 0), named.get("half")
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half == "p" else 0)
    elif part and part[1] and hour < 12:
        hour += 12
    if hour == 24 and minute == 0:
        hour, minute = 23, 59
    return time(hour, minute)
