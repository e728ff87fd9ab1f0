"""What of a timeline can be found: texts in pieces, and pictures, each with what it cites. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.vision import KeyframeAnalysis, Vision, is_disturbing
from braid.domain.legible import legible
from braid.domain.search.hit import Citation
from braid.domain.span import Span

__all__ = [
    "MAX_DOCUMENTS",
    "AssetText",
    "Document",
    "picture_documents",
    "text_documents",
]

# Of a longer asset the first so many: a book of 2 million characters has some 3,000.
MAX_DOCUMENTS = 4_000
# Whole sentences up to here are one piece: what an encoder of sentences reads well, and fits the metadata.
_MAX_CHARACTERS = 700
_WORDED = ("utterance", "cue", "passage", "description", "detected_text")
# What a picture is cited by, the most telling first.
_PICTURED = ("description", "label", "detected_text", "faces", "color")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True)
class AssetText:
    """What every document of an asset has in common."""

    asset_id: str
    attempt: int
    profile: str
    name: str


@dataclass(frozen=True)
class Document:
    """One thing to find. ``image_key`` is the picture's place, where it is found by its looks."""

    key: str
    text: str
    citation: Citation
    image_key: str = ""


def text_documents(asset: AssetText, timeline: Timeline, answer: Answer | None = None) -> list[Document]:
    """The pieces of everything said, written, shown and described; the labels of each stretch; the whole.

    At most ``MAX_DOCUMENTS``, in the timeline's order. What names nothing that people look for (faces,
    colours, moderation) isn't among them.
    """
    found: list[tuple[str, str, Observation]] = []
    if answer is not None:
        found.extend(_whole(asset, timeline, answer))
    for observation in timeline.observations:
        if observation.kind in _WORDED:
            pieces = _pieces(" ".join(legible(observation.text).split(" ")))
            found.extend((observation.kind, piece, observation) for piece in pieces)
    for labels in _labels_by_place(timeline.observations):
        best = max(labels, key=lambda label: label.confidence)
        text = ", ".join(dict.fromkeys(label.text for label in labels))
        found.append(("labels", text, best))
    numbers: dict[str, int] = {}
    documents = []
    for kind, text, cited in found[:MAX_DOCUMENTS]:
        numbers[kind] = numbers.get(kind, 0) + 1
        key = f"{asset.asset_id}/{kind}/{numbers[kind]}"
        documents.append(Document(key, text, _citation(asset, kind, cited, text)))
    return documents


def picture_documents(asset: AssetText, timeline: Timeline, vision: Vision | None) -> list[Document]:
    """The keyframes, each citing what was observed in it; without those that nobody should meet unprepared.

    Its place is the keyframe's own, as what it cites may last far longer. A keyframe in which nothing was
    observed can't be cited, and so isn't found.
    """
    documents: list[Document] = []
    for keyframe in vision.keyframes if vision else ():
        if is_disturbing(keyframe):
            continue
        seen = _observed_in(keyframe, timeline.observations)
        if seen is None:
            continue
        labels = ", ".join(label.name for label in keyframe.labels[:8])
        text = keyframe.description or labels or seen.text
        citation = replace(
            _citation(asset, "keyframe", seen, text), span=keyframe.span, keyframe_id=keyframe.keyframe_id
        )
        key = f"{asset.asset_id}/keyframe/{len(documents) + 1}"
        documents.append(Document(key, keyframe.description or "", citation, keyframe.image.key))
    return documents[:MAX_DOCUMENTS]


def _citation(asset: AssetText, kind: str, cited: Observation, text: str) -> Citation:
    return Citation(
        asset_id=asset.asset_id,
        attempt=asset.attempt,
        evidence_id=cited.observation_id,
        modality=cited.modality,
        kind=kind,
        span=Span() if kind == "whole" else cited.span,
        text=text,
        source=cited.source,
        name=asset.name,
        profile=asset.profile,
        member=cited.member,
        keyframe_id=_first_keyframe(cited),
    )


def _first_keyframe(observation: Observation) -> str:
    """``k0000`` of ``rekognition:DetectLabels:k0000..k0005``; empty for what nobody saw."""
    if observation.modality is not Modality.VISION:
        return ""
    return observation.source.rpartition(":")[2].partition("..")[0]


def _whole(asset: AssetText, timeline: Timeline, answer: Answer) -> Iterator[tuple[str, str, Observation]]:
    """The asset's name and what its answer states, citing the first evidence that the answer cites."""
    by_id = {observation.observation_id: observation for observation in timeline.observations}
    cited = [name for claim in answer.claims for name in claim.evidence_ids if name in by_id]
    if cited:
        said = " ".join(dict.fromkeys(claim.text for claim in answer.claims))
        text = f"{_as_words(asset.name)}. {legible(said)}"
        yield "whole", next(iter(_pieces(text)), asset.name), by_id[cited[0]]


def _as_words(name: str) -> str:
    """``talk_on-pumps.mp4`` as people say it."""
    return re.sub(r"[_\-.]+", " ", re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)).strip()


def _labels_by_place(observations: Iterable[Observation]) -> list[list[Observation]]:
    by_place: dict[tuple[str, Span], list[Observation]] = {}
    for observation in observations:
        if observation.kind == "label":
            by_place.setdefault((observation.member, observation.span), []).append(observation)
    return list(by_place.values())


def _observed_in(keyframe: KeyframeAnalysis, observations: Sequence[Observation]) -> Observation | None:
    """The most telling of what was observed in a keyframe; what lasts longer covers its span.

    Of one kind, what begins in it tells more of it than what was there before.
    """
    seen = [
        observation
        for observation in observations
        if observation.modality is Modality.VISION
        and observation.kind in _PICTURED
        and observation.member in ("", keyframe.member)
        and _covers(observation.span, keyframe.span)
    ]
    return min(
        seen,
        key=lambda each: (
            _PICTURED.index(each.kind),
            _first_keyframe(each) != keyframe.keyframe_id,
            -each.confidence,
            each.observation_id,
        ),
        default=None,
    )


def _covers(outer: Span, inner: Span) -> bool:
    if outer.start_ms is None or outer.end_ms is None or inner.start_ms is None or inner.end_ms is None:
        return outer.page == inner.page and not inner.is_timed and not outer.is_timed
    return outer.start_ms <= inner.start_ms and inner.start_ms < max(outer.end_ms, outer.start_ms + 1)


def _pieces(text: str) -> Iterator[str]:
    """Sentences together up to ``_MAX_CHARACTERS``; a longer one is cut between words."""
    piece = ""
    for sentence in _SENTENCE_END.split(text):
        for part in _cut(" ".join(sentence.split())):
            if piece and len(piece) + 1 + len(part) > _MAX_CHARACTERS:
                yield piece
                piece = ""
            piece = f"{piece} {part}".strip()
    if piece:
        yield piece


def _cut(sentence: str) -> Iterator[str]:
    while len(sentence) > _MAX_CHARACTERS:
        at = sentence.rfind(" ", 1, _MAX_CHARACTERS)
        at = at if at > 0 else _MAX_CHARACTERS
        yield sentence[:at]
        sentence = sentence[at:].lstrip()
    yield sentence
