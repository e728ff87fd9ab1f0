"""Decoded sound as the channels that are wanted."""

from __future__ import annotations

from array import array

import av
import pytest

from braid.media.sound.mixing import Mixer


def frame(layout: str, values: list[int], *, rate_hz: int = 8_000, samples: int = 400) -> av.AudioFrame:
    made = av.AudioFrame(format="s16", layout=layout, samples=samples)
    data = array("h", values * samples).tobytes()
    made.planes[0].update(data + bytes(made.planes[0].buffer_size - len(data)))
    made.sample_rate = rate_hz
    return made


def mixed(mixer: Mixer, *frames: av.AudioFrame) -> array[int]:
    samples: array[int] = array("h")
    for one in (*frames, None):
        for out in mixer.convert(one):
            size = out.samples * out.layout.nb_channels * 2
            samples.frombytes(bytes(out.planes[0])[:size])
    return samples


@pytest.mark.parametrize(
    ("layout", "values", "expected"),
    [
        ("mono", [700], 700),
        ("stereo", [600, 200], 400),
        ("stereo", [600, -600], 0),
        ("9 channels", [900] * 9, 900),
        ("ambisonic 1", [500, -100, 70, 30], 500),
    ],
)
def test_every_layout_has_a_mono_mix(layout: str, values: list[int], expected: int) -> None:
    samples = mixed(Mixer(mix="mono"), frame(layout, values))
    assert len(samples) == 400
    assert samples[200] == pytest.approx(expected, abs=30)


@pytest.mark.parametrize("layout", ["stereo", "4 channels", "5.1"])
def test_one_channel_alone_is_as_it_was(layout: str) -> None:
    count = av.AudioLayout(layout).nb_channels
    samples = mixed(Mixer(mix="mono", channel=count - 1), frame(layout, list(range(100, 100 + count))))
    assert set(samples) == {99 + count}


def test_without_a_mix_every_channel_stays() -> None:
    assert mixed(Mixer(), frame("4 channels", [1, 2, 3, 4]))[:4] == array("h", [1, 2, 3, 4])


def test_a_stream_that_changes_in_its_midst_is_followed() -> None:
    mixer = Mixer(mix="mono", rate_hz=8_000)
    samples = mixed(mixer, frame("stereo", [300, 300]), frame("mono", [500], rate_hz=16_000, samples=800))
    assert len(samples) == pytest.approx(800, abs=40)
    assert (samples[100], samples[700]) == (pytest.approx(300, abs=5), pytest.approx(500, abs=5))
