"""The card stays compact: repeats and groups collapse, and it promises only what a reaction to it does."""

from __future__ import annotations

from typing import Any

from app.i18n import Reader
from app.slack.views.thanks import card as view
from app.thanks.shapes import Card, CardEntry

ENGLISH = Reader("en-GB", "UTC")
PEOPLE = ("Ana", "João", "Fatou", "Sunil", "Layla", "Neema", "Claire", "Mateo")


def entry(person: str, giver: str, reason: str, value: str = "", seconds: int = 0) -> CardEntry:
    return CardEntry(f"U{person}", person, f"U{giver}", giver, reason, value, seconds)


def lines(*entries: CardEntry, kind: str = "day", emoji: str = "raised_hands") -> list[str]:
    body: Any = view.message(Card(kind, "2026-11-23", "Malaria", entries), ENGLISH, "/thanks", emoji)
    texts = [block["text"]["text"] if "text" in block else block["elements"][0]["text"] for block in body["blocks"]]
    return [line for text in texts for line in text.split("\n")][1:]


def test_several_thanks_to_one_person_are_one_line_with_the_newest_reason() -> None:
    shown = lines(
        entry("Ana", "Neema", "the brief", "sharing", 1), entry("Ana", "Sunil", "the call & more", "answering", 2)
    )
    assert shown[0] == "• *Ana*, thanked by Neema and Sunil: the call &amp; more · #answering · :raised_hands: 3"
    assert len(shown) == 2


def test_a_group_thanked_in_one_breath_is_one_line_and_its_seconds_are_not_multiplied() -> None:
    shown = lines(*(entry(one, "Amina", "good talks", "", 2) for one in PEOPLE))
    assert shown[0] == (
        "• *Ana*, *João*, *Fatou*, *Sunil*, *Layla* and 3 others, thanked by Amina: good talks · :raised_hands: 2"
    )
    assert len(shown) == 2


def test_what_differs_in_anything_has_a_line_of_its_own() -> None:
    shown = lines(
        entry("Ana", "Amina", "the brief"),
        entry("João", "Neema", "the brief"),
        entry("Fatou", "Amina", "the notes"),
        entry("Sunil", "Amina", "the brief", "sharing"),
        entry("Layla", "Amina", "the brief", "", 1),
    )
    assert [line.split("*")[1] for line in shown[:-1]] == ["Ana", "João", "Fatou", "Sunil", "Layla"]


def test_beyond_a_dozen_lines_the_people_left_are_counted() -> None:
    shown = lines(*(entry(f"P{number}", "Amina", f"reason {number}") for number in range(view.LINES)))
    assert not any("more p" in line for line in shown)
    many = [entry(f"P{number}", "Amina", f"reason {number}") for number in range(view.LINES)]
    group = [entry(f"Q{number}", "Neema", "the same") for number in range(7)]
    assert "… and thanks to 7 more people." in lines(*many, *group)
    assert "… and thanks to one more person." in lines(*many, group[0])


def test_only_a_card_that_can_be_seconded_says_so() -> None:
    one = entry("Ana", "Amina", "the brief", "sharing")
    assert "React with :tada: to second" in lines(one, emoji="tada")[-1]
    assert "React" not in lines(one, emoji="")[-1]
    assert "React" not in lines(one, kind="week")[-1]
    assert "It was about" not in " ".join(lines(one, kind="week"))
    both = lines(one, entry("João", "Amina", "the call", "answering"), kind="week")
    assert "It was about #answering and #sharing." in both
