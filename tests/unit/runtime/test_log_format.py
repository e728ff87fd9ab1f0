"""What a log line holds of an error: classes, places and our own words, nothing that was processed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from braid.aws.service_answers import ServiceAnswer
from braid.aws.service_errors import service_errors
from braid.aws.transcribe.output import read_output
from braid.domain.asset.asset import Source
from braid.domain.captions.captions import read_vtt
from braid.domain.errors import BraidError, InvalidInputError
from braid.domain.quoting import quoted, without_quoted
from braid.domain.wire import decode
from braid.runtime.ended import read_ended
from braid.runtime.handler import handles
from braid.runtime.log_format import ContentFreeFormatter, loggable
from lambdas.closing.deaths import read_death
from lambdas.dispatch.events import read_arrival
from lambdas.erasing.deletions import read_deletion
from tests.doubles.lambda_context import CONTEXT

SAID = "the ferry leaves Harwich at nine"


def service(error: Exception) -> None:
    with service_errors("comprehend:DetectEntities"):
        raise error


def refused(message: str) -> ClientError:
    body: Any = {"Error": {"Code": "ValidationException", "Message": message}}
    return ClientError(body, "DetectEntities")


def heard(item: Any) -> None:
    read_output({"status": "COMPLETED", "results": {"items": [item]}})


def answer(**members: Any) -> ServiceAnswer:
    return ServiceAnswer("rekognition:DetectText", members, "it")


# Each reads something that holds what was said, and refuses it.
FAILURES: dict[str, Callable[[], object]] = {
    "a message of the inbox": lambda: read_arrival(SAID),
    "an event of another kind": lambda: read_arrival(json.dumps({"detail-type": SAID})),
    "an event without a bucket": lambda: read_arrival(
        json.dumps({"detail-type": "Object Created", "detail": SAID})
    ),
    "what ended": lambda: read_ended(json.dumps({"text": SAID})),
    "what was deleted": lambda: read_deletion(SAID),
    "what died": lambda: read_death({"detail": SAID}),
    "a request": lambda: decode(Source, {"bucket": "b", "key": [SAID], "version_id": "v"}),
    "an item that was heard": lambda: heard(SAID),
    "the kind of an item": lambda: heard({"alternatives": [{"content": "a"}], "type": SAID}),
    "a member of an answer": lambda: answer(Confidence=SAID).number("Confidence"),
    "a constant of an answer": lambda: answer(Type=SAID).one_of("Type", ("LINE", "WORD")),
    "a caption file": lambda: read_vtt(SAID),
    "what a service quotes": lambda: service(
        refused(f"1 validation error detected: Value '{SAID}' at 'textList.1.member' failed to satisfy")
    ),
    "what botocore quotes": lambda: service(
        ParamValidationError(report=f"Invalid type for parameter Text, value: {SAID}, type: <class 'x'>")
    ),
    "an answer that can't be parsed": lambda: service(ResponseParserError(f"received:\nb'{SAID}'")),
    "a bug": lambda: int(SAID),
    "a member that isn't there": lambda: json.loads("{}")[SAID],
    "an error that comes of another": lambda: _wrapped(),
}


def _wrapped() -> None:
    try:
        int(SAID)
    except ValueError as error:
        raise InvalidInputError("line 3 isn't a number") from error


@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_is_logged_with_what_was_said(failure: str) -> None:
    with pytest.raises((BraidError, KeyError, ValueError)) as raised:
        FAILURES[failure]()
    error = raised.value
    told = (type(error), error, error.__traceback__)
    record = logging.LogRecord("braid", logging.ERROR, "", 0, loggable(error), (), told)
    line = json.loads(ContentFreeFormatter().format(record))
    assert line["exception_name"] in line["exception"]
    assert "in <lambda>" in line["exception"], "the place in the code is what finds the fault"
    assert "ferry" not in json.dumps(line)


@pytest.mark.parametrize("kind", [KeyError, ValueError])
def test_a_bug_reaches_the_state_machine_by_its_name_alone(kind: type[Exception]) -> None:
    @handles(Source, Source)
    def step(_request: Source, _settings: Source) -> None:
        raise kind(SAID)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("BUCKET", "KEY", "VERSION_ID"):
            patch.setenv(name, "x")
        with pytest.raises(Exception, match="may quote what was processed") as raised:
            step({"bucket": "b", "key": "k", "version_id": "v"}, CONTEXT)
    assert type(raised.value).__name__ == kind.__name__


def test_people_read_what_logs_dont_hold() -> None:
    with pytest.raises(InvalidInputError, match=SAID) as raised:
        decode(Source, {"bucket": "b", "key": [SAID], "version_id": "v"})
    assert loggable(raised.value) == "Source.key must be str, not ‹36 characters›"


def test_a_constant_that_a_service_added_is_logged() -> None:
    with pytest.raises(BraidError) as raised:
        answer(Type="GLYPH").one_of("Type", ("LINE", "WORD"))
    assert "not 'GLYPH'" in loggable(raised.value)


@given(st.text(min_size=1).filter(lambda text: text.strip() and not text.strip().isdigit()), st.text("ab"))
def test_whatever_is_quoted_goes_and_what_stands_around_it_stays(value: str, around: str) -> None:
    message = f"{around}: {quoted(value)}, {around}"
    kept = without_quoted(message)
    assert kept.startswith(f"{around}: ‹")
    assert kept.endswith(f" characters›, {around}")
    assert without_quoted(kept) == kept
    assert len(kept) <= len(around) * 2 + 20


def test_what_was_cut_within_a_quotation_goes_too() -> None:
    assert without_quoted(f"not {quoted(SAID)}"[:20]) == "not ‹15 characters›"


@pytest.mark.parametrize("value", [None, True, 7, 0.5])
def test_what_says_no_word_is_shown_as_it_is(value: object) -> None:
    assert quoted(value) == repr(value)
