"""What it looks like when the database does not answer: wait and try again, nothing is wrong with us."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout, OSError)
