"""Deploys the version whose interpreter runs this into an embedded AWS that another version started.

``python deploy_into.py AWS HOME``: AWS is the JSON of its record. Of the version it needs ``local.deploy``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from local import deploy


def main(aws_json: str, home: str) -> None:
    """Deploys every stack of the version, with its own knobs for a laptop."""
    local_aws = vars(deploy)["LocalAws"]  # versions have it in different places
    known = {member.name for member in dataclasses.fields(local_aws)}
    aws = local_aws(**{name: value for name, value in json.loads(aws_json).items() if name in known})
    Path(home).mkdir(parents=True, exist_ok=True)
    deploy.deploy(aws, home=Path(home), on_progress=lambda line: print(f"  {line}", file=sys.stderr))


if __name__ == "__main__":
    parser = argparse.ArgumentParser("deploy_into.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("aws")
    parser.add_argument("home")
    given = parser.parse_args()
    main(given.aws, given.home)
