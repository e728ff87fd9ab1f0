"""Amazon Bedrock Knowledge Bases: Retrieve, for a text or a picture.

Metadata keys are those that multimodal ingestion writes:
https://docs.aws.amazon.com/bedrock/latest/userguide/kb-multimodal-test-and-query.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from braid.aws.clients import client
from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.domain.errors import InvalidInputError, RefusedByServiceError, ServiceUnavailableError
from braid.domain.quoting import quoted
from braid.domain.span import WHOLE, Span

__all__ = ["KnowledgeBase", "Retrieved", "RetrievedKind"]

_OPERATION = "bedrock-agent-runtime:Retrieve"
# botocore's model of the request.
_MAX_QUERY_CHARACTERS = 20_000
_MAX_PICTURE_BYTES = 5_242_880
_MOST_RESULTS = 100

RetrievedKind = Literal["text", "image", "row", "audio", "video"]

_KINDS: Mapping[str, RetrievedKind] = {
    "TEXT": "text",
    "IMAGE": "image",
    "ROW": "row",
    "AUDIO": "audio",
    "VIDEO": "video",
}
_START = "x-amz-bedrock-kb-chunk-start-time-in-millis"
_END = "x-amz-bedrock-kb-chunk-end-time-in-millis"
_PAGE = "x-amz-bedrock-kb-document-page-number"
_SOURCE = "x-amz-bedrock-kb-source-uri"
# Where each kind of source keeps its address.
_ADDRESSES = {
    "S3": ("s3Location", "uri"),
    "WEB": ("webLocation", "url"),
    "CONFLUENCE": ("confluenceLocation", "url"),
    "SALESFORCE": ("salesforceLocation", "url"),
    "SHAREPOINT": ("sharePointLocation", "url"),
    "KENDRA": ("kendraDocumentLocation", "uri"),
    "ONEDRIVE": ("oneDriveLocation", "url"),
    "GOOGLEDRIVE": ("googleDriveLocation", "url"),
    "CUSTOM": ("customDocumentLocation", "id"),
    "SQL": ("sqlLocation", "query"),
}
_OWN_CODES = {
    "ResourceNotFoundException": RefusedByServiceError,
    "ValidationException": RefusedByServiceError,
    # A base whose vector store sleeps or is being filled.
    "ConflictException": ServiceUnavailableError,
    "DependencyFailedException": ServiceUnavailableError,
    "BadGatewayException": ServiceUnavailableError,
}


@dataclass(frozen=True)
class Retrieved:
    """One result: what it says, the document that it is of (an address), and where in it.

    ``text`` is empty where a picture, a sound or a film has no words; ``score`` orders one answer's results.
    """

    kind: RetrievedKind
    text: str
    uri: str
    span: Span
    score: float


class KnowledgeBase:
    """One knowledge base, by its id. Raises the service errors of ``braid.domain.errors``."""

    def __init__(self, knowledge_base_id: str, *, runtime: Any = None) -> None:
        self._id = knowledge_base_id
        self._runtime = runtime or client("bedrock-agent-runtime")

    def retrieve(self, text: str = "", *, jpeg: bytes = b"", limit: int = 10) -> list[Retrieved]:
        """What a text or a picture finds, the best first.

        Raises InvalidInputError for neither or both, and for what is longer than Bedrock takes.
        """
        if bool(text.strip()) == bool(jpeg):
            raise InvalidInputError(f"{_OPERATION}: a query is a text or a picture")
        if len(text) > _MAX_QUERY_CHARACTERS or len(jpeg) > _MAX_PICTURE_BYTES:
            raise InvalidInputError(
                f"{_OPERATION}: a text has at most {_MAX_QUERY_CHARACTERS} characters and a picture"
                f" {_MAX_PICTURE_BYTES} bytes"
            )
        query: dict[str, Any] = {"type": "TEXT", "text": text}
        if jpeg:
            query = {"type": "IMAGE", "image": {"format": "jpeg", "inlineContent": jpeg}}
        with service_errors(_OPERATION, _OWN_CODES):
            response = self._runtime.retrieve(
                knowledgeBaseId=self._id,
                retrievalQuery=query,
                retrievalConfiguration={
                    "vectorSearchConfiguration": {"numberOfResults": min(limit, _MOST_RESULTS)}
                },
            )
        answer = ServiceAnswer.whole(_OPERATION, response, "retrievalResults")
        results = answer.objects("retrievalResults")
        return [
            _retrieved(each, raw) for each, raw in zip(results, response["retrievalResults"], strict=True)
        ]


def _retrieved(result: ServiceAnswer, raw: Mapping[str, Any]) -> Retrieved:
    content = result.object("content")
    told = content.text("type") if "type" in content else "TEXT"
    if told not in _KINDS:
        raise result.refusal(f"a result of the kind {quoted(told, 40)} isn't known")
    metadata = raw.get("metadata") or {}
    return Retrieved(
        _KINDS[told],
        _words(content, _KINDS[told]),
        _uri(result, metadata),
        _span(metadata),
        result.number("score") if "score" in result else 0.0,
    )


def _words(content: ServiceAnswer, kind: RetrievedKind) -> str:
    """A text, a row's cells, what was heard, or what a film is about; nothing of a picture without words."""
    if kind == "row":
        cells = content.objects("row") if "row" in content else []
        named = (
            (cell.text("columnName"), cell.text("columnValue")) for cell in cells if "columnValue" in cell
        )
        return "; ".join(f"{name}: {value}" for name, value in named)
    for part, member in (("audio", "transcription"), ("video", "summary")):
        if kind == part and part in content and member in (inner := content.object(part)):
            return inner.text(member)
    return content.text("text") if "text" in content else ""


def _uri(result: ServiceAnswer, metadata: Mapping[str, Any]) -> str:
    source = metadata.get(_SOURCE)
    if isinstance(source, str) and source:
        return source
    if "location" in result:
        location = result.object("location")
        part, member = _ADDRESSES.get(location.text("type"), ("", ""))
        if part and part in location and member in (inner := location.object(part)):
            return inner.text(member)
    return result.text("documentId") if "documentId" in result else ""


def _span(metadata: Mapping[str, Any]) -> Span:
    start, end, page = (_whole_number(metadata.get(name)) for name in (_START, _END, _PAGE))
    if start is not None and end is not None and 0 <= start <= end:
        return Span(start, end)
    return Span(page=page) if page is not None and page >= 1 else WHOLE


def _whole_number(value: Any) -> int | None:
    """Metadata are documents: numbers come as ints or floats."""
    return round(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
