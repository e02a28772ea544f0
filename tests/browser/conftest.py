"""One demo and one browser for all stories, but for one that moves the clock."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.stage import CHROMIUM, FLAGS, PATIENCE, ROOT, Stage


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo that the stories share; its pages' address."""
    with _served(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(scope="module")
def stage(demo: str) -> Iterator[Stage]:
    """The demo in a browser, closed before other modules: while it is open, asynchronous tests cannot run."""
    with _opened(demo) as made:
        yield made


@pytest.fixture(scope="module")
def stage_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A demo for one story alone: it lets days pass, which others would notice."""
    with _served(tmp_path_factory.mktemp("demo")) as address, _opened(address) as made:
        yield made


@contextmanager
def _opened(address: str) -> Iterator[Stage]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Stage(address, browser)
        browser.close()


@contextmanager
def _served(where: Path) -> Iterator[str]:
    """`python -m app demo` on a free port, from a folder of its own for its data."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI has to have Chromium: the demo is played in a browser")
        pytest.skip("no chromium, chromium-browser or google-chrome on the PATH")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (where / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "demo", "--port", str(port)],
            cwd=where,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", process, where / "log.txt")
            yield f"http://localhost:{port}/playground"
        finally:
            process.terminate()
            process.wait(15)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the demo ended: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the demo did not start within two minutes")
