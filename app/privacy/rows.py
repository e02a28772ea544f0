"""A person's rows, found by what the list of holdings says of a table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, cast
from sqlalchemy.orm import class_mapper
from sqlmodel import SQLModel, and_, col

from app.privacy.holdings import Holding
from models import Route, RouteAct, Workspace


def columns_of(table: type[SQLModel]) -> dict[str, Any]:
    """The columns of a table by name, for queries."""
    return {name: getattr(table, name) for name in class_mapper(table).columns.keys()}  # noqa: SIM118 - no dict


def mine(one: Holding, workspace_id: int, slack_id: str) -> ColumnElement[bool]:
    """The rows of a holding that are this person's."""
    columns = columns_of(one.table)
    column = columns[one.column]
    if one.table is Workspace:
        return and_(columns["id"] == workspace_id, cast(column, String).contains(f'"{slack_id}"', autoescape=True))
    here = columns["workspace_id"] == workspace_id
    if one.table is Route and one.column == "origin":
        return and_(here, col(Route.source) == "cross_post", column["author"].as_string() == slack_id)
    if one.table is RouteAct and one.column == "subject":
        return and_(here, col(RouteAct.act) == "asked", column == slack_id)
    if one.column == "subject":
        return and_(here, column == f"member:{slack_id}")
    return and_(here, column == slack_id)
