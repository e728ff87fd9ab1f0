"""Select Keyframes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from braid.aws.s3.s3_file import open_member
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidAssetError, UnsupportedError
from braid.domain.money.metered import MeteredBefore
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.keyframes.selection import choose_stills
from lambdas.keyframes.storing import store_keyframes, summarize

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results lie, how many stills may stand for an asset, and how long they may be looked for."""

    results_bucket: str
    max_keyframes: int
    time_budget_seconds: int


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    admission: Claim
    retries: Retries
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Writes the stills and ``work/.../keyframes.json``, which lists them."""
    deadline = time.monotonic() + settings.time_budget_seconds
    store = DocumentStore.of(settings.results_bucket, request.asset)
    admission = store.get_document(Admission, request.admission)
    plan = profile(request.asset.profile).vision
    try:
        chosen = choose_stills(
            admission.speaking(Modality.VISION),
            open_file=open_member,
            max_keyframes=plan.keyframes_within(settings.max_keyframes),
            max_gap_ms=1000 * plan.max_gap_seconds,
            deadline_passed=lambda: time.monotonic() > deadline,
        )
    except InvalidAssetError as error:
        if admission.modalities == (Modality.VISION,):
            raise
        # What else the asset says is still worth having: the pictures are missing.
        raise UnsupportedError(str(error)) from error
    keyframes = store_keyframes(chosen, store)
    claim = store.put_document(store.work_key("keyframes.json"), keyframes)
    return {"summary": summarize(keyframes, admission.duration_ms), "claim": encode(claim)}
