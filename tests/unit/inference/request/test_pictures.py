"""Which pictures a model is shown."""

from __future__ import annotations

from lambdas.inference.request.pictures import within_request


def test_pictures_that_fit_are_all_shown() -> None:
    pictures = {f"k{number:04d}": b"x" * 900_000 for number in range(20)}
    assert within_request(pictures) == pictures
    assert within_request({}) == {}


def test_pictures_that_a_request_can_t_carry_are_thinned_over_the_whole() -> None:
    pictures = {f"k{number:04d}": b"x" * 3_700_000 for number in range(20)}
    shown = within_request(pictures)
    assert list(shown) == ["k0000", "k0005", "k0010", "k0015"]
    assert sum(map(len, shown.values())) * 4 / 3 < 25_000_000
