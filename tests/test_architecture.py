"""The house's own rules: imports point down, only one module commits, rooms know no Slack, no file grows too long."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From the ground up. A module may import what stands on its own floor or below. The first pattern that fits counts.
FLOORS: tuple[tuple[int, str], ...] = (
    (0, r"app\.(bodies|errors|clock|settings|db|i18n|logs|metrics)$"),
    (0, r"models(\..*)?$"),
    (1, r"app\.(migrate)$|app\.when(\..*)?$"),
    (1, r"app\.\w+\.(rules|shapes)$"),
    (1, r"app\.communities\.(checks|items|reading|table|parsing)$"),
    (1, r"app\.thanks\.(policy|parsing)$"),
    (1, r"app\.slack\.(mrkdwn|signature|limits\w*|surface)$"),
    (2, r"app\.routing\.(ranking|prior)(\..*)?$"),
    (2, r"app\.\w+\.(service|queries|channels|files|membership)$|app\.communities\.shelf$"),
    (2, r"app\.routing\.sharing$"),
    (2, r"app\.(audit|exports|tokens|privacy|contributions)\.(?!jobs)\w+$"),
    (2, r"app\.(thanks|polls|huddles)\.(?!jobs)\w+$"),
    (2, r"app\.jobs(\..*)?$"),
    (2, r"app\.discourse\.markup$"),
    (3, r"app\.slack\.(views(\..*)?|gateway|posting|pacing|manifest)$|app\.slack\.\w+$"),
    (3, r"app\.discourse(\..*)?$"),
    (3, r"app\.services$"),
    (4, r"handlers(\..*)?$"),
    (4, r"app\.slack\.http$|app\.health$|app\.(api|calendars)(\..*)?$"),
    (4, r"app\.\w+\.jobs(_\w+)?$"),
    (4, r"app\.(doctor|playground)(\..*)?$"),
    (5, r"app\.bootstrap$"),
    (6, r"app\.(main|commands\w*|cli|__main__)$"),
    (6, r"app\.playground\.demo$"),
)
EXCEPTIONS = {
    # The demo puts everything together, as `main` does.
    "app.playground.demo": 6,
    "app.slack.http": 4,
    "app.health": 4,
    "app.home.jobs": 4,
    "app.polls.jobs": 4,
    "app.polls.jobs_files": 4,
    "app.polls.jobs_forum": 4,
    "app.polls.jobs_offer": 4,
    "app.polls.jobs_remind": 4,
    "app.exports.jobs": 4,
    "app.privacy.jobs": 4,
    "app.huddles.jobs": 4,
    "app.huddles.jobs_home": 4,
    "app.huddles.jobs_notes": 4,
    "app.huddles.jobs_tell": 4,
    "app.privacy.jobs_erasure": 4,
    "app.thanks.jobs": 4,
    "app.thanks.jobs_cards": 4,
    "app.thanks.jobs_follow": 4,
    "app.thanks.jobs_forum": 4,
    "app.thanks.jobs_home": 4,
    "app.routing.jobs": 4,
    "app.routing.jobs_forum": 4,
    "app.routing.jobs_post": 4,
    "app.routing.jobs_show": 4,
    "app.routing.jobs_window": 4,
    "app.upkeep.jobs": 4,
}


def modules() -> dict[str, Path]:
    found = {}
    for folder in ("app", "handlers", "models"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def floor(module: str) -> int | None:
    if module in EXCEPTIONS:
        return EXCEPTIONS[module]
    return next((level for level, pattern in FLOORS if re.match(pattern, module)), None)


def imported(file: Path, known: dict[str, Path]) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return {name for name in names if name in known}


def test_every_module_has_its_floor() -> None:
    homeless = [name for name in modules() if floor(name) is None and name not in ("app", "handlers") and "." in name]
    packages = {name.rsplit(".", 1)[0] for name in modules() if "." in name}
    assert [name for name in homeless if name not in packages] == []


def test_imports_point_down() -> None:
    known = modules()
    wrong = [
        f"{name} imports {other}"
        for name, file in known.items()
        for other in imported(file, known)
        if (here := floor(name)) is not None and (there := floor(other)) is not None and there > here
    ]
    assert wrong == []


def test_only_the_database_door_commits() -> None:
    wrong = [
        str(file.relative_to(ROOT))
        for name, file in modules().items()
        if name != "app.db" and re.search(r"\.commit\(", file.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_rooms_know_neither_slack_nor_http() -> None:
    rooms = re.compile(
        r"app\.(communities|routing|members|thanks|polls|huddles|audit|exports|tokens|privacy|contributions)\.(?!jobs)"
    )
    wrong = [
        f"{name} imports {other}"
        for name, file in modules().items()
        if rooms.match(name)
        for other in imported(file, modules())
        if other.startswith(("app.slack", "app.discourse", "handlers"))
    ]
    assert wrong == []


def test_rules_are_pure() -> None:
    impure = re.compile(r"sqlalchemy|AsyncSession|datetime\.now|time\.time\(|uuid4|aiohttp|requests")
    wrong = [
        name
        for name, file in modules().items()
        if name.endswith(".rules") and impure.search(file.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_time_comes_from_the_clock() -> None:
    # The job engine and the playground's servers measure their own waiting; everything that decides asks the clock.
    allowed = re.compile(r"app\.(clock|jobs|playground|routing\.ranking|routing\.prior|doctor)")
    wrong = [
        name
        for name, file in modules().items()
        if not allowed.match(name) and re.search(r"datetime\.now\(|time\.time\(", file.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_models_do_without_postponed_annotations() -> None:
    # They break relationships of SQLModel on Python 3.11.
    wrong = [
        name
        for name, file in modules().items()
        if name.startswith("models") and "from __future__ import annotations" in file.read_text(encoding="utf-8")
    ]
    assert wrong == []


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is no list of the project's files")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_grows_past_three_hundred_lines(tracked: list[Path]) -> None:
    long = {
        str(file.relative_to(ROOT)): count
        for file in tracked
        if file.suffix in (".py", ".js", ".html", ".css")
        and "migrations/versions" not in str(file)
        and (count := len(file.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}


def test_nothing_names_this_or_that_machine(tracked: list[Path]) -> None:
    # Written in pieces, so that this file does not find itself.
    wrong = re.compile("/wo" + r"rk/|/ro" + r"ot/|pypi\." + "org/simple/[a-z]")
    found = [
        str(file.relative_to(ROOT))
        for file in tracked
        if file.suffix in (".py", ".md", ".yaml", ".toml", ".html", ".js", ".css", "")
        and wrong.search(file.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []
