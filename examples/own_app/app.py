"""A CDK app of your own with Braid in it, and a function of yours that hears of every answer.

Run it from Braid's folder: ``npx cdk synth --app '.venv/bin/python -m examples.own_app.app'``.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import aws_cdk as cdk

from examples.own_app.answers_stack import AnswersStack
from examples.own_app.upload_stack import UploadStack
from stacks.assembly import add_stacks
from stacks.config import DeploymentConfig

__all__ = ["build"]

_BRAID = Path(__file__).resolve().parents[2]


def build(app: cdk.App) -> None:
    """Braid in a stage of its own, so that its tags and checks hold there alone; your stacks beside it."""
    knobs = json.loads((_BRAID / "cdk.json").read_text("utf-8"))["context"]
    config = DeploymentConfig.from_context({**knobs, "environment_name": "shop"})
    braid = add_stacks(cdk.Stage(app, "Braid"), config, today=date.today())
    storage = braid.storage.storage
    environment = cdk.Environment(region=config.region)
    AnswersStack(app, "shop-answers", results_bucket_name=storage.results_bucket_name, env=environment)
    UploadStack(app, "shop-upload", input_bucket_name=storage.input_bucket_name, env=environment)


if __name__ == "__main__":
    app = cdk.App()
    build(app)
    app.synth()
