"""What the branches found, as observations with stable ids on the asset's clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, Protocol, TypeVar

from braid.domain.asset.asset import Modality
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.service_findings import moderation_text, toxicity_text
from braid.domain.evidence.transcript import ToxicSpeech, Transcript, Utterance
from braid.domain.evidence.vision import Color, KeyframeAnalysis, Vision
from braid.domain.span import WHOLE, Span, brief_timecode
from lambdas.fusion.observe.input_warnings import named
from lambdas.fusion.observe.text_blocks import text_blocks
from lambdas.fusion.observe.toxic_words import toxic_words

__all__ = ["Observed", "in_order", "keep_inside", "observe", "position"]

_ORDER = {Modality.SPEECH: 0, Modality.VISION: 1, Modality.TEXT: 2}
# Transcripts give every word a confidence, given texts none: what was written down was meant.
_UNSTATED_CONFIDENCE = 1.0
# Models don't say how sure they are of a description. About one in ten names something that isn't in the
# picture (Rohrbach et al. 2018, "Object hallucination in image captioning", of the models of their day;
# believed, not measured, of those in use), and what is there may be miscounted: less sure than what was read.
_DESCRIPTION_CONFIDENCE = 0.8
# From here on toxicity is more likely than not.
_LIKELY_TOXIC = 0.5


class Observed(NamedTuple):
    """An observation with what only fusion needs of it.

    ``pieces`` are its words as ``(text, at_ms, confidence)`` where the source times them; ``colors`` are the
    measured colours of a picture.
    """

    observation: Observation
    pieces: tuple[tuple[str, int | None, float], ...] = ()
    colors: tuple[Color, ...] = ()


# Containers round their duration: an end this much behind it is no oddity.
_CLOCK_SLACK_MS = 500


def observe(
    *,
    transcript: Transcript | None,
    vision: Vision | None,
    passages: Passages | None,
    language: LanguageAnalysis | None = None,
    speech_member: str = "",
    is_bundle: bool = False,
) -> tuple[list[Observed], list[str]]:
    """All observations in order of time, then page, then modality; and warnings about ids that had to change.

    Only a bundle's observations name their member: elsewhere there is nothing to tell apart.
    """
    observed: list[Observed] = []
    if transcript is not None:
        member = speech_member if is_bundle else ""
        observed.extend(_utterances(transcript.utterances, member))
        observed.extend(_toxic(transcript.toxicity, member))
    if vision is not None:
        observed.extend(_seen(vision.keyframes, is_bundle=is_bundle))
    if passages is not None:
        observed.extend(_written(passages, is_bundle=is_bundle))
    if language is not None:
        found = [item.observation for item in observed]
        observed.extend(Observed(item) for item in toxic_words(language, found))

    observed, renamed = _with_unique_ids(observed)
    if not renamed:
        return in_order(observed), []
    return in_order(observed), [f"{named(renamed)} under an id that was taken; a number was added to it"]


class _OfObservation(Protocol):
    """What is made of one observation."""

    @property
    def observation(self) -> Observation: ...


Item = TypeVar("Item", bound=_OfObservation)


def in_order(observed: Iterable[Item]) -> list[Item]:
    """The observations in order of time, then page, then modality."""
    return sorted(
        observed, key=lambda item: (position(item.observation.span), _ORDER[item.observation.modality])
    )


def keep_inside(observed: Iterable[Observed], duration_ms: int | None) -> tuple[list[Observed], list[str]]:
    """Moves what lies outside of the asset's time to its edge, and says so; nothing is dropped."""
    if duration_ms is None:
        return list(observed), []
    inside = []
    outside = []
    for item in observed:
        observation = item.observation
        span = observation.span
        if span.start_ms is not None and span.end_ms is not None and span.end_ms > duration_ms:
            if span.end_ms > duration_ms + _CLOCK_SLACK_MS:
                outside.append(observation.observation_id)
            moved = Span(min(span.start_ms, duration_ms), duration_ms)
            item = item._replace(observation=replace(observation, span=moved))
        inside.append(item)
    if not outside:
        return inside, []
    limit = brief_timecode(duration_ms)
    return inside, [f"{named(outside)} behind the asset's end at {limit} and moved to its edge"]


def position(span: Span) -> tuple[int, int, int]:
    """A sort key: time first, then pages, then what stands for the whole."""
    if span.start_ms is not None and span.end_ms is not None:
        return (0, span.start_ms, span.end_ms)
    return (1, span.page, 0) if span.page is not None else (2, 0, 0)


def _utterances(utterances: Iterable[Utterance], member: str) -> Iterator[Observed]:
    for utterance in utterances:
        if not utterance.text.strip():
            continue
        begin, end = sorted((max(0, utterance.start_ms), max(0, utterance.end_ms)))
        confidence = _UNSTATED_CONFIDENCE if utterance.confidence is None else utterance.confidence
        pieces = tuple(
            (item.text, item.start_ms, confidence if item.confidence is None else item.confidence)
            for item in utterance.items
        )
        observation = Observation(
            observation_id=utterance.utterance_id,
            modality=Modality.SPEECH,
            kind="utterance",
            span=Span(begin, end),
            text=utterance.text,
            confidence=confidence,
            source=f"transcribe:{utterance.utterance_id}",
            member=utterance.member or member,
            speaker=utterance.speaker,
        )
        yield Observed(observation, pieces)


def _toxic(stretches: Iterable[ToxicSpeech], member: str) -> Iterator[Observed]:
    """Speech that was judged as likely toxic, by the categories that are likely."""
    for number, stretch in enumerate(stretches, 1):
        likely = {name: score for name, score in stretch.categories.items() if score >= _LIKELY_TOXIC}
        confidence = max(stretch.confidence, *likely.values(), 0.0)
        if confidence < _LIKELY_TOXIC:
            continue
        names = sorted(likely, key=lambda name: (-likely[name], name))
        yield Observed(
            Observation(
                observation_id=f"tox{number:04d}",
                modality=Modality.SPEECH,
                kind="toxicity",
                span=Span(stretch.start_ms, stretch.end_ms),
                text=toxicity_text("Toxic speech", names),
                confidence=confidence,
                source=f"transcribe:toxicity:{number}",
                member=stretch.member or member,
            )
        )


def _seen(keyframes: Iterable[KeyframeAnalysis], *, is_bundle: bool) -> Iterator[Observed]:
    """What was seen; what stays the same from one keyframe to the next is one longer observation."""
    tracks: dict[tuple[str, str, str], int] = {}
    observed: list[Observed] = []
    for keyframe in sorted(keyframes, key=lambda frame: position(frame.span)):
        span = keyframe.span
        for item in _in_keyframe(keyframe, keyframe.member if is_bundle else ""):
            seen = item.observation
            track = (seen.member, seen.kind, seen.text)
            earlier = observed[tracks[track]] if track in tracks else None
            if earlier is not None and span.is_timed and earlier.observation.span.end_ms == span.start_ms:
                observed[tracks[track]] = _continued(earlier, seen)
            else:
                tracks[track] = len(observed)
                observed.append(item)
    return iter(observed)


def _continued(earlier: Observed, later: Observation) -> Observed:
    before = earlier.observation
    first_source = before.source.split("..")[0]
    return earlier._replace(
        observation=replace(
            before,
            span=Span(before.span.start_ms, later.span.end_ms),
            confidence=max(before.confidence, later.confidence),
            source=f"{first_source}..{later.source.rsplit(':', 1)[-1]}",
        ),
    )


def _in_keyframe(keyframe: KeyframeAnalysis, member: str) -> Iterator[Observed]:
    name = keyframe.keyframe_id

    def seen(kind: str, operation: str, number: int, text: str, confidence: float) -> Observation:
        return Observation(
            observation_id=f"{name}-{kind.removeprefix('detected_')}{number or ''}",
            modality=Modality.VISION,
            kind=kind,  # type: ignore[arg-type]  # the callers below spell an ObservationKind
            span=keyframe.span,
            text=text,
            confidence=confidence,
            source=f"{operation}:{name}",
            member=member,
        )

    for number, block in enumerate(text_blocks(keyframe.texts), 1):
        yield Observed(seen("detected_text", keyframe.texts_source, number, block.text, block.confidence))
    for number, label in enumerate(keyframe.labels, 1):
        yield Observed(seen("label", "rekognition:DetectLabels", number, label.name, label.confidence))
    if keyframe.faces:
        count = len(keyframe.faces)
        confidence = min(face.confidence for face in keyframe.faces)
        text = "1 face" if count == 1 else f"{count} faces"
        yield Observed(seen("faces", "rekognition:DetectFaces", 0, text, confidence))
    for number, category in enumerate(keyframe.moderation, 1):
        path = moderation_text(category.parents, category.name)
        operation = "rekognition:DetectModerationLabels"
        yield Observed(seen("moderation", operation, number, path, category.confidence))
    if keyframe.properties.colors:
        text = "Main colors: " + ", ".join(
            f"{color.name.lower()} {color.share:.0%}" for color in keyframe.properties.subject_colors
        )
        observation = seen("color", "rekognition:DetectLabels", 0, text, _UNSTATED_CONFIDENCE)
        yield Observed(observation, colors=keyframe.properties.colors)
    if keyframe.description:
        yield Observed(
            seen("description", "bedrock:description", 0, keyframe.description, _DESCRIPTION_CONFIDENCE)
        )


def _written(passages: Passages, *, is_bundle: bool) -> Iterator[Observed]:
    for passage in passages.passages:
        if not passage.text.strip():
            continue
        span = passage.span or (Span(page=passage.page) if passage.page is not None else WHOLE)
        observation = Observation(
            observation_id=passage.passage_id,
            modality=Modality.TEXT,
            kind="cue" if passage.kind == "cue" else "passage",
            span=span,
            text=passage.text,
            confidence=_UNSTATED_CONFIDENCE if passage.confidence is None else passage.confidence,
            source=f"reading:{passage.passage_id}",
            member=passage.member if is_bundle else "",
        )
        yield Observed(observation)


def _with_unique_ids(observed: list[Observed]) -> tuple[list[Observed], list[str]]:
    taken: dict[str, int] = {}
    unique = []
    renamed = []
    for item in observed:
        name = item.observation.observation_id
        taken[name] = taken.get(name, 0) + 1
        while taken[name] > 1:
            renamed.append(name)
            name = f"{name}-{taken[name]}"
            taken[name] = taken.get(name, 0) + 1
        same = name == item.observation.observation_id
        unique.append(
            item if same else item._replace(observation=replace(item.observation, observation_id=name))
        )
    return unique, renamed
