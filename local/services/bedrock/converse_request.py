"""Checks a Converse request as Bedrock does, and takes from it what an answer needs."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from PIL import Image

from local.services.bedrock.models import Model
from local.services.protocol import ServiceError

__all__ = ["chosen_tool", "counted_texts", "user_texts", "validate"]

# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
_MOST_IMAGES = 20
_MOST_IMAGE_BYTES = 3_932_160  # 3.75 MB
_MOST_IMAGE_PIXELS = 8_000  # either side
_READ_BLOCKS = frozenset({"text", "image", "toolUse", "toolResult", "guardContent", "cachePoint"})


def validate(request: Mapping[str, Any], model: Model) -> None:
    """Raises ``ServiceError`` ValidationException, with Bedrock's words, for what it would refuse."""
    messages = request.get("messages") or []
    if not messages or messages[0]["role"] != "user":
        raise _refused(
            "A conversation must start with a user message. Try again with a conversation that starts with a "
            "user message."
        )
    for index, (earlier, later) in enumerate(pairwise(messages)):
        if earlier["role"] == later["role"]:
            raise _refused(
                f"messages.{index + 1}: A conversation must alternate between user and assistant roles. Make "
                "sure the conversation alternates between user and assistant roles and try again."
            )
    images = [block["image"] for message in messages for block in message["content"] if "image" in block]
    if len(images) > _MOST_IMAGES:
        raise _refused(f"too many images and documents: {len(images)} + 0 > {_MOST_IMAGES}")
    if images and not model.reads_images:
        raise _refused(
            f"The model {model.model_id} doesn't support image input. Remove the image and try again."
        )
    for at, message in enumerate(messages):
        if not message["content"]:
            raise _refused(f"The content field in the Message object at messages.{at} is empty.")
        for position, block in enumerate(message["content"]):
            _validate_block(f"messages.{at}.content.{position}", block)
    _validate_tools(request, messages)
    _validate_inference(request.get("inferenceConfig") or {}, model)


def _validate_block(path: str, block: Mapping[str, Any]) -> None:
    unread = set(block) - _READ_BLOCKS
    if unread:
        raise _refused(f"{path}: {', '.join(sorted(unread))} isn't read here; send text and images.")
    if "text" in block and not block["text"].strip():
        raise _refused(
            f"The text field in the ContentBlock object at {path} is blank. Add text to the text field, "
            "and try again."
        )
    if "image" in block:
        _validate_image(path, block["image"])


def _validate_image(path: str, image: Mapping[str, Any]) -> None:
    body = image["source"].get("bytes")
    if body is None:
        raise _refused(f"{path}: images are taken as bytes here, not from S3.")
    if len(body) > _MOST_IMAGE_BYTES:
        raise _refused(
            f"{path}.image.source.bytes: image exceeds {_MOST_IMAGE_BYTES} bytes: {len(body)} bytes"
        )
    try:
        with Image.open(io.BytesIO(body)) as opened:  # the header only; pixels stay packed
            found, sides = (opened.format or "").lower(), opened.size
    except (OSError, Image.DecompressionBombError, ValueError) as error:
        raise _refused(f"{path}.image: Could not process image") from error
    if found != image["format"]:
        raise _refused(
            f"{path}.image.source: The image was specified using the image/{image['format']} media type, but "
            f"appears to be an image/{found} image"
        )
    if max(sides) > _MOST_IMAGE_PIXELS:
        raise _refused(f"{path}.image: image dimensions exceed max allowed size: {_MOST_IMAGE_PIXELS} pixels")


def _validate_tools(request: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> None:
    blocks = [block for message in messages for block in message["content"]]
    tools = (request.get("toolConfig") or {}).get("tools") or []
    if not tools:
        if any("toolUse" in block or "toolResult" in block for block in blocks):
            raise _refused(
                "The toolConfig field must be defined when using toolUse and toolResult content blocks."
            )
        return
    names = []
    for index, tool in enumerate(tools):
        specification = tool.get("toolSpec")
        if specification is None:
            continue
        names.append(specification["name"])
        schema = specification["inputSchema"].get("json")
        if not isinstance(schema, Mapping) or schema.get("type") != "object":
            raise _refused(
                f"The value at toolConfig.tools.{index}.toolSpec.inputSchema.json.type must be one of the "
                "following: object."
            )
    if len(set(names)) < len(names):
        raise _refused("The toolConfig field contains duplicate tool names.")
    wanted = ((request["toolConfig"].get("toolChoice") or {}).get("tool") or {}).get("name")
    if wanted is not None and wanted not in names:
        raise _refused(f"The toolChoice names the tool {wanted}, which isn't among toolConfig.tools.")
    asked = {block["toolUse"]["toolUseId"] for block in blocks if "toolUse" in block}
    answered = {block["toolResult"]["toolUseId"] for block in blocks if "toolResult" in block}
    if not answered <= asked:
        raise _refused(
            "The number of toolResult blocks exceeds the number of toolUse blocks of previous turn."
        )


def _validate_inference(settings: Mapping[str, Any], model: Model) -> None:
    for name, least, most in (("temperature", 0, 1), ("topP", 0, 1), ("maxTokens", 1, float("inf"))):
        value = settings.get(name)
        if value is not None and not least <= value <= most:
            raise _refused(f"Value {value} at inferenceConfig.{name} is out of range.")
    limit = model.max_output_tokens
    if (settings.get("maxTokens") or 0) > limit:
        raise _refused(
            f"The maximum tokens you requested exceeds the model limit of {limit}. Try again with a maximum "
            f"tokens value that is lower than {limit}."
        )


def chosen_tool(request: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The specification of the tool that the answer must call: the forced one, else the first; or none."""
    configuration = request.get("toolConfig") or {}
    specifications = [tool["toolSpec"] for tool in configuration.get("tools") or [] if "toolSpec" in tool]
    wanted = ((configuration.get("toolChoice") or {}).get("tool") or {}).get("name")
    for specification in specifications:
        if wanted in (None, specification["name"]):
            found: Mapping[str, Any] = specification
            return found
    return None


def user_texts(request: Mapping[str, Any]) -> list[str]:
    """The text of every user message that has any, oldest first."""
    texts = []
    for message in request["messages"]:
        if message["role"] == "user":
            text = "\n".join(_block_texts(message["content"]))
            if text:
                texts.append(text)
    return texts


def counted_texts(request: Mapping[str, Any]) -> list[str]:
    """Everything of a request that a model reads as text: system, messages and tool definitions."""
    texts = list(_block_texts(request.get("system") or []))
    for message in request["messages"]:
        texts += _block_texts(message["content"])
        for block in message["content"]:
            if "toolUse" in block:
                texts.append(str(block["toolUse"]["input"]))
            if "toolResult" in block:
                texts += [
                    str(part.get("json") or part.get("text", "")) for part in block["toolResult"]["content"]
                ]
    for tool in (request.get("toolConfig") or {}).get("tools") or []:
        if "toolSpec" in tool:
            texts.append(str(tool["toolSpec"]))
    return texts


def _block_texts(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if "text" in block:
            yield block["text"]
        elif "text" in block.get("guardContent", {}):
            yield block["guardContent"]["text"]["text"]


def _refused(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
