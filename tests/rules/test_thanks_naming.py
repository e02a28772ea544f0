"""A name as typed finds who may be meant, in any script, and chooses nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.thanks import naming

PEOPLE = (
    ("U1", "Ana Lucía Quispe"),
    ("U2", "Ana Mushi"),
    ("U3", "João Macuácua"),
    ("U4", "Sunil Thapa"),
    ("U5", "सुनिल थापा"),
    ("U6", "ليلى حدّاد"),
    ("U7", "李娜"),
    ("U8", "O’Brien, Chipo"),
    ("U9", "Bob"),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("@ana", ["U1", "U2"]),
        ("@anna", ["U1", "U2"]),
        ("Ana Quispe", ["U1"]),
        ("@quispe", ["U1"]),
        ("ana.quispe@example.org", ["U1"]),
        ("@joao", ["U3"]),
        ("@joa\u0303o", ["U3"]),
        ("@JOÃO.macuacua", ["U3"]),
        ("@jaoo", ["U3"]),
        ("@सुनिल", ["U5"]),
        ("@ليلى", ["U6"]),
        ("ليلى حداد", ["U6"]),
        ("@李娜", ["U7"]),
        ("@obrien", ["U8"]),
        ("@bo", ["U9"]),
        ("Bob Dubois", ["U9"]),
        ("Chipo Moyo", ["U8"]),
        ("@zainab", []),
        ("@", []),
        ("@…", []),
        ("", []),
    ],
)
def test_a_name_finds_who_may_be_meant(typed: str, meant: list[str]) -> None:
    found = [slack_id for slack_id, _ in naming.suggest(typed, PEOPLE)]
    assert found[: len(meant)] == meant
    assert bool(found) == bool(meant)


def test_vowel_signs_are_letters() -> None:
    assert naming.plain("सुनिल थापा") != naming.plain("सनल थप")
    assert naming.plain("Zoë  O’Neill-Díaz") == "zoe o neill diaz"


@given(st.text(max_size=40), st.lists(st.tuples(st.just("U1"), st.text(max_size=30)), max_size=8))
def test_whatever_is_typed_the_answer_is_a_few_of_these_people(typed: str, people: list[tuple[str, str]]) -> None:
    found = naming.suggest(typed, people)
    assert len(found) <= naming.SUGGESTED
    assert set(found) <= set(people)


@given(st.sampled_from(PEOPLE))
def test_a_whole_name_finds_its_person_first(person: tuple[str, str]) -> None:
    assert naming.suggest(person[1], PEOPLE)[0] == person


def test_a_crowd_of_names_is_not_looked_for() -> None:
    found = naming.suggest_each(["@bob"] * 20, PEOPLE)
    assert [bool(one) for one in found] == [True] * naming.LOOKED_FOR + [False] * (20 - naming.LOOKED_FOR)


def test_namesakes_are_told_apart() -> None:
    found = [(("U1", "Ana Silva"), ("U2", "Ana  Silva"), ("U3", "Ana Mushi")), (("U2", "Ana  Silva"),)]
    zones = {"U1": "America/La_Paz", "U2": "Africa/Dar_es_Salaam", "U3": "Africa/Maputo"}
    assert naming.told_apart(found, zones) == [
        (("U1", "Ana Silva (La Paz)"), ("U2", "Ana  Silva (Dar es Salaam)"), ("U3", "Ana Mushi")),
        (("U2", "Ana  Silva (Dar es Salaam)"),),
    ]
    assert naming.told_apart([(("U1", "Bo"), ("U2", "Bo"))], {}) == [(("U1", "Bo (U1)"), ("U2", "Bo (U2)"))]
    assert naming.told_apart([], {}) == []
