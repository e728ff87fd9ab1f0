"""What becomes of files of kinds that break readers in the wild: how many of each come out right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmarks.benchmark import Benchmark
from benchmarks.pages import RELIABILITY
from benchmarks.rows import Row, at_least
from evaluation.real_files import Kind
from evaluation.real_files.catalogue import ALL_KINDS

__all__ = ["REAL_FILES", "RIGHT_IN_0_1_0"]

# The same inputs on version 0.1.0, measured once: its code isn't here.
RIGHT_IN_0_1_0: Mapping[str, int] = {
    "PDF forms, notes and XFA": 0,
    "PDF letters without a character map": 0,
    "Scans under headers and stamps": 3,
    "PDF text that viewers don't show": 0,
    "Slides: charts, damaged parts, shows with macros": 1,
    "Word: numbers, symbols, boxes, headers, comments": 0,
    "Pictures within documents and slides": 1,
    "Mails and saved pages": 0,
    "CSV: commas and quotes in quoted cells": 115,
    "CSV: line breaks in quoted cells": 17,
    "CSV: cells of any length": 7,
    "CSV: sep= lines and other delimiters": 4,
    "Tables with titles, blank or double names: csv": 6,
    "Tables with titles, blank or double names: xlsx": 6,
    "Tables with titles, blank or double names: docx": 0,
    "Tables with titles, blank or double names: pptx": 6,
    "Tables with titles, blank or double names: html": 0,
    "Sheets: values as they are shown": 4,
    "Hidden rows, columns, sheets and elements": 1,
    "Texts that begin with [ or {": 17,
    "JSON lines": 0,
    "JSON: numbers and double names as written": 0,
    "Forms of web pages: what is filled in": 1,
    "Encodings: declared by HTML, XML or CSS": 24,
    "Encodings: undeclared, right or refused": 35,
    "Encodings: undeclared, three lines are read": 3,
    "trimmed recordings: nothing that was cut away is heard": 6,
    "trimmed recordings: all that is left is heard, in step": 2,
    "trimmed films: nothing that was cut away is shown": 12,
    "channels out of phase": 0,
    "several sound tracks": 0,
    "channel layouts": 3,
    "streams that begin between keyframes": 0,
    "declared tracks without packets": 1,
    "durations": 6,
    "mirrored and turned display matrices": 4,
    "high dynamic range and colour profiles": 1,
    "tracks that can't be decoded": 1,
    "SubRip as it is in the wild": 11,
    "SubRip with broken cues: words kept and reported": 1,
    "times of timed text's parents and parts": 2,
    "captions that roll up": 0,
    "captions that people repeat": 4,
}


def _measure() -> list[Row]:
    return [row for kind in ALL_KINDS for row in _rows(kind)]


def _rows(kind: Kind) -> Iterator[Row]:
    inputs = list(kind.inputs())
    right = sum(kind.is_right(name, data) for name, data in inputs)
    yield Row(kind.name, "inputs tried", len(inputs))
    yield Row(kind.name, "right in 0.1.0", RIGHT_IN_0_1_0[kind.name])
    yield Row(kind.name, "right now", right, bound=at_least(len(inputs)))


REAL_FILES = Benchmark(
    name="real-files",
    page=RELIABILITY,
    title="Files as they are in the wild",
    about=(
        "Inputs made after what people report of document, caption and media tools, a kind a line"
        " (`evaluation/real_files`), put through identification and the reading of their step. Right: every"
        " word and number is there, under its own name and time, and none that nobody wrote, said or can see;"
        " or the file is refused in words where a reader can do no better."
    ),
    subject="Kind",
    measure=_measure,
    packages=("av", "pillow", "pypdfium2", "lxml", "openpyxl"),
)
