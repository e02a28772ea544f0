"""What people type is shown as typed: nothing is pinged, nothing breaks a limit, nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from app.slack import mrkdwn


@given(st.text())
def test_escaping_can_be_undone(text: str) -> None:
    assert mrkdwn.unescape(mrkdwn.escape(text)) == text


@given(st.text())
def test_escaped_text_holds_no_entity(text: str) -> None:
    assert "<" not in mrkdwn.escape(text)
    assert ">" not in mrkdwn.escape(text)


@given(st.text())
def test_text_within_bold_holds_no_mark_and_is_as_long_as_it_was(text: str) -> None:
    inert = mrkdwn.inert(text)
    assert not set("*~`<>") & set(inert)
    assert len(inert) == len(mrkdwn.escape(text))
    assert mrkdwn.inert("*new* _data_ of snake_case_2026") == "∗new∗ ˍdataˍ of snake_case_2026"


@given(st.text(max_size=8000), st.integers(min_value=20, max_value=3000))
def test_chunks_keep_every_word_and_the_limit(text: str, limit: int) -> None:
    pieces = mrkdwn.chunks(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()).replace("\u200b", "") == "".join(mrkdwn.escape(text).split()).replace(
        "\u200b", ""
    )


@given(st.text())
def test_cleaned_text_can_be_stored(text: str) -> None:
    assert "\x00" not in mrkdwn.clean(text)


def test_entities_become_what_a_person_reads() -> None:
    typed = "ask <@U123|ann> in <#C123|general> &amp; <https://who.int|WHO>, <!here>, <#C9|>"
    assert mrkdwn.readable(typed) == "ask @ann in #general & WHO (https://who.int), @here, #C9"


def test_people_are_found_with_and_without_labels() -> None:
    assert mrkdwn.mentioned("<@U1|ann> and <@W2> and <@U1> and @raw") == ("U1", "W2")


def test_a_channel_ping_is_shown_not_sent() -> None:
    assert mrkdwn.escape("<!channel>") == "&lt;!channel&gt;"


def test_a_bar_in_a_label_does_not_end_the_link() -> None:
    assert mrkdwn.link("https://x.org", "a|b<c") == "<https://x.org|a/b&lt;c>"


def test_joiners_of_scripts_survive_cleaning() -> None:
    assert mrkdwn.clean("می\u200cخواهم \u202bשלום\u202c\x00") == "می\u200cخواهم \u202bשלום\u202c"
