"""One object's features: what Select Keyframes and Read Text make of it, by the steps' own code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from braid.admission.examined import Limits
from braid.admission.gates import GateLog
from braid.admission.members import MemberFile, check_speech, examine_member
from braid.aws.s3.s3_file import S3File, open_member
from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality, asset_id_for
from braid.domain.claim_check import Claim
from braid.domain.datasets.features import Features, ObjectReport, SourceObject, features_folder
from braid.domain.errors import BraidError, InvalidAssetError, UnsupportedError
from braid.domain.profile.profile import Profile
from braid.runtime.library import profile
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.keyframes.selection import choose_stills
from lambdas.keyframes.storing import store_keyframes
from lambdas.reading.pages.ocr import OPERATION, OcrPage, PageReader
from lambdas.reading.passages import read_passages

__all__ = ["DOCUMENT", "Settings", "make_features"]

DOCUMENT = "features.json"
_NOT_ASKED = "a processing job asks no service: drop the file to have pictures of pages read"


@dataclass(frozen=True)
class Settings(Limits):
    """Where features go, whose gates and keyframes hold, and the deployment's limits."""

    results_bucket: str
    profile: str
    max_keyframes: int


class _NoPageReader(PageReader):
    """Reads no picture of a page: Textract bills each."""

    def __init__(self, store: DocumentStore, availability: Availability) -> None:
        super().__init__(store, availability)
        self._listed = availability

    def read(
        self,
        names: Sequence[str],
        picture: Callable[[str], bytes | None],  # noqa: ARG002  # PageReader's
    ) -> dict[str, OcrPage]:
        """None of them, and says so where there are some."""
        if names:
            self._listed.list_missing(OPERATION, _NOT_ASKED)
        return {}


def make_features(item: SourceObject, settings: Settings, *, again: bool = False) -> ObjectReport:
    """Writes the object's features and says what came of it; what is there already stays, unless ``again``.

    An object that can't be analysed is rejected with the reason that Admit gives. What a service refuses is
    reported as failed, and nothing says that the object is done: the next job tries it again.
    """
    asset_id = asset_id_for(item.source)
    store = DocumentStore.below(settings.results_bucket, features_folder(asset_id))
    key = store.result_key(DOCUMENT)
    try:
        if not again and store.find_bytes(key) is not None:
            return ObjectReport(asset_id, item.source, "kept")
        made, counts = _made(item, asset_id, settings, store)
        store.put_document(key, made)
    except BraidError as error:
        return ObjectReport(asset_id, item.source, "failed", f"{type(error).__name__}: {error}")
    outcome = "rejected" if made.member is None else "made"
    return ObjectReport(asset_id, item.source, outcome, made.reason, *counts)  # type: ignore[arg-type]  # two of the outcomes


def _made(
    item: SourceObject, asset_id: str, settings: Settings, store: DocumentStore
) -> tuple[Features, tuple[int, int]]:
    plan = profile(settings.profile)
    content = cast(BinaryIO, S3File(item.bucket, item.key, item.version_id, item.size_bytes))
    name = item.key.rsplit("/", 1)[-1]
    file = MemberFile(name, "main", item.bucket, item.key, item.version_id, item.size_bytes)
    gates, reasons = GateLog(), []
    try:
        member = examine_member(file, content, limits=settings, plan=plan.gates, gates=gates)
        check_speech([member], gates)
    except InvalidAssetError as error:
        return Features(asset_id, item.source, reason=str(error)), (0, 0)
    stills = text = 0
    keyframes = passages = None
    if Modality.VISION in member.modalities:
        try:
            keyframes, stills = _keyframes(member, settings, plan, store)
        except (InvalidAssetError, UnsupportedError) as error:
            reasons.append(str(error))
    if Modality.TEXT in member.modalities:
        try:
            passages, text = _passages(member, settings, store)
        except (InvalidAssetError, UnsupportedError) as error:
            reasons.append(str(error))
    made = Features(asset_id, item.source, member, keyframes, passages, "; ".join(reasons) or None)
    return made, (stills, text)


def _keyframes(member: Member, settings: Settings, plan: Profile, store: DocumentStore) -> tuple[Claim, int]:
    chosen = choose_stills(
        [member],
        open_file=open_member,
        max_keyframes=plan.vision.keyframes_within(settings.max_keyframes),
        max_gap_ms=1000 * plan.vision.max_gap_seconds,
    )
    keyframes = store_keyframes(chosen, store)
    return store.put_document(store.work_key("keyframes.json"), keyframes), len(keyframes.keyframes)


def _passages(member: Member, settings: Settings, store: DocumentStore) -> tuple[Claim, int]:
    availability = Availability(Retries())
    passages = read_passages(
        [member],
        open_file=open_member,
        page_reader=_NoPageReader(store, availability),
        availability=availability,
        max_pages=settings.max_pages,
        max_text_characters=settings.max_text_characters,
    )
    return store.put_document(store.result_key("passages.json"), passages), len(passages.passages)
