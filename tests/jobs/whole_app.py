"""The real application for tests of dying and of many, on a port, without the encoders' child process.

Started as a script it imports everything once and then, for each line on its input (JSON: settings and a role),
forks an app and prints its process id: an app that is killed twenty times should not spend the test importing.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys

import uvicorn

from app.bootstrap import Baobab
from app.jobs.engine import Role
from app.logs import set_up_logs
from app.main import create_app
from app.routing.ranking.encoders import NoEncoders
from app.settings import Settings


def serve(settings: Settings, role: Role) -> None:
    """Serve until killed, as `python -m app serve` does."""
    set_up_logs("json", level="ERROR")
    baobab = Baobab(settings, role=role, encoders=NoEncoders())
    if role == "all":
        # The dead are mourned for two seconds, not fifteen: they die every second here.
        baobab.jobs._grace = 2.0
    uvicorn.run(create_app(baobab), host="127.0.0.1", port=settings.port, log_config=None, access_log=False)


def main() -> None:
    """Fork an app for each line read; end, and take the latest along, when the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    child = 0
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            # Nothing more is read here; the number stays taken, as libuv wants of the first three.
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            given = json.loads(line)
            serve(Settings(_env_file=None, **given["settings"]), given["role"])
            os._exit(0)
        print(child, flush=True)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
