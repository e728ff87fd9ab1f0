"""The CDK app: the context becomes one checked configuration, and that the stacks. No AWS call, no logic."""

from __future__ import annotations

import os
import sys
from datetime import date

import aws_cdk as cdk

from braid.domain.errors import ConfigError
from stacks.assembly import add_rules, add_stacks
from stacks.config import DeploymentConfig
from stacks.context import KnobError, renamed_knobs
from stacks.packaging.layers import LayerBuildError


def main() -> None:
    """Synthesises; what whoever runs it must mend ends it with one message instead of a stack trace."""
    app = cdk.App()
    context = app.node.get_all_context()
    try:
        config = DeploymentConfig.from_context(context, default_region=os.environ.get("CDK_DEFAULT_REGION"))
    except KnobError as error:
        sys.exit(f"braid: {error}")
    try:
        add_stacks(app, config, today=date.today())
        add_rules(app)
    except (ConfigError, LayerBuildError) as error:
        sys.exit(f"braid: {error}")
    for renamed in renamed_knobs(DeploymentConfig, context):
        cdk.Annotations.of(app).add_warning_v2("braid:renamed-knob", renamed)
    app.synth()


if __name__ == "__main__":
    main()
