"""Slack's text in a forum post: nothing pings, nothing breaks out, the words stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.discourse.markup import to_markdown
from app.playground.forum.cook import cook

PIECES = st.sampled_from(
    [
        "<",
        ">",
        "&lt;",
        "&amp;",
        "@ana",
        "<@U1>",
        "<!channel>",
        "<!here|here>",
        "<#C1|mnh>",
        "`",
        "```",
        "*",
        "_",
        "~",
        "[poll]",
        "[x](javascript:y)",
        "<https://e.org/a|b>",
        "&#64;",
        "\n",
        " ",
        "word",
        "\ue000",
        "1",
        "\ue001",
        "&gt; q",
    ]
)


@pytest.mark.parametrize(
    ("slack", "forum"),
    [
        ("*bold* and _slanted_ and ~gone~", "**bold** and _slanted_ and ~~gone~~"),
        ("Thanks <@U1>!", "Thanks Ana Quispe!"),
        ("Thanks <@U9>!", "Thanks someone!"),
        ("see <#C1|cop-mnh>", "see \\#cop-mnh"),
        ("see <#C9>", "see a channel"),
        ("<!channel> hello", "everyone in the channel hello"),
        ("<https://who.int/pph|the guide>", "[the guide](https://who.int/pph)"),
        ("<https://who.int/pph>", "<https://who.int/pph>"),
        ("<https://e.org/a_(b)|x>", "[x](https://e.org/a_%28b%29)"),
        ("<javascript:alert(1)|x>", "x"),
        ("fish &amp; chips &lt;3", "fish & chips &lt;3"),
        (":tada: done :+1::skin-tone-3:", ":tada: done :+1::skin-tone-3:"),
        ("• one\n• two", "- one\n- two"),
        ("&gt; quoted", "> quoted"),
        ("`a &lt; b`", "`a < b`"),
        ("[poll]", "\\[poll\\]"),
        ("write to a@b.org", "write to a@b.org"),
        ("nyuma ya *hemorragia pós-parto*", "nyuma ya **hemorragia pós-parto**"),
    ],
)
def test_a_message_keeps_its_meaning(slack: str, forum: str) -> None:
    assert to_markdown(slack, people={"U1": "Ana Quispe"}) == forum


@given(st.lists(PIECES, max_size=25).map("".join))
def test_nobody_is_notified_and_no_tag_gets_through(text: str) -> None:
    made = to_markdown(text, people={"U1": "@ana"})
    outside_code = re.sub(r"(?s)(`{3,}).*?\1|`[^`\n]*`", "", made)
    if "`" not in outside_code:
        assert not re.search(r"(?<![A-Za-z0-9_])@\w", outside_code)
        assert not re.search(r"&#64;", outside_code)
        assert not re.search(r"(?<!\\)\[/?poll", outside_code)
    assert "\ue000" not in made
    assert "<script" not in cook(made)


@given(st.text(max_size=300))
def test_any_text_comes_out_as_text(text: str) -> None:
    assert isinstance(to_markdown(text), str)


@given(st.text(alphabet="abc déñ12,.", max_size=200))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert to_markdown(text) == text.strip()
