"""Recordings, pictures and captions of kinds that break readers: every input comes out right."""

from __future__ import annotations

import pytest

from evaluation.real_files import Kind
from evaluation.real_files.media import KINDS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_input_of_the_kind_comes_out_right(kind: Kind) -> None:
    wrong = [name for name, data in kind.inputs() if not kind.is_right(name, data)]

    assert wrong == []
