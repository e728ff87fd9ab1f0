"""Bad input ends with a reason that an editor understands, stays where it is, and holds nobody up."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from braid.domain.asset.asset import AssetStatus, Source, asset_id_for
from cli.showing.records import read_record, recent_records
from tests.e2e.conftest import Deployed

pytestmark = pytest.mark.e2e
MakeFile = Callable[[str, bytes], Path]


def bomb_png(side: int = 60_000) -> bytes:
    """A valid PNG header that declares ``side`` × ``side`` pixels, with almost no data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password nobody knows: the standard security handler with random keys."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Filter/Standard/V 1/R 2/P -44/O<" + b"5A" * 32 + b">/U<" + b"C3" * 32 + b">>>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(
        b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    )
    out.write(b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<" + b"11" * 16 + b"><" + b"11" * 16 + b">]>>\n")
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def silent_wav(seconds: float) -> bytes:
    """16 kHz mono PCM without a sound; 0 seconds has a header and no samples."""
    data = b"\0\0" * int(16_000 * seconds)
    header = (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16)
    )
    return header + b"data" + struct.pack("<I", len(data)) + data


def test_bad_files_are_rejected_with_reasons_and_the_next_asset_goes_on(
    deployed: Deployed, make_file: MakeFile
) -> None:
    files = {
        "empty.mp4": b"",
        "bomb.png": bomb_png(),
        "secret.pdf": encrypted_pdf(),
        "zero.wav": silent_wav(0),
        "noise.bin": bytes(range(1, 256)) * 40,
    }
    paths = [make_file(name, body) for name, body in files.items()]
    good = make_file("good.txt", b"The library opens at nine in the morning and closes at six.\n")
    *outcomes, good_outcome = deployed.drop([*paths, good])
    reasons = {}
    for name, outcome in zip(files, outcomes, strict=True):
        assert outcome.status is AssetStatus.REJECTED, (name, outcome)
        reasons[name] = outcome.reason
        source = deployed.result(outcome.asset_id).source
        kept = deployed.target.s3.get_object(
            Bucket=source.bucket, Key=source.key, VersionId=source.version_id
        )
        assert kept["Body"].read() == files[name], "the object stays where it is"
        tags = deployed.target.s3.get_object_tagging(
            Bucket=source.bucket, Key=source.key, VersionId=source.version_id
        )["TagSet"]
        assert {"Key": "braid-status", "Value": "REJECTED"} in tags
    assert "empty" in reasons["empty.mp4"]
    assert "pixels" in reasons["bomb.png"]
    assert "password" in reasons["secret.pdf"] or "encrypted" in reasons["secret.pdf"]
    assert good_outcome.status is AssetStatus.SUCCEEDED, good_outcome
    listed = deployed.braid("status", "--limit", "50")
    assert listed.returncode == 0
    assert "REJECTED" in listed.stdout


def test_a_truncated_video_is_analysed_as_far_as_it_goes_or_rejected(
    deployed: Deployed, make_file: MakeFile, samples: Path
) -> None:
    talk = (samples / "talk.mp4").read_bytes()
    # A streamable file has its index in front: cut behind it, a third can still be played.
    without_end = make_file("without-end.mp4", talk[: len(talk) // 3])
    without_index = make_file("without-index.mp4", talk[:5000])
    played, refused = deployed.drop([without_end, without_index])
    assert played.status is AssetStatus.SUCCEEDED
    assert "cut off" in (played.reason or "")
    assert refused.status is AssetStatus.REJECTED
    assert refused.reason
    assert "cut off" in " ".join(deployed.braid("status", played.asset_id).stdout.split())


def test_a_text_named_jpg_is_read_as_what_it_is(deployed: Deployed, make_file: MakeFile) -> None:
    (outcome,) = deployed.drop(
        [make_file("note.jpg", b"The meeting is on Monday at ten. Bring the plans.\n")]
    )
    assert outcome.status in (AssetStatus.SUCCEEDED, AssetStatus.REJECTED)
    assert deployed.result(outcome.asset_id).source.media_type == "text/plain"


@pytest.mark.parametrize(
    "name", ["a+b 50% off.txt", "übung 日本 spaß.txt", "semi;colon&amp='quote'.txt", "a" * 200 + ".txt"]
)
def test_any_key_works(deployed: Deployed, make_file: MakeFile, name: str) -> None:
    (outcome,) = deployed.drop([make_file(name, f"This file is called {name[:40]}. It is read.\n".encode())])
    assert outcome.status is AssetStatus.SUCCEEDED, outcome
    assert deployed.result(outcome.asset_id).source.key == f"inbox/general/{name}"


def test_an_unknown_profile_folder_names_the_nearest(deployed: Deployed, make_file: MakeFile) -> None:
    (outcome,) = deployed.drop([make_file("x.txt", b"Some words to read.\n")], profile="generall")
    assert outcome.status is AssetStatus.REJECTED
    assert "generall" in (outcome.reason or "")
    assert "did you mean 'general'?" in (outcome.reason or "")


def test_folders_and_dot_files_never_start(deployed: Deployed) -> None:
    s3, bucket = deployed.target.s3, deployed.target.input_bucket
    before = {
        record.asset_id
        for record in recent_records(deployed.target, days=2, statuses=tuple(AssetStatus), limit=500)
    }
    versions = {
        key: s3.put_object(Bucket=bucket, Key=key, Body=b"x")["VersionId"]
        for key in ("inbox/general/folder/", "inbox/general/.hidden", "inbox/general/Thumbs.db")
    }
    marker = s3.put_object(Bucket=bucket, Key="inbox/general/after.txt", Body=b"Read me after the others.\n")
    after = asset_id_for(Source(bucket, "inbox/general/after.txt", marker["VersionId"]))
    deployed.wait([after])
    for key, version_id in versions.items():
        assert read_record(deployed.target, asset_id_for(Source(bucket, key, version_id))) is None
    now = {
        record.asset_id
        for record in recent_records(deployed.target, days=2, statuses=tuple(AssetStatus), limit=500)
    }
    assert now - before == {after}


def test_an_overwritten_object_gives_two_assets_each_of_its_own_version(
    deployed: Deployed, make_file: MakeFile
) -> None:
    s3, bucket, key = deployed.target.s3, deployed.target.input_bucket, "inbox/general/story.txt"
    texts = (b"The first story is about a fox.\n", b"The second story is about a bear.\n")
    versions = [s3.put_object(Bucket=bucket, Key=key, Body=text)["VersionId"] for text in texts]
    ids = [asset_id_for(Source(bucket, key, version_id)) for version_id in versions]
    outcomes = deployed.wait(ids)
    assert [outcome.status for outcome in outcomes] == [AssetStatus.SUCCEEDED] * 2
    read = [deployed.document(asset_id, "passages")["passages"][0]["text"] for asset_id in ids]
    assert "fox" in read[0]
    assert "bear" in read[1]


def test_the_same_event_twice_gives_one_execution(deployed: Deployed) -> None:
    s3, bucket, key = deployed.target.s3, deployed.target.input_bucket, "inbox/general/once.txt"
    version_id = s3.put_object(Bucket=bucket, Key=key, Body=b"This is processed once.\n")["VersionId"]
    asset_id = asset_id_for(Source(bucket, key, version_id))
    (first,) = deployed.wait([asset_id])
    event = {
        "version": "0",
        "id": "again",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {
            "bucket": {"name": bucket},
            "object": {"key": key, "size": 24, "etag": "x", "version-id": version_id, "sequencer": "1"},
        },
    }
    for _ in range(3):
        deployed.target.sqs.send_message(
            QueueUrl=deployed.target.inbox_queue_url, MessageBody=json.dumps(event)
        )
    marker = s3.put_object(Bucket=bucket, Key="inbox/general/later.txt", Body=b"And this one later.\n")[
        "VersionId"
    ]
    deployed.wait([asset_id_for(Source(bucket, "inbox/general/later.txt", marker))])
    runs = deployed.target.stepfunctions.list_executions(
        stateMachineArn=deployed.target.state_machine_arn, maxResults=1000
    )
    assert sum(run["name"].startswith(asset_id) for run in runs["executions"]) == 1
    (again,) = deployed.wait([asset_id])
    # The record is closed before the last state tells of it.
    assert replace(again, states_executed=first.states_executed) == first
