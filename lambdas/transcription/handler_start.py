"""Start Transcription."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.aws.s3.s3_file import open_member
from braid.aws.transcribe.jobs import Transcribe
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef, execution_name
from braid.domain.claim_check import Claim
from braid.domain.money.accounting import Meter
from braid.domain.money.metered import MeteredBefore
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.transcription.sound_plan import speaking_members
from lambdas.transcription.sound_track import write_sounds
from lambdas.transcription.starting import start_jobs, summarize

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results and record lie; ``job_prefix`` begins the job's name, which is unique in an account.
    ``transcribe_role_arn`` is the role as which Transcribe works on jobs that wait in its queue."""

    results_bucket: str
    assets_table: str
    job_prefix: str
    transcribe_role_arn: str


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    admission: Claim
    retries: Retries
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Writes the sound to ``work/`` and starts a job for each recording, once, under a name made of asset and
    attempt."""
    AssetRecords(settings.assets_table).check_current(request.asset)
    asset = request.asset
    store = DocumentStore.of(settings.results_bucket, asset)
    members = speaking_members(store.get_document(Admission, request.admission))
    sounds = write_sounds(members, open_member, store)
    job_name = f"{settings.job_prefix}{execution_name(asset.asset_id, asset.attempt)}"
    transcribe = Transcribe(Meter(), data_access_role_arn=settings.transcribe_role_arn)
    sounds = start_jobs(sounds, profile(asset.profile).speech, job_name, transcribe=transcribe, store=store)
    return {"summary": summarize(sounds), "job_name": job_name}
