"""Every kind of document that breaks readers in the wild comes out right, whichever input of it."""

from __future__ import annotations

import pytest

from evaluation.real_files import Kind
from evaluation.real_files.documents import KINDS

pytest.importorskip("rapidocr", reason="the engine that reads pictures isn't installed")


def _marked(kind: Kind) -> object:
    """Pictures take the engine that reads them seconds each."""
    with_pictures = ("Scans", "PDF letters", "Pictures within")
    return pytest.param(
        kind, marks=[pytest.mark.slow] if kind.name.startswith(with_pictures) else [], id=kind.name
    )


@pytest.mark.parametrize("kind", [_marked(kind) for kind in KINDS])
def test_all_inputs_of_a_kind_are_right(kind: Kind) -> None:
    assert [name for name, data in kind.inputs() if not kind.is_right(name, data)] == []
