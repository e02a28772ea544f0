"""One helper that writes an HTML element with everything escaped; all drawing goes through it."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup, escape

Child = str | Markup | None
Value = str | int | float | bool | None

_VOID = frozenset({"br", "hr", "img", "input"})
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def tag(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """An element: text children are escaped, `Markup` is kept.

    Attribute names: a trailing underscore is dropped, others become hyphens (`class_`, `aria_label`).
    `None` and `False` leave an attribute out, `True` writes it bare.
    """
    written = Markup("")
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = key.rstrip("_").replace("_", "-")
        written += Markup(" ") + attribute
        if value is not True:
            written += Markup('="') + escape(value) + Markup('"')
    opening = Markup("<") + name + written + Markup(">")
    if name in _VOID:
        return opening
    return opening + join(*children) + Markup("</") + name + Markup(">")


def join(*parts: Child) -> Markup:
    """Parts one after the other; text is escaped, `None` is nothing."""
    return Markup("").join(part for part in parts if part is not None)


def safe_url(url: str) -> str | None:
    """The address when a browser may follow it, else `None`: scripts, data and relative addresses are refused."""
    cleaned = "".join(char for char in url.strip() if ord(char) > 0x20)
    try:
        scheme = urlsplit(cleaned).scheme.lower()
    except ValueError:
        return None
    return cleaned if scheme in _SAFE_SCHEMES else None


def link(url: str, label: Child, *, class_: str | None = None) -> Markup:
    """A link that opens beside the page; an address that is not safe leaves the label alone."""
    address = safe_url(url)
    if address is None:
        return tag("span", label, class_="dead-link", title="This address cannot be followed")
    return tag("a", label, href=address, target="_blank", rel="noopener noreferrer", class_=class_)
