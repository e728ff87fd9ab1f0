"""The CDK app: the context becomes one checked configuration, and that the stacks. No AWS call, no logic."""

from __future__ import annotations

import os
import sys

import aws_cdk as cdk

from stacks.assembly import add_stacks
from stacks.config import DeploymentConfig, KnobError


def main() -> None:
    """Synthesises; a wrong knob ends it with one message that lists them all."""
    app = cdk.App()
    try:
        config = DeploymentConfig.from_context(
            app.node.get_all_context(), default_region=os.environ.get("CDK_DEFAULT_REGION")
        )
    except KnobError as error:
        sys.exit(f"braid: {error}")
    add_stacks(app, config)
    app.synth()


if __name__ == "__main__":
    main()
