"""The functions of the example app: a form that S3 would take, and events that lead to answers."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from examples.own_app.functions import on_answer, upload_page
from tests.contract.conftest import Storage

MOST_BYTES = 100


def test_the_form_is_signed_for_one_file_of_bounded_size(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INPUT_BUCKET", Storage.inbox)
    monkeypatch.setenv("PROFILE", "general")
    monkeypatch.setenv("MOST_BYTES", str(MOST_BYTES))

    page = upload_page.handler({}, None)["body"]

    (address,) = re.findall(r'<form action="([^"]+)"', page)
    assert unescape(address).endswith(f"/{Storage.inbox}")
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', page)
    fields = {unescape(name): unescape(value) for name, value in hidden}
    policy = json.loads(b64decode(fields["policy"]))
    assert {"bucket": Storage.inbox} in policy["conditions"]
    assert ["starts-with", "$key", "inbox/general/"] in policy["conditions"]
    assert ["content-length-range", 1, MOST_BYTES] in policy["conditions"]
    assert fields["key"] == "inbox/general/${filename}"
    until = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert timedelta(0) < until <= timedelta(minutes=10)


def _message(detail: dict[str, Any], message_id: str) -> dict[str, str]:
    return {"messageId": message_id, "body": json.dumps({"detail": detail})}


def test_an_event_leads_to_the_answer(storage: Storage, capsys: pytest.CaptureFixture[str]) -> None:
    answer, result = "assets/own-1/1/answer.json", "assets/own-1/result.json"
    claim = {"uri": f"s3://{Storage.results}/{answer}"}
    documents = {
        answer: {"summary": [], "topics": []},
        result: {"attempt": 1, "status": "SUCCEEDED", "results": {"answer": claim}},
    }
    for key, document in documents.items():
        storage.s3.put_object(Bucket=Storage.results, Key=key, Body=json.dumps(document))
    good = _message({"asset_id": "own-1", "result_uri": f"s3://{Storage.results}/{result}"}, "good")
    lost = _message(
        {"asset_id": "own-2", "result_uri": f"s3://{Storage.results}/assets/own-2/result.json"}, "lost"
    )

    failed = on_answer.handler({"Records": [lost, good]}, None)

    assert failed == {"batchItemFailures": [{"itemIdentifier": "lost"}]}
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert said == [
        {"asset_id": "own-1", "attempt": 1, "status": "SUCCEEDED", "answer_has": ["summary", "topics"]}
    ]
