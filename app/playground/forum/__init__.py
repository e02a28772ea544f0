"""A local forum that speaks enough of Discourse's HTTP API for the real client, and shows readable pages.

`create_forum(config)` gives the web application and its memory; `FakeForum` serves one on a free port.
"""

from app.playground.forum.records import ForumConfig
from app.playground.forum.server import FakeForum, create_forum
from app.playground.forum.state import Forum

__all__ = ["FakeForum", "Forum", "ForumConfig", "create_forum"]
