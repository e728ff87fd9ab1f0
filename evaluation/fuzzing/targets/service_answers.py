"""What reads the answers of AWS services: a shape that we refuse is an error with a name."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from typing import Any

from braid.aws.comprehend import (
    read_dominant_language,
    read_entities,
    read_key_phrases,
    read_pii_entities,
    read_sentiment,
    read_toxic_content,
)
from braid.aws.rekognition import read_faces, read_labels, read_moderation, read_texts, unjudged_categories
from braid.aws.textract import read_lines
from braid.aws.transcribe.jobs import read_job
from braid.aws.transcribe.output import read_output
from braid.aws.translate import read_translation
from braid.aws.tuning.evaluation_archive import read_archive
from evaluation.fuzzing.target import Form, Target, of_json
from lambdas.transcription.utterances import utterances

__all__ = ["SERVICE_ANSWERS"]

_TEXT = "Ann sells mugs for 19 euros in Bern."
_BOX = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
_PLACE = {"BoundingBox": _BOX}
_SPAN = {"Score": 0.9, "BeginOffset": 0, "EndOffset": 3}
_WORD = {"type": "pronunciation", "start_time": "0.0", "end_time": "0.5", "speaker_label": "spk_0"}
_OUTPUT = {
    "jobName": "job",
    "accountId": "1",
    "status": "COMPLETED",
    "results": {
        "transcripts": [{"transcript": "Hello."}],
        "language_code": "en-US",
        "items": [
            {**_WORD, "id": 0, "alternatives": [{"confidence": "0.99", "content": "Hello"}]},
            {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "."}]},
        ],
        "speaker_labels": {
            "speakers": 1,
            "segments": [
                {"start_time": "0.0", "end_time": "0.5", "speaker_label": "spk_0", "items": [_WORD]}
            ],
        },
        "toxicity_detection": [
            {"text": "a", "toxicity": 0.4, "categories": {"insult": 0.2}, "start_time": 0.0, "end_time": 1.5}
        ],
    },
}
_JOB = {
    "TranscriptionJob": {
        "TranscriptionJobName": "job",
        "TranscriptionJobStatus": "COMPLETED",
        "LanguageCode": "en-US",
        "LanguageCodes": [{"LanguageCode": "en-US", "DurationInSeconds": 1.0}],
        "IdentifiedLanguageScore": 0.9,
        "Transcript": {"TranscriptFileUri": "https://s3/b/k", "RedactedTranscriptFileUri": "https://s3/b/r"},
    }
}
_LABELS = {
    "Labels": [
        {
            "Name": "Mug",
            "Confidence": 98.0,
            "Parents": [{"Name": "Cup"}],
            "Instances": [{"BoundingBox": _BOX, "Confidence": 97.0}],
        }
    ],
    "LabelModelVersion": "3.0",
    "ImageProperties": {
        "Quality": {"Brightness": 50.0, "Sharpness": 60.0, "Contrast": 70.0},
        "DominantColors": [
            {
                "Red": 1,
                "Green": 2,
                "Blue": 3,
                "HexCode": "#010203",
                "CSSColor": "black",
                "SimplifiedColor": "black",
                "PixelPercent": 40.0,
            }
        ],
        "Foreground": {"DominantColors": []},
    },
}
_TEXTS = {
    "TextDetections": [
        {"DetectedText": "19 euros", "Type": "LINE", "Id": 0, "Confidence": 99.0, "Geometry": _PLACE},
        {
            "DetectedText": "19",
            "Type": "WORD",
            "Id": 1,
            "ParentId": 0,
            "Confidence": 99.0,
            "Geometry": _PLACE,
        },
    ],
    "TextModelVersion": "3.0",
}
_FACES = {"FaceDetails": [{"BoundingBox": _BOX, "Confidence": 99.0, "Pose": {"Roll": 1.0}}]}
_MODERATION = {
    "ModerationLabels": [
        {"Name": "Violence", "ParentName": "", "Confidence": 80.0, "TaxonomyLevel": 1},
        {"Name": "Weapons", "ParentName": "Violence", "Confidence": 80.0, "TaxonomyLevel": 2},
    ],
    "ModerationModelVersion": "7.0",
}
_CHILDREN = {"Type": "CHILD", "Ids": ["l"]}
_LINES = {
    "DocumentMetadata": {"Pages": 1},
    "Blocks": [
        {"BlockType": "PAGE", "Id": "p", "Geometry": _PLACE, "Relationships": [_CHILDREN]},
        {"BlockType": "LINE", "Id": "l", "Text": "A b", "Confidence": 99.0, "Geometry": _PLACE, "Page": 1},
    ],
}
_SENTIMENT = {
    "Sentiment": "POSITIVE",
    "SentimentScore": {"Positive": 0.9, "Negative": 0.0, "Neutral": 0.1, "Mixed": 0.0},
}
_TOXIC = {"ResultList": [{"Labels": [{"Name": "INSULT", "Score": 0.1}], "Toxicity": 0.2}]}
_TRANSLATION = {"TranslatedText": "a", "SourceLanguageCode": "en", "TargetLanguageCode": "de"}


def _spoken(document: Any) -> None:
    heard = read_output(document)
    utterances(heard.items, heard.language_code or "en-US")


def _archive() -> list[bytes]:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        body = json.dumps({"results": {"task": {"exact_match,none": 0.5, "alias": "a"}}}).encode()
        for name in ("eval/results.json", "eval/events.out.tfevents.1"):
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return [target.getvalue()]


_READERS: Mapping[str, tuple[Callable[[Any], object], Any]] = {
    "transcribe-output": (_spoken, _OUTPUT),
    "transcribe-job": (read_job, _JOB),
    "rekognition-labels": (read_labels, _LABELS),
    "rekognition-texts": (read_texts, _TEXTS),
    "rekognition-faces": (read_faces, _FACES),
    "rekognition-moderation": (
        lambda answer: (read_moderation(answer), unjudged_categories(answer)),
        _MODERATION,
    ),
    "textract-lines": (read_lines, _LINES),
    "comprehend-language": (
        read_dominant_language,
        {"Languages": [{"LanguageCode": "en", "Score": 0.9}, {"LanguageCode": "de", "Score": 0.1}]},
    ),
    "comprehend-entities": (
        lambda answer: read_entities(answer, _TEXT),
        {"Entities": [{**_SPAN, "Type": "PERSON", "Text": "Ann"}]},
    ),
    "comprehend-phrases": (
        lambda answer: read_key_phrases(answer, _TEXT),
        {"KeyPhrases": [{**_SPAN, "Text": "Ann"}]},
    ),
    "comprehend-personal": (
        lambda answer: read_pii_entities(answer, _TEXT),
        {"Entities": [{**_SPAN, "Type": "NAME"}]},
    ),
    "comprehend-sentiment": (read_sentiment, _SENTIMENT),
    "comprehend-toxicity": (lambda answer: read_toxic_content(answer, 1), _TOXIC),
    "translation": (lambda answer: read_translation(answer, "en", "de"), _TRANSLATION),
}
SERVICE_ANSWERS: tuple[Target, ...] = (
    *(
        Target(name, Form.JSON, of_json(read), lambda seed=seed: [json.dumps(seed).encode()])  # type: ignore[misc]  # bound as it is
        for name, (read, seed) in _READERS.items()
    ),
    Target("evaluation-archive", Form.BYTES, read_archive, _archive),
)
