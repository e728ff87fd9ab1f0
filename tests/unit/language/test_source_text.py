"""Every piece of a document stands in the joined text where its offset says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from braid.domain.claim_check import Claim
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.transcript import Transcript, Utterance
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Vision
from braid.domain.span import WHOLE
from lambdas.language.source_text import text_of_passages, text_of_transcript, text_of_vision

_IMAGE = Claim("s3://results/k.jpg", "image/jpeg", 1, "0" * 64)
_TEXTS = st.lists(st.text(min_size=1, max_size=30), max_size=8)


def _frame(keyframe_id: str, lines: list[str]) -> KeyframeAnalysis:
    texts = tuple(DetectedText(line, 0.9, Box(0, 0, 1, 1)) for line in lines)
    return KeyframeAnalysis(keyframe_id, _IMAGE, WHOLE, texts=texts)


@given(st.lists(_TEXTS, max_size=4))
def test_detected_lines(frames: list[list[str]]) -> None:
    vision = Vision(tuple(_frame(f"k{index}", lines) for index, lines in enumerate(frames)))
    source = text_of_vision(vision)
    expected = {
        f"k{index}:{number}": line
        for index, lines in enumerate(frames)
        for number, line in enumerate(lines, 1)
    }
    assert source.begin_offsets.keys() == expected.keys()
    for line_id, line in expected.items():
        assert source.text[source.begin_offsets[line_id] :].startswith(line)
    distinct = list(dict.fromkeys(line for lines in frames for line in lines))
    assert source.text == "\n".join(distinct), "a line that is seen again is analysed once"


@given(_TEXTS)
def test_utterances(texts: list[str]) -> None:
    utterances = tuple(Utterance(f"u{n}", None, 0, 1, text, None, ()) for n, text in enumerate(texts))
    source = text_of_transcript(Transcript("de-DE", utterances))
    assert source.language_code == "de-DE"
    for utterance in utterances:
        assert source.text[source.begin_offsets[utterance.utterance_id] :].startswith(utterance.text)


@given(_TEXTS)
def test_passages(texts: list[str]) -> None:
    passages = tuple(Passage(f"p{n}", None, 0, len(text), text, "paragraph") for n, text in enumerate(texts))
    source = text_of_passages(Passages(passages))
    assert source.text == "\n".join(texts)
    assert source.language_code is None
    for passage in passages:
        assert source.text[source.begin_offsets[passage.passage_id] :].startswith(passage.text)
