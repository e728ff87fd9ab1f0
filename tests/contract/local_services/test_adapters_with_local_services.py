"""The adapters read what the local services answer, through boto3 and botocore's models, as they read AWS."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from braid.aws.comprehend import Comprehend
from braid.aws.rekognition import Rekognition
from braid.aws.textract import Textract
from braid.domain.errors import UnsupportedError
from braid.domain.evidence.vision import ImageProperties
from braid.domain.money.accounting import Meter
from local.engines.pool import EnginePool
from local.services import comprehend
from local.services.pictures import rekognition, textract
from tests.doubles.service_clients import local_client
from tests.local.drawings import encoded, slide
from tests.local.needed_weights import needs_weights
from tests.local.service_calls import Folder

_LINES = ["Garden club", "Members: 128"]


def _jpeg() -> bytes:
    target = io.BytesIO()
    Image.open(io.BytesIO(encoded(slide(_LINES)))).convert("RGB").save(target, "JPEG", quality=90)
    return target.getvalue()


def test_rekognition(engines: EnginePool) -> None:
    meter = Meter()
    service = rekognition.build_service(Folder(), engines)
    adapter = Rekognition(meter, rekognition=local_client(service))
    image = _jpeg()
    lines, word_count = adapter.detect_text(image)
    assert [line.text for line in lines] == _LINES
    assert word_count >= 4
    found = adapter.detect_labels(image)
    assert all(0 <= label.confidence <= 1 for label in found.labels)
    assert found.properties.brightness is not None
    assert found.properties.colors
    measured = adapter.detect_labels(image, labels=False)
    assert (measured.labels, measured.properties) == ((), found.properties)
    named = adapter.detect_labels(image, properties=False)
    assert (named.labels, named.properties) == (found.labels, ImageProperties())
    assert adapter.detect_text(image, min_confidence=1.0) == ((), 0)
    assert adapter.detect_faces(image) == ()


@needs_weights("explicit")
def test_what_moderation_did_not_judge_is_known(engines: EnginePool) -> None:
    service = rekognition.build_service(Folder(), engines)
    adapter = Rekognition(Meter(), rekognition=local_client(service))
    found, unjudged = adapter.detect_moderation(_jpeg())
    assert found == ()
    assert "Violence" in unjudged
    assert "Explicit" not in unjudged


def test_moderation_without_an_engine_is_refused_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRAID_WEIGHTS", str(tmp_path))
    with EnginePool() as engines:
        service = rekognition.build_service(Folder(), engines)
        with pytest.raises(UnsupportedError):
            Rekognition(Meter(), rekognition=local_client(service)).detect_moderation(_jpeg())


def test_textract(engines: EnginePool) -> None:
    adapter = Textract(Meter(), textract=local_client(textract.build_service(Folder(), engines)))
    assert [line.text for line in adapter.detect_document_text(_jpeg())] == _LINES


def test_comprehend(engines: EnginePool) -> None:
    adapter = Comprehend(Meter(), comprehend=local_client(comprehend.build_service(engines)))
    text = "Anna Meier loves the wonderful garden in Łódź 😀. Write to anna@example.com on 4 May 2026."
    assert adapter.detect_dominant_language(text) == "en"
    for found in (adapter.detect_entities(text, "en"), adapter.detect_key_phrases(text, "en")):
        assert found
        assert all(text[item.begin_offset : item.end_offset] == item.text for item in found)
    personal = {text[item.begin_offset : item.end_offset] for item in adapter.detect_pii_entities(text, "en")}
    assert "anna@example.com" in personal
    assert adapter.detect_sentiment(text, "en").label == "positive"
    with pytest.raises(UnsupportedError):
        adapter.detect_toxic_content([text], "en")
