"""Who counts as what: members, guests, outsiders, bots."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import N_

# Said to who names somebody that was erased: without their name, which we no longer have.
FORGOTTEN = N_(
    "One of these people asked me to keep nothing about them, so I cannot record this. Please leave them out, and "
    "thank them in your own words."
)


@dataclass(frozen=True)
class Profile:
    """A person as Slack describes them. `home_team_id` differs from the workspace's for Slack Connect people."""

    slack_id: str
    home_team_id: str
    name: str
    zone: str = "UTC"
    locale: str = "en"
    is_bot: bool = False
    is_admin: bool = False
    is_guest: bool = False
    is_external: bool = False
    deactivated: bool = False
