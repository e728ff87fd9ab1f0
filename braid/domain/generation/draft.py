"""What the steps of a generation leave, one document each: plan, output, draft. A draft isn't public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from braid.domain.claim_check import Claim
from braid.domain.generation.linter import Finding
from braid.domain.generation.outcomes import MadeOutput
from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.request import GenerationRequest
from braid.domain.generation.tasks import NEEDS
from braid.domain.money.accounting import MissingOperation, Usage

__all__ = ["CERTIFICATE_KEY", "Check", "Draft", "GenerationPlan", "Publication"]

# In the results bucket; whoever has a certificate for the key that signs puts its chain there.
CERTIFICATE_KEY = "generation/certificate.pem"


@dataclass(frozen=True)
class GenerationPlan:
    """``plan.json``: what will be asked, of whom, where, and for how much; nothing was asked yet.

    ``inputs`` are copies of the references and the mask, in the request's order: what a reviewer is shown is
    what the model was shown. ``not_honoured`` says in words what the provider has nothing for.
    ``redo_reason`` is why a reviewer wanted another one than the attempt before.
    """

    request: GenerationRequest
    prompt: FilledPrompt
    findings: tuple[Finding, ...]
    model_id: str
    provider: str
    region: str
    not_honoured: tuple[str, ...]
    usage: tuple[Usage, ...]
    usd: float
    inputs: tuple[Claim, ...] = ()
    redo_reason: str = ""
    schema_version: str = "1"

    @property
    def is_video(self) -> bool:
        """Whether it is asked asynchronously."""
        return NEEDS[self.request.task].makes == "video"


@dataclass(frozen=True)
class Check:
    """One check of the output. ``outcome``: passed, to be seen by the reviewer, or blocked."""

    name: str
    outcome: str
    sentence: str


@dataclass(frozen=True)
class Draft:
    """``draft.json``: the marked file that a reviewer sees, which is the one that will be published.

    ``poster`` is the first frame of a video. ``watermark`` is ``None`` for a video, which has none.
    ``statistics`` are the picture's or the first frame's, by name: what drift is found by.
    """

    asset_id: str
    attempt: int
    plan: GenerationPlan
    made: MadeOutput
    file: Claim
    width: int
    height: int
    watermark: int | None
    issuer: str
    poster: Claim | None = None
    checks: tuple[Check, ...] = ()
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    statistics: Mapping[str, float] = field(default_factory=dict)
    schema_version: str = "1"

    @property
    def blocked(self) -> tuple[Check, ...]:
        """Checks that forbid to show it."""
        return tuple(check for check in self.checks if check.outcome == "blocked")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it waits for a person: always, because nothing that was made is public unseen."""
        seen = tuple(check.sentence for check in self.checks if check.outcome == "to be seen")
        return ("what a model made is public only once a person has seen it", *seen)


@dataclass(frozen=True)
class Publication:
    """``publication.json``: what lies in the published bucket, read again from there."""

    published: Claim
    approved_by: str
    approved_at: str
    model_id: str
    watermark: int | None
    issuer: str
    is_trusted: bool
    schema_version: str = "1"
