"""Finds a film's changes in a process of its own, and prints when they are and what that took, as JSON.

    python -m benchmarks.shots.detecting NAME FILE

Nothing is imported before it is needed: each way is to show its own memory.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from benchmarks.machine import peak_bytes

__all__ = ["SCENE_SHARE", "WAYS"]

# ffmpeg's manual: a picture is a new scene from 0.3 to 0.5.
SCENE_SHARE = 0.3
# As many as a film may need: the more, the smaller each JPEG has to be.
_KEYFRAMES = 200


def _braid(film: str) -> list[int]:
    from braid.media.shots.frames import select_keyframes

    with Path(film).open("rb") as file:
        stills = select_keyframes(file, "video/mp4", max_keyframes=_KEYFRAMES).stills
    return [still.span.start_ms for still in stills[1:] if still.span.start_ms is not None]


def _ffmpeg(film: str) -> list[int]:
    filters = f"select='gt(scene,{SCENE_SHARE})',metadata=print:file=-"
    command = [
        "ffmpeg",
        "-nostdin",
        "-loglevel",
        "error",
        "-i",
        film,
        "-an",
        "-vf",
        filters,
        "-f",
        "null",
        "-",
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [round(1000 * float(at)) for at in re.findall(r"pts_time:(\S+)", done.stdout)]


def _libavfilter(film: str) -> list[int]:
    import av
    from av.filter import Graph

    found = []
    with av.open(film) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        graph = Graph()
        source, sink = graph.add_buffer(template=stream), graph.add("buffersink")
        graph.link_nodes(source, graph.add("select", f"gt(scene,{SCENE_SHARE})"), sink).configure()
        for frame in container.decode(stream):
            source.push(frame)
            try:
                while True:
                    found.append(round(1000 * (sink.pull().time or 0)))
            except (av.error.BlockingIOError, av.error.EOFError):
                continue
    return found


def _content(film: str) -> list[int]:
    return _scenes(film, "ContentDetector")


def _adaptive(film: str) -> list[int]:
    return _scenes(film, "AdaptiveDetector")


def _scenes(film: str, detector: str) -> list[int]:
    scenedetect = import_module("scenedetect")  # installed apart
    manager = scenedetect.SceneManager()
    manager.add_detector(getattr(scenedetect, detector)())
    manager.detect_scenes(scenedetect.open_video(film))
    return [round(1000 * start.seconds) for start, _ in manager.get_scene_list()[1:]]


WAYS: Mapping[str, Callable[[str], list[int]]] = {
    "braid": _braid,
    "ffmpeg": _ffmpeg,
    "libavfilter": _libavfilter,
    "content": _content,
    "adaptive": _adaptive,
}


def _main(name: str, film: str) -> None:
    found = WAYS[name](film)
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = max(peak_bytes(), others.ru_maxrss * unit)
    spent = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    print(json.dumps({"found_ms": found, "cpu_seconds": spent, "peak_mb": peak / 1e6}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m benchmarks.shots.detecting", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("film", help="a video")
    given = parser.parse_args()
    _main(given.way, given.film)
