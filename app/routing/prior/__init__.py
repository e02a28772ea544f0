"""Prior work: earlier topics of the forum that a draft repeats, found among up to a million."""

from app.routing.prior.backfill import changed, encode_topics, encode_waiting, store, waiting
from app.routing.prior.encoding import Encoders
from app.routing.prior.service import PriorTopic, PriorWork

__all__ = [
    "Encoders",
    "PriorTopic",
    "PriorWork",
    "changed",
    "encode_topics",
    "encode_waiting",
    "store",
    "waiting",
]
