"""Engines without a section of their own, and those that hear where Whisper base isn't there."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.benchmark import Benchmark, UnmeasurableError, real_material
from benchmarks.pages import ENGINES
from benchmarks.rows import Row, at_least, at_most
from evaluation.other_engines import judging, memory
from evaluation.sight import is_fetched
from evaluation.speech.found import real_recordings, recordings_beside_their_words
from evaluation.speech.measuring import hear, heard_by, word_error_rate
from evaluation.speech.recordings import has_voices, recordings
from evaluation.speech.texts import TEST

__all__ = ["BENCHMARKS"]

# Of a machine of 8 GB: a worker for speech, one for the rest, and the embedded AWS beside them.
_MOST_MEGABYTES = 1100
_SPEECH_ENGINES = {
    "whisper-second": "Whisper base, another conversion",
    "whisper-tiny-en": "Whisper tiny.en",
    "pocketsphinx": "pocketsphinx",
}


def _small() -> Iterator[Row]:
    if not is_fetched("sentences"):
        raise UnmeasurableError("the weights sentences aren't fetched (braid engines fetch)")
    portraits, others = judging.faces_found()
    yield from _right("faces: portraits of Labeled Faces in the Wild", portraits, 100, least=95)
    yield from _right("faces: patches without one", 100 - others, 100, least=100)
    yield from _right("the language of a sentence", *judging.languages_right(), least=25)
    yield from _right("the sentiment of a sentence or two", *judging.sentiments_right(), least=23)
    found, count, wrong = judging.personal_data_counts()
    yield from _right("personal data, where its patterns were made", found, count, least=count)
    yield Row("personal data, where its patterns were made", "false", wrong, bound=at_most(0))
    distance = judging.distance_from_published()
    yield Row("numbers of all-MiniLM-L6-v2", "greatest difference", distance, bound=at_most(2e-6))


def _right(name: str, right: int, count: int, *, least: int) -> Iterator[Row]:
    yield Row(name, "of", count)
    yield Row(name, "right", right, bound=at_least(least))


def _scans() -> Iterator[Row]:
    for name, rate in judging.scan_errors(real_material()):
        yield Row(name, "character error rate", rate, bound=at_most(0.03))


def _memory() -> Iterator[Row]:
    if not memory.is_measurable():
        raise UnmeasurableError("only Linux tells of a worker's memory")
    for name, took in memory.steps():
        yield Row(name, "when it has ended", took.resident_bytes / 1e6, "MB")
        yield Row(name, "peak memory until then", took.peak_bytes / 1e6, "MB", at_most(_MOST_MEGABYTES))


def _speech() -> Iterator[Row]:
    if not has_voices():
        raise UnmeasurableError("ffmpeg with flite isn't installed")
    for key, name in _SPEECH_ENGINES.items():
        with heard_by(key) as is_there:
            if is_there:
                heard = hear(
                    [
                        *real_recordings(),
                        *recordings_beside_their_words(),
                        *recordings(TEST, ["clean"]),
                    ]
                )
                yield Row(name, "recordings", len(heard))
                yield Row(name, "words", sum(one.match.word_count for one in heard))
                yield Row(name, "word error rate", word_error_rate(heard))


BENCHMARKS = (
    Benchmark(
        name="small-engines",
        page=ENGINES,
        title="Faces, languages, sentiment, personal data, sentence vectors",
        about=(
            "OpenCV's cascades on scikit-image's patches of Labeled Faces in the Wild, and the engines of"
            " texts on sentences of ours (`evaluation/other_engines/judged_texts.py`). Personal data that no"
            " pattern can know, such as a bare name, is in none of them. Sentence vectors are compared with"
            " the first numbers that sentence-transformers gives for two sentences. How well key phrases are"
            " chosen isn't measured."
        ),
        subject="Judged",
        measure=lambda: list(_small()),
        packages=("opencv-python-headless", "py3langid", "vaderSentiment"),
    ),
    Benchmark(
        name="scans",
        page=ENGINES,
        title="Text on scans",
        about=(
            "RapidOCR on scanned pages of Tesseract's test suite (in the folder that BRAID_TEST_DATA names):"
            " edits per character of what is written there, white space aside."
        ),
        subject="Scan",
        measure=lambda: list(_scans()),
        packages=("rapidocr", "onnxruntime"),
    ),
    Benchmark(
        name="engine-memory",
        page=ENGINES,
        title="What the engines of texts and pictures take",
        about=(
            "The one worker that runs them all, call by call. Speech and the optional writer have workers of"
            " their own."
        ),
        subject="Worker",
        measure=lambda: list(_memory()),
        packages=("onnxruntime", "rapidocr"),
    ),
    Benchmark(
        name="speech-fallbacks",
        page=ENGINES,
        title="Speech: the engines behind",
        about=(
            "Word error rate of the engines that hear where Whisper base isn't there, on clean English: the"
            " real recordings, LibriVox where it is named, and flite's clean voices of the first section."
        ),
        subject="Engine",
        measure=lambda: list(_speech()),
        packages=("faster-whisper", "pocketsphinx"),
    ),
)
