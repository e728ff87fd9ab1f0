"""Real material that nobody here made goes the same way: speech, pages, pictures, video."""

from __future__ import annotations

from pathlib import Path

import pytest

from braid.domain.asset.asset import AssetStatus
from tests.e2e.conftest import Deployed

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
MATERIAL = (
    "media-audio/localstack/en-gb.wav",
    "media-audio/localstack/en-gb.mp3",
    "media-audio/localstack/en-gb.amr",
    "media-audio/localstack/en-gb.ogg",
    "media-audio/localstack/en-us_video.mp4",
    "media-audio/whisper/jfk.flac",
    "media-document/amazon-textract-response-parser/default_invoice_1.png",
    "media-document/py-pdf_sample-files/004-pdflatex-4-pages__pdflatex-4-pages.pdf",
    "media-document/py-pdf_sample-files/005-libreoffice-writer-password__libreoffice-writer-password.pdf",
    "media-document/py-pdf_sample-files/015-arabic__habibi.pdf",
    "media-image/Pillow/flower.jpg",
    "media-image/Pillow/hopper.webp",
    "media-image/Pillow/zero_width.gif",
    "media-image/content-localization-on-aws/sample-face.jpg",
    "media-image-ocr/tesseract-ocr_test/phototest.tif",
    "media-malformed/Pillow/truncated_jpeg.jpg",
    "media-malformed/derived/truncated-head.mp4",
    "media-malformed/derived/jpeg-named.mp4",
    "media-video/content-localization-on-aws/sample-video-tiny.mp4",
    "media-video/guidance-for-media2cloud-on-aws/CountdownClock_0.mp4",
    "text/content-localization-on-aws/sample-text.txt",
)
ENDS = {AssetStatus.SUCCEEDED, AssetStatus.PARTIAL, AssetStatus.REJECTED}


def test_every_file_ends_with_an_outcome_that_says_why(deployed: Deployed, shared_data: Path) -> None:
    outcomes = deployed.drop([shared_data / name for name in MATERIAL])
    by_name = dict(zip(MATERIAL, outcomes, strict=True))
    wrong = {name: outcome for name, outcome in by_name.items() if outcome.status not in ENDS}
    assert not wrong
    silent = {
        name for name, item in by_name.items() if item.status is not AssetStatus.SUCCEEDED and not item.reason
    }
    assert not silent
    rejected = {name for name, item in by_name.items() if item.status is AssetStatus.REJECTED}
    assert {name for name in MATERIAL if "password" in name or "truncated-head" in name} <= rejected
    heard = deployed.document(by_name["media-audio/whisper/jfk.flac"].asset_id, "transcript")
    assert "country" in " ".join(item["text"] for item in heard["utterances"]).lower()
