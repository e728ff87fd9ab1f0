"""The sample's requests: every task once, and all of them make a draft."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from braid.domain.generation.request import read_request
from braid.domain.generation.tasks import Task
from cli.generating.sending import plan_request
from samples.marketing.drawings import draw_references
from tests.doubles.generation_rig import Studio

REQUESTS = Path(__file__).resolve().parents[3] / "samples" / "marketing" / "requests.toml"


@pytest.mark.slow
def test_every_task_is_asked_for_once_and_becomes_a_draft(studio: Studio, tmp_path: Path) -> None:
    draw_references(tmp_path)
    requests = tomllib.loads(REQUESTS.read_text("utf-8"))
    tasks = []
    for name, members in requests.items():
        *pictures, request = plan_request(members, folder=tmp_path, name=name, by="ann").uploads
        for item in pictures:
            assert item.path is not None
            studio.files[item.key] = item.path.read_bytes()
        tasks.append(read_request(request.body, name=name).task)
        _, draft = studio.reviewable(request.body.decode(), name=name)
        assert draft.plan.usd >= 0
    assert sorted(tasks) == sorted(Task)
