"""The player: a file beside the page, or one inside it, with captions that are on."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from braid.domain.captions.captions import CaptionCue, write_vtt
from braid.report.links import seconds
from braid.report.markup import Markup, tag
from braid.report.media import Media
from braid.report.parts import section

__all__ = ["media_sources", "player_section"]


def media_sources(media: Media | None) -> tuple[str, ...]:
    """Where the page's policy lets sound and moving pictures come from.

    ``data:`` for captions and what is embedded; ``'self'`` and, because browsers differ in what that means
    for a page that is a file, ``file:`` for the file beside the page; ``blob:`` for one that its reader
    chooses.
    """
    if media is None:
        return ()
    return ("data:",) if media.embedded else ("'self'", "file:", "data:", "blob:")


def player_section(
    media: Media | None,
    captions: Mapping[str, Sequence[CaptionCue]],
    disturbing: Sequence[str],
    *,
    has_spoken_descriptions: bool = False,
    warnings: Sequence[str] = (),
) -> Markup | None:
    """The player, and what to do where there is nothing to play.

    ``captions`` are cues by language; the first are on, the others are offered. ``disturbing`` names what
    moderation found in its pictures: such a video stays hidden until asked for.
    """
    if media is None:
        return None
    shows_pictures = media.is_video and not (media.embedded and media.embedded.is_sound_alone)
    start_ms = media.embedded.start_ms if media.embedded else 0
    player = tag(
        # A video element for sound too: an audio element would show no captions.
        "video",
        *_captions(captions, start_ms),
        id="player",
        class_="pictures" if shows_pictures else "sound",
        src=_source(media),
        controls="",
        preload="metadata",
        playsinline="",
        tabindex=0,
        data_offset=seconds(start_ms) if start_ms else None,
        aria_label=f"Player of {media.file_name}",
    )
    stage = tag("div", player, _missing(media), class_="stage")
    if disturbing and shows_pictures:
        kinds = ", ".join(disturbing)
        warning = tag("span", tag("b", "This video has disturbing pictures"), f" {kinds}", class_="veil-text")
        stage = tag("details", tag("summary", warning), stage, class_="veil", id="player-veil")
    return section(
        "player",
        "Player",
        stage,
        tag("p", _told(media), class_="soft plays"),
        tag(
            "p",
            "The audio description is spoken in the result ",
            tag("bdi", "descriptions.mp3"),
            ", a track as long as this one.",
            class_="soft",
        )
        if has_spoken_descriptions
        else None,
        *(tag("p", warning, class_="soft") for warning in warnings),
        class_="player",
    )


def _source(media: Media) -> str:
    if media.embedded is not None:
        data = base64.b64encode(media.embedded.body).decode()
        return f"data:{media.embedded.media_type};base64,{data}"
    # ``./`` keeps a name such as "javascript:x.mp4" a name; the escapes keep "?" and "#" in it.
    return f"./{quote(media.file_name, safe='')}"


def _from(start_ms: int, cues: Sequence[CaptionCue]) -> Sequence[CaptionCue]:
    """The cues on the clock of what plays, which may begin later than the timeline."""
    if not start_ms:
        return cues
    return [
        replace(cue, start_ms=max(0, cue.start_ms - start_ms), end_ms=cue.end_ms - start_ms)
        for cue in cues
        if cue.end_ms > start_ms
    ]


def _captions(captions: Mapping[str, Sequence[CaptionCue]], start_ms: int) -> Iterator[Markup]:
    """As data, because a page that is a file may not read another file."""
    for number, (language, cues) in enumerate(captions.items()):
        shown = _from(start_ms, cues)
        if not shown:
            continue
        data = base64.b64encode(write_vtt(shown).encode("utf-8", errors="replace")).decode()
        yield tag(
            "track",
            kind="subtitles" if number else "captions",
            label=f"Translated ({language})" if number else "Captions",
            srclang=language or "und",
            src=f"data:text/vtt;base64,{data}",
            default=None if number else "",
        )


def _missing(media: Media) -> Markup | None:
    """What the script shows where the file can't be played."""
    if media.embedded is not None:
        return None
    choose = tag(
        "label",
        "Choose the file",
        tag("input", type="file", id="choose", accept="video/*,audio/*"),
        class_="button",
    )
    told = tag("p", tag("bdi", media.file_name), " isn’t beside this page, or this browser can’t play it.")
    return tag("div", told, choose, id="no-media", class_="no-media", hidden="")


def _told(media: Media) -> Markup:
    if media.embedded is not None and media.embedded.is_sound_alone:
        return tag("span", "Plays the sound of ", tag("bdi", media.file_name), ", which is in this page.")
    if media.embedded is not None:
        return tag("span", "Plays ", tag("bdi", media.file_name), ", which is in this page.")
    why = f" Not in this page: {media.why_not_embedded}." if media.why_not_embedded else ""
    return tag("span", "Plays ", tag("bdi", media.file_name), " from this page’s folder.", why)
