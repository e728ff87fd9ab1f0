"""What the profile, or the deployment where it doesn't say, wants beside the answer. Each fails alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from braid.domain.accessibility.gaps import speech_in
from braid.domain.accessibility.voices import VoiceBook
from braid.domain.asset.outcome import AssetDocuments
from braid.domain.captions.captions import CaptionCue
from braid.domain.captions.layout import Captions
from braid.domain.evidence.transcript import Transcript
from braid.domain.profile.profile import Profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.publishing.accessibility import languages_of
from lambdas.publishing.addition import Addition
from lambdas.publishing.spoken_descriptions import speak_descriptions
from lambdas.publishing.translations import translate_captions

__all__ = ["Additions"]

# Where nobody speaks and nothing is written, a model answers in the language of its prompt.
_WITHOUT_WORDS = "en"


@dataclass(frozen=True)
class Additions:
    """Makes captions in other languages and a spoken audio description.

    ``caption_languages`` and ``spoken_descriptions`` are the deployment's, for profiles that don't say.
    Nothing more is asked of a service once ``deadline_passed``.
    """

    caption_languages: tuple[str, ...]
    spoken_descriptions: bool
    voices: VoiceBook
    retries: Retries
    deadline_passed: Callable[[], bool]

    def make(
        self,
        documents: AssetDocuments,
        captions: Captions,
        lines: Sequence[CaptionCue],
        *,
        profile: Profile,
        store: DocumentStore,
    ) -> Addition:
        """Both, as far as they are wanted and can be had; ``lines`` are those of the audio description.

        Raises ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
        """
        languages = profile.captions.languages
        translated = translate_captions(
            captions,
            documents.transcript or Transcript("", ()),
            self.caption_languages if languages is None else languages,
            plan=profile.captions,
            store=store,
            retries=self.retries,
            deadline_passed=self.deadline_passed,
        )
        wants_voice = profile.audio_description.spoken
        if not (self.spoken_descriptions if wants_voice is None else wants_voice):
            return translated
        timeline = documents.timeline
        spoken = speak_descriptions(
            lines,
            speech_in(timeline.observations) if timeline else (),
            duration_ms=(timeline.duration_ms if timeline else None) or 0,
            language=next(iter(languages_of(documents)), _WITHOUT_WORDS),
            plan=profile.audio_description,
            voices=self.voices,
            store=store,
            retries=self.retries,
            deadline_passed=self.deadline_passed,
        )
        return translated + spoken
