"""Where a hit leads on a terminal: to its moment in the report, and to the picture that it cites."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image
from rich.console import Console

from braid.domain.asset.asset import Modality
from braid.domain.evidence.vision import KeyframeAnalysis
from braid.domain.search.hit import Hit
from braid.domain.span import WHOLE, Span
from cli.finding.hits import show_hits
from cli.finding.places import Places, fragment
from cli.finding.thumbnails import protocol_of, sequence
from cli.showing.results import open_in_browser
from tests.doubles.search_rig import BUCKET, SearchRig, asset_named
from tests.unit.cli.finding.test_search_command import HIT
from tests.unit.search.timelines import EXPLICIT, keyframe, label, timeline, vision

ASSET = asset_named("cat.jpg")


def jpeg(color: str = "red", size: tuple[int, int] = (640, 320)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, color).save(target, "JPEG")
    return target.getvalue()


def drawn(frame: KeyframeAnalysis) -> KeyframeAnalysis:
    """The keyframe, whose picture is ``jpeg()``."""
    body = jpeg()
    claim = replace(frame.image, size_bytes=len(body), sha256=hashlib.sha256(body).hexdigest())
    return replace(frame, image=claim)


def _signed(_operation: str, **given: Any) -> str:
    return f"https://s3/{given['Params']['Key']}?for={given['ExpiresIn']}"


class Rig(SearchRig):
    """A published picture, and an S3 that signs addresses."""

    def __init__(self) -> None:
        super().__init__()
        frame = drawn(keyframe("k1", "cat", asset_id=ASSET.asset_id))
        gory = drawn(keyframe("k2", "cat", asset_id=ASSET.asset_id, moderation=EXPLICIT))
        for each in (frame, gory):
            self.s3.objects[BUCKET, each.image.key] = jpeg()
        self.publish(
            ASSET,
            timeline=timeline(label("k1", 1, "Cat", WHOLE)),
            vision=vision(frame, gory),
            report=vision(frame),  # any document: its claim is what counts
        )
        self.s3.generate_presigned_url = _signed  # type: ignore[attr-defined]

    def places(self) -> Places:
        return Places(SimpleNamespace(s3=self.s3, results_bucket=BUCKET))  # type: ignore[arg-type]


def hit(**members: Any) -> Hit:
    seen = {"modality": Modality.VISION, "kind": "labels", "source": "rekognition:DetectLabels:k1"}
    return replace(HIT, asset_id=ASSET.asset_id, **{**seen, **members})


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"span": Span(6_200, 11_500)}, "#t=6.2"),
        ({"span": Span(0, 10)}, "#t=0"),
        ({"span": Span(page=3)}, "#k1"),
        ({"span": WHOLE}, "#k1"),
        ({"span": WHOLE, "kind": "whole"}, ""),
    ],
)
def test_a_hit_leads_to_its_moment_or_to_what_it_cites(members: dict[str, Any], expected: str) -> None:
    assert fragment(hit(**members)) == expected


def test_the_address_is_that_of_the_report_at_the_hit() -> None:
    link = Rig().places().link(hit(span=Span(6_200, 11_500)))
    assert re.fullmatch(rf"https://s3/assets/{ASSET.asset_id}/1/report\.json\?for=3600#t=6\.2", link)


def test_a_hit_shows_the_picture_that_it_cites_and_speech_shows_none() -> None:
    places = Rig().places()
    assert places.picture(hit()) == jpeg()
    assert places.picture(hit(source="rekognition:DetectLabels:k7")) is None
    assert places.picture(hit(modality=Modality.SPEECH)) is None


def test_what_lasts_shows_the_picture_that_the_hit_names_or_else_its_first() -> None:
    places = Rig().places()
    assert places.picture(hit(source="rekognition:DetectLabels:k1..k2")) == jpeg()
    assert places.picture(hit(source="rekognition:DetectLabels:k7..k9", keyframe_id="k1")) == jpeg()


def test_another_picture_than_was_looked_at_is_not_drawn() -> None:
    rig = Rig()
    for place, body in rig.s3.objects.items():
        if body == jpeg():
            rig.s3.objects[place] = jpeg("blue")

    assert rig.places().picture(hit()) is None


def test_a_disturbing_picture_is_not_drawn() -> None:
    disturbing = hit(source="rekognition:DetectLabels:k2")
    assert Rig().places().keyframe(disturbing) is not None
    assert Rig().places().picture(disturbing) is None


def test_what_is_gone_since_costs_its_link_and_picture_alone() -> None:
    rig = Rig()
    rig.s3.objects = {key: body for key, body in rig.s3.objects.items() if not key[1].endswith(".jpg")}
    assert rig.places().picture(hit()) is None

    class Denying:
        def get_object(self, **_request: Any) -> Any:
            raise ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")

    places = Places(SimpleNamespace(s3=Denying(), results_bucket=BUCKET))  # type: ignore[arg-type]
    assert (places.link(hit()), places.picture(hit())) == ("", None)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, None),
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"KONSOLE_VERSION": "230400"}, "iterm2"),
        ({"WT_SESSION": "6c0f", "TERM": "xterm-256color"}, "sixel"),
        ({"TERM": "foot-extra"}, "sixel"),
        ({"TERM": "mlterm-256color"}, "sixel"),
        ({"WT_SESSION": "6c0f", "TERM_PROGRAM": "vscode"}, "iterm2"),
        ({"TERM_PROGRAM": "iTerm.app", "TMUX": "/tmp/x"}, None),
        ({"TERM": "xterm-kitty", "STY": "1.x"}, None),
    ],
)
def test_pictures_are_shown_where_the_terminal_is_known_to(
    environment: dict[str, str], expected: str | None
) -> None:
    assert protocol_of(environment) == expected


def test_kitty_gets_a_png_in_chunks_that_it_takes() -> None:
    noise = Image.effect_noise((640, 320), 80).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "JPEG")
    drawn = sequence(target.getvalue(), "kitty")
    chunks = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", drawn)

    assert drawn == "".join(f"\x1b_G{head};{part}\x1b\\" for head, part in chunks) + "\n"
    assert len(chunks) > 1
    assert chunks[0][0] == "a=T,f=100,r=6,q=2,m=1"
    assert [head for head, _ in chunks[1:]] == ["m=1"] * (len(chunks) - 2) + ["m=0"]
    assert max(len(part) for _, part in chunks) <= 4096
    with Image.open(io.BytesIO(base64.b64decode("".join(part for _, part in chunks)))) as picture:
        assert (picture.format, picture.size) == ("PNG", (320, 160))


def test_iterm_gets_one_picture_of_six_lines() -> None:
    drawn = sequence(jpeg(size=(100, 50)), "iterm2")
    found = re.fullmatch(
        "\x1b\\]1337;File=inline=1;size=(\\d+);height=6;preserveAspectRatio=1:(.+)\x07\n", drawn
    )
    assert found is not None
    assert len(base64.b64decode(found[2])) == int(found[1])


def test_sixels_are_the_picture_in_the_colours_that_they_name() -> None:
    left_red = Image.new("RGB", (40, 15), (200, 20, 20))
    left_red.paste((20, 20, 200), (20, 0, 40, 15))
    target = io.BytesIO()
    left_red.save(target, "JPEG", quality=95, subsampling=0)
    drawn = sequence(target.getvalue(), "sixel")
    shown = _shown(drawn)

    assert drawn.startswith('\x1bPq"1;1;40;15#')
    assert shown.keys() == {(x, y) for x in range(40) for y in range(15)}
    for (x, y), colour in shown.items():
        wanted = left_red.getpixel((x, y))
        assert isinstance(wanted, tuple)
        if x not in (19, 20):  # JPEG smears the edge
            assert all(abs(one - other) < 25 for one, other in zip(colour, wanted, strict=True)), (x, y)


def _shown(drawn: str) -> dict[tuple[int, int], list[float]]:
    """The pixels that a terminal would draw, each once."""
    body = re.fullmatch(r'\x1bPq"[\d;]+(.*)\x1b\\\n', drawn, re.DOTALL)
    assert body is not None
    colours, pixels, x, top, colour = dict[str, list[float]](), {}, 0, 0, ""
    for number, rgb, times, character in re.findall(r"#(\d+)(;2;\d+;\d+;\d+)?|(?:!(\d+))?([?-~$-])", body[1]):
        if number:
            colour = number
            if rgb:
                colours[number] = [int(part) * 2.55 for part in rgb.split(";")[2:]]
        elif character == "$":
            x = 0
        elif character == "-":
            x, top = 0, top + 6
        else:
            for _ in range(int(times or 1)):
                for row in range(6):
                    if (ord(character) - 63) >> row & 1:
                        assert (x, top + row) not in pixels
                        pixels[x, top + row] = colours[colour]
                x += 1  # noqa: SIM113  # a row of pixels goes on over several runs
    return pixels


def test_bytes_that_are_no_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="no JPEG"):
        sequence(b"words", "kitty")


def test_a_name_is_a_link_and_a_picture_stands_below_it() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    show_hits(console, [HIT], link=lambda _hit: "https://s3/report#t=6.2", picture=lambda _hit: "<picture>\n")
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()

    assert "\x1b]8;" in text
    assert "https://s3/report#t=6.2" in text
    assert text.index("talk.mp4") < text.index("<picture>") < text.index("seeds")


def test_a_report_opens_at_its_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: bool(opened.append(address)) or True)
    assert open_in_browser(tmp_path / "report.html", "#t=6.2")
    assert opened == [f"{(tmp_path / 'report.html').as_uri()}#t=6.2"]
