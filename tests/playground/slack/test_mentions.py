"""What escaping makes of typed text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playground.slack.mentions import escaped
from app.playground.slack.workspace import Workspace


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@ana for the job aid", "<@U0ANA00003|ana> for the job aid"),
        ("thanks @ana, @joao.", "thanks <@U0ANA00003|ana>, <@U0JOAO0002|joao>."),
        ("@km-team and @here", "<!subteam^S0KMTEAM01|@km-team> and <!here>"),
        ("see #cop-mnh and #cop-leads", "see <#C0MNH00000|cop-mnh> and <#C0LEADS001|>"),
        ("not #reorg-2026, not @nobody", "not #reorg-2026, not @nobody"),
        ("<!channel> & <script>", "&lt;!channel&gt; &amp; &lt;script&gt;"),
        ("write ana@example.org", "write <mailto:ana@example.org|ana@example.org>"),
        ("https://example.org/@ana?a=1&b=2 ok", "<https://example.org/@ana?a=1&amp;b=2> ok"),
    ],
)
def test_names_become_ids(typed: str, sent: str) -> None:
    assert escaped(Workspace(), "U0JOAO0002", typed) == sent


@given(st.text())
def test_no_text_breaks_it_and_nothing_raw_gets_through(typed: str) -> None:
    sent = escaped(Workspace(), "U0GRACE010", typed)
    assert "<!channel>" not in sent or "@channel" in typed
    assert sent.count("<") == sent.count(">")
