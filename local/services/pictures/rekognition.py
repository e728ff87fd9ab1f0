"""Rekognition's image operations, as far as local engines can judge a picture.

DetectLabels names what a photograph shows as a whole and what a detector backs (people by their faces, text,
QR codes), and measures image properties; DetectFaces gives boxes and quality; DetectText reads;
DetectModerationLabels judges whether a picture is explicit, and its version says that it judges nothing else.
What no engine here can tell (age, emotions) is refused with an error that isn't worth a retry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.engines.errors import EngineMissingError
from local.engines.findings import Face, Page, SceneLabel
from local.engines.pool import EnginePool
from local.services.engine_errors import engine_errors_answered
from local.services.pictures.geometry import aws_box
from local.services.pictures.image_labels import general_labels, image_properties
from local.services.pictures.input_documents import read_input
from local.services.pictures.text_detections import text_detections
from local.services.protocol import Caller, Objects, Service, ServiceError, not_offered

# https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
_MAX_INLINE_BYTES = 5_242_880
_MAX_STORED_BYTES = 15 * 1024 * 1024
_MIN_SIDE_PX = 80
_MAX_SIDE_PX = 10_000

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_TEXT_VERSION = "local: RapidOCR, PaddleOCR"
_DETECTORS_VERSION = "local: OpenCV, RapidOCR"
_CLASSIFIER_VERSION = f"{_DETECTORS_VERSION}, EfficientNet-Lite0"
# Says which categories of the first level were judged, for readers that must not take silence for "safe".
_MODERATION_VERSION = "local: open_nsfw; judged only: Explicit"
_MODERATION_MIN_CONFIDENCE = 50.0  # DetectModerationLabels' documented default
_LABEL_MIN_CONFIDENCE = 55.0  # DetectLabels' documented default


def build_service(objects: Objects, engines: EnginePool) -> Service:
    """Rekognition over the given engines; S3 objects are read with the caller's permissions."""
    rekognition = _Rekognition(objects, engines)
    return Service(
        "rekognition",
        {
            "DetectLabels": rekognition.detect_labels,
            "DetectText": rekognition.detect_text,
            "DetectFaces": rekognition.detect_faces,
            "DetectModerationLabels": rekognition.detect_moderation_labels,
        },
    )


@dataclass(frozen=True)
class _Rekognition:
    objects: Objects
    engines: EnginePool

    def detect_labels(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        features = request.get("Features") or ["GENERAL_LABELS"]
        settings = request.get("Settings") or {}
        if "ImageProperties" in settings and "IMAGE_PROPERTIES" not in features:
            raise ServiceError("InvalidParameterException", "Settings name a feature that isn't in Features.")
        image = self._read_image(request, caller)
        answer: dict[str, Any] = {}
        if "GENERAL_LABELS" in features:
            scene, version = self._scene(image)
            answer["Labels"] = general_labels(
                self._run("pictures.faces:find_faces", image),
                self._run("pictures.ocr:find_text", image),
                self._run("pictures.codes:find_qr_codes", image),
                scene,
                settings.get("GeneralLabels") or {},
                min_confidence=float(request.get("MinConfidence", _LABEL_MIN_CONFIDENCE)),
                max_labels=request.get("MaxLabels"),
            )
            answer["LabelModelVersion"] = version
        if "IMAGE_PROPERTIES" in features:
            answer["ImageProperties"] = image_properties(
                self._run("pictures.image_properties:measure", image), settings.get("ImageProperties") or {}
            )
        return answer

    def _scene(self, image: bytes) -> tuple[list[SceneLabel], str]:
        """What the classifier names, and the version that names the engines; without its weights nothing."""
        with engine_errors_answered(unreadable="InvalidImageFormatException"):
            try:
                return self.engines.run("pictures.labels:find_labels", image), _CLASSIFIER_VERSION
            except EngineMissingError:
                return [], _DETECTORS_VERSION

    def detect_text(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        image = self._read_image(request, caller)
        page: Page = self._run("pictures.ocr:read_text", image)
        return {
            "TextDetections": text_detections(page, request.get("Filters") or {}),
            "TextModelVersion": _TEXT_VERSION,
        }

    def detect_faces(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        refused = sorted(set(request.get("Attributes") or []) - {"DEFAULT"})
        if refused:
            raise not_offered(
                f"This machine has no engine for the face attributes {', '.join(refused)}; ask for DEFAULT."
            )
        image = self._read_image(request, caller)
        faces: list[Face] = self._run("pictures.faces:find_faces", image)
        return {
            "FaceDetails": [
                {
                    "BoundingBox": aws_box(face.box),
                    "Quality": {"Brightness": face.brightness, "Sharpness": face.sharpness},
                    "Confidence": face.confidence * 100,
                }
                for face in faces
            ]
        }

    def detect_moderation_labels(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        image = self._read_image(request, caller)
        confidence = 100 * float(self._run("pictures.explicit:explicit_probability", image))
        found = {"Name": "Explicit", "ParentName": "", "TaxonomyLevel": 1, "Confidence": confidence}
        least = float(request.get("MinConfidence", _MODERATION_MIN_CONFIDENCE))
        return {
            "ModerationLabels": [found] if confidence >= least else [],
            "ModerationModelVersion": _MODERATION_VERSION,
        }

    def _read_image(self, request: Mapping[str, Any], caller: Caller) -> bytes:
        """The picture, checked as Rekognition checks it: size, format, sides."""
        image = read_input(
            request.get("Image") or {},
            caller,
            self.objects,
            max_inline_bytes=_MAX_INLINE_BYTES,
            max_stored_bytes=_MAX_STORED_BYTES,
            too_large="ImageTooLargeException",
        )
        if not image.startswith((_JPEG, _PNG)):
            raise ServiceError(
                "InvalidImageFormatException", "Request has invalid image format: not JPEG or PNG."
            )
        width, height = self._run("pictures.pixels:size_of", image)
        if max(width, height) > _MAX_SIDE_PX:
            raise ServiceError(
                "ImageTooLargeException",
                f"The image is {width} × {height} pixels; the limit is {_MAX_SIDE_PX}.",
            )
        if min(width, height) < _MIN_SIDE_PX:
            raise ServiceError(
                "InvalidParameterException",
                f"The image is {width} × {height} pixels; both sides need {_MIN_SIDE_PX} at least.",
            )
        return image

    def _run(self, task: str, image: bytes) -> Any:
        with engine_errors_answered(unreadable="InvalidImageFormatException"):
            return self.engines.run(task, image)
