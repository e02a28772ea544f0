"""Who asks: a bearer token, what it may do, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import structlog
from fastapi import BackgroundTasks
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import SQLAlchemyError

from app import PROGRAM
from app.api.errors import ApiError
from app.jobs.pacing import Pace
from app.services import Services
from app.tokens import queries, rules, service

REALM = 'Bearer realm="Baobab"'
# Two a second in the long run, and a minute's worth at once after a rest. Each process counts for itself.
PACE = Pace(0.5, 120)

bearer_scheme = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token of `python -m app token create`: `bao_…`."
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bearer:
    """A program that may read: the workspace whose token it has, and what that token is called."""

    workspace_id: int
    name: str


class Gate:
    """Lets in who has a good token for a scope, and keeps each to its pace."""

    def __init__(self, services: Services) -> None:
        self._s = services
        # By token: the moment (epoch seconds) from which the next request is on time.
        self._next_at: dict[int, float] = {}

    async def enter(
        self, credentials: HTTPAuthorizationCredentials | None, scope: str, afterwards: BackgroundTasks
    ) -> Bearer:
        """The bearer; `ApiError` 401, 403 or 429 with what to do. Its use is noted after the answer."""
        if credentials is None:
            raise _unauthorized("Send a token: the header Authorization: Bearer bao_…", REALM)
        async with self._s.db.read_only() as session:
            token = await queries.by_text(session, credentials.credentials)
        now = self._s.clock.now()
        invalid = f'{REALM}, error="invalid_token"'
        if token is None or token.id is None:
            raise _unauthorized("This token is not known. Check that it was copied whole.", invalid)
        state = rules.state_of(token.expires_at, token.revoked_at, now)
        if state != rules.ACTIVE:
            word = "has expired" if state == rules.EXPIRED else "was revoked"
            raise _unauthorized(f"This token {word}. Ask an operator for a new one: {PROGRAM} token create", invalid)
        if scope not in token.scopes:
            raise ApiError(
                403,
                f"This token may not {rules.SCOPES[scope]}. Ask an operator for one with the scope {scope}.",
                headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'},
            )
        self._take_turn(token.id, now.timestamp())
        if rules.use_is_due(token.last_used_at, now):
            afterwards.add_task(self._note_use, token.id)
        log.info("the API is read", by=token.name, workspace_id=token.workspace_id)
        return Bearer(token.workspace_id, token.name)

    def _take_turn(self, token_id: int, now: float) -> None:
        # A token at rest has saved up its burst.
        next_at = max(self._next_at.get(token_id, 0.0), now - (PACE.burst - 1) * PACE.interval)
        if next_at > now:
            raise ApiError(
                429,
                f"That was more than {PACE.burst} requests in a minute. Wait as Retry-After says, and ask for more "
                "lines at once: limit goes up to 1000.",
                headers={"Retry-After": str(ceil(next_at - now))},
            )
        self._next_at[token_id] = next_at + PACE.interval

    async def _note_use(self, token_id: int) -> None:
        try:
            async with self._s.db.transaction() as session:
                await service.note_use(session, token_id, self._s.clock.now())
        except SQLAlchemyError as error:
            # The answer is out, and the next request notes it.
            log.warning("the use of a token could not be noted", reason=type(error).__name__)


def _unauthorized(detail: str, challenge: str) -> ApiError:
    return ApiError(401, detail, headers={"WWW-Authenticate": challenge})
