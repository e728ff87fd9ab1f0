"""`braid plan --profile generate`: who makes it and for how much, before anything is dropped."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from typer import Typer
from typer.testing import CliRunner

from braid.domain.generation.foreseen import Rules
from cli.costs.plan_commands import plan
from cli.generating.request_plan import plan_generation_request, rules_of

RULES = Rules("us-west-2", (), (), only_vetted=False, four_eyes=False)
WORDS = 'task = "text_to_image"\nprompt = "A photograph of a bowl, realistic"\n'
VIDEO = 'task = "image_to_video"\nprompt = "A video, slow pan, realistic"\n'
CHAIN = f'[[then]]\n{VIDEO}references = ["previous"]\n'


def request(folder: Path, text: str) -> Path:
    path = folder / "poster.toml"
    path.write_text(text)
    return path


def test_every_stage_has_its_provider_and_price(tmp_path: Path) -> None:
    found = plan_generation_request(request(tmp_path, WORDS + "cfg_scale = 7.5\n" + CHAIN), RULES)
    assert found.reason is None
    told = found.as_json()
    assert [(stage["task"], stage["expected_usd"]) for stage in told["stages"]] == [
        ("text_to_image", 0.04),
        ("image_to_video", 7.5),
    ]
    assert told["expected_usd"] == 7.54
    assert told["stages"][0]["not_honoured"][0].startswith("cfg_scale = 7.5")
    assert "Collect Output" not in told["steps"]
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(found.table())
    assert "stage 2" in console.export_text()


@pytest.mark.parametrize(
    ("text", "rules", "sentence"),
    [
        (WORDS, Rules("eu-central-1", (), (), only_vetted=False, four_eyes=False), "offered in us-west-2"),
        (WORDS + "max_usd = 0.01\n", RULES, "more than the request's max_usd"),
        (WORDS, Rules("us-west-2", (), (), only_vetted=True, four_eyes=False), "vetted templates alone"),
        (WORDS, Rules("us-west-2", (), (), only_vetted=False, four_eyes=True), "say who asks"),
        ('task = "text_to_image"\ntemplate = "none"\n', RULES, "there is no template 'none'"),
    ],
)
def test_what_would_be_refused_says_why(tmp_path: Path, text: str, rules: Rules, sentence: str) -> None:
    found = plan_generation_request(request(tmp_path, text), rules)
    assert found.reason is not None
    assert sentence in found.reason
    assert found.as_json()["steps"] == ["Check Prompt", "Record Rejection"]


def test_a_chain_says_how_far_it_gets(tmp_path: Path) -> None:
    rules = Rules("us-east-1", (), (), only_vetted=False, four_eyes=False)
    (tmp_path / "a.png").write_bytes(b"x")
    text = 'task = "remove_background"\nreferences = ["a.png"]\n' + CHAIN
    found = plan_generation_request(request(tmp_path, text), rules)
    assert len(found.stages) == 1
    assert found.reason is not None
    assert "us-west-2" in found.reason


def test_the_command_prints_it_and_exits_by_it(tmp_path: Path) -> None:
    app = Typer()
    app.command()(plan)
    path = request(tmp_path, WORDS)
    done = CliRunner().invoke(app, [str(path), "--profile", "generate", "--json"])
    told = json.loads(done.stdout)
    assert told["name"] == "poster.toml"
    assert done.exit_code == (0 if told["is_admitted"] else 3)


def test_the_knobs_of_the_project_are_read() -> None:
    context = {
        "region": "eu-central-1",
        "generation_regions": "us-west-2, us-east-1",
        "generation_stand_ins": "",
        "generation_only_vetted": True,
        "generation_four_eyes": False,
    }
    assert rules_of(context) == Rules(
        "eu-central-1", ("us-west-2", "us-east-1"), (), only_vetted=True, four_eyes=False
    )
    assert rules_of().region
