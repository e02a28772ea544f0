"""All settings: one frozen object, read from the environment and `.env`, passed down, never global."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What Baobab is told from outside. Names are those of the environment, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", frozen=True, extra="ignore")

    database_url: str = "sqlite:///var/baobab.db"
    public_url: str = "http://localhost:8000"
    host: str = "0.0.0.0"  # noqa: S104 - a server in a container has to be reachable from outside it
    port: int = Field(default=8000, ge=1, le=65535)
    secret_key: SecretStr = SecretStr("")
    log_format: str = Field(default="json", pattern="^(json|console)$")

    slack_signing_secret: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    slack_url: str = "https://slack.com"
    command_prefix: str = Field(default="", pattern=r"^[a-z0-9_-]{0,16}$")

    discourse_url: str = ""
    discourse_api_key: SecretStr = SecretStr("")
    discourse_api_username: str = "system"
    discourse_webhook_secret: SecretStr = SecretStr("")

    # The local Slack workspace and forum at /playground; `python -m app demo` sets it.
    playground: bool = False
    # Seconds a /whereshare may hold its acknowledgement while the answer is worked out; past that the answer
    # comes as a direct message. 0 acknowledges first, always.
    answer_within: float = Field(default=1.2, ge=0, le=2.0)
    # "on", or "off" to route by words alone (small machines).
    encoders: str = Field(default="on", pattern="^(on|off)$")

    @field_validator("public_url", "slack_url", "discourse_url")
    @classmethod
    def _without_last_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("slack_api_url")
    @classmethod
    def _with_last_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.database_url.startswith("sqlite")

    @property
    def forum_connected(self) -> bool:
        """Whether a forum is configured; without one everything else works."""
        return bool(self.discourse_url and self.discourse_api_key.get_secret_value())
