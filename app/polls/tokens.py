"""Who votes, as it is stored: the person in a named poll, in a secret one a token that only its key can make.

The poll's own random key is joined with the server's SECRET_KEY, so that the database alone does not hold all that
is needed to find a person's token while the poll is open. When it closes, the key is deleted.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from app.errors import N_, Refused
from models import PollKey


def fresh_key(workspace_id: int, poll_id: int, secret: str) -> PollKey:
    """The key row of a new secret poll."""
    return PollKey(workspace_id=workspace_id, poll_id=poll_id, key=secrets.token_hex(32), under=_mark(secret))


def token(key: PollKey | None, secret: str, slack_id: str) -> str:
    """A person's token in this poll. `Refused` without the key, or with another SECRET_KEY than it began with."""
    if key is None or not works(key, secret):
        # Going on would let everybody vote a second time.
        raise Refused(N_("This secret poll can take no more votes, since its key is gone. Please tell its creator."))
    joined = hmac.digest(secret.encode(), bytes.fromhex(key.key), "sha256")
    return hmac.new(joined, slack_id.encode(), sha256).hexdigest()


def works(key: PollKey | None, secret: str) -> bool:
    """Whether tokens can be made: the key is there, and SECRET_KEY is the one it began with."""
    return key is not None and key.under == _mark(secret)


def random_voter() -> str:
    """What takes a token's place once the poll is closed."""
    return secrets.token_hex(32)


def nameless(voter: str) -> bool:
    """Whether a voter is a token or a random word, not a person's id."""
    return len(voter) == 64


def _mark(secret: str) -> str:
    return sha256(b"baobab polls " + secret.encode()).hexdigest()[:16]
