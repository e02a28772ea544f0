"""A page with a little talk in it."""

from __future__ import annotations

import pytest

from app.clock import StillClock
from tests.playground.pages.stub import furnish
from tests.playground.pages.world import World


@pytest.fixture
async def world(clock: StillClock) -> World:
    made = World(clock)
    furnish(made.workspace)
    return made
