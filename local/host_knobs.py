"""The knobs by which a deployment runs on this machine, whatever those of ``cdk.json`` are."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

from local.services.bedrock.embedding_server import JOINT, TEXT, EmbeddingServer
from local.services.bedrock.label_bridge import LABEL_BRIDGE

__all__ = ["VIDEO_BUCKET", "VIDEO_REGION", "check_knobs", "host_context"]

_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
# Where the embedded AWS makes videos: in the region of the model, as a user's bucket would be.
VIDEO_BUCKET = "braid-local-videos"
VIDEO_REGION = "us-west-2"


def host_context() -> dict[str, str]:
    """The knobs that make Lambdas run on this machine: its processor, system and Python.

    What costs on AWS and nothing here is on: search, whose vectors come from the user's own embedding server
    where the environment names one, else with labels standing in for a model of pictures; and generation,
    whose placeholders say that no model drew them. Raises ``ValueError`` in words for people.
    """
    machine = platform.machine().lower()
    if machine not in _ARCHITECTURES:
        raise ValueError(f"no Lambda architecture for this machine's processor '{machine}'")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    system = "macos" if sys.platform == "darwin" else "linux"
    return {
        "architecture": _ARCHITECTURES[machine],
        "python_version": version,
        "layer_system": system,
        "search": "true",
        **_search_models(),
        "generation": "true",
        "generation_regions": "us-west-2",
        "generation_video_bucket": VIDEO_BUCKET,
        "generation_stand_ins": "braid.palette-transfer-v1",
    }


def check_knobs(app_folder: Path, given: Mapping[str, str]) -> None:
    """Raises ``ValueError`` in words for people where a knob wants what no engine of a laptop stands for.

    ``given`` are the knobs of the command; others are those of the app's ``cdk.json``.
    """
    committed = json.loads((app_folder / "cdk.json").read_text("utf-8")).get("context", {})
    if {**committed, **given}.get("search_store") == "opensearch":
        raise ValueError(
            "search_store=opensearch: nothing on a laptop stands in for OpenSearch Serverless;"
            " `braid up --knob search_store=s3_vectors` keeps vectors in the embedded S3 Vectors"
        )
    if str(given.get("search_text_dimensions", 0)) == "256":
        raise ValueError(
            "search_text_dimensions=256: all-MiniLM-L6-v2, which stands in here, has 384 numbers and can't be"
            " cut; name 512 or 1024, or leave the knob out"
        )


def _search_models() -> dict[str, str]:
    models = EmbeddingServer.from_environment(os.environ).models
    text = {"search_text_model": TEXT} if TEXT in models else {}
    lengths = {"search_text_dimensions": "0", "search_picture_dimensions": "0"}  # what AWS's models offer
    return {**text, "search_picture_model": JOINT if JOINT in models else LABEL_BRIDGE, **lengths}
