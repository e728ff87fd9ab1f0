"""Accessibility and education on assets of their own kind, through the deployed stacks."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import pytest
import webvtt
from jsonschema import Draft7Validator, Draft202012Validator

from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.result import Result
from tests.conftest import REAL_MATERIAL
from tests.e2e.conftest import ROOT, Deployed
from tests.e2e.content.profile_material import accessible_files, lessons

pytestmark = pytest.mark.e2e
# Of real material, what is short; where there is none the rest is enough.
SHARED = ("media-audio/whisper/jfk.flac", "media-audio/localstack/en-us_video.mp4")
ACCESSIBLE = ("talk.mp4", "talk.wav", "silent.mp4", "portrait.jpg", "sign.png", "rental.pdf")
LESSONS = ("talk.mp4", "gardening.wav", "water.pdf", "photosynthesis.md", "photosynthesis.docx", "levers.vtt")


@dataclass(frozen=True)
class Answered:
    """What became of one asset."""

    asset_id: str
    result: Result
    answer: dict[str, Any]


@pytest.fixture(scope="module")
def answered(
    deployed: Deployed, samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Answered]:
    """Every asset of both profiles by profile and file name, all dropped before any is waited for."""
    folder = tmp_path_factory.mktemp("media")
    files = {"accessibility": accessible_files(folder, samples), "education": lessons(folder, samples)}
    # Not the fixture shared_data, which would skip everything where that folder isn't there.
    files["accessibility"] += [path for name in SHARED if (path := REAL_MATERIAL / name).is_file()]
    planned = {profile: deployed.send(paths, profile=profile) for profile, paths in files.items()}
    found = {}
    for profile, asset_ids in planned.items():
        for path, outcome in zip(files[profile], deployed.wait(asset_ids, profile), strict=True):
            assert outcome.status is AssetStatus.SUCCEEDED, (profile, path.name, outcome)
            answer = deployed.document(outcome.asset_id, "answer")
            found[profile, path.name] = Answered(outcome.asset_id, deployed.result(outcome.asset_id), answer)
    return found


def test_at_least_six_assets_each_give_answers_that_fit_their_schema(
    answered: dict[tuple[str, str], Answered],
) -> None:
    for profile in ("accessibility", "education"):
        schema = json.loads((ROOT / "profiles" / profile / "answer.schema.json").read_text("utf-8"))
        answers = [each.answer for (name, _), each in answered.items() if name == profile]
        assert len(answers) >= 6
        for answer in answers:
            Draft7Validator(schema).validate(answer["answer"])
            assert answer["method"] == "extractive"
            assert len(answer["route"]) == 1, "the first answer passes every check"


def test_every_checklist_fits_its_schema_and_knows_its_kind(
    deployed: Deployed, answered: dict[tuple[str, str], Answered]
) -> None:
    schema = json.loads((ROOT / "schemas" / "accessibility.schema.json").read_text("utf-8"))
    kinds = {}
    for (profile, name), each in answered.items():
        assert ("accessibility" in each.result.results) == (profile == "accessibility")
        if profile == "accessibility":
            checklist = deployed.document(each.asset_id, "accessibility")
            Draft202012Validator(schema).validate(checklist)
            kinds[name] = checklist["kind"]
    assert {name: kinds[name] for name in ACCESSIBLE} == {
        "talk.mp4": "video",
        "talk.wav": "audio",
        "silent.mp4": "silent video",
        "portrait.jpg": "picture",
        "sign.png": "picture",
        "rental.pdf": "document",
    }


def test_captions_are_read_by_two_other_parsers_and_by_people(
    deployed: Deployed, answered: dict[tuple[str, str], Answered], tmp_path: Path
) -> None:
    spoken = {key: each for key, each in answered.items() if "transcript" in each.result.results}
    assert {("accessibility", "talk.mp4"), ("accessibility", "talk.wav")} <= set(spoken)
    for each in spoken.values():
        path = tmp_path / "captions.vtt"
        path.write_bytes(deployed.bytes_of(each.asset_id, "captions_vtt"))
        cues = webvtt.from_buffer(io.StringIO(path.read_text("utf-8"))).captions
        srt = webvtt.from_buffer(
            io.StringIO(deployed.bytes_of(each.asset_id, "captions_srt").decode()), format="srt"
        ).captions
        with av.open(str(path)) as file:
            packets = [packet for packet in file.demux(subtitles=0) if packet.size]
        assert cues
        assert len(cues) == len(srt) == len(packets)
        starts = [cue.start_in_seconds for cue in cues]
        assert starts == sorted(starts)
        assert all(len(line) <= 42 for cue in cues for line in cue.lines)
        assert all(len(cue.lines) <= 2 for cue in cues)
        for one, other in itertools.pairwise(cues):
            assert one.end <= other.start
        heard = " ".join(u["text"] for u in deployed.document(each.asset_id, "transcript")["utterances"])
        shown = " ".join(line.removeprefix("- ") for cue in cues for line in cue.lines)
        assert shown.split() == heard.split()
        assert heard.split()[0] in deployed.bytes_of(each.asset_id, "transcript_text").decode()


def test_pictures_are_described_and_lines_fit_their_gaps(
    deployed: Deployed, answered: dict[tuple[str, str], Answered]
) -> None:
    talk = answered["accessibility", "talk.mp4"]
    pictures = {item["picture"] for item in talk.answer["answer"]["alt_texts"]}
    frames = {item["keyframe_id"] for item in deployed.document(talk.asset_id, "vision")["keyframes"]}
    assert pictures
    assert pictures <= frames
    assert "goggles" in answered["accessibility", "sign.png"].answer["answer"]["alt_texts"][0]["text"]
    lines = answered["accessibility", "silent.mp4"].answer["answer"]["audio_description"]
    assert lines
    # Eight seconds of silence are one gap, of 21 words at 160 a minute.
    assert all(len(line["text"].split()) <= 21 for line in lines)
    assert answered["accessibility", "talk.wav"].answer["answer"]["audio_description"] == []
    silent = answered["accessibility", "silent.mp4"]
    descriptions = deployed.bytes_of(silent.asset_id, "descriptions_vtt").decode()
    spoken = webvtt.from_buffer(io.StringIO(descriptions)).captions
    assert [cue.start_in_seconds for cue in spoken] == [line["start_ms"] // 1000 for line in lines]
    assert "descriptions_vtt" not in answered["accessibility", "talk.wav"].result.results


def test_a_picture_of_words_and_a_scan_are_told(
    deployed: Deployed, answered: dict[tuple[str, str], Answered]
) -> None:
    def standing(name: str) -> dict[str, str]:
        criteria = deployed.document(answered["accessibility", name].asset_id, "accessibility")["criteria"]
        return {item["number"]: item["status"] for item in criteria}

    assert standing("sign.png")["1.4.5"] == "needs a person"
    assert standing("rental.pdf")["1.4.5"] == "not met"
    assert standing("talk.mp4")["1.2.2"] == "needs a person"
    assert standing("talk.mp4")["2.3.1"] == "not checked"
    assert standing("talk.mp4")["3.1.1"] == "needs a person"
    assert standing("talk.wav")["1.2.1"] == "needs a person"


@pytest.mark.parametrize("name", ["talk.mp4", "gardening.wav", "levers.vtt"])
def test_chapters_cover_the_whole_in_order(
    deployed: Deployed, answered: dict[tuple[str, str], Answered], name: str
) -> None:
    lesson = answered["education", name]
    chapters = lesson.answer["answer"]["chapters"]
    assert chapters[0]["start_ms"] == 0
    # Captions alone have no length of their own: they end with the last of them.
    length_ms = deployed.document(lesson.asset_id, "timeline").get("duration_ms") or 18_000
    assert chapters[-1]["end_ms"] == length_ms
    for one, other in itertools.pairwise(chapters):
        assert one["end_ms"] == other["start_ms"] > one["start_ms"]


def test_chapters_of_slides_are_pages(answered: dict[tuple[str, str], Answered]) -> None:
    chapters = answered["education", "water.pdf"].answer["answer"]["chapters"]
    assert chapters[0]["page"] == 1
    assert chapters[-1]["end_page"] == 3
    assert all("start_ms" not in chapter for chapter in chapters)


def test_questions_and_terms_are_of_the_lesson(
    deployed: Deployed, answered: dict[tuple[str, str], Answered]
) -> None:
    lesson = answered["education", "photosynthesis.md"].answer["answer"]
    explained = {item["term"].lower(): item["definition"] for item in lesson["glossary"]}
    assert "turn light into sugar" in explained["photosynthesis"]
    for each in (each for (profile, _), each in answered.items() if profile == "education"):
        evidence = {item["evidence_id"] for item in deployed.document(each.asset_id, "timeline")["evidence"]}
        for question in each.answer["answer"]["quiz"]:
            assert question["answer"] in question["options"]
            assert set(question["evidence_ids"]) <= evidence


def test_the_checklist_is_shown(deployed: Deployed, answered: dict[tuple[str, str], Answered]) -> None:
    talk = answered["accessibility", "talk.mp4"]
    shown = deployed.braid("show", talk.asset_id)
    assert shown.returncode == 0, shown.stderr
    assert "Accessibility (WCAG 2.2)" in shown.stdout
    report = deployed.bytes_of(talk.asset_id, "report").decode()
    assert 'id="the-accessibility"' in report
