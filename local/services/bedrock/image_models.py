"""InvokeModel of image models: Stability AI's services by edits that need no model, else by placeholders.

A user's own server (``BRAID_IMAGE_URL``, OpenAI's images API) draws what is made of words. The answers have
Stability's shape: ``seeds``, ``finish_reasons``, ``images``.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from local.engines.pool import EnginePool
from local.services.bedrock.image_server import ImageServer
from local.services.engine_errors import engine_errors_answered
from local.services.protocol import Caller, ServiceError, not_offered, read_object

__all__ = ["ImageModels", "is_image_model"]

PALETTE = "braid.palette-transfer-v1"
_TEXT_REGION = "us-west-2"
_EDIT_REGIONS = ("us-east-1", "us-east-2", "us-west-2")
_PROFILE = "us."
_RATIOS = {
    "1:1": (1024, 1024),
    "16:9": (1344, 768),
    "9:16": (768, 1344),
    "21:9": (1536, 640),
    "9:21": (640, 1536),
    "2:3": (832, 1216),
    "3:2": (1216, 832),
    "4:5": (896, 1088),
    "5:4": (1088, 896),
}
_OF_WORDS = (
    "stability.stable-image-core-v1:1",
    "stability.stable-image-ultra-v1:1",
    "stability.sd3-5-large-v1:0",
)
_MAX_PROMPT = 10_000
_MAX_SEED = 4_294_967_294
Asked = Mapping[str, Any]


class ImageModels:
    """The operation InvokeModel, for models that make or change pictures."""

    def __init__(self, engines: EnginePool, server: ImageServer | None) -> None:
        self._engines = engines
        self._server = server
        self._edits: dict[str, Callable[[Asked], bytes]] = {
            "stability.stable-image-inpaint-v1:0": self._inpaint,
            "stability.stable-image-search-replace-v1:0": self._replace,
            "stability.stable-outpaint-v1:0": self._outpaint,
            "stability.stable-image-remove-background-v1:0": self._remove_background,
            "stability.stable-image-control-structure-v1:0": lambda asked: self._condition(
                asked, is_sketch=False
            ),
            "stability.stable-image-control-sketch-v1:0": lambda asked: self._condition(
                asked, is_sketch=True
            ),
            "stability.stable-style-transfer-v1:0": self._transfer,
        }

    def invoke_model(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """The picture, in Stability's JSON.

        Raises ``ServiceError``: ValidationException for a body or a region that the model refuses.
        """
        model_id = _model_of(str(request["modelId"]), caller.region)
        asked = read_object(request.get("body", b""))
        seed = asked.get("seed", 0)
        if not isinstance(seed, int) or not 0 <= seed <= _MAX_SEED:
            raise ServiceError("ValidationException", f"seed must be 0 to {_MAX_SEED}.")
        with engine_errors_answered(unreadable="ValidationException", internal="InternalServerException"):
            try:
                picture = self._made(model_id, asked, seed)
            except ValueError as error:
                raise ServiceError("ValidationException", f"{error}") from error
        answer = {
            "seeds": [seed],
            "finish_reasons": [None],
            "images": [base64.b64encode(picture).decode()],
        }
        return {"body": json.dumps(answer).encode(), "contentType": "application/json"}

    def _made(self, model_id: str, asked: Asked, seed: int) -> bytes:
        if model_id == PALETTE:
            return self._palette(asked)
        if model_id in self._edits:
            return self._edits[model_id](asked)
        prompt = _prompt(asked)
        if asked.get("mode") == "image-to-image":
            strength = float(asked.get("strength", 0.7))
            return self._run("edits:restyle", _picture(asked, "image"), None, strength)
        width, height = _RATIOS.get(str(asked.get("aspect_ratio", "1:1")), (0, 0))
        if not width:
            raise ValueError(f"aspect_ratio must be one of {', '.join(_RATIOS)}.")
        if self._server is not None:
            return self._server.draw(prompt, width=width, height=height)
        return self._run("placeholders:placeholder", prompt, width=width, height=height, seed=seed)

    def _inpaint(self, asked: Asked) -> bytes:
        _prompt(asked)
        return self._run("edits:inpaint", _picture(asked, "image"), _picture(asked, "mask"))

    def _replace(self, asked: Asked) -> bytes:
        _prompt(asked)
        _picture(asked, "image")
        raise not_offered("This machine has nothing that finds in a picture what words name: give a mask.")

    def _outpaint(self, asked: Asked) -> bytes:
        sides = {side: int(asked.get(side, 0)) for side in ("left", "right", "up", "down")}
        if not any(sides.values()) or not all(0 <= pixels <= 2000 for pixels in sides.values()):
            raise ValueError("left, right, up and down are 0 to 2000, and one of them is more than 0.")
        return self._run("edits:outpaint", _picture(asked, "image"), **sides)

    def _remove_background(self, asked: Asked) -> bytes:
        return self._run("edits:remove_background", _picture(asked, "image"))

    def _condition(self, asked: Asked, *, is_sketch: bool) -> bytes:
        return self._run("edits:condition", _picture(asked, "image"), _prompt(asked), is_sketch=is_sketch)

    def _transfer(self, asked: Asked) -> bytes:
        strength = float(asked.get("style_strength", 1.0))
        return self._run(
            "edits:restyle", _picture(asked, "init_image"), _picture(asked, "style_image"), strength
        )

    def _palette(self, asked: Asked) -> bytes:
        picture = _picture(asked, "image") if "image" in asked else None
        return self._run(
            "edits:palette",
            _prompt(asked),
            list(asked.get("colours", [])),
            width=int(asked.get("width", 1024)),
            height=int(asked.get("height", 1024)),
            picture=picture,
        )

    def _run(self, task: str, *arguments: Any, **keywords: Any) -> bytes:
        made: bytes = self._engines.run(f"drawing.{task}", *arguments, **keywords)
        return made


def is_image_model(identifier: str) -> bool:
    """Whether InvokeModel of this id is for pictures."""
    name = identifier.rpartition("/")[2].removeprefix(_PROFILE)
    return name.startswith("stability.") or name == PALETTE


def _model_of(identifier: str, region: str) -> str:
    """The model, if it can be called so there: edits through the profile alone, words in one region."""
    name = identifier.rpartition("/")[2]
    model_id = name.removeprefix(_PROFILE)
    if model_id == PALETTE:
        return model_id
    if model_id in _OF_WORDS:
        if name == model_id and region == _TEXT_REGION:
            return model_id
    elif region in _EDIT_REGIONS:
        if name == model_id:
            raise ServiceError(
                "ValidationException",
                f"Invocation of model ID {name} with on-demand throughput isn’t supported. Retry your "
                "request with the ID or ARN of an inference profile that contains this model.",
            )
        return model_id
    raise ServiceError("ValidationException", "The provided model identifier is invalid.")


def _prompt(asked: Asked) -> str:
    prompt = asked.get("prompt")
    if not isinstance(prompt, str) or not 1 <= len(prompt) <= _MAX_PROMPT:
        raise ValueError(f"prompt has 1 to {_MAX_PROMPT} characters.")
    return prompt


def _picture(asked: Asked, member: str) -> bytes:
    try:
        return base64.b64decode(str(asked[member]), validate=True)
    except (KeyError, binascii.Error) as error:
        raise ValueError(f"{member} must be a picture in base64.") from error
