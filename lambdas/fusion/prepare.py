"""The documents of all branches, read and put on one clock: what fusion knows before it compares."""

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
from braid.text.term_weights import TermWeights
from lambdas.fusion.alignment.captions import align, on_speech_clock
from lambdas.fusion.alignment.given_differences import GivenTranscript
from lambdas.fusion.alignment.given_transcript import time_given_transcripts
from lambdas.fusion.compare.segments import SegmentDraft, cut_segments
from lambdas.fusion.compare.voices import Numbers, Voice, pairs, voices
from lambdas.fusion.observe.input_warnings import oddities
from lambdas.fusion.observe.languages import languages_of, names_of
from lambdas.fusion.observe.observations import Observed, in_order, keep_inside, observe
from lambdas.fusion.observe.parsing import ParsedObservation, parse

__all__ = ["FusionInput", "Prepared", "prepare"]


@dataclass(frozen=True)
class FusionInput:
    """What the branches found; ``None`` where a modality is absent or gave nothing."""

    admission: Admission
    transcript: Transcript | None = None
    vision: Vision | None = None
    passages: Passages | None = None
    language: LanguageAnalysis | None = None


@dataclass(frozen=True)
class Prepared:
    """Everything that fusion knows before it compares."""

    given: FusionInput
    observations: Sequence[ParsedObservation]
    segments: Sequence[SegmentDraft]
    weights: TermWeights
    numbers: Numbers
    alignments: Sequence[Alignment]
    given_transcripts: Sequence[GivenTranscript]
    warnings: Sequence[str]

    def compared(self) -> Iterator[tuple[SegmentDraft, list[Voice], list[tuple[Voice, Voice]]]]:
        """The segments in the timeline's order, who speaks in each, and who of them is held against whom.

        Made anew each time: voices are large.
        """
        is_bundle = len(self.given.admission.members) > 1
        drafts = list(self.segments)
        if is_bundle and drafts and not any(draft.span == WHOLE for draft in drafts):
            drafts.append(SegmentDraft(WHOLE))
        for draft in drafts:
            if is_bundle and draft.span == WHOLE:
                present = voices(self.observations, WHOLE, by_member=True)
                yield draft, present, _across_members(present)
            else:
                present = voices(draft.observations, draft.span, by_member=is_bundle)
                yield draft, present, pairs(present, draft.span)


def prepare(given: FusionInput, thresholds: Thresholds) -> Prepared:
    """Observes, puts clocks right, reads each observation once, cuts segments; warns of what is odd."""
    admission = given.admission
    is_bundle = len(admission.members) > 1
    speaking = admission.speaking(Modality.SPEECH)
    observed, renamed = observe(
        transcript=given.transcript,
        vision=given.vision,
        passages=given.passages,
        language=given.language,
        speech_member=speaking[0].name if speaking else "",
        is_bundle=is_bundle,
    )
    observed, given_transcripts = time_given_transcripts(observed, admission)
    vocabulary = _vocabulary(observed)
    spoken = given.transcript.language_code if given.transcript else None
    languages = languages_of(observed, given.language, spoken)
    names = names_of(given.language)

    def read(items: Sequence[Observed]) -> list[ParsedObservation]:
        return [parse(item, vocabulary, languages.get(item.observation.kind), names) for item in items]

    # Cues are read where they are moved to, and what they are moved by is measured against the rest.
    cues = [item for item in observed if item.observation.kind == "cue"]
    others, outside = keep_inside(
        [item for item in observed if item.observation.kind != "cue"], admission.duration_ms
    )
    parsed = read(others)
    alignments = align(cues, others, parsed, thresholds)
    cues, moved = on_speech_clock(cues, alignments, thresholds)
    cues, cues_outside = keep_inside(cues, admission.duration_ms)
    observations = in_order([*read(cues), *parsed])
    shots = [frame.span for frame in given.vision.keyframes] if given.vision else []
    return Prepared(
        given=given,
        observations=observations,
        segments=cut_segments(observations, shots, admission.duration_ms, thresholds),
        weights=TermWeights(parsed.terms for parsed in observations),
        numbers=Numbers(observations, by_member=is_bundle),
        alignments=alignments,
        given_transcripts=given_transcripts,
        warnings=(
            *oddities(given.transcript, given.vision, given.passages),
            *renamed,
            *(warning for one in given_transcripts for warning in one.warnings()),
            *moved,
            *outside,
            *cues_outside,
        ),
    )


def _vocabulary(observed: Sequence[Observed]) -> Vocabulary:
    """The words that are heard or written; none where no picture has text to put right by them."""
    if not any(item.observation.kind == "detected_text" for item in observed):
        return Vocabulary()
    return Vocabulary(
        item.observation.text for item in observed if item.observation.kind in ("utterance", "cue", "passage")
    )


def _across_members(present: Sequence[Voice]) -> list[tuple[Voice, Voice]]:
    """Members that share no clock: a picture and its description."""
    return [
        (one, other)
        for one, other in pairs(present, WHOLE)
        if one.member != other.member and not (one.is_timed and other.is_timed)
    ]
