"""The search page: where each hit leads, its picture, what found it, and a search by a picture."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from PIL import Image

from braid.domain.asset.asset import AssetRef, AssetStatus, Modality, Source
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.evidence.vision import KeyframeAnalysis, Label, ModerationCategory, Vision
from braid.domain.search.hit import Hit
from braid.domain.span import WHOLE, Span
from cli.errors import CommandError
from console.views import search
from tests.contract.console.conftest import Answering, Table
from tests.doubles.served_console import Served

SAID = Hit(
    asset_id="a-talk",
    attempt=1,
    evidence_id="u0001",
    modality=Modality.SPEECH,
    kind="utterance",
    span=Span(72_500, 80_000),
    text="the ferry",
    score=1.0,
    source="transcribe:u0001",
    name="talk.mp4",
    profile="general",
    found_by=("words", "meaning"),
)
SEEN = replace(
    SAID,
    evidence_id="k0001-label1",
    modality=Modality.VISION,
    kind="labels",
    span=Span(6_000, 9_000),
    text="Ferry, Harbour",
    source="rekognition:DetectLabels:k0001..k0002",
    found_by=("bridge",),
)
RETRIEVED = replace(
    SAID,
    asset_id="",
    attempt=0,
    evidence_id="https://docs.example.org/ferries.pdf#page=3",
    modality=Modality.TEXT,
    kind="retrieved",
    span=Span(page=3),
    source="bedrock:Retrieve:KB12345678",
    name="ferries.pdf",
    found_by=("knowledge base",),
)


def picture(color: str, kind: str = "JPEG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (320, 180), color).save(target, kind)
    return target.getvalue()


def publish(table: Table, *moderation: ModerationCategory, name: str = "a-talk") -> None:
    """The film, with a keyframe in which a ferry and these were seen."""
    asset = AssetRef(name, 1, "general", Source("inbox", "inbox/general/talk.mp4", "v1"))
    store = table.storage.store(asset)
    image = store.put_bytes(store.result_key("keyframes/k0001.jpg"), picture("navy"), "image/jpeg")
    frame = KeyframeAnalysis(
        "k0001", image, Span(6_000, 9_000), labels=(Label("Ferry", 0.9),), moderation=moderation
    )
    claims = {"vision": store.put_document(store.result_key("vision.json"), Vision((frame,)))}
    source, now = ResultSource("inbox", asset.source.key, "v1"), "2026-11-29T10:00:00+00:00"
    result = Result(
        name,
        1,
        source,
        "general",
        AssetStatus.SUCCEEDED,
        None,
        (),
        (),
        claims,
        Timings(now, now, 1.0),
        "arn",
    )
    store.put_document(f"assets/{name}/result.json", result)


def images(text: str, console: Served) -> list[str]:
    """The addresses of the page's pictures, below the console's base."""
    found = re.findall(r'<img[^>]* src="([^"]*)"', text)
    return [unescape(each).removeprefix(console.access.base) for each in found]


def test_a_hit_leads_to_its_moment(console: Served, answering: Answering) -> None:
    answering(SAID, replace(SAID, span=Span(page=3)))

    _, text, _ = console.get("/search?text=ferry")

    address = f"{console.access.base}/assets/a-talk"
    assert re.findall(r'<h2><a href="([^"]*)"', text) == [f"{address}?at=72500#media", address]
    assert text.count("found by words, meaning") == 2
    assert images(text, console) == []


def test_the_picture_of_a_visual_hit_is_served(table: Table, console: Served, answering: Answering) -> None:
    publish(table)
    answering(SEEN)

    _, text, _ = console.get("/search?text=ferry")

    (address,) = images(text, console)
    assert console.get_bytes(address) == (200, picture("navy"))
    assert 'alt="Ferry"' in text
    assert "veil-button" not in text
    assert "found by bridge" in text
    assert "labels stand in for a model of pictures" in text


def test_a_disturbing_picture_is_veiled(table: Table, console: Served, answering: Answering) -> None:
    publish(table, ModerationCategory("Explicit", 0.99))
    answering(SEEN)

    _, text, _ = console.get("/search?text=ferry")

    (veiled,) = re.findall(r'<button[^>]*class="veil-button" aria-pressed="false".*?</button>', text)
    assert images(veiled, console) == images(text, console) != []
    assert "Disturbing: Explicit" in text


def test_a_visual_hit_without_its_picture_shows_none(console: Served, answering: Answering) -> None:
    answering(replace(SEEN, asset_id="a-gone"))

    status, text, _ = console.get("/search?text=ferry")

    assert (status, images(text, console)) == (200, [])
    assert "Ferry, Harbour" in text


@pytest.mark.parametrize(
    ("address", "is_link"),
    [("https://docs.example.org/ferries.pdf#page=3", True), ("s3://manuals/ferries.pdf#page=3", False)],
)
def test_a_hit_of_a_knowledge_base_leads_to_its_document(
    console: Served, answering: Answering, address: str, is_link: bool
) -> None:
    answering(
        replace(RETRIEVED, evidence_id=address), replace(RETRIEVED, modality=Modality.VISION, span=WHOLE)
    )

    _, text, _ = console.get("/search?text=ferry")

    first = text.split("<ol")[1].split("<li>")[1]
    assert re.findall(r'href="([^"]*)"', first) == ([address] if is_link else [])
    assert f">{address}</p>" in first
    assert "found by knowledge base" in first
    assert "/assets/" not in text.split("<ol")[1]


def test_a_picture_is_searched_with(table: Table, console: Served, answering: Answering) -> None:
    publish(table)
    asked = answering(SEEN, is_nearest=True)

    status, told = console.post("/search/picture?name=harbour.png&modality=vision", picture("navy", "PNG"))

    assert status == 200
    assert console.get_bytes(*images(told["html"], console)) == (200, picture("navy"))
    assert "These are the nearest" in told["html"]
    (request,) = asked
    assert (request["modality"], request["profile"], "text" in request) == ("vision", "", False)
    with Image.open(io.BytesIO(base64.b64decode(request["picture"]))) as sent:
        assert (sent.format, sent.size) == ("JPEG", (320, 180))


def test_what_is_no_picture_is_refused_before_anything_is_asked(
    console: Served, answering: Answering
) -> None:
    asked = answering(SEEN)

    status, told = console.post("/search/picture?name=notes.txt", b"just words")

    assert (status, asked) == (400, [])
    assert told["error"].startswith("notes.txt: is text/plain, no picture")


def test_a_refused_search_says_why(console: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_target: Any) -> Any:
        raise CommandError("this deployment has no search")

    monkeypatch.setattr(search, "find_search", refuse)

    _, told = console.post("/search/picture?name=harbour.jpg", picture("navy"))
    _, text, _ = console.get("/search?text=ferry")

    assert "This deployment has no search" in told["html"]
    assert "This deployment has no search" in text
    assert "Nothing like it" not in text
