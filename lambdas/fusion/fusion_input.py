"""The documents of all branches, made comparable: statements on one clock, in the stretches they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import Modality
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Alignment
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import WHOLE
from braid.text.misreadings import Vocabulary
from lambdas.fusion.alignment.captions import align, on_speech_clock
from lambdas.fusion.alignment.given_transcript import GivenTranscript, time_given_transcripts
from lambdas.fusion.compare.agreement import Weights, pairs
from lambdas.fusion.compare.segments import Stretch, stretches
from lambdas.fusion.compare.voices import Numbers, Side, sides
from lambdas.fusion.observe.input_warnings import oddities
from lambdas.fusion.observe.languages import languages_of, names_of
from lambdas.fusion.observe.observations import Observed, in_order, keep_inside, observe
from lambdas.fusion.observe.parsing import Statement, state

__all__ = ["Comparable", "Material", "Place", "comparable"]


@dataclass(frozen=True)
class Material:
    """What the branches found; ``None`` where a modality is absent or gave nothing."""

    admission: Admission
    transcript: Transcript | None = None
    vision: Vision | None = None
    passages: Passages | None = None
    language: LanguageAnalysis | None = None


@dataclass(frozen=True)
class Place:
    """A stretch with the sides that are present in it, and those of them that are held against each other."""

    stretch: Stretch
    sides: Sequence[Side]
    pairs: Sequence[tuple[Side, Side]]


@dataclass(frozen=True)
class Comparable:
    """Everything that fusion knows before it compares."""

    material: Material
    statements: Sequence[Statement]
    stretches: Sequence[Stretch]
    weights: Weights
    numbers: Numbers
    alignments: Sequence[Alignment]
    given: Sequence[GivenTranscript]
    warnings: Sequence[str]

    @property
    def is_bundle(self) -> bool:
        """Whether each member speaks for itself."""
        return len(self.material.admission.members) > 1

    def places(self) -> Iterator[Place]:
        """Where comparisons take place, in the timeline's order; made anew each time, as they are large."""
        is_bundle = self.is_bundle
        listed = list(self.stretches)
        if is_bundle and listed and not any(stretch.span == WHOLE for stretch in listed):
            listed.append(Stretch(WHOLE))
        for stretch in listed:
            if is_bundle and stretch.span == WHOLE:
                present = sides(self.statements, WHOLE, by_member=True)
                yield Place(stretch, present, _across_members(present))
            else:
                present = sides(stretch.statements, stretch.span, by_member=is_bundle)
                yield Place(stretch, present, pairs(present, stretch.span))


def comparable(material: Material, thresholds: Thresholds) -> Comparable:
    """Reads the material: observations, clocks put right, stretches. What is odd is warned of."""
    admission = material.admission
    is_bundle = len(admission.members) > 1
    speaking = admission.speaking(Modality.SPEECH)
    observed, warnings = observe(
        transcript=material.transcript,
        vision=material.vision,
        passages=material.passages,
        language=material.language,
        speech_member=speaking[0].name if speaking else "",
        is_bundle=is_bundle,
    )
    observed, given = time_given_transcripts(observed, admission)
    odd = oddities(material.transcript, material.vision, material.passages)
    warnings = [*odd, *warnings, *(text for one in given for text in one.warnings())]
    vocabulary = _vocabulary(observed)
    # Cues are read where they are moved to.
    spoken = material.transcript.language_code if material.transcript else None
    languages = languages_of(observed, material.language, spoken)
    names = names_of(material.language)

    def read_one(item: Observed) -> Statement:
        return state(item, vocabulary, languages.get(item.observation.kind), names)

    read = {id(item): read_one(item) for item in observed if item.observation.kind != "cue"}
    alignments = align(observed, list(read.values()), thresholds)
    as_found = observed  # keeps them alive, so that no other object gets the id of one
    observed, moved = on_speech_clock(as_found, alignments, thresholds)
    observed, outside = keep_inside(observed, admission.duration_ms)
    statements = [read.get(id(item)) or read_one(item) for item in in_order(observed)]
    shots = [frame.span for frame in material.vision.keyframes] if material.vision else []
    return Comparable(
        material=material,
        statements=statements,
        stretches=stretches(statements, shots, admission.duration_ms, thresholds),
        weights=Weights(statements),
        numbers=Numbers(statements, by_member=is_bundle),
        alignments=alignments,
        given=given,
        warnings=(*warnings, *moved, *outside),
    )


def _vocabulary(observed: Sequence[Observed]) -> Vocabulary:
    """The words that are heard or written; none where no picture has text to put right by them."""
    if not any(item.observation.kind == "detected_text" for item in observed):
        return Vocabulary()
    return Vocabulary(
        item.observation.text for item in observed if item.observation.kind in ("utterance", "cue", "passage")
    )


def _across_members(present: Sequence[Side]) -> list[tuple[Side, Side]]:
    """Members that share no clock: a picture and its description."""
    return [
        pair
        for index, one in enumerate(present)
        for other in present[index + 1 :]
        if one.member != other.member and not (_is_timed(one) and _is_timed(other))
        for pair in pairs([one, other], WHOLE)
    ]


def _is_timed(side: Side) -> bool:
    return all(statement.observation.span.is_timed for statement in side.statements)
