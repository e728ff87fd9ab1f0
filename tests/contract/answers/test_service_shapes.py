"""What the adapters read of the services' answers, held against botocore's models, member by member.

Every operation's answer is made with all members that the model has, and read. A member that the adapter left
alone must be listed here with the reason. A new botocore that brings a member fails here, and somebody
decides: read it, or say why not.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.model import ListShape, Shape, StructureShape

from braid.aws import comprehend, rekognition, textract, translate
from braid.aws.polly import Polly
from braid.aws.transcribe import jobs as transcribe
from braid.domain.accessibility.voices import Voice
from braid.domain.money.accounting import Meter
from local import service_models
from local.service_models import LAYER_BOTOCORE, service_model

_UPRIGHT = "stills are turned upright before they are sent"
_VERSION = "which model answered doesn't change what it says"
_TRAIT = "Braid says that a face is there and where, nothing about the person"
_WHOLE_PICTURE = "the picture as a whole is described, not its parts"
_DOCUMENTS = "only documents sent as bytes have it; text is sent"
_TABLES = "only table cells of AnalyzeDocument have it"
_FORMS = "only forms, tables and queries of AnalyzeDocument have it"
_ASKED = "repeats what the request asked for"
_NOT_ASKED = "never asked for"
_TIMES = "the state machine's history has the times"
_TRAITS = (
    "AgeRange Beard Emotions EyeDirection Eyeglasses EyesOpen FaceOccluded Gender Landmarks MouthOpen "
    "Mustache Pose Quality Smile Sunglasses"
)

# By service and shape: the members that are known and left unread, each with the reason.
_UNREAD: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "rekognition": {
        "DetectLabelsResponse": {"OrientationCorrection": _UPRIGHT, "LabelModelVersion": _VERSION},
        "Label": {
            "Aliases": "other words for the same thing",
            "Categories": "coarser than the parents' names",
        },
        "Instance": {"Confidence": "the label's own confidence stands", "DominantColors": _WHOLE_PICTURE},
        "DetectLabelsImageProperties": {"Background": "what is before it is described"},
        "DetectLabelsImageForeground": {"Quality": _WHOLE_PICTURE},
        "DominantColor": {
            **dict.fromkeys(("Red", "Green", "Blue"), "in HexCode"),
            "CSSColor": "a finer name than people use; HexCode is exact",
        },
        "DetectTextResponse": {"TextModelVersion": _VERSION},
        "TextDetection": {
            "Id": "lines are in reading order",
            "ParentId": "words are counted, not kept: lines hold them",
        },
        "Geometry": {"Polygon": "the box is enough to find the line"},
        "DetectFacesResponse": {"OrientationCorrection": _UPRIGHT},
        "FaceDetail": dict.fromkeys(_TRAITS.split(), _TRAIT),
        "DetectModerationLabelsResponse": {
            "HumanLoopActivationOutput": "review is Braid's own; no human loop is asked for",
            "ProjectVersion": "no custom model is asked for",
            "ContentTypes": "animated or drawn: no moderation category",
        },
        "ModerationLabel": {"TaxonomyLevel": "the length of the parent path"},
    },
    "textract": {
        "DetectDocumentTextResponse": {"DetectDocumentTextModelVersion": _VERSION},
        "Block": {
            "TextType": "printed or handwritten makes no difference to the text",
            "Page": "one page image is sent at a time",
            **dict.fromkeys(("RowIndex", "ColumnIndex", "RowSpan", "ColumnSpan"), _TABLES),
            **dict.fromkeys(("EntityTypes", "SelectionStatus", "Query"), _FORMS),
        },
        "Geometry": {
            "Polygon": "the box is enough to find the line",
            "RotationAngle": "lines keep their reading order",
        },
    },
    "transcribe": {
        "TranscriptionJob": {
            "MediaSampleRateHertz": "the probe knows it",
            **dict.fromkeys(("StartTime", "CreationTime", "CompletionTime"), _TIMES),
            **dict.fromkeys(("JobExecutionSettings", "Tags", "Subtitles"), _NOT_ASKED),
            **dict.fromkeys(
                (
                    "MediaFormat",
                    "Media",
                    "Settings",
                    "ModelSettings",
                    "ContentRedaction",
                    "IdentifyLanguage",
                    "IdentifyMultipleLanguages",
                    "LanguageOptions",
                    "LanguageIdSettings",
                    "ToxicityDetection",
                ),
                _ASKED,
            ),
            "FailureReason": "only failed jobs have it; they raise it (test_transcribe_answers)",
        },
        "LanguageCodeItem": {"DurationInSeconds": "the output says the same of every stretch"},
    },
    "comprehend": {
        "DetectEntitiesResponse": dict.fromkeys(
            ("DocumentMetadata", "DocumentType", "Blocks", "Errors"), _DOCUMENTS
        ),
        "Entity": {"BlockReferences": _DOCUMENTS},
        "ToxicLabels": {"Toxicity": "a summary of the labels"},
    },
    "translate": {
        "TranslateTextResponse": {
            "AppliedTerminologies": "no terminology is asked for",
            "AppliedSettings": "no setting is asked for",
        },
    },
}

# What a member must hold so that an adapter reads on.
_VALUES: Mapping[str, Any] = {
    "BeginOffset": 0,
    "EndOffset": 4,
    "BlockType": "LINE",
    "Relationship.Type": "CHILD",
    "SourceLanguageCode": "en",
    "TargetLanguageCode": "de",
    "TextDetection.Type": "LINE",
    "TranscriptionJobStatus": "COMPLETED",
    "AudioStream": io.BytesIO(b"\0\0"),
    "ContentType": "audio/pcm",
}


def _spoken(answer: Mapping[str, Any]) -> None:
    class Client:
        def synthesize_speech(self, **_asked: Any) -> Mapping[str, Any]:
            return answer

    Polly(Meter(), polly=Client()).synthesize_speech("text", Voice("Joanna", "neural"))


def _lines(answer: Mapping[str, Any]) -> None:
    (line,) = answer["Blocks"]
    word = _Recorder(line.shape)
    word["BlockType"] = "WORD"
    answer["Blocks"].append(word)
    textract.read_lines(answer)


class _Operation(NamedTuple):
    service: str
    name: str
    read: Callable[[Mapping[str, Any]], object]


def _moderation(answer: Mapping[str, Any]) -> None:
    rekognition.read_moderation(answer)
    rekognition.unjudged_categories(answer)


_OPERATIONS = (
    _Operation("rekognition", "DetectLabels", rekognition.read_labels),
    _Operation("rekognition", "DetectText", rekognition.read_texts),
    _Operation("rekognition", "DetectFaces", rekognition.read_faces),
    _Operation("rekognition", "DetectModerationLabels", _moderation),
    _Operation("textract", "DetectDocumentText", _lines),
    _Operation("transcribe", "GetTranscriptionJob", transcribe.read_job),
    _Operation("polly", "SynthesizeSpeech", _spoken),
    _Operation("translate", "TranslateText", lambda answer: translate.read_translation(answer, "en", "de")),
    _Operation("comprehend", "DetectDominantLanguage", comprehend.read_dominant_language),
    _Operation("comprehend", "DetectEntities", partial(comprehend.read_entities, text="text")),
    _Operation("comprehend", "DetectKeyPhrases", partial(comprehend.read_key_phrases, text="text")),
    _Operation("comprehend", "DetectSentiment", comprehend.read_sentiment),
    _Operation("comprehend", "DetectPiiEntities", partial(comprehend.read_pii_entities, text="text")),
    _Operation("comprehend", "DetectToxicContent", partial(comprehend.read_toxic_content, segment_count=1)),
)


class _Recorder(dict[str, Any]):
    """A structure that notes which of its members were read."""

    def __init__(self, shape: StructureShape) -> None:
        super().__init__({name: _example(member, shape, name) for name, member in shape.members.items()})
        self.shape = shape
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)


def _example(shape: Shape, holder: StructureShape | None = None, name: str = "") -> Any:
    """A value with everything in it that the model has."""
    if holder is not None and f"{holder.name}.{name}" in _VALUES:
        return _VALUES[f"{holder.name}.{name}"]
    if name in _VALUES:
        return _VALUES[name]
    if isinstance(shape, StructureShape):
        return _Recorder(shape)
    if isinstance(shape, ListShape):
        return [_example(shape.member)]
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else "text"
    return {"integer": 1, "long": 1, "float": 0.5, "double": 0.5, "boolean": True}.get(shape.type_name)


def _recorders(value: Any) -> Iterator[_Recorder]:
    """The structures that were reached: those that lie behind members that were read."""
    if isinstance(value, _Recorder):
        yield value
        for name in value.read & value.keys():
            yield from _recorders(dict.get(value, name))
    elif isinstance(value, list):
        for item in value:
            yield from _recorders(item)


@pytest.mark.parametrize("operation", _OPERATIONS, ids=lambda each: f"{each.service}-{each.name}")
def test_every_member_is_read_or_has_a_reason(operation: _Operation) -> None:
    output = service_model(operation.service).operation_model(operation.name).output_shape
    assert isinstance(output, StructureShape)
    answer = _Recorder(output)
    operation.read(answer)
    reached: dict[str, set[str]] = {}
    known: dict[str, set[str]] = {}
    for each in _recorders(answer):
        reached.setdefault(each.shape.name, set()).update(each.read & each.keys())
        known.setdefault(each.shape.name, set()).update(each.keys())
    unread = _UNREAD.get(operation.service, {})
    assert output.name in reached
    for shape, read in reached.items():
        assert known[shape] - read == set(unread.get(shape, ())), shape


def test_no_reason_is_given_for_a_shape_that_is_gone() -> None:
    for service, shapes in _UNREAD.items():
        for name, members in shapes.items():
            assert members.keys() <= service_model(service).shape_for(name).members.keys()
            assert all(members.values())


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
