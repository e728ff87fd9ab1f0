"""The folder that stands for what AWS itself puts into a Python Lambda: the runtime client and boto3.

Workers run with ``python -S``, which hides the development environment's packages; this folder gives
back exactly those that AWS's image has, as links. A layer that forgets a package therefore fails here as
it does on AWS.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

# AWS's python image ships boto3 (a version that lags behind) and its dependencies beside the client.
DISTRIBUTIONS = (
    "awslambdaric", "simplejson", "snapshot-restore-py",
    "boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3",
)  # fmt: skip


def build_runtime_folder(folder: Path) -> Path:
    """Fills ``folder`` with links to the packages of ``DISTRIBUTIONS`` and returns it.

    Raises ``importlib.metadata.PackageNotFoundError`` when one of them isn't installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in DISTRIBUTIONS:
        package = distribution(name)
        for entry in sorted({file.parts[0] for file in package.files or []}):
            if entry in {"..", "bin", "__pycache__"}:
                continue
            link = folder / entry
            if not link.exists():
                link.symlink_to(Path(str(package.locate_file(entry))).resolve())
    return folder
