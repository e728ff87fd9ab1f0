"""Reads what SQS delivers: the EventBridge events "Object Created" of S3, and assets asked for again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from braid.aws.s3.object_events import object_of
from braid.domain.asset.asset import AssetRef, Source, asset_id_for, read_inbox_key
from braid.domain.asset.rerun import RERUN_EVENT, Rerun, Reuse, read_rerun
from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.quoting import quoted
from lambdas.dispatch.waiting import Look, read_look

__all__ = ["Arrival", "read_arrival"]

_FIRST_ATTEMPT = 1
# The one member of a message that neither S3 nor a command put there.
_LOOK = "last_look"


@dataclass(frozen=True)
class Arrival:
    """An object version that arrived, when S3 says so (ISO 8601), and the message that says it.

    With ``rerun`` it was here before, and is asked for again. ``last_look`` is what its message saw when it
    found no place.
    """

    source: Source
    arrived_at: str | None
    body: str
    rerun: Rerun | None = None
    last_look: Look | None = None

    @property
    def asset(self) -> AssetRef | None:
        """The asset that this object is the head of; ``None`` for folders, dot files and bundle members."""
        if self.rerun is not None:
            return self.rerun.asset
        inbox_key = read_inbox_key(self.source.key)
        if not inbox_key.starts_execution:
            return None
        return AssetRef(asset_id_for(self.source), _FIRST_ATTEMPT, inbox_key.profile, self.source)

    @property
    def reuse(self) -> Reuse | None:
        """What is taken over from an earlier attempt."""
        return self.rerun.reuse if self.rerun else None

    def body_with(self, look: Look) -> str:
        """The message to send again, which carries what it saw."""
        return json.dumps({**parse_json(self.body), _LOOK: asdict(look)}, ensure_ascii=False)


def read_arrival(body: str) -> Arrival:
    """The arrival in one SQS message's body.

    Raises ``InvalidInputError`` for anything that isn't an "Object Created" event of a versioned bucket, or a
    whole request to process an asset again.
    """
    try:
        event = parse_json(body)
    except ValueError as error:
        raise InvalidInputError(f"the message is not JSON: {quoted(body)}") from error
    last_look = read_look(event.get(_LOOK)) if isinstance(event, Mapping) else None
    if isinstance(event, Mapping) and event.get("detail-type") == RERUN_EVENT:
        rerun, at = read_rerun(event), event.get("time")
        return Arrival(rerun.asset.source, at if isinstance(at, str) else None, body, rerun, last_look)
    if not isinstance(event, Mapping) or event.get("detail-type") != "Object Created":
        found = event.get("detail-type") if isinstance(event, Mapping) else body
        raise InvalidInputError(f"the message is no 'Object Created' event of S3 but {quoted(found)}")
    arrived_at = event.get("time")
    at = arrived_at if isinstance(arrived_at, str) else None
    return Arrival(object_of(event), at, body, last_look=last_look)
