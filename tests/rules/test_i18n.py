"""The reader's language: fallbacks, dates and names, and catalogues that say all we say and lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app import i18n
from app.i18n import LOCALES, Reader

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
CATALOGUES = sorted(LOCALES.glob("*/LC_MESSAGES/baobab.po"))
MARKS = ("*", "`", "<@", "<#", "⋮", "→", "_", ":hourglass:", ":warning:", ":white_check_mark:", "\n")


def catalogue(file: Path) -> Catalog:
    with file.open("rb") as handle:
        return read_po(handle)


def ids_of(file: Path) -> set[str]:
    return {str(message.id) for message in catalogue(file) if message.id}


def placeholders(text: str) -> list[str]:
    """`{name}` of every placeholder, sorted; raises ValueError where braces do not match."""
    return sorted(str(name) for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.fixture
def other_locales(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty folder in the place of `locales/`."""
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n.spoken.cache_clear()
    i18n._catalogue.cache_clear()
    yield tmp_path
    i18n.spoken.cache_clear()
    i18n._catalogue.cache_clear()


@pytest.mark.parametrize(
    "locale",
    ["en", "en-GB", "", "xx-YY", "de-DE", "ja-JP", "../../etc", "\x00", "a" * 99, "-", "root", "zh-Hant-TW"],
)
def test_without_a_catalogue_people_read_english_throughout(locale: str) -> None:
    reader = Reader(locale)
    assert reader.words()("Close") == "Close"
    assert reader.languages(("en", "fr")) == "English and French"
    assert reader.ago(NOW - timedelta(days=3), NOW) == "3 days ago"
    assert "Nov" in reader.day(NOW)


@pytest.mark.parametrize(
    ("locale", "close", "languages", "ago"),
    [
        ("fr-FR", "Fermer", "anglais et français", "il y a 3 jours"),
        ("fr", "Fermer", "anglais et français", "il y a 3 jours"),
        ("fr_CA", "Fermer", "anglais et français", "il y a 3 jours"),
        ("fr-XX", "Fermer", "anglais et français", "il y a 3 jours"),
        ("es-LA", "Cerrar", "inglés y francés", "hace 3 días"),
        ("pt-BR", "Fechar", "inglês e francês", "há 3 dias"),
    ],
)
def test_every_country_of_a_language_reads_its_catalogue(locale: str, close: str, languages: str, ago: str) -> None:
    reader = Reader(locale)
    assert reader.words()("Close") == close
    assert reader.languages(("en", "fr")) == languages
    assert reader.ago(NOW - timedelta(days=3), NOW) == ago


def test_a_word_that_no_catalogue_has_stays_english() -> None:
    assert Reader("fr-FR").words()("A sentence of tomorrow, {name}") == "A sentence of tomorrow, {name}"


@pytest.mark.parametrize("zone", ["Mars/Phobos", "", "Africa", "../../etc/passwd", "/etc/passwd", "\x00", "A" * 500])
def test_an_unknown_zone_counts_as_utc(zone: str) -> None:
    assert Reader("en-GB", zone).day(NOW) == "23 Nov 2026"


def test_a_date_is_that_of_the_readers_place() -> None:
    assert Reader("en-GB", "Asia/Kathmandu").day(NOW) == "24 Nov 2026"
    # English has two orders: one of them in all that we write, whatever English is set.
    for english in ("en", "en-US", "en-GB", "en-ZA"):
        assert Reader(english, "America/Bogota").day(NOW) == "23 Nov 2026"
        assert Reader(english).full_date(NOW.date()) == "Monday, 23 November 2026"
    assert Reader("fr-FR", "Africa/Dakar").day(NOW) == "23 nov. 2026"
    # Countries that write days by numbers, in two orders.
    assert Reader("pt-PT").day(NOW) == "23 nov. 2026"
    assert Reader("es-PR").day(NOW) == "23 nov 2026"
    assert Reader("es-PR").full_date(NOW.date()) == "lunes, 23 de noviembre de 2026"


def test_what_is_to_come_counts_as_now() -> None:
    assert Reader().ago(NOW + timedelta(days=2), NOW) == Reader().ago(NOW, NOW)


def test_lists_are_joined_as_the_language_joins_them() -> None:
    assert Reader().listing([]) == ""
    assert Reader().listing(["A"]) == "A"
    assert Reader("es-ES").listing(["A", "B", "C"]) == "A, B y C"
    # A language without a name of its own in CLDR is shown by its code.
    assert Reader().languages(("xx",)) == "xx"


def test_dropping_a_catalogue_in_is_enough(other_locales: Path) -> None:
    assert Reader("sw-KE").words()("Close") == "Close"
    file = other_locales / "sw" / "LC_MESSAGES" / "baobab.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid "Close"\nmsgstr "Funga"\n\n#, fuzzy\nmsgid "Back"\nmsgstr "Mbele"\n', encoding="utf-8")
    i18n.spoken.cache_clear()
    i18n._catalogue.cache_clear()
    reader = Reader("sw-KE")
    assert reader.words()("Close") == "Funga"
    # What a tool guessed and nobody looked at is not shown.
    assert reader.words()("Back") == "Back"
    assert "siku" in reader.ago(NOW - timedelta(days=3), NOW)


def test_the_template_holds_just_what_the_code_says() -> None:
    said = {
        str(message)
        for folder in ("app", "handlers")
        for _, _, message, _, _ in extract_from_dir(
            ROOT / folder,
            method_map=[("**.py", "python")],
            directory_filter=lambda path: Path(path).name not in ("playground", "__pycache__"),
        )
    }
    assert ids_of(LOCALES / "baobab.pot") == said, "run the two commands of `make messages`"


def test_templates_need_no_plural_forms() -> None:
    # One form a message: a number stands apart from its noun ("similar posts: 3"), as each language can say it.
    assert [message.id for message in catalogue(LOCALES / "baobab.pot") if isinstance(message.id, tuple)] == []


def test_french_spanish_and_portuguese_are_spoken() -> None:
    assert {file.parents[1].name for file in CATALOGUES} >= {"fr", "es", "pt"}


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parents[1].name)
def test_a_catalogue_is_whole(file: Path) -> None:
    messages = [message for message in catalogue(file) if message.id]
    assert {str(message.id) for message in messages} == ids_of(LOCALES / "baobab.pot")
    assert [message.id for message in messages if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parents[1].name)
def test_a_translation_keeps_placeholders_marks_and_edges(file: Path) -> None:
    for message in catalogue(file):
        source, said = str(message.id), str(message.string)
        if not source:
            continue
        assert placeholders(said) == placeholders(source), source
        for mark in MARKS:
            assert said.count(mark) == source.count(mark), (mark, source)
        assert (said.strip() == said) == (source.strip() == source), source
        assert said.endswith((":", "\u00a0:")) == source.endswith(":"), source
        # Only what we write ourselves: no links, no pings, nothing a catalogue could smuggle in.
        assert "http" not in said
        assert "<!" not in said
