"""Language codes of Transcribe: all of botocore's model, each with the language that is heard."""

from __future__ import annotations

import botocore.session
import pytest

from local.services.transcription.languages import (
    CODES,
    heard_language,
    scores_by_code,
    spoken_languages,
    transcribe_code,
)


def test_every_code_of_the_model_is_known() -> None:
    model = botocore.session.get_session().get_service_model("transcribe")
    assert set(CODES) == set(model.shape_for("LanguageCode").enum)
    assert len(CODES) == len(set(CODES))


@pytest.mark.parametrize("code", CODES)
def test_a_code_that_was_asked_for_comes_back(code: str) -> None:
    assert transcribe_code(heard_language(code), [code]) == code
    assert heard_language(transcribe_code(heard_language(code))) == heard_language(code)


def test_unknown_languages_have_no_code() -> None:
    assert spoken_languages(["zh-HK", "jv-ID", "en-GB", "en-US"]) == ("yue", "jw", "en")
    with pytest.raises(LookupError, match="'la'"):
        transcribe_code("la")
    assert scores_by_code([("la", 0.6), ("it", 0.3), ("en", 0.1)]) == [("it-IT", 0.3), ("en-US", 0.1)]
    assert scores_by_code([("it", 0.3), ("en", 0.1)], ["en-IE", "fr-FR"]) == [("en-IE", 0.1)]
