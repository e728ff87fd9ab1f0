"""How much memory the worker of the short engines takes: with all of them loaded, then with large inputs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import skimage.data
from PIL import Image

from local.engines.ahead import OF_PICTURES, OF_TEXTS
from local.engines.pool import EnginePool

__all__ = ["Took", "is_measurable", "steps"]

_TEXT = "The quarterly numbers are better than we expected, said Dr. Ada Lovelace. " * 5
_LONG_TEXTS = ["word " * 300] * 64
_LARGE_PX = (4096, 3072)


@dataclass(frozen=True)
class Took:
    """Bytes that the worker has when a step has ended, and the most that it had until then."""

    resident_bytes: int
    peak_bytes: int


def is_measurable() -> bool:
    """Whether the system tells of another process's memory (Linux does)."""
    return Path("/proc/self/status").is_file()


def steps() -> Iterator[tuple[str, Took]]:
    """One worker, step by step."""
    with EnginePool() as pool:
        for task in OF_TEXTS:
            pool.run(task, _TEXT)
        for task in OF_PICTURES:
            pool.run(task, _photograph())
        pool.run("pictures.bridge:embed_picture", _photograph())
        yield "all loaded", _took(pool)
        pool.run("text.embeddings:embed", _LONG_TEXTS, timeout_seconds=600)
        yield "64 texts of 256 tokens", _took(pool)
        for task in OF_PICTURES:
            pool.run(task, _photograph(_LARGE_PX))
        yield "then a photograph of 12 megapixels", _took(pool)


def _photograph(size: tuple[int, int] = (512, 512)) -> bytes:
    target = io.BytesIO()
    picture = Image.fromarray(skimage.data.astronaut())  # type: ignore[no-untyped-call]  # untyped there
    picture.resize(size).save(target, "JPEG")
    return target.getvalue()


def _took(pool: EnginePool) -> Took:
    status = Path(f"/proc/{pool.process_ids()['short']}/status").read_text("ascii")
    kibibytes = dict(line.split(":", 1) for line in status.splitlines())
    return Took(*(int(kibibytes[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")))
