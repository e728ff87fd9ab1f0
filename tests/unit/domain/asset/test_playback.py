"""Which file of an asset plays, and what it is called beside its report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.asset.playback import file_name_of, played_member

ASSET = AssetRef("a-1", 1, "general", Source("b", "inbox/a", "v1"))


def member(name: str, *modalities: Modality, duration_ms: int | None = None) -> Member:
    return Member(
        name, "main", "b", f"inbox/general/{name}", "v1", 1, "video/mp4", modalities, duration_ms=duration_ms
    )


def admission(*members: Member) -> Admission:
    return Admission(ASSET, "video/mp4", members, (), ())


def test_what_speaks_plays_since_its_clock_is_the_timeline_s() -> None:
    slides = member("slides.pdf", Modality.VISION)
    silent = member("b-roll.mp4", Modality.VISION, duration_ms=5)
    sound = member("talk.m4a", Modality.SPEECH, duration_ms=5)
    assert played_member(admission(slides, silent, sound)) == sound
    assert played_member(admission(slides, silent)) == silent
    assert played_member(admission(slides)) is None
    assert played_member(None) is None


@pytest.mark.parametrize(
    "name", ["talk.mp4", "a talk #1 50%.mp4", "ein Gespräch.mp4", "対談.mp4", "'x'&<y.mp4"]
)
def test_a_name_that_every_system_takes_stays(name: str) -> None:
    expected = name if "<" not in name else "x-y.mp4"
    assert file_name_of(member(name)) == expected


@given(st.text(min_size=1, max_size=300))
def test_every_name_is_a_plain_file_in_its_folder(name: str) -> None:
    made = file_name_of(member(name))
    assert made.encode()
    assert not set(made) & set('/\\<>:"|?*\0')
    assert not made.startswith(".")
    assert len(made.encode()) <= 200
