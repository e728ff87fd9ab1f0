"""What the adapters know of the services' answers is exactly what botocore's models say there is.

A new botocore that brings a member fails here, and somebody decides: read it, or list why not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from botocore.model import ListShape, Shape, StructureShape

from braid.aws import comprehend, polly, rekognition, textract, transcribe, translate
from local import service_models
from local.service_models import LAYER_BOTOCORE, service_model

_CALLED = {
    rekognition: ("DetectLabels", "DetectText", "DetectFaces", "DetectModerationLabels"),
    textract: ("DetectDocumentText",),
    transcribe: ("GetTranscriptionJob",),
    polly: ("SynthesizeSpeech",),
    translate: ("TranslateText",),
    comprehend: (
        "DetectDominantLanguage",
        "DetectEntities",
        "DetectKeyPhrases",
        "DetectSentiment",
        "DetectPiiEntities",
        "DetectToxicContent",
    ),
}
_SHAPES = [(module, name) for module in _CALLED for name in module.SHAPES]


def _service(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


@pytest.mark.parametrize(("module", "name"), _SHAPES, ids=[f"{_service(m)}-{n}" for m, n in _SHAPES])
def test_every_member_is_read_or_has_a_reason(module: ModuleType, name: str) -> None:
    shape = service_model(_service(module)).shape_for(name)
    members = module.SHAPES[name]
    assert members.known == shape.members.keys()
    assert not set(members.read) & members.unread.keys()
    assert all(members.unread.values())


@pytest.mark.parametrize("module", _CALLED, ids=_service)
def test_every_structure_that_an_answer_is_read_from_is_known(module: ModuleType) -> None:
    model = service_model(_service(module))
    for operation in _CALLED[module]:
        output = model.operation_model(operation).output_shape
        assert output is not None
        assert set(_structures(output, module)) <= module.SHAPES.keys()


def _structures(shape: Shape, module: ModuleType) -> Iterator[str]:
    """The structures below ``shape`` that are reached through members that the adapter reads."""
    if isinstance(shape, ListShape):
        yield from _structures(shape.member, module)
    elif isinstance(shape, StructureShape):
        yield shape.name
        for name in module.SHAPES[shape.name].read if shape.name in module.SHAPES else ():
            yield from _structures(shape.members[name], module)


def test_the_models_are_those_of_the_layer() -> None:
    core = (Path(__file__).resolve().parents[3] / "requirements" / "core-layer.txt").read_text("utf-8")
    (pinned,) = re.findall(r"^botocore==(\S+)", core, re.M)
    assert [path.name for path in LAYER_BOTOCORE.glob("*.dist-info")] == [f"botocore-{pinned}.dist-info"]


def test_models_that_set_up_did_not_bring_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_models, "LAYER_BOTOCORE", tmp_path)
    with pytest.raises(FileNotFoundError, match="run `make setup`"):
        service_model.__wrapped__("textract")
