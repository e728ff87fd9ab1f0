"""The picture in docs/fusion.md is what fusion makes of its example today."""

from __future__ import annotations

from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.sections.fusion import Thresholds
from docs.fusion_example import PICTURE, material, picture
from lambdas.fusion.fuse import fuse


def test_the_picture_is_current() -> None:
    assert PICTURE.read_text("utf-8") == picture(), "run: python -m docs.fusion_example"


def test_the_example_shows_every_kind_of_agreement() -> None:
    segments = fuse(material(), Thresholds(), 8_000).segments
    assert {agreement.kind for segment in segments for agreement in segment.agreements} == set(AgreementKind)
