"""The report shows everything and obeys nothing of what it shows."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.domain.answer.answer import Answer, AnswerClaim, Contradiction
from braid.domain.answer.contradicted import marked
from braid.domain.asset.admission import Admission, Gate
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality, Source
from braid.domain.asset.outcome import AssetDocuments, Outcome
from braid.domain.captions.captions import CaptionCue
from braid.domain.claim_check import Claim
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.timeline import Agreement, AgreementKind, Segment, Timeline
from braid.domain.evidence.transcript import Transcript, Utterance
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Label, Vision
from braid.domain.money.accounting import MissingOperation
from braid.domain.money.receipt import Receipt, ReceiptLine
from braid.domain.span import WHOLE, Span
from braid.report.media import Embedded, Media
from braid.report.report_page import ReportContext, report_page

SOURCES = {"img": "data:image/jpeg;base64,", "track": "data:text/vtt;base64,", "video": "./"}
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>'\"&${style}"
# fmt: off
ALLOWED_TAGS = {
    "a", "b", "bdi", "body", "button", "details", "div", "figcaption", "figure", "footer", "g", "h1", "h2",
    "h3", "h4", "head", "header", "html", "img", "input", "label", "li", "line", "main", "meta", "nav", "p",
    "rect", "script", "section", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text",
    "th", "thead", "title", "tr", "track", "ul", "video", "wbr",
}
# fmt: on


class Page(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.texts: list[str] = []
        self._goes_on = False
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._goes_on = self._goes_on and tag == "wbr"
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "wbr" and self._goes_on:
            self.texts[-1] += data  # a place to break a word ends none
        else:
            self.texts.append(data)
        self._goes_on = True

    def handle_endtag(self, tag: str) -> None:
        self._goes_on = False


def _documents(text: str) -> AssetDocuments:
    asset = _asset("inbox/general/a.mp4")
    image = Claim("s3://r/k0001.jpg", "image/jpeg", 3, "00")
    span = Span(1000, 4000)
    evidence = (
        Evidence("e1", Modality.SPEECH, "utterance", span, text, 0.9, "transcribe:u0001"),
        Evidence(
            "e2", Modality.VISION, "detected_text", WHOLE, text, 0.8, "rekognition:DetectText:k0001", text
        ),
    )
    clash = Agreement(
        (Modality.SPEECH, Modality.VISION), AgreementKind.CONTRADICTORY, 0.8, ("e1", "e2"), text
    )
    return AssetDocuments(
        admission=Admission(
            asset, text, (), (Modality.SPEECH,), (Gate("type", text, text, "warn", text),), duration_ms=9000
        ),
        transcript=Transcript(text, (Utterance("u0001", text, 1000, 4000, text, 0.9, ()),)),
        vision=Vision(
            (
                KeyframeAnalysis(
                    "k0001",
                    image,
                    span,
                    at_ms=1000,
                    labels=(Label(text, 0.9),),
                    texts=(DetectedText(text, 0.9, Box(0, 0, 1, 1)),),
                    member=text,
                ),
            )
        ),
        passages=Passages((Passage("p0001", 2, 0, 3, text, "paragraph", text),)),
        timeline=Timeline(
            9000,
            (Segment("s1", span, ("o1",), (clash,)),),
            (Observation("o1", Modality.SPEECH, "utterance", span, text, 0.9, "transcribe:u0001"),),
            (),
            evidence,
            {},
            (text,),
        ),
        answer=Answer(
            "general",
            "h",
            text,
            text,
            (),
            {
                "summary": [{"text": text, "evidence_ids": ["e1", "e2", text]}],
                "deep": {text: {"inner": [text, {"price": 3, "is_sure": True, "evidence_ids": ["e1"]}]}},
                "empty": [],
                "plain": text,
            },
            (),
            0.5,
            text,
            warnings=(text,),
        ),
    )


def _asset(key: str) -> AssetRef:
    return AssetRef("a-1", 1, "general", Source("b", key, "v1"))


def _context(key: str, text: str = "fine") -> ReportContext:
    line = ReceiptLine("transcribe", text, 30, text, 3.5e-8, "https://aws.amazon.com/", 0.000001)
    return ReportContext(
        asset=_asset(key),
        outcome=Outcome(AssetStatus.PARTIAL, text, (MissingOperation(text, f"{text}: why"),)),
        receipt=Receipt((line, replace(line, unit_price_usd=None)), 0.012, text),
        execution_arn="arn:aws:states:eu-west-1:1:execution:m:n",
        finished_at="2026-11-20T10:11:12.000Z",
        stills={"k0001": b"jpg"},
    )


def _check(page: bytes) -> Page:
    read = Page(page)
    assert set(read.tags) <= ALLOWED_TAGS
    assert not [name for _, name, _ in read.attributes if name.startswith("on") or name == "style"]
    for tag, name, value in read.attributes:
        if name == "href":
            assert value.startswith(("#", "https://eu-west-1.console.aws.amazon.com/")), (tag, value)
        if name == "src":
            assert value.startswith(SOURCES[tag]), (tag, value)
    assert read.tags.count("script") == 1
    return read


@settings(max_examples=60, deadline=None)
@given(key=st.text(min_size=1, max_size=30), text=st.text(max_size=30))
def test_no_text_becomes_markup(key: str, text: str) -> None:
    _check(report_page(_context(key, text), _documents(text)))


def test_hostile_words_are_shown_as_they_are() -> None:
    read = _check(report_page(_context(f"inbox/general/{HOSTILE}", HOSTILE), _documents(HOSTILE)))
    assert sum(HOSTILE in text for text in read.texts) > 15


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize(
    ("media", "sources"),
    [
        (None, ""),
        (Media("a.mp4", "video/mp4", True), "media-src 'self' file: data: blob:; "),
        (
            Media("a.mp4", "video/mp4", True, Embedded(b"mp4", "video/mp4", is_sound_alone=False)),
            "media-src data:; ",
        ),
    ],
)
def test_the_page_loads_only_its_media_and_runs_only_its_own_script(
    media: Media | None, sources: str
) -> None:
    context = replace(_context("inbox/a.mp4"), media=media)
    page = report_page(context, _documents("fine")).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy
    assert style
    assert script
    assert html.unescape(policy[1]) == (
        f"default-src 'none'; img-src data:; style-src {_digest(style[1])}; script-src {_digest(script[1])}; "
        f"{sources}base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_every_citation_leads_to_its_evidence_and_that_to_its_source() -> None:
    read = _check(report_page(_context("inbox/a.mp4"), _documents("fine")))
    anchors = {value[1:] for _, name, value in read.attributes if name == "href" and value.startswith("#")}
    assert {"u0001", "k0001"} <= anchors
    assert {anchor for anchor in anchors if not anchor.startswith("t=")} <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))


def test_what_a_person_must_see_is_there() -> None:
    text = " ".join(_check(report_page(_context("inbox/x/a.mp4", "the reason"), _documents("a word"))).texts)
    for wanted in (
        "PARTIAL",
        "the reason",
        "These contradict each other (1)",
        "0:01.0",
        "page 2",
        "0.000000035",
        "no price",
        "0.012000",
        "2026-11-20 10:11 UTC",
        "confidence 0.50",
        "a.mp4",
    ):
        assert wanted in text, wanted


def test_a_statement_of_both_sides_says_so_behind_it() -> None:
    documents = _documents("fine")
    assert documents.answer is not None
    clash = "text says '19' where the picture says <b>14</b>"
    member = "a/b~c"
    answer = replace(
        documents.answer,
        answer={
            "summary": [
                {"text": "sound", "evidence_ids": ["e1"]},
                {"text": "open", "evidence_ids": ["e1", "e2"]},
            ],
            member: {"text": "also open", "evidence_ids": ["e1", "e2"]},
        },
        claims=(
            AnswerClaim("sound", ("e1",), "/summary/0"),
            AnswerClaim("open", ("e1", "e2"), "/summary/1", (clash,)),
            AnswerClaim("also open", ("e1", "e2"), "/a~1b~0c", (clash,)),
        ),
    )
    read = _check(report_page(_context("inbox/a.mp4"), replace(documents, answer=answer)))
    assert read.texts.count(clash) == 2
    assert read.texts.index("sound") < read.texts.index("open") < read.texts.index(clash)


def test_statements_of_one_side_each_say_so_behind_each() -> None:
    documents = _documents("fine")
    assert documents.answer is not None
    clash = Contradiction("text says '19' where the picture says '14'", 0.9, ("e1", "e2"), ("19", "14"))
    said = ["It costs 19 euros.", "The label says 14 euros.", "A blue mug."]
    claims = tuple(
        AnswerClaim(text, (cited,), f"/summary/{number}")
        for number, (text, cited) in enumerate(zip(said, ("e1", "e2", "e1"), strict=True))
    )
    answer = replace(
        documents.answer,
        answer={"summary": [{"text": one.text, "evidence_ids": list(one.evidence_ids)} for one in claims]},
        claims=marked(claims, [clash]),
        contradictions=(clash,),
    )
    read = _check(report_page(_context("inbox/a.mp4"), replace(documents, answer=answer)))
    places = [index for index, text in enumerate(read.texts) if text.strip() == clash.reason]
    statements = [read.texts.index(text) for text in said]
    assert len(places) == 3, "two statements, and the list below"
    assert statements[0] < places[0] < statements[1] < places[1] < statements[2] < places[2]


def test_operations_missing_for_one_reason_stand_together() -> None:
    missing = (
        MissingOperation("comprehend:DetectEntities", "the text is too short"),
        MissingOperation("rekognition:DetectFaces", "AccessDeniedException: not here"),
        MissingOperation("comprehend:DetectSentiment", "the text is too short"),
    )
    context = _context("inbox/a.txt")
    context = replace(context, outcome=replace(context.outcome, missing=missing))
    read = _check(report_page(context, AssetDocuments()))
    assert "comprehend:DetectEntities, comprehend:DetectSentiment" in "".join(read.texts)
    assert read.texts.count("the text is too short") == 1
    assert "not here" in read.texts


def test_an_agreement_names_the_span_of_an_observation_without_evidence() -> None:
    documents = _documents("fine")
    assert documents.timeline is not None
    (segment,) = documents.timeline.segments
    unseen = Observation("o7", Modality.TEXT, "passage", Span(page=7), "left out", 0.9, "reading:p0099")
    clash = replace(segment.agreements[0], observation_ids=("e1", "o7"))
    timeline = replace(
        documents.timeline,
        segments=(replace(segment, agreements=(clash,)),),
        observations=(*documents.timeline.observations, unseen),
    )
    read = _check(report_page(_context("inbox/a.mp4"), replace(documents, timeline=timeline)))
    assert "page 7" in read.texts
    assert "o7" not in read.texts


@pytest.mark.parametrize(
    ("status", "title"),
    [(AssetStatus.PARTIAL, "What is lacking"), (AssetStatus.SUCCEEDED, "Worth knowing")],
)
def test_a_warning_of_a_whole_result_is_not_called_a_lack(status: AssetStatus, title: str) -> None:
    context = _context("inbox/a.txt")
    context = replace(context, outcome=replace(context.outcome, status=status))
    read = _check(report_page(context, AssetDocuments()))
    assert title in read.texts


def test_quantities_of_a_receipt_are_whole_numbers_with_their_units() -> None:
    line = ReceiptLine("bedrock", "Converse", 1_234_567, "input_token", 3.5e-8, "https://x", 0.04)
    context = replace(_context("inbox/a.txt"), receipt=Receipt((line, replace(line, quantity=1)), 0.1, "x"))
    read = _check(report_page(context, AssetDocuments()))
    assert {"1,234,567 input tokens", "1 input token"} <= set(read.texts)


@pytest.mark.parametrize("key", ["inbox/general/mug.bundle/manifest.json"])
def test_a_bundle_is_called_by_its_folder(key: str) -> None:
    read = _check(report_page(_context(key), AssetDocuments()))
    assert "mug.bundle" in read.texts


def test_an_asset_that_left_nothing_still_has_a_page() -> None:
    documents: dict[str, Any] = {}
    read = _check(report_page(_context("inbox/a.txt"), AssetDocuments(**documents)))
    assert "Receipt" in read.texts


def test_words_of_right_to_left_scripts_find_their_own_direction() -> None:
    read = _check(report_page(_context("inbox/a.mp4"), _documents("مرحبا")))
    assert ("p", "dir", "auto") in read.attributes


def test_the_player_offers_all_captions_and_names_the_spoken_description() -> None:
    cues = [CaptionCue.of_text(0, 1000, "Hello"), CaptionCue.of_text(1000, 2000, HOSTILE)]
    german = [CaptionCue.of_text(0, 1000, "Hallo"), CaptionCue.of_text(1000, 2000, HOSTILE)]
    context = replace(
        _context("inbox/general/a.mp4"),
        media=Media("a.mp4", "video/mp4", is_video=True),
        cues=cues,
        translated_cues={"de": german},
        has_spoken_descriptions=True,
    )
    page = report_page(context, _documents("fine"))
    read = _check(page)
    assert read.tags.count("track") == 2
    kinds = [value for tag, name, value in read.attributes if tag == "track" and name == "kind"]
    languages = [value for tag, name, value in read.attributes if tag == "track" and name == "srclang"]
    assert (kinds, languages[1]) == (["captions", "subtitles"], "de")
    sources = [value for tag, name, value in read.attributes if tag == "track" and name == "src"]
    assert "Hallo" in base64.b64decode(sources[1].partition(",")[2]).decode()
    assert "descriptions.mp3" in read.texts
    assert b"descriptions.mp3" not in report_page(_context("inbox/general/a.mp4"), _documents("fine"))


def test_what_a_film_in_which_nobody_speaks_lacks_is_told_beside_it() -> None:
    context = replace(
        _context("inbox/general/a.mp4"),
        media=Media("a.mp4", "video/mp4", is_video=True),
        warnings=("audio description: the line at 0:02.0 isn't spoken",),
    )
    for transcript in (None, Transcript("", ())):
        silent = replace(_documents("fine"), transcript=transcript)
        assert context.warnings[0] in _check(report_page(context, silent)).texts
