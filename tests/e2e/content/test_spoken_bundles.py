"""Two recordings and a script of the first, through the whole workflow: all three meet on one timeline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from braid.domain.asset.asset import MANIFEST_NAME, AssetStatus, Source, asset_id_for
from tests.e2e.conftest import Deployed
from tests.local.spoken import SENTENCES, spoken

pytestmark = pytest.mark.e2e

_SCRIPT = SENTENCES.replace("twelve percent", "eleven percent").replace("europe", "Europe")


def test_recordings_and_their_script_meet(deployed: Deployed, tmp_path: Path) -> None:
    bodies = {
        "talk.wav": spoken(tmp_path, SENTENCES).read_bytes(),
        "aside.wav": spoken(tmp_path, "The garden club meets on monday evening.", "b.wav").read_bytes(),
        "script.txt": _SCRIPT.encode(),
    }
    roles = {"talk.wav": "audio", "aside.wav": "audio", "script.txt": "transcript"}
    bodies[MANIFEST_NAME] = json.dumps(
        {"members": [{"name": name, "role": role} for name, role in roles.items()]}
    ).encode()
    bucket, folder = deployed.target.input_bucket, "inbox/general/report.bundle/"
    versions = {
        name: deployed.target.s3.put_object(Bucket=bucket, Key=folder + name, Body=body)["VersionId"]
        for name, body in bodies.items()
    }
    asset_id = asset_id_for(Source(bucket, folder + MANIFEST_NAME, versions[MANIFEST_NAME]))
    (outcome,) = deployed.wait([asset_id])
    assert outcome.status is AssetStatus.SUCCEEDED, outcome.reason

    transcript = deployed.document(asset_id, "transcript")
    assert {said["member"] for said in transcript["utterances"]} == {"talk.wav", "aside.wav"}
    timeline = deployed.document(asset_id, "timeline")
    (given,) = timeline["quality"]["given_transcripts"]
    assert given["member"] == "script.txt"
    assert given["heard_share"] > 0.8
    assert ("number", "eleven", "12") in {
        (one["kind"], one["given"], one["heard"]) for one in given["differences"]
    }
    timed = [item for item in timeline["observations"] if item["member"] == "script.txt" and item["span"]]
    assert timed
    assert any("'eleven' given, '12' heard" in warning for warning in timeline["warnings"])
    captions = deployed.target.s3.get_object(
        Bucket=deployed.target.results_bucket, Key=f"assets/{asset_id}/1/captions.vtt"
    )["Body"].read()
    assert b"garden club" not in captions.lower()
