"""``profile.toml`` as it is written: its sections, each of which knows what is wrong with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field

from braid.domain.profile.sections.accessibility import AccessibilityPlan
from braid.domain.profile.sections.audio_description import AudioDescriptionPlan
from braid.domain.profile.sections.budget import BudgetPlan
from braid.domain.profile.sections.captions import CaptionPlan
from braid.domain.profile.sections.checks import CheckPlan
from braid.domain.profile.sections.decision import DecisionPlan
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.profile.sections.gates import GatePlan
from braid.domain.profile.sections.guardrail import GuardrailPlan
from braid.domain.profile.sections.inference import InferencePlan
from braid.domain.profile.sections.modalities import ModalitiesPlan
from braid.domain.profile.sections.posts import PostsPlan
from braid.domain.profile.sections.report import ReportPlan
from braid.domain.profile.sections.review import ReviewPlan
from braid.domain.profile.sections.speech import SpeechPlan
from braid.domain.profile.sections.targets import TargetPlan
from braid.domain.profile.sections.vision import VisionPlan
from braid.domain.profile.taxonomy import TaxonomyPlan

__all__ = ["ProfilePlan"]


@dataclass(frozen=True, kw_only=True)
class ProfilePlan:
    """What a profile wants, section by section; ``fusion`` holds fusion's thresholds."""

    name: str
    title: str
    description: str
    modalities: ModalitiesPlan
    inference: InferencePlan
    fusion: Thresholds = field(default_factory=Thresholds)
    gates: GatePlan = field(default_factory=GatePlan)
    speech: SpeechPlan = field(default_factory=SpeechPlan)
    vision: VisionPlan = field(default_factory=VisionPlan)
    report: ReportPlan = field(default_factory=ReportPlan)
    guardrail: GuardrailPlan = field(default_factory=GuardrailPlan)
    review: ReviewPlan = field(default_factory=ReviewPlan)
    targets: TargetPlan = field(default_factory=TargetPlan)
    captions: CaptionPlan = field(default_factory=CaptionPlan)
    checks: CheckPlan = field(default_factory=CheckPlan)
    accessibility: AccessibilityPlan = field(default_factory=AccessibilityPlan)
    audio_description: AudioDescriptionPlan = field(default_factory=AudioDescriptionPlan)
    decision: DecisionPlan = field(default_factory=DecisionPlan)
    taxonomy: TaxonomyPlan = field(default_factory=TaxonomyPlan)
    budget: BudgetPlan = field(default_factory=BudgetPlan)
    posts: PostsPlan = field(default_factory=PostsPlan)

    def problems(self) -> Iterator[str]:
        """What is wrong with the sections, each by itself and together, in words."""
        for section in dataclasses.fields(self):
            find_problems = getattr(getattr(self, section.name), "problems", None)
            if find_problems is not None:
                yield from find_problems()
        if self.audio_description.spoken and not self.checks.fits_gaps:
            yield "audio_description.spoken needs checks.fits_gaps, which says where the answer has its lines"
        if self.posts.accepts and not (self.decision.decides and self.decision.categories):
            yield "posts.accepts needs decision.ranks and decision.categories: posts are held to policy.md"
        if self.report.embed_media and self.speech.redact_pii:
            yield "report.embed_media would carry the words that speech.redact_pii takes out"
