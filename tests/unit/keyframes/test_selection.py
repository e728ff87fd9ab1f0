"""Members share one cap of stills; each is what it says it stands for."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import BinaryIO, cast

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.domain.evidence.vision import KeyframeList
from braid.domain.span import WHOLE, Span
from braid.store.documents import DocumentStore
from lambdas.keyframes.selection import choose_stills, even_pages
from lambdas.keyframes.storing import store_keyframes, summarize
from tests.doubles.memory_s3 import MemoryS3


def _picture(image_format: str = "PNG", size: tuple[int, int] = (320, 200)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, image_format)
    return target.getvalue()


def _animation(frames: int) -> bytes:
    pictures = []
    for number in range(frames):
        picture = Image.new("RGB", (200, 100), "white")
        ImageDraw.Draw(picture).rectangle((number * 40, 0, number * 40 + 40, 100), fill="black")
        pictures.append(picture)
    target = io.BytesIO()
    pictures[0].save(target, "GIF", save_all=True, append_images=pictures[1:], duration=500, loop=0)
    return target.getvalue()


def _pdf(pages: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 100)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _member(name: str, media_type: str) -> Member:
    return Member(name, "main", "inbox", name, "v1", 1, media_type, (Modality.VISION,))


def _opener(files: Mapping[str, bytes]) -> Callable[[Member], BinaryIO]:
    return lambda member: cast(BinaryIO, io.BytesIO(files[member.name]))


def test_a_photograph_is_one_still_of_the_whole() -> None:
    chosen = choose_stills(
        [_member("a.png", "image/png")], open_file=_opener({"a.png": _picture()}), max_keyframes=40
    )
    (one,) = chosen.stills
    assert (one.still.span, one.still.width_px, one.still.height_px) == (WHOLE, 320, 200)
    assert Image.open(io.BytesIO(one.still.jpeg)).format == "JPEG"


def test_pages_are_spread_under_the_cap_and_the_others_are_told() -> None:
    chosen = choose_stills(
        [_member("a.pdf", "application/pdf")], open_file=_opener({"a.pdf": _pdf(9)}), max_keyframes=4
    )
    assert [item.still.page for item in chosen.stills] == [1, 4, 6, 9]
    assert chosen.warnings == ("5 of 9 pages were not looked at",)


def test_what_one_member_does_not_need_the_next_may_have() -> None:
    members = [
        _member("a.png", "image/png"),
        _member("b.pdf", "application/pdf"),
        _member("c.gif", "image/gif"),
    ]
    files = {"a.png": _picture(), "b.pdf": _pdf(9), "c.gif": _animation(3)}
    chosen = choose_stills(members, open_file=_opener(files), max_keyframes=8)
    assert [(item.member.name, item.still.span) for item in chosen.stills] == [
        ("c.gif", Span(0, 500)),
        ("c.gif", Span(500, 1000)),
        ("c.gif", Span(1000, 1500)),
        ("b.pdf", Span(page=1)),
        ("b.pdf", Span(page=4)),
        ("b.pdf", Span(page=6)),
        ("b.pdf", Span(page=9)),
        ("a.png", WHOLE),
    ]
    assert chosen.warnings == ("'b.pdf': 5 of 9 pages were not looked at",)


def test_beyond_the_cap_members_are_told_by_name() -> None:
    members = [_member("a.png", "image/png"), _member("b.png", "image/png")]
    chosen = choose_stills(
        members, open_file=_opener({"a.png": _picture(), "b.png": _picture()}), max_keyframes=1
    )
    assert len(chosen.stills) == 1
    assert chosen.warnings == ("'b.png' was not looked at: 1 keyframes are the limit",)


def test_a_damaged_member_of_several_costs_its_own_pictures() -> None:
    files = {"a.png": _picture(), "b.png": _picture()[:60]}
    members = [_member(name, "image/png") for name in files]
    chosen = choose_stills(members, open_file=lambda member: io.BytesIO(files[member.name]), max_keyframes=9)
    assert [still.member.name for still in chosen.stills] == ["a.png"]
    assert chosen.warnings[0].startswith("'b.png': The picture")
    with pytest.raises(InvalidAssetError, match=r"^'b\.png': "):
        choose_stills(
            [_member("b.png", "image/png")] * 2,
            open_file=lambda member: io.BytesIO(files[member.name]),
            max_keyframes=9,
        )
    with pytest.raises(InvalidAssetError, match=r"^The picture"):
        choose_stills(members[1:], open_file=lambda member: io.BytesIO(files[member.name]), max_keyframes=9)


def test_a_member_without_pictures_is_our_mistake() -> None:
    with pytest.raises(InvalidInputError, match="has no pictures"):
        choose_stills([_member("a.txt", "text/plain")], open_file=_opener({"a.txt": b"hi"}), max_keyframes=5)


@given(st.integers(1, 400), st.integers(1, 60))
def test_pages_cover_the_document_evenly(page_count: int, limit: int) -> None:
    numbers = even_pages(page_count, limit)
    assert len(numbers) == min(page_count, limit)
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1
    assert limit == 1 or numbers[-1] == page_count
    gaps = [following - number for number, following in pairwise(numbers)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_stills_are_stored_beside_the_results() -> None:
    s3 = MemoryS3()
    store = DocumentStore("results", "a", 2, s3=s3)
    files = {"a.png": _picture(), "b.pdf": _pdf(1)}
    members = [_member("a.png", "image/png"), _member("b.pdf", "application/pdf")]
    chosen = choose_stills(members, open_file=_opener(files), max_keyframes=5)
    keyframes = store_keyframes(chosen, store)
    assert [(frame.keyframe_id, frame.member, frame.page) for frame in keyframes.keyframes] == [
        ("k0001", "b.pdf", 1), ("k0002", "a.png", None),
    ]  # fmt: skip
    for frame in keyframes.keyframes:
        assert frame.image.uri == f"s3://results/assets/a/2/keyframes/{frame.keyframe_id}.jpg"
        assert Image.open(io.BytesIO(s3.objects["results", frame.image.key])).size == (
            frame.width_px,
            frame.height_px,
        )
    assert summarize(keyframes, None) == "2 keyframes from 1 page, 1 picture"
    assert summarize(KeyframeList(()), None) == "0 keyframes"
