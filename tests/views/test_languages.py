"""Every view in every language: all our words go through the catalogue, and Slack's limits hold there too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from app import i18n
from app.huddles.crowd import city_of
from app.i18n import LOCALES, Reader
from app.routing.rules import Reason
from app.slack.limits import problems_in_message, problems_in_view
from app.slack.mrkdwn import inert
from app.slack.views import notes
from app.slack.views.reasons import worded
from tests.views import samples

OPEN, SHUT = "⟦", "⟧"
# Formats of files are called the same in every language.
FORMATS = {"CSV", "Excel", "XLSX", "JSON", "Lines", "Parquet"}
SPOKEN = sorted(i18n.spoken() - {"en"})
REASONS = (
    Reason("keyword", {"words": ["nets"], "field": "name"}),
    Reason("keyword", {"words": ["nets"], "field": "purpose"}),
    Reason("keyword", {"words": ["nets"], "field": "examples"}),
    Reason("keyword", {"words": ["nets"], "field": "keywords"}),
    Reason("similar_part", {"quote": "nets", "field": "example"}),
    Reason("similar_part", {"quote": "nets", "field": "purpose"}),
    Reason("similar_posts", {"count": 3}),
    Reason("same_post", {}),
)


class Marked(Reader):
    """A reader whose dates and lists carry brackets too, as the pseudo catalogue's words do."""

    def day(self, moment: datetime) -> str:
        return OPEN + super().day(moment) + SHUT

    def full_date(self, day: date) -> str:
        return OPEN + super().full_date(day) + SHUT

    def short_date(self, day: date) -> str:
        return OPEN + super().short_date(day) + SHUT

    def weekday(self, number: int) -> str:
        return OPEN + super().weekday(number) + SHUT

    def ago(self, moment: datetime, now: datetime) -> str:
        return OPEN + super().ago(moment, now) + SHUT

    def languages(self, codes: tuple[str, ...]) -> str:
        return OPEN + super().languages(codes) + SHUT

    def listing(self, items: list[str]) -> str:
        return OPEN + super().listing(items) + SHUT


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A catalogue of Esperanto in a folder of its own, in which every message stands in brackets."""
    with (LOCALES / "baobab.pot").open("rb") as handle:
        template = read_po(handle)
    made = Catalog(locale="eo")
    for message in template:
        if message.id:
            made.add(message.id, OPEN + str(message.id) + SHUT)
    file = tmp_path / "eo" / "LC_MESSAGES" / "baobab.po"
    file.parent.mkdir(parents=True)
    with file.open("wb") as handle:
        write_po(handle, made)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    _forget()
    yield
    _forget()


def _forget() -> None:
    i18n.spoken.cache_clear()
    i18n._catalogue.cache_clear()


def _read_as(monkeypatch: pytest.MonkeyPatch, kind: type[Reader], locale: str) -> dict[str, dict[str, Any]]:
    monkeypatch.setattr(samples, "READER", kind(locale, "Asia/Kathmandu"))
    monkeypatch.setattr(samples, "GUEST", kind(locale, "Africa/Blantyre", guest=True))
    return {**samples.messages(), **samples.views()}


def _visible(value: Any) -> Iterator[str]:
    """Every text that people see or hear in a view."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in ("text", "accessibility_label", "alt_text") and isinstance(part, str):
                yield part
            else:
                yield from _visible(part)
    elif isinstance(value, list):
        for part in value:
            yield from _visible(part)


def _outside(text: str) -> str:
    """What stands in no bracket; a bracket that a limit cut off ends with its text."""
    depth, kept = 0, []
    for letter in text:
        depth += (letter == OPEN) - (letter == SHUT)
        if not depth and letter != SHUT:
            kept.append(letter)
    return "".join(kept)


def _words(text: str) -> set[str]:
    """Words of a language: no mentions, addresses of links, emoji, commands, escapes, quotes, cut words, padding."""
    text = re.sub(r"(?m)^> .*$|\w+…|([^\W\d_])\1{9,}", " ", text)
    text = re.sub(r"<[@#!][^>]*>|<https?://[^|>]*\|?|:[a-z_]+:|&(?:amp|lt|gt);|`[^`]*`", " ", text)
    return set(re.findall(r"[^\W\d_]{2,}", text))


def _sample_words() -> set[str]:
    """Words that are nobody's to translate: of the samples themselves (names, titles, what people typed), formats."""
    trees = [ast.parse(Path(file).read_text(encoding="utf-8")) for file in samples.FILES]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    # What was typed may stand where its marks would end bold words: those are other signs there.
    shown = [one for text in texts if "_" not in text for one in (text, inert(text))]
    # A time zone is shown by its city.
    shown += [city_of(text) for text in texts if "/" in text]
    return FORMATS | {word for text in shown for word in _words(text)}


def test_every_word_of_ours_goes_through_the_catalogue(pseudo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = _sample_words()
    for name, body in _read_as(monkeypatch, Marked, "eo").items():
        texts = list(_visible(body))
        assert texts, name
        assert {word for text in texts for word in _words(_outside(text))} - theirs == set(), name


def test_reasons_and_failures_go_through_it_too(pseudo: None) -> None:
    reader = Marked("eo")
    for reason in REASONS:
        assert _words(_outside(worded(reason, reader))) == set(), reason
    assert _words(_outside(notes.unexpected("reference", reader))) == set()
    assert all(not _words(_outside(text)) for text in _visible(notes.looking(reader)))


def test_the_check_itself_would_find_a_forgotten_word() -> None:
    assert _words(_outside(f"{OPEN}Close{SHUT} <@U1> :warning: forgotten `code`")) == {"forgotten"}


@pytest.mark.parametrize("language", SPOKEN)
def test_slack_would_take_every_view_in_every_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, body in _read_as(monkeypatch, Reader, language).items():
        view = body.get("type") in ("modal", "home")
        found = problems_in_view(body) if view else problems_in_message(body["text"], body.get("blocks"))
        assert found == [], name


@pytest.mark.parametrize("language", SPOKEN)
def test_no_translation_is_cut_short(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Titles, buttons and confirmations are cut at Slack's limits; ours have to fit, names of things need not.
    english = _read_as(monkeypatch, Reader, "en")
    for name, body in _read_as(monkeypatch, Reader, language).items():
        cut = [text for text in _plain(body) if text.endswith("…")]
        assert len(cut) == len([text for text in _plain(english[name]) if text.endswith("…")]), (name, cut)


def _plain(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            yield str(value["text"])
        for part in value.values():
            yield from _plain(part)
    elif isinstance(value, list):
        for part in value:
            yield from _plain(part)


@pytest.mark.parametrize("language", SPOKEN)
def test_no_english_is_left_in_a_translated_answer(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    english = _read_as(monkeypatch, Reader, "en")
    theirs = _sample_words()
    for name, body in _read_as(monkeypatch, Reader, language).items():
        same = set(_visible(body)) & set(_visible(english[name]))
        # A text that is the same in both languages holds nothing but what people typed.
        assert {word for text in same for word in _words(text)} - theirs == set(), name
