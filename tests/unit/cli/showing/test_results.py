"""`braid get`: a result by its name or by its file's."""

from __future__ import annotations

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


@pytest.mark.parametrize("name", [*FILES, *FILES.values()])
def test_a_result_is_found_by_its_name_and_its_file_s(name: str) -> None:
    target = LocalTarget()
    claims = {}
    for result_name, file in FILES.items():
        key = f"assets/a-1/2/{file}"
        target.s3.objects["out", key] = file.encode()
        claims[result_name] = Claim(f"s3://out/{key}", "x/y", 1, "0" * 64)
    result = published(target, None)
    result = replace(result, results={**result.results, **claims})

    assert get_result(target, result, name).decode() == FILES.get(name, name)  # type: ignore[arg-type]  # as read
    with pytest.raises(CommandError, match="has no result"):
        get_result(target, result, "captions.fr.vtt")  # type: ignore[arg-type]  # only its bucket is asked for
