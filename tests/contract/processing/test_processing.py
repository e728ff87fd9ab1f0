"""A Processing job over the embedded AWS: the same bytes as the steps, and a data set out of what it left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from braid.admission.examined import Limits
from braid.admission.tally import EstimateKnobs
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.datasets.features import Features, SourceObject, features_folder
from braid.domain.wire import decode, decode_json, encode
from cli.costs.planning import Knobs
from cli.costs.prices import price_book
from cli.dataset.features import from_features
from cli.dataset.pairs import Built
from cli.errors import CommandError
from cli.processing.jobs import DeployedProcessing
from cli.processing.planning import list_objects, plan_job
from cli.target import Target
from lambdas.keyframes import handler_select
from lambdas.reading import handler_read
from processing.features import Settings, make_features
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT
from tests.unit.media.synthetic import pdf

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
LIMITS = Limits(50 * 1024 * 1024, 3600, 20, 2_000_000, 50_000_000)
SETTINGS = Settings(50 * 1024 * 1024, 3600, 20, 2_000_000, 50_000_000, Storage.results, "general", 40)
KNOBS = Knobs(LIMITS, EstimateKnobs(40, 2_000_000, 12_000, {}, (), False))
FIRST_TRY = {"count": 0, "throttled_limit": 6, "unavailable_limit": 3}
REPOSITORY = "000000000000.dkr.ecr.us-east-1.amazonaws.com/braid-dev-processing"
FILES = {
    "rental.pdf": SAMPLES / "rental.pdf",
    "mug.jpg": SAMPLES / "mug.bundle" / "mug.jpg",
    "mug.md": SAMPLES / "mug.bundle" / "mug.md",
}


def dropped(storage: Storage, folder: str, files: dict[str, bytes]) -> dict[str, AssetRef]:
    """The files as assets, by their names."""
    return {name: storage.drop(f"{folder}/{name}", body) for name, body in files.items()}


def item_of(asset: AssetRef, size_bytes: int) -> SourceObject:
    return SourceObject(asset.source.bucket, asset.source.key, asset.source.version_id, size_bytes)


def features_of(storage: Storage, asset: AssetRef) -> Features:
    key = f"{features_folder(asset.asset_id)}/features.json"
    return decode_json(Features, storage.result(key), source=key)


def target_of(storage: Storage) -> Target:
    names = (storage.inbox, storage.results, storage.table, "machine", "review", "trial")
    return Target("braid-dev-pipeline", "braid-dev", True, *names, storage.session, storage.endpoint)


@pytest.mark.parametrize("name", ["text.pdf", "mug.jpg", "mug.md"])
def test_its_features_are_the_steps_own_byte_for_byte(
    storage: Storage, folder: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A page that has no text of its own is Textract's, which a job doesn't ask.
    body = (
        FILES[name].read_bytes()
        if name in FILES
        else pdf([[(40, 200, "One says so")], [(40, 90, "Two too")]])
    )
    asset = dropped(storage, folder, {name: body})[name]
    monkeypatch.setenv("TIME_BUDGET_SECONDS", "600")

    report = make_features(item_of(asset, len(body)), SETTINGS)
    features = features_of(storage, asset)

    assert (report.outcome, features.reason) == ("made", None)
    assert features.member is not None
    admission = Admission(
        asset, features.member.media_type, (features.member,), features.member.modalities, ()
    )
    store = storage.store(asset)
    event = {
        "asset": encode(asset),
        "admission": encode(store.put_document(store.result_key("admission.json"), admission)),
        "retries": FIRST_TRY,
    }
    storage.records.process(asset, execution_arn="arn", now="2026-11-29T15:00:00.000Z")
    compared = 0
    for claim, handler in (
        (features.keyframes, handler_select.handler),
        (features.passages, handler_read.handler),
    ):
        if claim is not None:
            theirs = decode(Claim, handler(event, CONTEXT)["claim"])
            assert at_home(storage, claim, asset) == storage.result(theirs.key)
            compared += 1
    assert compared == (2 if name == "text.pdf" else 1)
    pictures = storage.keys(f"{features_folder(asset.asset_id)}/keyframes/")
    assert len(pictures) == report.keyframes
    for key in pictures:
        own = f"assets/{asset.asset_id}/1/keyframes/{key.rpartition('/')[2]}"
        assert storage.result(key) == storage.result(own)


def at_home(storage: Storage, claim: Claim, asset: AssetRef) -> bytes:
    """A document of the job, whose pictures' addresses are put where the step has them."""
    here, there = features_folder(asset.asset_id), f"assets/{asset.asset_id}/1"
    return storage.result(claim.key).replace(here.encode(), there.encode())


def test_what_is_there_stays_and_what_is_no_asset_is_rejected_once(storage: Storage, folder: str) -> None:
    asset = dropped(storage, folder, {"cut.pdf": b"%PDF-1.7\ncut"})["cut.pdf"]
    item = item_of(asset, 12)

    first, second = make_features(item, SETTINGS), make_features(item, SETTINGS)
    again = make_features(item, SETTINGS, again=True)

    assert (first.outcome, second.outcome, again.outcome) == ("rejected", "kept", "rejected")
    assert first.reason
    assert features_of(storage, asset).reason == first.reason


@pytest.fixture
def processing(storage: Storage) -> DeployedProcessing:
    """Jobs with a role that may read this test's inbox and write features, and nothing else."""
    iam = storage.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    name = "braid-dev-processing-job"
    grants = [
        (["s3:GetObject", "s3:GetObjectVersion"], f"arn:aws:s3:::{storage.inbox}/inbox/*"),
        (["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{storage.results}/features/*"),
        (["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{storage.results}/work/processing/*"),
        (["s3:ListBucket"], f"arn:aws:s3:::{storage.results}"),
    ]
    policy = [{"Effect": "Allow", "Action": actions, "Resource": arn} for actions, arn in grants]
    try:
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    except iam.exceptions.EntityAlreadyExistsException:
        made = iam.get_role(RoleName=name)
    iam.put_role_policy(
        RoleName=name,
        PolicyName="grants",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": policy}),
    )
    return DeployedProcessing(target_of(storage), made["Role"]["Arn"], REPOSITORY)


def test_a_job_goes_through_a_prefix_and_a_data_set_begins_there(
    storage: Storage, folder: str, processing: DeployedProcessing, tmp_path: Path
) -> None:
    files = {name: path.read_bytes() for name, path in FILES.items()} | {"cut.pdf": b"%PDF-1.7\ncut"}
    assets = dropped(storage, folder, files)
    found = list_objects(processing.target, storage.inbox, f"{folder}/")
    plan = plan_job(found, price_book(), instance_type="ml.m5.large", instance_count=2, hours=0.1)
    name = processing.new_name(folder.rpartition("/")[2])
    processing.begin(name, plan, KNOBS, "general", again=False)

    job = processing.follow(name, timeout_seconds=120)
    told = processing.told(job, price_book())

    assert told["status"] == "Completed", job
    assert job["ExitMessage"].endswith("objects, 0 failed; the report names each")
    assert (told["made"], told["rejected"], told["failed"]) == (3, 1, 0)
    assert 0 < told["cost_usd"] < plan.bound_usd
    assert {report.asset_id for report in processing.reports(name)} == {a.asset_id for a in assets.values()}
    assert name in [each["ProcessingJobName"] for each in processing.jobs()]
    built = Built()
    from_features(processing.target, tmp_path, "s3://data/", built)
    own = {
        source["asset_id"]: json.loads(line) for line, source in zip(built.lines, built.sources, strict=True)
    }
    assert "mug" in own[assets["mug.jpg"].asset_id]["caption"].lower()
    assert own[assets["rental.pdf"].asset_id]["caption"]
    assert any("cut.pdf" in note for note in built.notes)


def test_the_roles_rights_are_the_jobs(storage: Storage, folder: str, processing: DeployedProcessing) -> None:
    version = storage.s3.put_object(Bucket=storage.inbox, Key=f"private/{folder}/a.txt", Body=b"words")[
        "VersionId"
    ]
    item = SourceObject(storage.inbox, f"private/{folder}/a.txt", version, 5)
    plan = plan_job([item], price_book(), instance_type="ml.m5.large", instance_count=1, hours=0.1)
    name = processing.new_name(f"denied-{folder.rpartition('/')[2]}")
    processing.begin(name, plan, KNOBS, "general", again=False)

    job = processing.follow(name, timeout_seconds=120)

    assert job["ProcessingJobStatus"] == "Failed"
    (report,) = processing.reports(name)
    assert report.outcome == "failed"
    assert "AccessDenied" in str(report.reason)
    # Nothing says that it is done: the next job tries it again.
    assert storage.keys(f"{features_folder(report.asset_id)}/") == []
    with pytest.raises(CommandError, match="can't be stopped"):
        processing.stop(name)
