"""A file of posts of one gigabyte: cut into chunks without being held in memory."""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.benchmark import Benchmark
from benchmarks.load.posts import PROFILE
from benchmarks.machine import peak_bytes
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from braid.admission.posts import Found, admit_posts
from braid.domain.asset.asset import AssetRef, Source, asset_id_for
from braid.runtime.library import profile

__all__ = ["POSTS_GIGABYTE"]

_LINES = 990_000
_WORDS = "this is what somebody wrote about the bread of the bakery at the corner of the road " * 12
_MOST_MB = 512


class _Posts(io.RawIOBase):
    """Lines of one length, none like another, that are made as they are read."""

    def __init__(self) -> None:
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: _SIZE}[whence]
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer of bytes
        first, last = self._at // _LENGTH, min(_LINES, (self._at + len(buffer)) // _LENGTH + 1)
        made = b"".join(map(_line, range(first, last)))
        body = made[self._at - first * _LENGTH :][: len(buffer)]
        buffer[: len(body)] = body
        self._at += len(body)
        return len(body)


def _line(number: int) -> bytes:
    return b'{"id": "%09d", "text": "%09d %s"}\n' % (number, number, _WORDS.encode())


_LENGTH = len(_line(0))
_SIZE = _LINES * _LENGTH


def _cut() -> dict[str, float]:
    source = Source("", f"inbox/{PROFILE}/gigabyte.jsonl", "")
    began = time.process_time()
    admitted = admit_posts(
        AssetRef(asset_id_for(source), 1, PROFILE, source),
        Found("", source.key, "", _SIZE),
        open_file=lambda: io.BufferedReader(_Posts(), 1 << 20),
        profiles=(PROFILE,),
        read_profile=profile,
        max_object_bytes=2 * _SIZE,
    )
    return {
        "seconds": time.process_time() - began,
        "posts": admitted.posts,
        "chunks": len(admitted.chunks),
        "peak_mb": peak_bytes() / 1e6,
    }


def _measure() -> Iterator[Row]:
    # A process of its own: the peak is of this file.
    command = [sys.executable, "-m", "benchmarks.load.posts_gigabyte"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    name = f"{_SIZE / 1e9:.2f} GB"
    yield Row(name, "posts", found["posts"])
    yield Row(name, "chunks", found["chunks"])
    yield Row(name, "processor time", found["seconds"], "s")
    yield Row(name, "peak of memory", found["peak_mb"], "MB", at_most(_MOST_MB))


POSTS_GIGABYTE = Benchmark(
    name="posts-gigabyte",
    page=PERFORMANCE,
    title="A gigabyte of posts",
    about=(
        "What *Admit Posts* does with a file of a gigabyte, none of whose posts is like another: reads"
        " it once and cuts it into chunks at the ends of lines, in a process of its own. The lines are"
        " made while they are read, which is in the time."
    ),
    subject="File",
    measure=lambda: list(_measure()),
    on_request=True,
)

if __name__ == "__main__":
    argparse.ArgumentParser(
        "python -m benchmarks.load.posts_gigabyte", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    print(json.dumps(_cut()))
