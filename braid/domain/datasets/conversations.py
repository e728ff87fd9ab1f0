"""Nova's conversations, ``bedrock-conversation-2024``: their keys, their turns, their media."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from braid.domain.datasets.problems import Problem, Rule
from braid.domain.datasets.rules.keys import missing_keys, wrong_keys
from braid.domain.datasets.rules.reserved import reserved_words

__all__ = ["SCHEMA_VERSION", "read_conversation"]

SCHEMA_VERSION = "bedrock-conversation-2024"
_ROLES = ("user", "assistant")
_FORMATS = {"image": ("png", "jpeg", "gif", "webp"), "video": ("mov", "mkv", "mp4", "webm")}
_MOST_IMAGES, _MOST_VIDEOS = 10, 1


def read_conversation(
    value: Mapping[str, Any], number: int, problems: list[Problem]
) -> tuple[str, str, tuple[str, ...]]:
    """Prompt (system and users' texts), last answer, and media by address.

    All wrong and missing keys of the line are one problem.
    """
    walk = _Walk(number, problems)
    walk.conversation(value)
    prompt = "\n".join([*walk.system, *walk.said["user"]])
    answer = walk.said["assistant"][-1] if walk.said["assistant"] else ""
    texts = (*walk.system, *walk.said["user"], *walk.said["assistant"])
    reserved = list(dict.fromkeys(word for text in texts for word in reserved_words(text)))
    if reserved:
        said = f"reserved words, which the job refuses: {', '.join(reserved)}"
        problems.append(Problem(number, Rule.RESERVED, said))
    return prompt, answer, tuple(walk.media)


class _Walk:
    """Down one conversation; ``keys`` gathers wrong ones wherever they stand."""

    def __init__(self, number: int, problems: list[Problem]) -> None:
        self._number = number
        self._problems = problems
        self._keys: list[str] = []
        self._counts = {"image": 0, "video": 0}
        self.system: list[str] = []
        self.said: dict[str, list[str]] = {"user": [], "assistant": []}
        self.media: list[str] = []

    def conversation(self, value: Mapping[str, Any]) -> None:
        """The whole line."""
        self._object(value, ("schemaVersion", "messages"), ("system",), "")
        if "schemaVersion" in value and value["schemaVersion"] != SCHEMA_VERSION:
            said = f"schemaVersion is {value['schemaVersion']!r:.60}, not {SCHEMA_VERSION!r}"
            self._tell(Rule.SHAPE, said)
        if "system" in value:
            for place, item in self._items(value["system"], "system"):
                if self._object(item, ("text",), (), place):
                    self.system += self._text(item, place)
        if "messages" in value:
            self._messages(value["messages"])
        if self._keys:
            self._tell(Rule.KEYS, "; ".join(self._keys))

    def _messages(self, messages: Any) -> None:
        roles = []
        for place, message in self._items(messages, "messages"):
            if not self._object(message, ("role", "content"), (), place):
                continue
            # A role under a wrong key has been named already.
            role = message.get("role", message.get("position"))
            roles.append(role)
            for inner, item in self._items(message.get("content", ()), f"{place}.content"):
                self._content(item, inner, role)
        if any(role not in _ROLES for role in roles):
            said = ", ".join(repr(role) for role in dict.fromkeys(map(str, roles)) if role not in _ROLES)
            self._tell(Rule.SHAPE, f"a role is 'user' or 'assistant', not {said}")
        elif roles != [_ROLES[place % 2] for place in range(len(roles))] or len(roles) % 2 or not roles:
            said = "turns begin with the user, take turns, and end with the assistant"
            self._tell(Rule.SHAPE, f"{said}; here they are {', '.join(map(str, roles)) or 'none'}")
        if self._counts["image"] and self._counts["video"]:
            self._tell(Rule.SHAPE, "an example has pictures or a video, not both")
        if self._counts["image"] > _MOST_IMAGES:
            self._tell(Rule.SHAPE, f"{self._counts['image']} pictures; the most is {_MOST_IMAGES}")
        if self._counts["video"] > _MOST_VIDEOS:
            self._tell(Rule.SHAPE, f"{self._counts['video']} videos; the most is {_MOST_VIDEOS}")

    def _content(self, item: Any, place: str, role: Any) -> None:
        if not self._object(item, (), ("text", "image", "video"), place):
            return
        kinds = [name for name in ("text", "image", "video") if name in item]
        if len(kinds) != 1:
            self._tell(Rule.SHAPE, f"{place} holds one of text, image and video")
        if "text" in kinds and isinstance(role, str) and role in self.said:
            self.said[role] += self._text(item, place)
        for kind in ("image", "video"):
            if kind in kinds:
                self._counts[kind] += 1
                self._medium(item[kind], f"{place}.{kind}", kind, role)

    def _medium(self, value: Any, place: str, kind: str, role: Any) -> None:
        if role == "assistant":
            self._tell(Rule.SHAPE, f"{place}: the assistant answers with text alone")
        if not self._object(value, ("format", "source"), (), place):
            return
        if "format" in value and value["format"] not in _FORMATS[kind]:
            allowed = ", ".join(_FORMATS[kind])
            self._tell(Rule.SHAPE, f"{place}.format is {value['format']!r:.40}; allowed are {allowed}")
        source = value.get("source", {})
        if not self._object(source, ("s3Location",) if source else (), (), f"{place}.source"):
            return
        location = source.get("s3Location", {})
        where = f"{place}.source.s3Location"
        if not self._object(location, ("uri",) if location else (), ("bucketOwner",), where):
            return
        uri = location.get("uri")
        if isinstance(uri, str) and uri.startswith("s3://"):
            self.media.append(uri)
        elif uri is not None:
            self._tell(Rule.SHAPE, f"{where}.uri is no address in S3 (s3://bucket/key): {uri!r:.80}")

    def _object(self, value: Any, required: Sequence[str], optional: Sequence[str], place: str) -> bool:
        if not isinstance(value, Mapping):
            self._tell(Rule.SHAPE, f"{place} is an object in braces")
            return False
        wrong = wrong_keys(value, (*required, *optional), place)
        missing = missing_keys(value, required, place)
        self._keys += [f"unknown keys: {', '.join(wrong)}"] if wrong else []
        self._keys += [f"missing keys: {', '.join(missing)}"] if missing else []
        return True

    def _items(self, value: Any, place: str) -> Iterator[tuple[str, Any]]:
        if not isinstance(value, list | tuple):
            self._tell(Rule.SHAPE, f"{place} is a list")
            return
        for index, item in enumerate(value):
            yield f"{place}[{index}]", item

    def _text(self, item: Mapping[str, Any], place: str) -> list[str]:
        text = item.get("text")
        if text is None and "text" not in item:
            return []
        if not isinstance(text, str):
            self._tell(Rule.SHAPE, f"{place}.text is a text")
            return []
        if not text.strip():
            self._tell(Rule.EMPTY, f"{place}.text is empty")
        return [text]

    def _tell(self, rule: Rule, said: str) -> None:
        self._problems.append(Problem(self._number, rule, said))
