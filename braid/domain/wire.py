"""Frozen dataclasses to JSON values and back: the one codec behind every document that Braid stores.

``None`` members are left out when written; a missing optional member reads as its default. Reading is
strict: an unknown member, a missing one or a wrong type raises ``InvalidInputError`` with its path.
Keys starting with ``$`` are annotations for people (``$comment``) and are skipped. What was renamed is read
under its old name too, for one version (``formerly``); ``old_spellings`` lists where something that a person
wrote still has one.

A class with a ``schema_version`` reads documents of its own major version and of the one before, and refuses
those that a newer Braid stored, as after a deployment was taken back, before it trips over their members.

A dataclass whose JSON isn't ours to choose, such as a state machine's state, reads itself: it has a class
method ``from_wire(value)``, which raises ``InvalidInputError`` too.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import types
import typing
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.quoting import quoted

__all__ = ["decode", "decode_json", "encode", "formerly", "old_spellings"]

_SCHEMA_VERSION = "schema_version"
_FORMERLY = "formerly"
_VALUES_FORMERLY = "values_formerly"

T = TypeVar("T")


def encode(value: Any) -> Any:
    """The JSON value of a dataclass (recursively): dicts, lists, strings, numbers, booleans."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            name: encode(member)
            for name in _field_names(type(value))
            if (member := getattr(value, name)) is not None
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    return value


def formerly(name: str = "", *, values: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Metadata of a field that the version before wrote as ``name``, or with other ``values``: old to new."""
    return {**({_FORMERLY: name} if name else {}), **({_VALUES_FORMERLY: values} if values else {})}


def old_spellings(cls: type, value: Any) -> list[str]:
    """What a person should rename in ``value``, which is read as ``cls``: ``vision.caption_tier is …``."""
    return [f"{old} is called {new} now" for old, new in _renamed(cls, value, "")]


def _renamed(cls: type, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return
    hints = get_type_hints(cls)
    for field in dataclasses.fields(cls):
        old = field.metadata.get(_FORMERLY)
        if old in value:
            yield f"{path}{old}", field.name
        if dataclasses.is_dataclass(kind := hints[field.name]):
            yield from _renamed(cast(type, kind), value.get(field.name), f"{path}{field.name}.")


def decode(cls: type[T], value: Any, *, called: str | None = None) -> T:
    """The dataclass that ``encode`` wrote. Raises ``InvalidInputError`` naming the path that doesn't fit.

    Paths begin with ``called``, else with the class's name: say "the example" where people wrote the file.
    """
    read = _reader(cast(Hashable, cls))
    try:
        return cast(T, read(value, called or cls.__name__))
    except RecursionError as error:  # saying what is wrong writes it out
        raise InvalidInputError(f"{called or cls.__name__} is nested too deeply") from error


def decode_json(cls: type[T], text: str | bytes, *, source: str) -> T:
    """``decode`` of a JSON text. Every error begins with ``source``, where it lies: a key, a path."""
    try:
        value = parse_json(text)
    except ValueError as error:
        raise InvalidInputError(f"{source} isn't JSON: it is damaged or cut off; store it anew") from error
    try:
        return decode(cls, value)
    except InvalidInputError as error:
        raise InvalidInputError(f"{source}: {error}") from error


@functools.cache
def _field_names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


Reader = Callable[[Any, str], Any]


@functools.cache
def _reader(kind: Any) -> Reader:
    """A function that reads one value of ``kind``; built once per type, because documents repeat types."""
    origin = get_origin(kind)
    if kind is Any:
        return lambda value, _path: value
    if origin is typing.Literal:
        return _one_of(get_args(kind))
    if origin in (Union, types.UnionType):
        inner = [argument for argument in get_args(kind) if argument is not type(None)]
        if len(inner) == 1:
            return _optional(_reader(inner[0]))
        if set(inner) <= {int, float, str, bool}:
            # JSON writes a whole float as an integer.
            return _scalar((*inner, int) if float in inner else tuple(inner))
        raise TypeError(f"no codec for {kind}")
    if origin is tuple:
        return _sequence(_reader(get_args(kind)[0]))
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        key, item = get_args(kind)
        return _mapping(_reader(key), _reader(item))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    if hasattr(kind, "from_wire"):
        return lambda value, _path: kind.from_wire(value)
    if dataclasses.is_dataclass(kind):
        return _dataclass(cast(type, kind))
    if kind is float:
        return _scalar((float, int))
    return _scalar((kind,))


def _scalar(kinds: tuple[type, ...]) -> Reader:
    def read(value: Any, path: str) -> Any:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            expected = " or ".join(kind.__name__ for kind in kinds)
            raise InvalidInputError(f"{path} must be {expected}, not {quoted(value)}")
        return value

    return read


def _optional(inner: Reader) -> Reader:
    return lambda value, path: None if value is None else inner(value, path)


def _one_of(allowed: tuple[Any, ...]) -> Reader:
    def read(value: Any, path: str) -> Any:
        if value not in allowed:
            raise InvalidInputError(
                f"{path} must be one of {', '.join(map(str, allowed))}, not {quoted(value)}"
            )
        return value

    return read


def _renaming(inner: Reader, new_values: Mapping[str, str] | None) -> Reader:
    if new_values is None:
        return inner
    return lambda value, path: inner(new_values.get(value, value) if isinstance(value, str) else value, path)


def _enum(kind: type[Enum]) -> Reader:
    def read(value: Any, path: str) -> Any:
        try:
            return kind(value)
        except ValueError as error:
            names = ", ".join(str(member.value) for member in kind)
            raise InvalidInputError(f"{path} must be one of {names}, not {quoted(value)}") from error

    return read


def _sequence(inner: Reader) -> Reader:
    def read(value: Any, path: str) -> Any:
        if not isinstance(value, list | tuple):
            raise InvalidInputError(f"{path} must be a list, not {quoted(value)}")
        return tuple(inner(item, f"{path}[{index}]") for index, item in enumerate(value))

    return read


def _mapping(key: Reader, inner: Reader) -> Reader:
    def read(value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise InvalidInputError(f"{path} must be an object, not {quoted(value)}")
        return {key(name, path): inner(item, f"{path}.{name}") for name, item in value.items()}

    return read


def _meant(unknown: Iterable[str], known: Iterable[str]) -> str:
    """The members that somebody may have meant, where their spelling is near."""
    names = tuple(known)
    near = {close: None for name in sorted(unknown) for close in difflib.get_close_matches(name, names, n=1)}
    return f"; did you mean {', '.join(near)}?" if near else ""


def _dataclass(cls: type) -> Reader:
    hints = get_type_hints(cls)
    fields = dataclasses.fields(cls)
    readers = {
        field.name: _renaming(_reader(hints[field.name]), field.metadata.get(_VALUES_FORMERLY))
        for field in fields
    }
    new_names = {field.metadata[_FORMERLY]: field.name for field in fields if _FORMERLY in field.metadata}
    version = next((field.default for field in fields if field.name == _SCHEMA_VERSION), None)
    required = {
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }

    def read(value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise InvalidInputError(f"{path} must be an object, not {quoted(value)}")
        members = {name: item for name, item in value.items() if not name.startswith("$")}
        if isinstance(version, str) and _SCHEMA_VERSION in members:
            _check_version(members[_SCHEMA_VERSION], version, path)
            # What is read is of today's shape, whatever it was stored as.
            members[_SCHEMA_VERSION] = version
        for old in new_names.keys() & members.keys():
            if new_names[old] in members:
                raise InvalidInputError(f"{path} has both {new_names[old]} and {old}, which is its old name")
            members[new_names[old]] = members.pop(old)
        if unknown := members.keys() - readers.keys():
            raise InvalidInputError(
                f"{path} has no member {', '.join(sorted(unknown))}{_meant(unknown, readers)}"
            )
        optional_nones = {name for name in required - members.keys() if _accepts_none(hints[name])}
        if missing := required - members.keys() - optional_nones:
            them = "it" if len(missing) == 1 else "them"
            raise InvalidInputError(f"{path} must have {', '.join(sorted(missing))}; add {them}")
        arguments = {name: readers[name](item, f"{path}.{name}") for name, item in members.items()}
        arguments.update(dict.fromkeys(optional_nones))
        try:
            return cls(**arguments)
        except ValueError as error:
            raise InvalidInputError(f"{path}: {error}") from error

    return read


def _check_version(stored: Any, current: str, path: str) -> None:
    newest = int(current)
    readable = [str(number) for number in (newest - 1, newest) if number > 0]
    if stored in readable:
        return
    if isinstance(stored, str) and stored.isdecimal() and int(stored) > newest:
        raise InvalidInputError(
            f"{path} has schema version {stored}, and this version of Braid reads none after {current}:"
            " deploy the version again that stored it, or drop the file again"
        )
    raise InvalidInputError(
        f"{path}.{_SCHEMA_VERSION} must be one of {', '.join(map(repr, readable))}, not {quoted(stored, 40)}"
    )


def _accepts_none(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind)
