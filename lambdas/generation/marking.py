"""Mark Draft: the watermark, then the signed statement, then both read again from the bytes that stand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from braid.aws.signing import SigningKey
from braid.domain.errors import InvalidInputError
from braid.domain.generation.draft import CERTIFICATE_KEY, Check, Draft
from braid.domain.generation.tasks import NEEDS
from braid.marking.certificate import make_chain, raw_signature
from braid.marking.manifest import Ingredient, Provenance, Signing, check, has_statement, sign
from braid.store.documents import DocumentStore

__all__ = ["file_name", "mark_draft", "signing_of", "watermark_of"]

_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "video/mp4": ".mp4"}


def signing_of(
    key: SigningKey, store: DocumentStore, *, organisation: str, clock: Callable[[], datetime]
) -> Signing:
    """The key with the certificate that is kept for it, made on first use."""
    kept = store.find_bytes(CERTIFICATE_KEY)
    if kept is None:
        chain = make_chain(key.public_key(), organisation=organisation, now=clock())
        store.put_bytes(CERTIFICATE_KEY, chain.encode(), "application/x-pem-file")
    else:
        chain = kept.decode()
    return Signing(lambda data: raw_signature(key.sign(data)), chain)


def mark_draft(draft: Draft, *, store: DocumentStore, signing: Signing) -> Draft:
    """The draft with its marks. Raises ``InvalidInputError`` where they can't be read back: a bug of ours."""
    body = store.get_payload(draft.file)
    media_type, number, checks = draft.file.media_type, None, draft.checks
    if not draft.plan.is_video:
        from braid.marking.pictures import marked_picture  # numpy: a third of a cold start, not for a video

        marked = marked_picture(body, media_type, watermark_of(draft))
        if marked is None:
            checks = (*checks, Check("watermark", "to be seen", "it has no room for a watermark"))
        else:
            body, number = marked, watermark_of(draft)
    signed = sign(body, media_type, _provenance(draft, number, store), signing)
    found = check(signed, media_type)
    if found is None or found.problems or found.asset_id != draft.asset_id:
        raise InvalidInputError(f"the signed statement of {draft.asset_id} can't be read back")
    file = store.put_bytes(store.result_key(file_name(draft)), signed, media_type)
    return replace(draft, file=file, watermark=number, issuer=found.issuer, checks=checks)


def file_name(draft: Draft) -> str:
    """What the draft's file is called, wherever it lies."""
    return f"draft{_SUFFIXES[draft.file.media_type]}"


def watermark_of(draft: Draft) -> int:
    """The number that stands for this attempt in its picture; the record has it too."""
    digest = hashlib.sha256(f"{draft.asset_id}/{draft.attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _provenance(draft: Draft, number: int | None, store: DocumentStore) -> Provenance:
    plan = draft.plan
    output = draft.made.output
    body = store.get_payload(output)
    # A provider's own statement is kept: ours then says what was done to that.
    own = has_statement(body, output.media_type)
    parent = [Ingredient("the provider's output", output.media_type, body, is_parent=True)] if own else []
    count = len(plan.request.references)
    references = [
        Ingredient(f"reference {index}", claim.media_type, store.get_payload(claim))
        for index, claim in enumerate(plan.inputs[:count], 1)
    ]
    return Provenance(
        title=file_name(draft),
        model_id=plan.model_id,
        task=plan.request.task.value,
        asset_id=draft.asset_id,
        prompt_sha256=plan.prompt.sha256,
        made_at=draft.made.made_at,
        watermark=number,
        is_composite=NEEDS[plan.request.task].starts_from_a_picture,
        ingredients=(*parent, *references),
    )
