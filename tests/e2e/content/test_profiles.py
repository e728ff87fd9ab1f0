"""The profiles for catalogues and moderation over assets of their own kinds, and a reviewer's decisions."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import jsonschema
import pytest
from PIL import Image, ImageDraw, ImageFont

from braid.domain.asset.asset import AssetStatus
from braid.runtime.library import profile
from cli.dropping.drop import plan_drop, upload
from cli.dropping.outcomes import DropOutcome
from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e

RED, BLUE = (196, 24, 30), (28, 62, 190)
MUG = "Aurora mug. Colour: red. Material: stoneware. It holds 350 ml and is dishwasher safe.\n"
REVIEW = (
    "The soup was cold and the waiter was slow, but the terrace is lovely.\n\n"
    "I would come back in summer, and only for the view.\n"
)


@dataclass(frozen=True)
class Asset:
    """What is dropped together: one file, or several as a bundle."""

    name: str
    profile: str
    files: dict[str, bytes]


def picture(lines: list[str], ground: tuple[int, int, int]) -> bytes:
    """A plain ground with white lines on it, as large as a shop wants its photos."""
    image = Image.new("RGB", (720, 720), ground)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((70, 200 + 110 * number), line, fill="white", font=ImageFont.load_default(64))
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def spoken(talk: Path, seconds: int = 5) -> bytes:
    """The first seconds of a talk as a WAV file."""
    rate = 16_000
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    samples = bytearray()
    with av.open(str(talk)) as container:
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                samples += bytes(part.planes[0])[: part.samples * 2]
            if len(samples) >= 2 * rate * seconds:
                break
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(samples[: 2 * rate * seconds]))
    return target.getvalue()


def assets(talk: Path) -> list[Asset]:
    sheet = b"name,value\nMaterial,oak\nWidth,120 cm\nHeight,74 cm\nWeight,31 kg\n"
    page = (
        "<html><body><h1>Trail Runner 5</h1><p>A light running shoe with a grippy sole.</p>"
        "<ul><li>Weight: 240 g</li><li>Price: $89</li></ul></body></html>"
    )
    comments = b"user,comment\nann,What a lovely garden you have\nben,The tomatoes look better than mine\n"
    voice = spoken(talk)
    return [
        Asset("photo", "catalog", {"photo.png": picture(["Nordwind", "1.7 l kettle"], BLUE)}),
        Asset("words", "catalog", {"lamp.txt": b"Desk lamp Luma. Colour: black. Power: 9 W. It dims.\n"}),
        Asset("sheet", "catalog", {"table.csv": sheet}),
        Asset("page", "catalog", {"shoe.html": page.encode()}),
        Asset("agreeing", "catalog", {"a.png": picture(["Aurora 350 ml"], RED), "a.txt": MUG.encode()}),
        Asset("contradicting", "catalog", {"b.png": picture(["Aurora 350 ml"], BLUE), "b.txt": MUG.encode()}),
        Asset("review", "moderation", {"review.txt": REVIEW.encode()}),
        Asset("poster", "moderation", {"poster.png": picture(["FLEA MARKET", "SUNDAY 9:00"], BLUE)}),
        Asset("voice", "moderation", {"voice.wav": voice}),
        Asset("comments", "moderation", {"comments.csv": comments}),
        Asset("post", "moderation", {"post.md": b"# Lost cat\n\nShe is grey and answers to Minou.\n"}),
        Asset(
            "post with picture",
            "moderation",
            {"c.png": picture(["WE MISS YOU"], RED), "c.txt": b"Come back soon, the house is quiet.\n"},
        ),
    ]


@dataclass
class Dropped:
    """Every asset's outcome and documents, by its name above."""

    deployed: Deployed
    outcomes: dict[str, DropOutcome]

    def answer(self, name: str) -> dict[str, Any]:
        """The published answer, or the draft that waits."""
        asset_id = self.outcomes[name].asset_id
        if self.outcomes[name].status is AssetStatus.AWAITING_REVIEW:
            return self.stored(f"assets/{asset_id}/1/answer.json")
        found: dict[str, Any] = self.deployed.document(asset_id, "answer")
        return found

    def stored(self, key: str) -> dict[str, Any]:
        """A JSON object of the results bucket."""
        target = self.deployed.target
        value: dict[str, Any] = json.load(target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"])
        return value

    def keys(self, prefix: str) -> set[str]:
        """What lies below a folder of the results bucket, without the folder."""
        target = self.deployed.target
        found = target.s3.list_objects_v2(Bucket=target.results_bucket, Prefix=prefix)
        return {entry["Key"].removeprefix(prefix) for entry in found.get("Contents", [])}


NAMES = {
    "catalog": ("photo", "words", "sheet", "page", "agreeing", "contradicting"),
    "moderation": ("review", "poster", "voice", "comments", "post", "post with picture"),
}


@pytest.fixture(scope="module")
def dropped(deployed: Deployed, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Dropped:
    folder = tmp_path_factory.mktemp("profiles")
    ids = {}
    for asset in assets(samples / "talk.mp4"):
        paths = [folder / name for name in asset.files]
        for path in paths:
            path.write_bytes(asset.files[path.name])
        bundle = asset.name.replace(" ", "-") if len(paths) > 1 else None
        (planned,) = plan_drop(paths, profile=asset.profile, bundle=bundle)
        ids[asset.name] = upload(deployed.target, planned)
    ended = {outcome.asset_id: outcome for outcome in deployed.wait(list(ids.values()))}
    return Dropped(deployed, {name: ended[asset_id] for name, asset_id in ids.items()})


@pytest.mark.parametrize(
    ("chosen", "name"), [(chosen, name) for chosen, names in NAMES.items() for name in names]
)
def test_every_asset_gets_a_valid_answer(dropped: Dropped, chosen: str, name: str) -> None:
    waits = chosen == "moderation"
    outcome = dropped.outcomes[name]
    assert outcome.status is (AssetStatus.AWAITING_REVIEW if waits else AssetStatus.SUCCEEDED), outcome.reason

    answer = dropped.answer(name)

    jsonschema.validate(answer["answer"], profile(chosen).answer_schema)
    assert (answer["profile"], answer["profile_hash"]) == (chosen, profile(chosen).content_hash)
    timeline = dropped.stored(f"assets/{outcome.asset_id}/1/timeline.json")
    known = {piece["evidence_id"] for piece in timeline["evidence"]}
    assert answer["claims"]
    assert {cited for claim in answer["claims"] for cited in claim["evidence_ids"]} <= known


def test_attributes_and_colours_are_what_the_material_lists(dropped: Dropped) -> None:
    lamp = dropped.answer("words")["answer"]
    assert {(each["name"], each["value"]) for each in lamp["attributes"]} >= {
        ("Colour", "black"),
        ("Power", "9 W"),
    }
    kettle = dropped.answer("photo")["answer"]
    assert any("blue" in each["name"] for each in kettle["colours"])
    assert "Nordwind" in kettle["title"]["text"]


def test_a_contradiction_between_picture_and_text_is_named(dropped: Dropped) -> None:
    agreeing, contradicting = dropped.answer("agreeing"), dropped.answer("contradicting")

    assert agreeing["contradictions"] == []
    (named,) = contradicting["contradictions"]
    assert "'red'" in named["reason"]
    assert "blue" in named["reason"]
    # What only quotes carries no figure of how sure it is.
    assert "confidence" not in contradicting


@pytest.mark.parametrize("name", NAMES["moderation"])
def test_without_a_model_every_decision_is_left_to_a_person(dropped: Dropped, name: str) -> None:
    answer = dropped.answer(name)

    assert answer["method"] == "extractive"
    assert answer["answer"]["decision"] == "review"
    assert answer["answer"]["categories"] == []
    assert {vote["vote"] for vote in answer["answer"]["votes"]} == {"review"}
    assert answer["decision_basis"]["rule"].startswith("no model judged")
    assert not any(vote["cast"] for vote in answer["decision_basis"]["votes"])


def decided(dropped: Dropped, name: str, *arguments: str) -> dict[str, Any]:
    """The asset's result.json after the real command decided."""
    asset_id = dropped.outcomes[name].asset_id
    done = dropped.deployed.braid("review", arguments[0], asset_id, "--by", "ann", *arguments[1:])
    assert done.returncode == 0, done.stderr
    (outcome,) = dropped.deployed.wait([asset_id], "moderation")
    result = dropped.stored(f"assets/{asset_id}/result.json")
    assert result["status"] == outcome.status.value
    return result


def test_what_was_left_open_is_decided_by_whoever_approves_it(dropped: Dropped) -> None:
    asset_id = dropped.outcomes["review"].asset_id
    undecided = dropped.deployed.braid("review", "approve", asset_id)
    assert undecided.returncode == 1
    assert "the decision is still 'review': make it one of allow, block" in " ".join(undecided.stderr.split())

    result = decided(dropped, "review", "approve", "--decision", "block")

    assert result["status"] == "SUCCEEDED"
    published = dropped.stored(f"by-source/{result['source']['key']}/answer.json")
    assert published["answer"]["decision"] == "block"
    assert (published["review"]["decision"], published["review"]["by"]) == ("edit", "ann")
    assert dropped.keys(f"by-source/{result['source']['key']}/") >= {"report.html", "answer.json"}


def test_an_edited_answer_is_published_and_says_who_decided(
    dropped: Dropped, make_file: Callable[[str, bytes], Path]
) -> None:
    corrected = {**dropped.answer("post")["answer"], "decision": "allow"}
    path = make_file("corrected.json", json.dumps(corrected).encode())

    result = decided(dropped, "post", "edit", "--answer", str(path), "--note", "a lost cat")

    assert result["status"] == "SUCCEEDED"
    published = dropped.stored(f"by-source/{result['source']['key']}/answer.json")
    assert published["answer"]["decision"] == "allow"
    assert (published["method"], published["confidence"]) == ("reviewer", 1.0)
    assert published["decision_basis"]["rule"] == "a reviewer decided: ann"
    assert published["decision_basis"]["model_decision"] == "review"
    line = dropped.stored(f"assets/{result['asset_id']}/1/example.jsonl")
    assert (line["answer"]["decision"], line["corrected"]["decision"]) == ("review", "allow")


def test_a_rejected_answer_is_published_nowhere(dropped: Dropped) -> None:
    result = decided(dropped, "comments", "reject", "--note", "names private people")

    assert result["status"] == "REJECTED"
    assert "names private people" in result["reason"]
    assert "answer" not in result["results"]
    assert "answer.json" not in dropped.keys(f"by-source/{result['source']['key']}/")
