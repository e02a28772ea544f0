"""Every block and element we may send is drawn, labelled, and free of what people typed as markup."""

from __future__ import annotations

import copy
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.playground.pages.blocks import draw_block, draw_blocks
from app.playground.pages.messages import Stage, draw_message
from app.playground.pages.modals import draw_modal
from app.playground.pages.place import Place
from app.playground.pages.reader import Reader
from app.playground.slack.state import Ephemeral, Message, View
from tests.playground.pages.kitchen import FRUIT, MESSAGE_BLOCKS, MODAL, MODAL_BLOCKS, plain
from tests.playground.pages.parsing import outline, pretty, tags_of, words_of

GOLDEN = Path(__file__).parent / "golden"
READER = Reader(
    me="U0AMINA001",
    zone="Africa/Nairobi",
    locale="en-GB",
    now=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    people={"U0AMINA001": "Amina Odhiambo", "U0JOAO0002": "João Macuácua"},
    channels={"C0GENERAL1": "general"},
    conversations={"C0GENERAL1": "#general", "D1": "João Macuácua"},
    channel_url="/playground/U0AMINA001/",
    site="https://example.org",
)
PLACE = Place(READER, "m-1", channel="C0GENERAL1")
ALL = [*MESSAGE_BLOCKS, *MODAL_BLOCKS]


@pytest.mark.parametrize("block", ALL, ids=[str(one["block_id"]) for one in ALL])
def test_each_block_is_drawn_as_before(block: dict[str, Any]) -> None:
    file = GOLDEN / f"{'modal' if block in MODAL_BLOCKS else 'message'}-{block['block_id']}.html"
    drawn = pretty(draw_block(block, 0, PLACE))
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8"), "UPDATE_GOLDEN=1 writes it anew"


@pytest.mark.parametrize("block", ALL, ids=[str(one["block_id"]) for one in ALL])
def test_no_kind_of_block_is_unknown_and_all_elements_close(block: dict[str, Any]) -> None:
    drawn = draw_block(block, 0, PLACE)
    outline(drawn)
    assert 'class="unknown"' not in drawn


def test_what_is_unknown_is_shown_as_such() -> None:
    drawn = draw_blocks([{"type": "hologram"}, {"type": "actions", "elements": [{"type": "lever"}]}], PLACE)
    assert "Unknown block: hologram" in drawn and "Unknown element: lever" in drawn


@pytest.mark.parametrize("block", MODAL_BLOCKS[1:], ids=[str(one["block_id"]) for one in MODAL_BLOCKS[1:]])
def test_every_input_has_a_label_that_names_it(block: dict[str, Any]) -> None:
    elements = outline(draw_block(block, 0, PLACE))
    ids = {attributes.get("id") for _, attributes in elements}
    labels = [attributes["for"] for name, attributes in elements if name == "label" and "for" in attributes]
    groups = [attributes["aria-labelledby"] for _, attributes in elements if "aria-labelledby" in attributes]
    assert labels or groups
    assert set(labels) | set(groups) <= ids


def test_a_field_error_stands_at_its_field_and_describes_it() -> None:
    view = View("V1", "modal", "U0AMINA001", MODAL, "h", errors={"title": "Too short <b>"})
    drawn = draw_modal([view], READER)
    field = next(a for n, a in outline(drawn) if n == "input" and a.get("aria-invalid") == "true")
    message = next(a for n, a in outline(drawn) if a.get("class") == "error")
    assert message["id"] in (field["aria-describedby"] or "").split()
    assert "Too short &lt;b&gt;" in drawn


def test_what_a_person_chose_is_drawn_again() -> None:
    chosen = {"one": {"v": {"type": "static_select", "selected_option": FRUIT[2]}}}
    drawn = draw_blocks(MODAL_BLOCKS, Place(READER, "v", values=chosen))
    assert 'value="tamarind" selected' in drawn and 'value="mango" selected' not in drawn


def test_one_moment_is_drawn_on_the_readers_clock() -> None:
    drawn = draw_block(next(one for one in MODAL_BLOCKS if one["block_id"] == "at"), 0, PLACE)
    assert 'value="2026-09-21T17:13"' in drawn and "Africa/Nairobi" in drawn


def test_a_chart_has_its_figures_as_a_table() -> None:
    drawn = draw_block(next(one for one in MESSAGE_BLOCKS if one["block_id"] == "viz"), 0, PLACE)
    assert {"svg", "table"} <= tags_of(drawn) and "18.5" in words_of(drawn)


def test_pictures_from_elsewhere_are_told_not_loaded() -> None:
    block = {"type": "image", "image_url": "https://tracker.example.com/p.png", "alt_text": "a map"}
    assert "img" not in tags_of(draw_block(block, 0, PLACE)) and "a map" in draw_block(block, 0, PLACE)
    block["image_url"] = "https://example.org/p.png"
    assert "img" in tags_of(draw_block(block, 0, PLACE))


NASTY = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


TYPED = frozenset(
    "text title alt_text value action_id block_id name label external_id fallback initial_value user_id channel_id"
    " categories format initial_date style align caption".split()
)


def poisoned(thing: Any, key: str = "") -> Any:
    """The same structure with something nasty in every text, label, value and id."""
    if isinstance(thing, dict):
        return {name: poisoned(one, name) for name, one in thing.items()}
    if isinstance(thing, list):
        return [poisoned(one, key) for one in thing]
    if isinstance(thing, str) and "url" in key:
        return f"javascript:alert(1)//{NASTY}"
    return NASTY if isinstance(thing, str) and key in TYPED else thing


@pytest.mark.parametrize("block", ALL, ids=[str(one["block_id"]) for one in ALL])
def test_nothing_typed_becomes_markup_in_any_place_of_any_block(block: dict[str, Any]) -> None:
    safe = outline(draw_block(block, 0, PLACE))
    drawn = draw_block(poisoned(copy.deepcopy(block)), 0, PLACE)
    assert_harmless(drawn)
    assert {name for name, _ in outline(drawn)} <= {name for name, _ in safe} | {"span", "br", "ul"}


def assert_harmless(drawn: str) -> None:
    for name, attributes in outline(drawn):
        assert name != "script"
        assert not any(key.startswith("on") or key == "style" for key in attributes), attributes
        for key in ("href", "src", "action"):
            assert not (attributes.get(key) or "").strip().lower().startswith(("javascript", "data", "vbscript"))


def test_names_texts_and_reactions_of_messages_are_escaped() -> None:
    reader = Reader(me="U1", zone="UTC", locale="en-GB", now=READER.now, people={"U1": NASTY, "U2": NASTY})
    said = Message("1790000000.000100", "C1", "U2", NASTY, username=NASTY, bot_id="B1", reactions={NASTY: ["U1"]})
    said.attachments = [{"title": NASTY, "title_link": "javascript:alert(1)", "text": NASTY}]
    for message in (said, Ephemeral("1790000000.000200", "C1", "U1", NASTY)):
        drawn = draw_message(message, Stage(reader, "/playground/U1/C1"))
        assert_harmless(drawn)
        assert "alert(1)" in words_of(drawn)


def test_a_modals_own_words_are_escaped() -> None:
    view = View("V1", "modal", "U1", {**MODAL, "title": plain(NASTY), "submit": plain(NASTY)}, "h", trouble=NASTY)
    assert_harmless(draw_modal([view], READER))


def test_markdown_keeps_raw_html_as_text() -> None:
    typed = "<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://example.com/p.png) **b**"
    drawn = draw_block({"type": "markdown", "text": typed}, 0, PLACE)
    assert_harmless(drawn)
    assert not {"script", "img"} & tags_of(drawn) and "strong" in tags_of(drawn)


SENT = sorted((Path(__file__).parents[2] / "views" / "golden").glob("*.json"))


@pytest.mark.parametrize("file", SENT, ids=[one.stem for one in SENT])
def test_every_view_the_product_sends_can_be_drawn(file: Path) -> None:
    sent = json.loads(file.read_text(encoding="utf-8"))
    blocks = sent if isinstance(sent, list) else sent.get("blocks") or []
    drawn = draw_blocks(blocks, PLACE)
    assert_harmless(drawn)
    assert 'class="unknown"' not in drawn
