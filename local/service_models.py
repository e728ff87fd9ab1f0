"""The service models of the botocore that functions carry in their layer.

MiniStack pins the botocore of its own process, an older one. What a function sends and reads is described by
the version in ``requirements/core-layer.txt``. Set-up puts that wheel beside the environment, where nothing
imports it; only its data is read.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from botocore.loaders import Loader
from botocore.model import ServiceModel

__all__ = ["LAYER_BOTOCORE", "service_model"]

LAYER_BOTOCORE = Path(sys.prefix) / "share" / "layer-botocore"


@cache
def service_model(service: str) -> ServiceModel:
    """The model of a service by its botocore name, such as ``rekognition``.

    Raises ``FileNotFoundError`` where set-up hasn't put the models there, ``UnknownServiceError`` for a name
    that no service has.
    """
    data = LAYER_BOTOCORE / "botocore" / "data"
    if not data.is_dir():
        raise FileNotFoundError(f"{data} isn't there: remove .venv and run `make setup`")
    loader = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    return ServiceModel(loader.load_service_model(service, "service-2"), service)
