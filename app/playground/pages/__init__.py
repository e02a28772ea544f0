"""The playground's web page: a small, plain Slack to try Baobab in."""

from app.playground.pages.archives import create_archives
from app.playground.pages.mount import create_pages
from app.playground.pages.show import Link

__all__ = ["Link", "create_archives", "create_pages"]
