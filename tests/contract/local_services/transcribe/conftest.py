"""The local Transcribe over an engine that heard two sentences."""

from __future__ import annotations

import pytest

from tests.contract.local_services.transcribe.transcribing import Engines, Transcribing, two_sentences


@pytest.fixture
def heard() -> Transcribing:
    """A service whose engine hears "Hello, there. Again?" in whatever it is given."""
    return Transcribing(Engines(two_sentences()))
