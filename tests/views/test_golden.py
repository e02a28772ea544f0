"""Every view is compared with its golden file, and held to Slack's limits.

To accept a change: `UPDATE_GOLDEN=1 make test`, then read the difference before committing it.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.slack.limits import problems_in_message, problems_in_view
from tests.views import samples

GOLDEN = Path(__file__).parent / "golden"
SPECS = Path(__file__).parents[2].parent / "shared" / "specs" / "slack" / "blockkit.schema.json"

MESSAGES = samples.messages()
VIEWS = samples.views()
ALL = {**MESSAGES, **VIEWS}


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_view_is_as_it_was(name: str) -> None:
    file = GOLDEN / f"{name}.json"
    made = json.dumps(ALL[name], ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(made, encoding="utf-8")
    assert made == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_behind() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(ALL)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_slack_would_take_the_message(name: str) -> None:
    body = MESSAGES[name]
    assert problems_in_message(body["text"], body.get("blocks")) == []


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_slack_would_take_the_view(name: str) -> None:
    assert problems_in_view(VIEWS[name]) == []


@cache
def _schema(kind: str) -> Any:
    """What checks bodies of one kind: modal, home, or the blocks of a message."""
    if not SPECS.exists():
        pytest.skip("Slack's contracts are not beside this checkout")
    import jsonschema

    loaded: dict[str, Any] = json.loads(SPECS.read_text(encoding="utf-8"))
    wanted = loaded if kind == "blocks" else {"$defs": loaded["$defs"], "$ref": f"#/$defs/{kind}"}
    # Made once: to check the schema itself takes longer than all views.
    return jsonschema.validators.validator_for(loaded)(wanted)


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_view_fits_block_kits_schema(name: str) -> None:
    body = ALL[name]
    if body.get("type") in ("modal", "home"):
        _schema(body["type"]).validate(body)
    elif "blocks" in body:
        _schema("blocks").validate(body["blocks"])


def _marked_up(value: Any) -> list[str]:
    """Every text that Slack reads as mrkdwn: what stands in inputs and rich text is shown as it is."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for part in value.values() for text in _marked_up(part)]
    if isinstance(value, list):
        return [text for part in value for text in _marked_up(part)]
    return []


@pytest.mark.parametrize("name", sorted(ALL))
def test_nothing_typed_by_people_can_ping_anybody(name: str) -> None:
    texts = [*_marked_up(ALL[name]), ALL[name].get("text", "")]
    assert [text for text in texts if "<!channel" in text or "<@U1>" in text] == []
