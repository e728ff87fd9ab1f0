"""However a bundle's members and its manifest arrive: one execution, one result.

Through S3, EventBridge, the queue and the whole workflow. Three texts take every order; a picture costs
twenty times as much to look at, and takes the manifest at every place.
"""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from braid.domain.asset.asset import MANIFEST_NAME, AssetStatus, Source, asset_id_for
from cli.showing.records import read_record, recent_records
from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e
WAIT_SECONDS = 180

Member = tuple[bytes, str]
TEXTS: Mapping[str, Member] = {
    "lamp.md": (b"# Lamp\n\nThe brass lamp costs 40 euros and is made in Porto.\n", "text"),
    "care.txt": (b"Clean the brass lamp once a week with a soft cloth.\n", "text"),
    "said.vtt": (b"WEBVTT\n\n00:00.000 --> 00:03.000\nThis brass lamp costs 45 euros.\n", "captions"),
}


@dataclass
class Arriving:
    """One bundle and the order in which its objects come."""

    folder: str
    objects: tuple[tuple[str, bytes], ...]
    asset_id: str = ""


def arriving(folder: str, members: Mapping[str, Member], order: tuple[str, ...]) -> Arriving:
    listed = [{"name": name, "role": role} for name, (_, role) in members.items()]
    bodies = {name: body for name, (body, _) in members.items()}
    bodies[MANIFEST_NAME] = json.dumps({"members": listed}).encode()
    return Arriving(f"inbox/general/{folder}.bundle/", tuple((name, bodies[name]) for name in order))


def put_next(deployed: Deployed, bundle: Arriving, step: int) -> None:
    name, body = bundle.objects[step]
    bucket, key = deployed.target.input_bucket, bundle.folder + name
    version_id = deployed.target.s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]
    if name == MANIFEST_NAME:
        bundle.asset_id = asset_id_for(Source(bucket, key, version_id))


def wait_until_it_waits(deployed: Deployed, bundle: Arriving) -> None:
    """Until Admit Asset has looked for the members and said that it waits for some."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        record = read_record(deployed.target, bundle.asset_id)
        if record is not None and (record.reason or "").startswith("waiting for "):
            return
        time.sleep(0.1)
    pytest.fail(f"{bundle.asset_id} doesn't wait for its members: {record}")


def drop_in_order(deployed: Deployed, bundles: list[Arriving]) -> None:
    """Object by object, side by side; an early manifest is known to wait before the next object comes."""
    for step in range(max(len(bundle.objects) for bundle in bundles)):
        for bundle in bundles:
            put_next(deployed, bundle, step)
        if step + 1 < len(bundles[0].objects):
            for bundle in bundles:
                if bundle.asset_id:
                    wait_until_it_waits(deployed, bundle)


def executions_of(deployed: Deployed, prefix: str) -> Counter[str]:
    pages = deployed.target.stepfunctions.get_paginator("list_executions").paginate(
        stateMachineArn=deployed.target.state_machine_arn
    )
    names = [item["name"] for page in pages for item in page["executions"]]
    return Counter(name for name in names if name.startswith(prefix))


def check_one_result(deployed: Deployed, prefix: str, bundles: list[Arriving]) -> None:
    outcomes = deployed.wait([bundle.asset_id for bundle in bundles])
    others = {outcome.reason for outcome in outcomes if outcome.status is not AssetStatus.SUCCEEDED}
    assert not others
    assert executions_of(deployed, prefix) == Counter(f"{bundle.asset_id}-1" for bundle in bundles)
    dropped = recent_records(deployed.target, days=2, statuses=tuple(AssetStatus), limit=1000)
    assert {record.asset_id for record in dropped if f"/{prefix}" in record.source_key} == {
        bundle.asset_id for bundle in bundles
    }, "no member is an asset of its own"
    for name in ("timeline", "passages"):
        found = {json.dumps(deployed.document(bundle.asset_id, name)) for bundle in bundles}
        assert len(found) == 1, f"{name}.json depends on the order"
    answers = {json.dumps(deployed.document(bundle.asset_id, "answer")["answer"]) for bundle in bundles}
    assert len(answers) == 1
    for bundle in bundles:
        admitted = deployed.document(bundle.asset_id, "admission")["members"]
        assert {member["key"] for member in admitted} == {
            bundle.folder + name for name, _ in bundle.objects if name != MANIFEST_NAME
        }


def test_any_order_of_members_and_manifest_gives_one_execution_and_result(deployed: Deployed) -> None:
    orders = itertools.permutations([*TEXTS, MANIFEST_NAME])
    bundles = [arriving(f"any-order-{number}", TEXTS, order) for number, order in enumerate(orders)]
    assert len(bundles) == 24
    drop_in_order(deployed, bundles)
    check_one_result(deployed, "any-order-", bundles)


def test_a_manifest_before_between_and_after_a_picture_and_its_text(
    deployed: Deployed, samples: Path
) -> None:
    members = {
        "mug.jpg": ((samples / "mug.bundle" / "mug.jpg").read_bytes(), "image"),
        "mug.md": ((samples / "mug.bundle" / "mug.md").read_bytes(), "text"),
    }
    orders = [
        (*list(members)[:place], MANIFEST_NAME, *list(members)[place:]) for place in range(len(members) + 1)
    ]
    bundles = [arriving(f"mug-order-{number}", members, order) for number, order in enumerate(orders)]
    drop_in_order(deployed, bundles)
    check_one_result(deployed, "mug-order-", bundles)
    clashes = [
        agreement["kind"]
        for segment in deployed.document(bundles[0].asset_id, "timeline")["segments"]
        for agreement in segment["agreements"]
    ]
    assert "contradictory" in clashes


def test_leftovers_of_an_earlier_bundle_are_told_before_anything_is_sent(
    deployed: Deployed, make_file: Callable[[str, bytes], Path]
) -> None:
    s3, bucket, folder = deployed.target.s3, deployed.target.input_bucket, "inbox/general/again.bundle/"
    for name in ("old.txt", ".DS_Store"):
        s3.put_object(Bucket=bucket, Key=folder + name, Body=b"Left over from the last time.\n")
    new = make_file("new.txt", b"The new description of the lamp.\n")
    refused = deployed.braid("drop", "--bundle", "again", str(new))
    assert refused.returncode == 2
    assert (
        "again.bundle: an earlier bundle with this name has other members in the inbox (old.txt)"
        in " ".join(refused.stderr.split())
    )
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]]
    assert keys == [f"{folder}.DS_Store", f"{folder}old.txt"]
