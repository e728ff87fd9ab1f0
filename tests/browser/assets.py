"""Assets to look at reports of: a talk, a photo, a contract, a bundle and others."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.fusion.fusion_scale import material
from braid.domain.accessibility.accessibility import MediaFacts
from braid.domain.accessibility.wcag import checklist
from braid.domain.answer.decision_basis import DecisionBasis, ServiceFinding, Vote
from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality, Source
from braid.domain.asset.outcome import AssetDocuments
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Box, Color, Face, ImageProperties, Label, ModerationCategory, Vision
from braid.domain.money.accounting import MissingOperation
from braid.domain.span import WHOLE, Span
from braid.report.media import Embedded, Media
from braid.store.closing import AssetClosing
from lambdas.closing.notice import report_page as rejection_page
from tests.browser.report_building import (
    ARN,
    FINISHED,
    SAMPLES,
    Reported,
    admitted,
    answered,
    fused,
    jpeg,
    keyframe,
    member,
    report,
    stills_of,
    utterance,
)

SAID = (
    (100, 5500, "Welcome. This talk is about growing tomatoes at home. There are four simple steps."),
    (6200, 11_800, "First, plant the seeds in March. Put one seed in each pot, and keep the pots warm."),
    (
        12_600,
        18_300,
        "Second, water the plants three times a week. Water in the morning, never on the leaves.",
    ),
    (19_100, 24_200, "Third, give the plants eight hours of sun every day. A south window is best."),
    (25_100, 30_800, "At last the harvest begins in August, when the tomatoes are red. Thank you."),
)
SHOWN = (
    (0, 6500, ("Tomatoes at Home", "A small garden in four steps")),
    (6500, 13_400, ("1. Plant the seeds in March", "One seed in each pot", "Keep the pots warm")),
    (13_400, 20_300, ("2. Water three times a week", "Water in the morning", "Never on the leaves")),
    (20_300, 26_700, ("3. Eight hours of sun", "A south window is best")),
    (26_700, 33_750, ("4. Harvest in August", "Red tomatoes are ripe")),
)


def talk(key: str = "inbox/general/talk.mp4", words: str = "") -> Reported:
    """The sample's talk: speech and slides; ``words`` are put wherever an asset may speak."""
    video = member(key, "video/mp4", Modality.SPEECH, Modality.VISION, duration_ms=33_750)
    admission = admitted(key, video)
    transcript = Transcript(
        "en-US",
        tuple(
            utterance(at, start, end, f"{text} {words}".strip(), words or None)
            for at, (start, end, text) in enumerate(SAID, 1)
        ),
        33_750,
    )
    frames = tuple(
        keyframe(at, Span(start, end), [f"{line} {words}".strip() for line in lines])
        for at, (start, end, lines) in enumerate(SHOWN, 1)
    )
    if words:
        frames = tuple(replace(frame, labels=(Label(words, 0.9),), description=words) for frame in frames)
    vision = Vision(frames)
    timeline = fused(admission, transcript, vision)
    answer = answered(timeline)
    pictures = stills_of(SAMPLES / "talk.mp4", [start + 400 for start, _, _ in SHOWN])
    stills = {frame.keyframe_id: picture for frame, picture in zip(frames, pictures, strict=True)}
    documents = AssetDocuments(
        admission=admission, transcript=transcript, vision=vision, timeline=timeline, answer=answer
    )
    # What the checklist of a talk with captions and some lines of a description looks like.
    facts = MediaFacts("video", has_summary=True, utterances=5, cues=9, worded=5, gaps=3, filled_gaps=2)
    return report(key, documents, stills=stills, accessibility=checklist(facts))


def embedded_talk() -> Reported:
    """The talk with its file inside the page."""
    beside_it = talk()
    body = (SAMPLES / "talk.mp4").read_bytes()
    media = Media("talk.mp4", "video/mp4", True, Embedded(body, "video/mp4", is_sound_alone=False))
    return report("inbox/general/talk.mp4", beside_it.documents, media=media)


def rejected() -> Reported:
    """The page of a file that wasn't accepted."""
    key = "inbox/general/scan.pdf"
    ending = AssetClosing(
        asset=AssetRef("scan-1", 1, "general", Source("inbox", key, "v1")),
        status=AssetStatus.REJECTED,
        reason="The document is protected by a password. Save a copy without one and drop it again.",
        execution_arn=ARN,
        started_at=FINISHED,
        finished_at=FINISHED,
        results={},
        copies={},
        admission=admitted(
            key,
            member(key, "application/pdf", Modality.TEXT),
            gates=(Gate("encryption", "protected", "", "reject", "It needs a password."),),
        ),
    )
    return Reported(rejection_page(ending), AssetDocuments())


def photo() -> Reported:
    """A photograph: one picture, nothing that plays."""
    key = "inbox/general/portrait.jpg"
    admission = admitted(key, member(key, "image/jpeg", Modality.VISION))
    frame = keyframe(
        1,
        WHOLE,
        ["NASA"],
        labels=(Label("Person", 0.99), Label("Astronaut", 0.97), Label("Flag", 0.9)),
        faces=(Face(0.99, Box(0.4, 0.1, 0.2, 0.3)),),
        properties=ImageProperties(
            70, 80, 60, (Color("orange", "#d2691e", 0.4), Color("black", "#101010", 0.3))
        ),
        description="An astronaut in an orange suit stands before a flag and a model of a shuttle.",
    )
    vision = Vision((frame,))
    timeline = fused(admission, vision=vision)
    documents = AssetDocuments(
        admission=admission, vision=vision, timeline=timeline, answer=answered(timeline, method="extractive")
    )
    return report(key, documents, stills={"k0001": jpeg("an astronaut", (900, 1200), "#b45309")})


def agreement_paper(pages: int = 3) -> Reported:
    """A document whose pages were looked at and read."""
    key = "inbox/general/rental.pdf"
    admission = admitted(key, member(key, "application/pdf", Modality.VISION, Modality.TEXT))
    passages, frames = [], []
    for page in range(1, pages + 1):
        for at, text in enumerate(
            (
                f"{page}. What is agreed",
                "The landlord lets the flat at 12 Garden Road from March 1st. The rent is 850 euros a month, "
                "due on the third working day.",
                "The tenant pays a deposit of two months' rent, which is returned within six weeks.",
            )
        ):
            number = 10 * page + at
            kind = "paragraph" if at else "heading"
            passages.append(
                Passage(
                    f"p{number:04d}", page, 100 * number, 100 * number + len(text), text, kind, "rental.pdf"
                )  # type: ignore[arg-type]  # one of two kinds
            )
        frames.append(keyframe(page, Span(page=page), ["What is agreed"]))
    vision, written = Vision(tuple(frames)), Passages(tuple(passages))
    timeline = fused(admission, vision=vision, passages=written)
    documents = AssetDocuments(
        admission=admission,
        vision=vision,
        passages=written,
        timeline=timeline,
        answer=answered(timeline, confidence=0.62),
    )
    stills = {frame.keyframe_id: jpeg(f"page {frame.page}", (600, 848), "#475569") for frame in frames}
    return report(key, documents, stills=stills)


def bundle() -> Reported:
    """A picture and its description, which contradict each other, in another profile's shape of answer."""
    key = "inbox/catalog/mug.bundle/manifest.json"
    admission = admitted(
        key,
        member("inbox/catalog/mug.bundle/front.jpg", "image/jpeg", Modality.VISION, role="image"),
        member("inbox/catalog/mug.bundle/data-sheet.txt", "text/plain", Modality.TEXT, role="text"),
    )
    frame = keyframe(
        1,
        WHOLE,
        ["HELLO"],
        labels=(Label("Mug", 0.98), Label("Cup", 0.95)),
        properties=ImageProperties(colors=(Color("blue", "#2563eb", 0.7),)),
        member="front.jpg",
    )
    text = "A red ceramic mug that holds 350 ml. Dishwasher safe."
    passages = Passages((Passage("p0001", None, 0, len(text), text, "paragraph", "data-sheet.txt"),))
    vision = Vision((frame,))
    timeline = fused(admission, vision=vision, passages=passages)
    ids = [item.evidence_id for item in timeline.evidence]
    body = {
        "title": {"text": "Ceramic mug, 350 ml", "evidence_ids": ids[:2]},
        "category": {"path": "Kitchen > Drinkware > Mugs", "certainty": 0.9, "evidence_ids": ids[:1]},
        "attributes": [
            {"name": "FusionInput", "value": "ceramic", "evidence_ids": ids[-1:]},
            {"name": "Colour", "value": "#2563eb", "evidence_ids": ids[:1]},
        ],
        "alt_text": {"text": "A blue mug with the word HELLO on it.", "evidence_ids": ids[:1]},
    }
    guardrail = {"action": "NONE", "assessed": True}
    review = {"decision": "approve", "by": "Ada", "at": FINISHED, "note": "The picture is right."}
    basis = DecisionBasis(
        "allow",
        "most_severe: allow by vision",
        "allow",
        (Vote("vision", "allow"),),
        (ServiceFinding("rekognition:DetectModerationLabels:k0001", "Smoking", 0.6, "allow", ids[0]),),
    )
    answer = answered(
        timeline, answer=body, confidence=0.44, guardrail=guardrail, review=review, decision_basis=basis
    )
    documents = AssetDocuments(
        admission=admission, vision=vision, passages=passages, timeline=timeline, answer=answer
    )
    return report(key, documents, stills={"k0001": jpeg("HELLO", (800, 800), "#1d4ed8")})


def partial() -> Reported:
    """A recording whose speech could not be transcribed: nothing to answer from, and why."""
    key = "inbox/general/interview in German.mp3"
    admission = admitted(
        key,
        member(key, "audio/mpeg", Modality.SPEECH, duration_ms=61_000),
        gates=(
            Gate("size", 976_000, "bytes", "pass"),
            Gate("loudness", -48.2, "LUFS", "warn", "The recording is very quiet."),
        ),
    )
    missing = (MissingOperation("speech", "transcribe:StartTranscriptionJob: the language isn't supported"),)
    documents = AssetDocuments(admission=admission, timeline=fused(admission))
    reason = (
        "Its speech could not be transcribed: the language isn't supported; nothing was found to answer from."
    )
    return report(key, documents, status=AssetStatus.PARTIAL, reason=reason, missing=missing)


def disturbing() -> Reported:
    """A video with a picture that nobody should see unasked."""
    key = "inbox/moderation/upload.mp4"
    admission = admitted(key, member(key, "video/mp4", Modality.VISION, duration_ms=33_750))
    category = ModerationCategory("Graphic Violence", 0.96, ("Violence",))
    frames = (
        keyframe(1, Span(0, 12_000), moderation=(category,)),
        keyframe(2, Span(12_000, 33_750), ["The end"]),
    )
    vision = Vision(frames)
    timeline = fused(admission, vision=vision)
    documents = AssetDocuments(
        admission=admission, vision=vision, timeline=timeline, answer=answered(timeline)
    )
    stills = {"k0001": jpeg("blood", color="#7f1d1d"), "k0002": jpeg("The end", color="#334155")}
    return report(key, documents, stills=stills)


def ten_hours() -> Reported:
    """A recording of ten hours: 100,000 words, 10,000 captions, 5,000 keyframes of which forty are shown."""
    key = "inbox/general/hearing, day one.mp4"
    found = material(10)
    assert found.transcript is not None
    assert found.vision is not None
    video = member(key, "video/mp4", Modality.SPEECH, Modality.VISION, duration_ms=36_000_000)
    admission = admitted(key, video)
    frames = tuple(
        replace(frame, at_ms=frame.span.start_ms)
        for frame in found.vision.keyframes[:: max(1, len(found.vision.keyframes) // 40)]
    )
    vision = Vision(frames)
    timeline = fused(admission, found.transcript, vision, found.passages)
    documents = AssetDocuments(
        admission=admission,
        transcript=found.transcript,
        vision=vision,
        passages=found.passages,
        timeline=timeline,
        answer=answered(timeline, 12),
    )
    # As large as stills of such a recording are allowed to be in all.
    picture = jpeg("a still", (1280, 720))
    stills = {frame.keyframe_id: picture + b"\0" * (150_000 - len(picture)) for frame in frames}
    return report(key, documents, stills=stills)
