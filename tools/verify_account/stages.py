"""The stages, in their order: what each does, what it may cost, and what must be seen."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.verify_account.places import ENVIRONMENT_NAME, Place, StageError

__all__ = ["STAGES", "Stage"]

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_FILES = tuple(str(_SAMPLES / name) for name in ("talk.mp4", "portrait.jpg", "rental.pdf"))
_BUNDLE = str(_SAMPLES / "mug.bundle")
_POSTS = ("The bread of the bakery is good.", "I will find out where you live.", "Knives must be sharp.")
_UNSURE = "You know what happens to people who write such reviews."
_KNOBS = {"search": "true", "retain_data": "true"}
# Generous: CloudWatch, S3 and Lambda of one short visit, which is cents at most.
_AROUND_USD = 0.02
# Exit statuses of `drop --wait` where the asset has ended or awaits a person.
_ENDED = (0,)


@dataclass(frozen=True)
class Stage:
    """``price_usd`` is asked before anything is done; ``run`` returns what was seen, a line each.

    Raises ``StageError`` where something else was seen.
    """

    name: str
    does: str
    price_usd: Callable[[Place], float]
    run: Callable[[Place], Sequence[str]]


def _free(_place: Place) -> float:
    return 0.0


def _account(place: Place) -> list[str]:
    """What isn't as it should be doesn't end the visit: a later stage may do without."""
    findings = json.loads(place.braid("doctor", "--json", allowed=(0, 1)))
    wrong = [
        f"{each['name']}: {each['detail']}; {each['remedy']}" for each in findings if each["ok"] is False
    ]
    return [f"{len(findings) - len(wrong)} of {len(findings)} things are as they should be", *wrong]


def _deploy(place: Place) -> list[str]:
    place.deploy(_KNOBS)
    return ["every stack is deployed"]


def _planned_usd(place: Place, files: Sequence[str], *options: str) -> float:
    """What `braid plan` says that these files cost at most, and what stands around them.

    Of files of posts it says what is expected, which hardly anything adds to.
    """
    plans = map(json.loads, place.braid("plan", *files, "--json", *options).splitlines())
    return sum(float(plan.get("bound_usd", plan["expected_usd"])) for plan in plans) + _AROUND_USD


def _samples(place: Place) -> list[str]:
    outcomes = _dropped(place, [*_FILES, _BUNDLE])
    wrong = [each for each in outcomes if each["status"] != "SUCCEEDED"]
    if wrong:
        raise StageError(f"not every sample succeeded: {json.dumps(wrong)}")
    seen = []
    for each in outcomes:
        answer = json.loads(place.braid("get", each["asset_id"], "answer"))
        receipt = json.loads(place.braid("get", each["asset_id"], "receipt"))
        if not answer:
            raise StageError(f"{each['asset_id']} succeeded with an empty answer")
        said = f"{', '.join(answer['answer'])} ({answer['method']})"
        seen.append(f"{each['asset_id']}: SUCCEEDED, {said}, ${receipt['total_usd']:.4f}")
    return seen


def _dropped(place: Place, files: Sequence[str], *options: str) -> list[dict[str, Any]]:
    said = place.braid("drop", *files, "--wait", "--json", *options, allowed=_ENDED)
    return [json.loads(line) for line in said.splitlines()]


def _with_text(text: str, name: str, use: Callable[[str], Any]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, "utf-8")
        return use(str(path))


def _review(place: Place) -> list[str]:
    (outcome,) = _with_text(
        _UNSURE, "unsure.txt", lambda path: _dropped(place, [path], "--profile", "moderation")
    )
    if outcome["status"] != "AWAITING_REVIEW":
        return [f"nothing awaited a person: the model was sure of {outcome['asset_id']}, {outcome['status']}"]
    listed = place.braid("review", "list", "--json")
    if outcome["asset_id"] not in listed:
        raise StageError(f"{outcome['asset_id']} awaits review, and `braid review list` doesn't have it")
    by = ("--decision", "block", "--by", "verify_account", "--note", "a threat")
    place.braid("review", "approve", outcome["asset_id"], *by)
    (record,) = json.loads(place.braid("status", outcome["asset_id"], "--json"))
    status = record["status"]
    if status != "SUCCEEDED":
        raise StageError(f"{outcome['asset_id']} was approved and is {status}")
    return [f"{outcome['asset_id']}: AWAITING_REVIEW, approved, SUCCEEDED"]


def _search(place: Place) -> list[str]:
    hits = [json.loads(line) for line in place.braid("search", "deposit paid by card", "--json").splitlines()]
    if not hits or not hits[0]["asset_id"].startswith("rental"):
        raise StageError(f"the rental agreement isn't what is found first: {json.dumps(hits[:3])}")
    return [f"{len(hits)} hits, the rental agreement first"]


def _posts(place: Place) -> list[str]:
    lines = "\n".join(json.dumps({"id": number, "text": text}) for number, text in enumerate(_POSTS))
    found = _with_text(
        lines, "posts.jsonl", lambda path: json.loads(place.braid("posts", path, "--wait", "--json"))
    )
    if found["lines"] != len(_POSTS):
        raise StageError(f"{len(_POSTS)} posts have {found['lines']} decisions")
    return [f"{found['lines']} decisions, {found['status']}"]


def _posts_usd(place: Place) -> float:
    lines = "\n".join(json.dumps({"id": number, "text": text}) for number, text in enumerate(_POSTS))
    return float(
        _with_text(lines, "posts.jsonl", lambda path: _planned_usd(place, [path], "--profile", "moderation"))
    )


def _change(place: Place) -> list[str]:
    """No upgrade: it is the same version. Those are rehearsed by ``tools.rehearse_upgrade``."""
    before = place.braid("status", "--json")
    place.deploy({**_KNOBS, "log_retention_days": "14"})
    after = place.braid("status", "--json")
    if sorted(before.splitlines()) != sorted(after.splitlines()):
        raise StageError("records changed while the deployment was changed")
    return ["a knob was changed; every record is as before"]


def _destroy(place: Place) -> list[str]:
    place.destroy(_KNOBS)
    if left := place.left():
        raise StageError(f"not everything is gone, and may cost something: {', '.join(left)}")
    return [f"the stacks of braid-{ENVIRONMENT_NAME} and what they left are gone"]


STAGES: Sequence[Stage] = (
    Stage("account", "asks what the deployment needs", _free, _account),
    Stage("deploy", "deploys every stack that the samples need", _free, _deploy),
    Stage("samples", "drops four samples", lambda place: _planned_usd(place, [*_FILES, _BUNDLE]), _samples),
    Stage("review", "drops a text that a person may have to decide", lambda _place: _AROUND_USD, _review),
    Stage("search", "searches for what a sample says", lambda _place: _AROUND_USD, _search),
    Stage("posts", "judges three posts", _posts_usd, _posts),
    Stage("change", "deploys again with a knob changed", _free, _change),
    Stage("destroy", "takes everything away again", _free, _destroy),
)
