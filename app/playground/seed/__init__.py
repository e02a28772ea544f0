"""What the playground is filled with: the same in every run, counted back from the moment it is given.

`fill_forum` fills the local forum, `fill_slack` the local Slack, `seed_database` the database.
"""

from app.playground.seed.database import SeedReport, seed_database
from app.playground.seed.forum import fill_forum
from app.playground.seed.slack import SlackMessage, fill_slack, slack_history
from app.playground.seed.topics import SeedReply, SeedTopic, forum_topics

__all__ = [
    "SeedReply",
    "SeedReport",
    "SeedTopic",
    "SlackMessage",
    "fill_forum",
    "fill_slack",
    "forum_topics",
    "seed_database",
    "slack_history",
]
