"""All benchmarks, or one: `python -m bench [NAME …]`; `--list` only lists them, `--all` adds those that take long.

Each runs in a process of its own, so that the memory of one does not blur that of the next.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Bench:
    """One benchmark: what it tells, its module's arguments here, and whether it takes minutes."""

    tells: str
    arguments: tuple[str, ...] = ()
    long: bool = False
    module: str = ""


BENCHES = {
    "ack": Bench("acknowledgements a second and their slowest percent, against a bare Bolt", ("--rounds", "2")),
    "routing": Bench("ranking 21 and 1,000 communities, against the bare encoders", ("--queries", "100")),
    "prior": Bench(
        "searching 50,000 earlier topics, against plain text search", ("--topics", "50000", "--queries", "100")
    ),
    "jobs": Bench("requests and jobs made durable, against plain inserts", ("--seconds", "1.5")),
    "memory": Bench("resident memory, idle and under load"),
    "export": Bench("exports of 100,000 thanks, against the database's own copy"),
    "export-million": Bench(
        "exports of a million thanks, against the database's own copy",
        ("--thanks", "1000000", "--formats", "csv,parquet,jsonl"),
        long=True,
        module="export",
    ),
    "million": Bench("searching a million earlier topics, against plain text search", long=True, module="prior"),
}


def run(name: str, arguments: list[str]) -> int:
    """Run one and print its part of the table."""
    bench = BENCHES[name]
    print(f"\n{name}: {bench.tells}", flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", f"bench.{bench.module or name}", *(arguments or bench.arguments)]
    code = subprocess.run(command, check=False).returncode
    print(f"({time.monotonic() - began:.0f} s, load average {os.getloadavg()[0]:.1f})", flush=True)
    return code


def main() -> int:
    """Run what was named; 1 when one of them failed. What follows `--` goes to the one that is named."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--all", action="store_true", help="those that take minutes too")
    parser.add_argument("--list", action="store_true", help="list them and end")
    given, own = sys.argv[1:], []
    if "--" in given:
        at = given.index("--")
        given, own = given[:at], given[at + 1 :]
    said = parser.parse_args(given)
    if unknown := [name for name in said.names if name not in BENCHES]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    if own and len(said.names) != 1:
        parser.error("name one benchmark to give arguments to")
    if said.list:
        for name, bench in BENCHES.items():
            print(f"{name:14} {bench.tells}{' (--all)' if bench.long else ''}")
        return 0
    names = said.names or [name for name, bench in BENCHES.items() if said.all or not bench.long]
    return max([run(name, own) for name in names])


if __name__ == "__main__":
    sys.exit(min(1, abs(main())))
