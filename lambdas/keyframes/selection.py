"""Chooses the stills of every member that has pictures, under one cap for the whole asset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from braid.domain.asset.admission import Member
from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.media.content.identify import IMAGE_TYPES, PDF, VIDEO_TYPES
from braid.media.pages import page_count, render_pages
from braid.media.pictures.still import Still, StillList
from braid.media.pictures.stills import image_stills
from braid.media.shots.frames import MAX_GAP_MS, select_keyframes

__all__ = ["Chosen", "ChosenStill", "choose_stills", "even_pages"]


@dataclass(frozen=True)
class ChosenStill:
    """A still and the member that it is from."""

    member: Member
    still: Still


@dataclass(frozen=True)
class Chosen:
    """The stills of all members in order of time, then page; and what could not be looked at, in words."""

    stills: tuple[ChosenStill, ...]
    warnings: tuple[str, ...]


def choose_stills(
    members: Sequence[Member],
    *,
    open_file: Callable[[Member], BinaryIO],
    max_keyframes: int,
    max_gap_ms: int = MAX_GAP_MS,
    deadline_passed: Callable[[], bool] = lambda: False,
) -> Chosen:
    """At most ``max_keyframes`` stills of ``members``; what one of them doesn't need the next may have.
    Of videos that change they are at most about ``max_gap_ms`` apart, where that many suffice.

    Once ``deadline_passed`` says so, videos are looked at in their I-frames alone, with a warning.

    A member that can't be decoded costs its own pictures, with a warning. Where none of them can, raises
    ``InvalidAssetError``, naming the first if there are several.
    """
    chosen: list[ChosenStill] = []
    warnings: list[str] = []
    failure: InvalidAssetError | None = None
    for index, member in enumerate(members):
        left = max_keyframes - len(chosen)
        if left <= 0:
            warnings.append(f"'{member.name}' was not looked at: {max_keyframes} keyframes are the limit")
            continue
        share = -(-left // (len(members) - index))
        try:
            stills = _stills(member, open_file(member), share, max_gap_ms, deadline_passed)
        except InvalidAssetError as error:
            if len(members) == 1:
                raise
            failure = failure or InvalidAssetError(f"'{member.name}': {error}")
            warnings.append(f"'{member.name}': {error}")
            continue
        chosen += [ChosenStill(member, still) for still in stills.stills]
        warnings += _told(stills.warnings, member, len(members))
    if failure is not None and not chosen:
        raise failure
    return Chosen(tuple(sorted(chosen, key=_place)), tuple(warnings))


def even_pages(page_count: int, limit: int) -> list[int]:
    """At most ``limit`` page numbers (from 1), spread evenly: the first, the last and what lies between."""
    if page_count <= limit:
        return list(range(1, page_count + 1))
    if limit == 1:
        return [1]
    return [1 + round(index * (page_count - 1) / (limit - 1)) for index in range(limit)]


def _stills(
    member: Member, file: BinaryIO, limit: int, max_gap_ms: int, deadline_passed: Callable[[], bool]
) -> StillList:
    if member.media_type in VIDEO_TYPES:
        return select_keyframes(
            file,
            member.media_type,
            max_keyframes=limit,
            max_gap_ms=max_gap_ms,
            deadline_passed=deadline_passed,
        )
    if member.media_type in IMAGE_TYPES:
        return image_stills(file, member.media_type, max_stills=limit)
    if member.media_type == PDF:
        return _page_stills(file, limit)
    raise InvalidInputError(f"'{member.name}' is {member.media_type}, which has no pictures")


def _page_stills(file: BinaryIO, limit: int) -> StillList:
    count = page_count(file)
    numbers = even_pages(count, limit)
    skipped = count - len(numbers)
    warnings = (f"{skipped} of {count} pages were not looked at",) if skipped else ()
    return StillList(tuple(render_pages(file, numbers)), warnings)


def _told(warnings: Sequence[str], member: Member, member_count: int) -> Iterator[str]:
    for warning in warnings:
        yield f"'{member.name}': {warning}" if member_count > 1 else warning


def _place(chosen: ChosenStill) -> tuple[int, int]:
    """What moves comes first, by its time, then pages, then single pictures, each as the members came."""
    if chosen.still.at_ms is not None:
        return 0, chosen.still.at_ms
    return (1, chosen.still.page) if chosen.still.page is not None else (2, 0)
