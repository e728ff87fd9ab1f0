"""A German and a Japanese asset the whole way: document and captions, fusion, claims, report."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality, Source
from braid.domain.asset.outcome import AssetDocuments, Outcome
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.money.receipt import Receipt
from braid.domain.profile.sections.fusion import Thresholds
from braid.report.report_page import ReportContext, report_page
from braid.runtime.library import model_registry, profile
from braid.runtime.retries import Availability, Retries
from evaluation.fusion_truth.materials import admission, keyframe, member, vision
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.inference.infer import infer
from lambdas.reading.passages import read_passages
from tests.unit.inference.timelines import MODEL_IDS, ScriptedModel, answered


@dataclass(frozen=True)
class Case:
    """An asset in one language, and claims about it: which stand, and which are refused for what."""

    language: str
    document: str
    captions: str
    sign: str
    point: tuple[str, str]
    right: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]


GERMAN = Case(
    language="de",
    document="Der Schuh Nordwind ist nicht wasserdicht.\n\nEr kostet neunundfünfzig Euro.\n",
    captions="1\n00:00:00,000 --> 00:00:04,000\nDas Geschäft öffnet am 3. März um halb zehn.\n",
    sign="Schuh Nordwind 49 Euro",
    point=("59 euro", "49 euro"),
    right=(
        "Der Nordwind kostet 59 Euro.",
        "Wasserdicht ist der Schuh Nordwind nicht.",
        "Am 3. März öffnet das Geschäft um 9:30 Uhr.",
    ),
    wrong=(
        ("Der Nordwind kostet 69 Euro.", "says '69 euro'"),
        ("Der Schuh Nordwind ist wasserdicht.", "denies"),
        ("Das Geschäft öffnet am 4. März.", "says '4. März'"),
    ),
)
JAPANESE = Case(
    language="ja",
    document="登山用の靴は防水ではありません。\n\n靴の価格は四百五十円です。\n",
    captions="1\n00:00:00,000 --> 00:00:04,000\n店は3月3日の9時に開きます。\n",
    sign="靴の価格は350円",
    point=("450 yen", "350 yen"),
    right=("靴の価格は450円です。", "登山用の靴は防水ではない。", "店は3月3日の9時に開く。"),
    wrong=(
        ("靴の価格は550円です。", "says '550 yen'"),
        ("登山用の靴は防水です。", "denies"),
        ("店は3月4日に開く。", "says '3月4日'"),
    ),
)


def _timeline(case: Case) -> tuple[Timeline, AssetDocuments]:
    members = (
        member("sign.jpg", "image", Modality.VISION, media_type="image/jpeg"),
        member("text.txt", "text", Modality.TEXT, media_type="text/plain"),
        member("film.srt", "captions", Modality.TEXT, media_type="application/x-subrip"),
    )
    files = {"text.txt": case.document, "film.srt": case.captions}
    passages = read_passages(
        members[1:],
        open_file=lambda each: io.BytesIO(files[each.name].encode()),
        page_reader=lambda *_: pytest.fail("there is no page to read"),  # type: ignore[arg-type] - never called
        availability=Availability(Retries()),
        max_pages=10,
        max_text_characters=10**7,
    )
    seen = vision(keyframe(1, lines=[case.sign], member="sign.jpg"))
    language = LanguageAnalysis(
        (
            LanguageSource("passages", case.language, "\n".join(each.text for each in passages.passages), {}),
            LanguageSource("detected_text", case.language, case.sign, {}),
        )
    )
    admitted = admission(*members)
    timeline = fuse(FusionInput(admitted, None, seen, passages, language), Thresholds(), 8_000)
    return timeline, AssetDocuments(
        admission=admitted, vision=seen, passages=passages, language=language, timeline=timeline
    )


def _answer(timeline: Timeline, case: Case, text: str) -> tuple[Answer | Any, ScriptedModel]:
    ids = [piece.evidence_id for piece in timeline.evidence if piece.modality is Modality.TEXT]
    first = {"text": case.right[0], "evidence_ids": ids}
    written = {
        "summary": [first, {"text": text, "evidence_ids": ids}],
        "topics": [],
        "key_moments": [],
    }
    model = ScriptedModel(*[answered(written)] * 4)
    return infer(
        profile("general"), timeline, model, MODEL_IDS, model_registry(), language_code=case.language
    ), model


@pytest.mark.parametrize("case", [GERMAN, JAPANESE], ids=["de", "ja"])
def test_the_sign_and_the_text_contradict_each_other(case: Case) -> None:
    timeline, _ = _timeline(case)
    reasons = [
        agreement.reason
        for segment in timeline.segments
        for agreement in segment.agreements
        if agreement.kind is AgreementKind.CONTRADICTORY
    ]
    assert any(all(value in reason for value in case.point) for reason in reasons), reasons


@pytest.mark.parametrize(
    ("case", "text"), [(case, text) for case in (GERMAN, JAPANESE) for text in case.right]
)
def test_what_is_said_in_other_words_stands(case: Case, text: str) -> None:
    timeline, _ = _timeline(case)
    answer, model = _answer(timeline, case, text)
    assert isinstance(answer, Answer)
    assert len(model.requests) == 1
    assert [claim.text for claim in answer.claims] == list(dict.fromkeys((case.right[0], text)))
    assert len(answer.warnings) == (2 - len(answer.claims)), "only that a sentence said twice stands once"


@pytest.mark.parametrize(
    ("case", "text", "why"), [(case, *row) for case in (GERMAN, JAPANESE) for row in case.wrong]
)
def test_what_the_evidence_says_otherwise_is_taken_out(case: Case, text: str, why: str) -> None:
    timeline, _ = _timeline(case)
    answer, _ = _answer(timeline, case, text)
    assert isinstance(answer, Answer)
    assert [claim.text for claim in answer.claims] == [case.right[0]]
    assert any("/summary/1" in warning and why in warning for warning in answer.warnings), answer.warnings


@pytest.mark.parametrize("case", [GERMAN, JAPANESE], ids=["de", "ja"])
def test_the_report_shows_it_all(case: Case) -> None:
    timeline, documents = _timeline(case)
    answer, _ = _answer(timeline, case, case.right[1])
    context = ReportContext(
        asset=AssetRef("asset-1", 1, "general", Source("inbox", "inbox/schuh", "v1")),
        outcome=Outcome(AssetStatus.SUCCEEDED, None, ()),
        receipt=Receipt((), 0.0, "us-east-1"),
        execution_arn="arn:aws:states:eu-west-1:1:execution:m:n",
        finished_at="2026-11-20T10:11:12.000Z",
        stills={"k0001": b"jpg"},
    )
    page = report_page(context, replace(documents, answer=answer)).decode()
    for text in (*case.right[:2], case.point[0], case.point[1]):
        assert text in page, text
