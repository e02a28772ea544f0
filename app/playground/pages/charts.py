"""A `data_visualization` block as a plain bar chart, with the same figures as a table beneath it."""

from __future__ import annotations

from markupsafe import Markup

from app.playground.pages.html import join, tag
from app.playground.pages.place import Json, items

_ROW, _GAP, _LABEL, _BAR, _WIDTH = 20, 8, 150, 370, 600


def chart(block: Json) -> Markup:
    """A figure: bars drawn in SVG for the eye, a table for everybody. All kinds of chart are drawn as bars."""
    drawn = block.get("chart")
    own = drawn if isinstance(drawn, dict) else {}
    title = str(block.get("title", ""))
    series = items(own.get("series"))
    if own.get("type") == "pie":
        series = [{"name": "", "data": items(own.get("segments"))}]
    labels = _labels(series, own)
    figures = [(str(one.get("name", "")), _by_label(one)) for one in series]
    return tag(
        "figure",
        tag("figcaption", title, dir="auto"),
        _legend([name for name, _ in figures]),
        _bars(labels, [values for _, values in figures], title),
        tag("details", tag("summary", "Figures as a table"), _table(labels, figures, own)),
        class_="chart",
    )


def _labels(series: list[Json], own: Json) -> list[str]:
    axis = own.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if isinstance(categories, list) and categories:
        return [str(one) for one in categories]
    return list(dict.fromkeys(str(point.get("label", "")) for one in series for point in items(one.get("data"))))


def _by_label(series: Json) -> dict[str, float]:
    return {
        str(point.get("label", "")): float(value)
        for point in items(series.get("data"))
        if isinstance(value := point.get("value"), int | float)
    }


def _legend(names: list[str]) -> Markup | None:
    if len(names) < 2:
        return None
    return tag(
        "p", *(tag("span", name, class_=f"key series-{i % 6}") for i, name in enumerate(names)), class_="legend"
    )


def _bars(labels: list[str], series: list[dict[str, float]], title: str) -> Markup:
    most = max((abs(value) for one in series for value in one.values()), default=0) or 1
    parts: list[Markup] = []
    top = 0
    for label in labels:
        middle = top + _ROW * max(len(series), 1) / 2 + 5
        short = label if len(label) <= 20 else label[:19] + "…"
        parts.append(tag("text", short, x=_LABEL - 8, y=middle, text_anchor="end"))
        for index, values in enumerate(series):
            value = values.get(label, 0.0)
            width = round(_BAR * abs(value) / most, 1)
            y = top + index * _ROW
            parts.append(
                tag("rect", x=_LABEL, y=y + 2, width=width, height=_ROW - 4, rx=3, class_=f"series-{index % 6}")
            )
            parts.append(tag("text", f"{value:g}", x=_LABEL + width + 6, y=y + 15, class_="figure"))
        top += _ROW * max(len(series), 1) + _GAP
    return tag(
        "svg", join(*parts), viewBox=f"0 0 {_WIDTH} {max(top, 1)}", role="img", aria_label=f"Bar chart: {title}"
    )


def _table(labels: list[str], figures: list[tuple[str, dict[str, float]]], own: Json) -> Markup:
    axis = own.get("axis_config")
    first = str(axis.get("x_label") or "") if isinstance(axis, dict) else ""
    named = len(figures) > 1 or bool(figures and figures[0][0])
    heads = [tag("th", name if named else "Value", scope="col") for name, _ in figures]
    head = tag("thead", tag("tr", tag("th", first, scope="col"), *heads))
    rows = (
        tag("tr", tag("th", label, scope="row", dir="auto"), *(tag("td", f"{v.get(label, 0):g}") for _, v in figures))
        for label in labels
    )
    return tag("table", head, tag("tbody", *rows))
