"""Block Kit to HTML: every block of a message, modal or Home, as pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from app.playground.pages import elements
from app.playground.pages.charts import chart
from app.playground.pages.elements import Setting
from app.playground.pages.html import join, link, tag
from app.playground.pages.mrkdwn import text_object, words_of
from app.playground.pages.place import Json, Place, block_id, items
from app.playground.pages.rich_text import markdown, rich_text, table

_LABELLED_BY_GROUP = ("checkboxes", "radio_buttons")
_ALERTS = frozenset({"default", "info", "warning", "error", "success"})


def draw_blocks(blocks: Sequence[Json], place: Place) -> Markup:
    """All blocks one after the other, each in a wrapper that carries its id and kind."""
    return join(*(draw_block(block, index, place) for index, block in enumerate(blocks)))


def draw_block(block: Json, index: int, place: Place) -> Markup:
    """One block; a kind that is not known is shown as a marked box."""
    kind, name = str(block.get("type")), block_id(block, index)
    draw = _BLOCKS.get(kind)
    inner = draw(block, name, place) if draw else elements.unknown(kind, "block")
    return tag("div", inner, class_=f"block b-{kind}" if draw else "block", data_block=name)


def _section(block: Json, name: str, place: Place) -> Markup:
    text_id = place.id(name, "text")
    text = text_object(block.get("text"), place.reader)
    fields = [
        tag("div", text_object(one, place.reader), class_="field", dir="auto") for one in items(block.get("fields"))
    ]
    body = tag(
        "div",
        tag("div", text, dir="auto", id=text_id) if text else None,
        tag("div", *fields, class_="fields") if fields else None,
        class_="section-text",
    )
    accessory = block.get("accessory")
    if not isinstance(accessory, dict):
        return body
    grouped = accessory.get("type") in _LABELLED_BY_GROUP
    at = Setting(name, labelled_by=text_id if grouped and text else "", described_by=text_id if text else "")
    return join(body, tag("div", elements.draw(accessory, place, at), class_="accessory"))


def _header(block: Json, _name: str, place: Place) -> Markup:
    level = block.get("level")
    rank = min(max(level, 1), 4) + 2 if isinstance(level, int) else 3
    return tag(f"h{rank}", text_object(block.get("text"), place.reader), dir="auto")


def _context(block: Json, _name: str, place: Place) -> Markup:
    parts = (
        elements.image(one, place.reader.site, "tiny")
        if one.get("type") == "image"
        else tag("span", text_object(one, place.reader), dir="auto")
        for one in items(block.get("elements"))
    )
    return tag("div", *parts, class_="context")


def _divider(_block: Json, _name: str, _place: Place) -> Markup:
    return tag("hr")


def _actions(block: Json, name: str, place: Place) -> Markup:
    return tag(
        "div", *(elements.draw(one, place, Setting(name)) for one in items(block.get("elements"))), class_="row"
    )


def _input(block: Json, name: str, place: Place) -> Markup:
    own = block.get("element")
    element = own if isinstance(own, dict) else {}
    kind = str(element.get("type"))
    field_id = place.id(name, str(element.get("action_id")))
    label_id, hint_id, error_id = (place.id(name, part) for part in ("label", "hint", "error"))
    hint, error = text_object(block.get("hint"), place.reader), place.errors.get(name)
    described = " ".join(one for one, there in ((hint_id, hint), (error_id, error)) if there)
    grouped = kind in _LABELLED_BY_GROUP
    label = join(
        text_object(block.get("label"), place.reader),
        tag("span", " (optional)", class_="optional") if block.get("optional") else None,
    )
    at = Setting(
        name,
        label=words_of(block.get("label"), place.reader),
        labelled_by=label_id,
        described_by=described,
        required=not block.get("optional"),
        invalid=bool(error),
        dispatch=_dispatch(block, element),
    )
    return tag(
        "div",
        tag("div", label, id=label_id, class_="label", dir="auto")
        if grouped
        else tag("label", label, id=label_id, for_=field_id, class_="label", dir="auto"),
        elements.draw(element, place, at),
        tag("p", hint, id=hint_id, class_="hint", dir="auto") if hint else None,
        tag("p", error, id=error_id, class_="error", role="alert", dir="auto") if error else None,
        class_="input",
    )


def _dispatch(block: Json, element: Json) -> str:
    """When an input speaks to the app: never, unless the block says so; text fields on Enter by default."""
    if not block.get("dispatch_action"):
        return ""
    if str(element.get("type")) not in elements.TYPED:
        return "change"
    config = element.get("dispatch_action_config")
    on = config.get("trigger_actions_on") if isinstance(config, dict) else None
    return "char" if isinstance(on, list) and "on_character_entered" in on else "enter"


def _image(block: Json, _name: str, place: Place) -> Markup:
    title = text_object(block.get("title"), place.reader)
    return tag(
        "figure",
        tag("figcaption", title, dir="auto") if title else None,
        elements.image(block, place.reader.site, "picture"),
    )


def _video(block: Json, _name: str, place: Place) -> Markup:
    title = words_of(block.get("title"), place.reader)
    about = text_object(block.get("description"), place.reader)
    address = str(block.get("title_url") or block.get("video_url") or "")
    return tag(
        "div",
        tag("p", link(address, f"▶\ufe0e {title}"), dir="auto"),
        tag("p", about, dir="auto") if about else None,
        tag("small", str(block.get("alt_text", ""))),
        class_="card",
    )


def _file(block: Json, _name: str, _place: Place) -> Markup:
    return tag("div", f"📄 {block.get('external_id', 'file')}", class_="card")


def _call(block: Json, _name: str, _place: Place) -> Markup:
    return tag("div", f"📞 Call {block.get('call_id', '')}", class_="card")


def _alert(block: Json, _name: str, place: Place) -> Markup:
    level = str(block.get("level", "default"))
    words = text_object(block.get("text"), place.reader)
    loud = level in ("warning", "error")
    known = level if level in _ALERTS else "default"
    return tag("div", words, class_=f"alert {known}", role="alert" if loud else "status", dir="auto")


def _markdown(block: Json, _name: str, _place: Place) -> Markup:
    return markdown(str(block.get("text", "")))


def _rich_text(block: Json, _name: str, place: Place) -> Markup:
    return tag("div", rich_text(block, place.reader), class_="rich")


def _table(block: Json, _name: str, place: Place) -> Markup:
    return table(block, place.reader)


def _chart(block: Json, _name: str, _place: Place) -> Markup:
    return chart(block)


def _container(block: Json, _name: str, place: Place) -> Markup:
    title = text_object(block.get("title"), place.reader)
    subtitle = text_object(block.get("subtitle"), place.reader)
    inner = draw_blocks(items(block.get("child_blocks")), place)
    more = tag("small", subtitle, dir="auto") if subtitle else None
    if block.get("is_collapsible"):
        return tag(
            "details",
            tag("summary", title, " ", more, dir="auto"),
            inner,
            open=not block.get("default_collapsed"),
            class_="card",
        )
    return tag("div", tag("p", tag("strong", title), " ", more, dir="auto") if title else None, inner, class_="card")


_BLOCKS: dict[str, Callable[[Json, str, Place], Markup]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "context_actions": _actions,
    "divider": _divider,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "video": _video,
    "file": _file,
    "call": _call,
    "alert": _alert,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
    "container": _container,
}
