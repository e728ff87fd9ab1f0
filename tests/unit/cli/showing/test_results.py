"""`braid get`: a result by its name or by its file's."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from braid.domain.claim_check import Claim
from cli.errors import CommandError
from cli.showing.results import get_result
from tests.unit.cli.showing.test_opening import LocalTarget, published

FILES = {
    "captions_vtt": "captions.vtt",
    "captions_zh-TW_vtt": "captions.zh-TW.vtt",
    "transcript_de_text": "transcript.de.txt",
    "descriptions_mp3": "descriptions.mp3",
}


def claim_of(uri: str, payload: bytes) -> Claim:
    return Claim(uri, "x/y", len(payload), hashlib.sha256(payload).hexdigest())


def test_a_result_that_was_altered_is_told_and_not_shown() -> None:
    target = LocalTarget()
    target.s3.objects["out", "assets/a-1/2/answer.json"] = b'{"altered": true}'
    claim = claim_of("s3://out/assets/a-1/2/answer.json", b'{"altered": nil!}')
    result = replace(published(target, None), results={"answer": claim})

    with pytest.raises(CommandError, match=r"answer\.json was changed or cut off after it was stored"):
        get_result(target, result, "answer")  # type: ignore[arg-type]  # only its bucket is asked for


@pytest.mark.parametrize("name", [*FILES, *FILES.values()])
def test_a_result_is_found_by_its_name_and_its_file_s(name: str) -> None:
    target = LocalTarget()
    claims = {}
    for result_name, file in FILES.items():
        key = f"assets/a-1/2/{file}"
        target.s3.objects["out", key] = file.encode()
        claims[result_name] = claim_of(f"s3://out/{key}", file.encode())
    result = published(target, None)
    result = replace(result, results={**result.results, **claims})

    assert get_result(target, result, name).decode() == FILES.get(name, name)  # type: ignore[arg-type]  # as read
    with pytest.raises(CommandError, match="has no result"):
        get_result(target, result, "captions.fr.vtt")  # type: ignore[arg-type]  # only its bucket is asked for
