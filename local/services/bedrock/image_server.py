"""The user's own server that draws (OpenAI's images API), over HTTP."""

from __future__ import annotations

import base64
import binascii
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from local.foreign_json import parse_json
from local.own_settings import address_fault
from local.services.protocol import ServiceError

__all__ = ["ImageServer"]

_TIMEOUT_SECONDS = 230.0
_MOST_ANSWER_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class ImageServer:
    """Where the server is and which of its models draws."""

    url: str
    model: str = ""
    api_key: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ImageServer | None:
        """The server that ``BRAID_IMAGE_URL`` names, such as http://127.0.0.1:8080/v1; None without one.

        ``BRAID_IMAGE_MODEL`` and ``BRAID_IMAGE_API_KEY`` may be set. ValueError: it is no address.
        """
        url = environment.get("BRAID_IMAGE_URL", "").strip().rstrip("/")
        if not url:
            return None
        if fault := address_fault("BRAID_IMAGE_URL", url):
            raise ValueError(fault)
        return cls(
            url, environment.get("BRAID_IMAGE_MODEL", ""), environment.get("BRAID_IMAGE_API_KEY") or None
        )

    def draw(self, prompt: str, *, width: int, height: int) -> bytes:
        """The picture. Raises ``ServiceError``: ModelErrorException where the server gave none."""
        asked = {"prompt": prompt, "size": f"{width}x{height}", "n": 1, "response_format": "b64_json"}
        body = json.dumps({**asked, **({"model": self.model} if self.model else {})}).encode()
        headers = {"Content-Type": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        request = urllib.request.Request(f"{self.url}/images/generations", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as reply:
                answer: Any = parse_json(reply.read(_MOST_ANSWER_BYTES))
            return base64.b64decode(answer["data"][0]["b64_json"], validate=True)
        except urllib.error.HTTPError as error:
            code = "ThrottlingException" if error.code == 429 else "ModelErrorException"
            status = 429 if error.code == 429 else 424
            raise ServiceError(code, f"The image server answered {error.code}.", status=status) from error
        except (OSError, HTTPException) as error:
            message = f"The image server can't be reached: {error}"
            raise ServiceError("ServiceUnavailableException", message, status=503) from error
        except (ValueError, LookupError, TypeError, binascii.Error) as error:
            message = "The image server answered without a picture."
            raise ServiceError("ModelErrorException", message, status=424) from error
