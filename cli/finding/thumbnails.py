"""A picture among a terminal's lines, where the terminal is known to show one.

Three ways are spoken: iTerm2's inline images (iTerm2, WezTerm, Konsole, mintty, VS Code), kitty's graphics
protocol (kitty, Ghostty), and sixels (Windows Terminal, foot, mlterm, contour). All are plain escape
sequences; terminals aren't asked, as an answer would land in whatever the person types.
https://iterm2.com/documentation-images.html, https://sw.kovidgoyal.net/kitty/graphics-protocol/
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Literal

__all__ = ["Protocol", "protocol_of", "sequence"]

Protocol = Literal["iterm2", "kitty", "sixel"]

_PROGRAMS: Mapping[str, Protocol] = {
    "iTerm.app": "iterm2",
    "WezTerm": "iterm2",
    "mintty": "iterm2",
    "vscode": "iterm2",
    "ghostty": "kitty",
    "contour": "sixel",
}
_OF_SIXELS = ("foot", "mlterm", "contour")  # how their TERM begins
_ROWS = 6
_HEIGHT_PX = 160
_SIXEL_HEIGHT_PX = 120  # sixels are as high as they are: some six lines of twenty pixels
_CHUNK = 4096  # of base64, kitty's most for one sequence


def protocol_of(environment: Mapping[str, str]) -> Protocol | None:
    """How the terminal of this environment shows pictures; ``None`` where it isn't known to.

    Inside tmux or screen it is nothing: they pass on no picture unless told to.
    """
    if environment.get("TMUX") or environment.get("STY"):
        return None
    if environment.get("KITTY_WINDOW_ID") or environment.get("TERM", "") in ("xterm-kitty", "xterm-ghostty"):
        return "kitty"
    if environment.get("KONSOLE_VERSION"):
        return "iterm2"
    if found := _PROGRAMS.get(environment.get("TERM_PROGRAM", "")):
        return found
    if environment.get("WT_SESSION") or environment.get("TERM", "").startswith(_OF_SIXELS):
        return "sixel"
    return None


def sequence(jpeg: bytes, protocol: Protocol) -> str:
    """What shows a picture six lines high. Raises ``ValueError`` for bytes that are none."""
    # Pillow takes a while to import: only where a picture is shown.
    from braid.media.pictures.thumbnail import thumbnail_png, thumbnail_sixel

    if protocol == "sixel":
        sixels = thumbnail_sixel(jpeg, max_width_px=4 * _SIXEL_HEIGHT_PX, max_height_px=_SIXEL_HEIGHT_PX)
        return f"\x1bPq{sixels}\x1b\\\n"
    png = thumbnail_png(jpeg, max_width_px=4 * _HEIGHT_PX, max_height_px=_HEIGHT_PX)
    encoded = base64.b64encode(png).decode()
    if protocol == "iterm2":
        named = f"inline=1;size={len(png)};height={_ROWS};preserveAspectRatio=1"
        return f"\x1b]1337;File={named}:{encoded}\x07\n"
    parts = [encoded[at : at + _CHUNK] for at in range(0, len(encoded), _CHUNK)]
    heads = [f"m={int(number < len(parts) - 1)}" for number in range(len(parts))]
    heads[0] = f"a=T,f=100,r={_ROWS},q=2,{heads[0]}"  # q=2: kitty answers nothing
    return "".join(f"\x1b_G{head};{part}\x1b\\" for head, part in zip(heads, parts, strict=True)) + "\n"
