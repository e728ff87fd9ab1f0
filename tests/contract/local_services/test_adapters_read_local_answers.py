"""What the local services answer is what the Lambdas' adapters read: the seam between both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from braid.aws import rekognition as rekognition_adapter
from braid.aws import textract as textract_adapter
from braid.aws.transcribe import jobs as transcribe_adapter
from braid.aws.transcribe.output import read_output
from local.engines.pool import EnginePool
from local.services import build_services
from local.services.protocol import Events, Objects
from tests.contract.local_services.transcribe.transcribing import Transcribing
from tests.local.drawings import encoded, portrait, slide
from tests.local.service_calls import EventLog, Folder, ServiceClient
from tests.local.spoken import SENTENCES, spoken

LINES = ["Solar panels on every roof", "Cost per year: 1,250 USD"]


@pytest.fixture(scope="module")
def services(engines: EnginePool) -> dict[str, ServiceClient]:
    objects: Objects = Folder()
    events: Events = EventLog()
    return {service.name: ServiceClient(service) for service in build_services(objects, events, engines)}


def test_all_services_are_there(services: dict[str, ServiceClient]) -> None:
    asked_by_steps = {"rekognition", "textract", "transcribe", "comprehend", "bedrock-runtime"}
    asked_by_publishing = {"polly", "translate"}
    assert set(services) == {*asked_by_steps, *asked_by_publishing, "bedrock", "s3vectors", "sagemaker"}


def test_rekognition(services: dict[str, ServiceClient]) -> None:
    picture = {"Bytes": encoded(portrait())}
    answer = services["rekognition"].call(
        "DetectLabels", Image=picture, Features=["GENERAL_LABELS", "IMAGE_PROPERTIES"]
    )
    found = rekognition_adapter.read_labels(answer)
    assert {label.name for label in found.labels} == {"Person", "Face"}
    assert (
        len(rekognition_adapter.read_faces(services["rekognition"].call("DetectFaces", Image=picture))) == 1
    )
    texts, word_count = rekognition_adapter.read_texts(
        services["rekognition"].call("DetectText", Image={"Bytes": encoded(slide(LINES))})
    )
    assert [text.text for text in texts] == LINES
    assert word_count == sum(len(line.split()) for line in LINES)


def test_textract(services: dict[str, ServiceClient]) -> None:
    answer = services["textract"].call("DetectDocumentText", Document={"Bytes": encoded(slide(LINES))})
    assert [line.text for line in textract_adapter.read_lines(answer)] == LINES


def test_transcribe(engines: EnginePool, tmp_path: Path) -> None:
    service = Transcribing(engines)
    service.folder.stored["media", "talk.wav"] = spoken(tmp_path, SENTENCES).read_bytes()
    service.start(IdentifyLanguage=True)
    job = transcribe_adapter.read_job({"TranscriptionJob": service.finished()})
    assert job.language_code == "en-US"
    heard = read_output(service.output())
    assert heard.unread == ()
    assert heard.language_code == "en-US"
    assert len(heard.items) > 20
