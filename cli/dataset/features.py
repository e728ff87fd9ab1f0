"""Pairs out of what Processing jobs left: pages with their text, pictures with the text beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from braid.domain.datasets.features import FOLDER, Features
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.vision import Keyframe, KeyframeList
from braid.domain.wire import decode_json
from cli.dataset.pairs import Built, put_picture
from cli.showing.documents import read_claim
from cli.target import Target

__all__ = ["from_features"]

_DOCUMENT = "/features.json"


def from_features(target: Target, folder: Path, prefix: str, built: Built) -> None:
    """Every keyframe for which there are words: those of its page, else those of the file of the same name.

    ``mug.jpg`` goes with ``mug.txt`` or ``mug.md`` of the same folder. What has no words is noted.
    """
    found = sorted(_all_features(target), key=lambda each: (each.source.bucket, each.source.key))
    beside = {_stem(each): _text(_passages(target, each)) for each in found if _is_text_alone(each)}
    for each in found:
        if each.keyframes is None:
            if each.member is None:
                built.notes.append(f"{each.source.display_name}: left out: {each.reason}")
            continue
        by_page = _by_page(_passages(target, each))
        frames = decode_json(KeyframeList, read_claim(target, each.keyframes), source=each.keyframes.key)
        for frame in frames.keyframes:
            name = f"{each.asset_id}/{frame.keyframe_id}"
            caption, basis = _caption(frame, by_page, beside.get(_stem(each), ""))
            if not caption:
                built.notes.append(f"{name}: left out: nothing says what it shows")
                continue
            content = read_claim(target, frame.image)
            put_picture(
                folder, prefix, name, content, caption, built, asset_id=each.asset_id, caption_of=basis
            )


def _all_features(target: Target) -> Iterator[Features]:
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix=f"{FOLDER}/"
    )
    for key in (item["Key"] for page in pages for item in page.get("Contents", [])):
        if key.endswith(_DOCUMENT):
            body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
            yield decode_json(Features, body, source=key)


def _passages(target: Target, features: Features) -> Passages | None:
    claim = features.passages
    return None if claim is None else decode_json(Passages, read_claim(target, claim), source=claim.key)


def _is_text_alone(features: Features) -> bool:
    return features.passages is not None and features.keyframes is None


def _stem(features: Features) -> str:
    """Bucket and key without the ending: what files that belong together share."""
    folder, _, name = f"{features.source.bucket}/{features.source.key}".rpartition("/")
    return f"{folder}/{name.rsplit('.', 1)[0]}"


def _text(passages: Passages | None) -> str:
    return " ".join(each.text.strip() for each in passages.passages) if passages else ""


def _by_page(passages: Passages | None) -> Mapping[int, str]:
    found: dict[int, list[str]] = {}
    for each in passages.passages if passages else ():
        if each.page is not None:
            found.setdefault(each.page, []).append(each.text.strip())
    return {page: " ".join(texts) for page, texts in found.items()}


def _caption(frame: Keyframe, by_page: Mapping[int, str], beside: str) -> tuple[str, str]:
    """What a picture shows, in words, and what says so."""
    if frame.page is not None and by_page.get(frame.page):
        return by_page[frame.page], "page"
    return beside, "text beside"
