"""The forum's rules for new posts, as Discourse's defaults have them: pure functions from text to messages."""

from __future__ import annotations

import re
import unicodedata

TITLE_LENGTH = (15, 255)
BODY_LENGTH = (20, 32_000)
TITLE_ENTROPY = 10
BODY_ENTROPY = 7
LONGEST_WORD = 30
TAG_LENGTH = 20
TAGS_PER_TOPIC = 5
EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]{1,50}")


def prettified(title: str) -> str:
    """The title as Discourse stores it: one space between words, one "!", no last dots, a capital first."""
    text = " ".join(title.split())
    text = re.sub(r"!!+", "!", text)
    text = re.sub(r"\?\?+", "?", text)
    text = re.sub(r"(?<!\.)\.+$", "", text)
    return text[:1].upper() + text[1:] if text and text.split(" ")[0].islower() else text


def title_problems(title: str) -> list[str]:
    """What is wrong with a title, in Discourse's words; empty when nothing is."""
    if not title:
        return ["Title can't be blank", f"Title is too short (minimum is {TITLE_LENGTH[0]} characters)"]
    problems = []
    if len(title) < TITLE_LENGTH[0]:
        problems.append(f"Title is too short (minimum is {TITLE_LENGTH[0]} characters)")
    if len(title) > TITLE_LENGTH[1]:
        problems.append(f"Title is too long (maximum is {TITLE_LENGTH[1]} characters)")
    shouted = title.isupper() and any(char.isalpha() and char.isascii() for char in title)
    unclear = len(set(title.lower())) < TITLE_ENTROPY or shouted
    if unclear or any(len(word) > LONGEST_WORD for word in title.split()):
        problems.append("Title seems unclear, is it a complete sentence?")
    return problems


def body_problems(raw: str) -> list[str]:
    """What is wrong with a post's text, in Discourse's words; empty when nothing is."""
    if not raw:
        return ["Body can't be blank", f"Body is too short (minimum is {BODY_LENGTH[0]} characters)"]
    problems = []
    if len(raw) < BODY_LENGTH[0]:
        problems.append(f"Body is too short (minimum is {BODY_LENGTH[0]} characters)")
    if len(raw) > BODY_LENGTH[1]:
        problems.append(f"Body is limited to {BODY_LENGTH[1]} characters; you entered {len(raw)}.")
    if len(set(raw.lower())) < BODY_ENTROPY:
        problems.append("Body seems unclear, is it a complete sentence?")
    return problems


def clean_tags(tags: list[str]) -> tuple[str, ...]:
    """Tags as stored: lower case, dashes for spaces, 20 characters, the first five, each once."""
    cleaned: dict[str, None] = {}
    for tag in tags:
        text = re.sub(r"[\s/?#\[\]@!$&'()*+,;=.%\\`^|{}\"<>]+", "-", tag.strip().lower()).strip("-")[:TAG_LENGTH]
        if text:
            cleaned[text] = None
    return tuple(cleaned)[:TAGS_PER_TOPIC]


def clean_text(value: object) -> str:
    """A field as text that can be stored and shown: no NUL, no halves of surrogates."""
    return str(value or "").replace("\x00", "").encode("utf-8", "replace").decode().strip()


def slug_of(title: str) -> str:
    """The part of an address made from a title; "topic" when no letter survives."""
    flat = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", flat).strip("-")[:80].strip("-") or "topic"
