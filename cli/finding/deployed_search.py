"""The search of a deployment: its functions, known by the outputs of a stack beside the pipeline's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.errors import EXIT_MISUSE, CommandError
from cli.functions import call
from cli.target import Target

__all__ = ["DeployedSearch", "find_search", "forget_vectors", "not_indexed"]

_MOST_AT_ONCE = 25


@dataclass(frozen=True)
class DeployedSearch:
    """The functions that find and index, and where the vectors lie: a vector bucket's ARN, or a collection's
    endpoint.

    ``batch_function`` and ``batch_role_arn`` are empty where the knob batch_inference is off.
    """

    target: Target
    search_function: str
    index_function: str
    vector_store: str
    batch_function: str = ""
    batch_role_arn: str = ""

    def find(self, **request: Any) -> dict[str, Any]:
        """What the search answers: ``braid.domain.search.hit.SearchAnswer`` with ``usage``, as JSON.

        Raises ``CommandError`` in the function's own words.
        """
        return call(self.target, self.search_function, request, refusal_status=EXIT_MISUSE)

    def index(self, operation: str, asset_ids: Sequence[str] = ()) -> dict[str, Any]:
        """One request to the function that indexes; its operations are in ``lambdas.indexing``."""
        return call(self.target, self.index_function, {"operation": operation, "asset_ids": list(asset_ids)})


def not_indexed(asset: Mapping[str, Any]) -> str:
    """Why an asset isn't indexed, or not all of it, by what the function says of it; empty where it is."""
    reasons = [str(asset["error"])] if "error" in asset else []
    return "; ".join([*reasons, *(each["reason"] for each in asset.get("missing", []))])


def find_search(target: Target) -> DeployedSearch:
    """The search beside a pipeline. Raises ``CommandError`` that says how to get one where there is none."""
    outputs = target.outputs_beside("search")
    if outputs is None:
        raise CommandError(
            f"this deployment has no search (no stack {target.name_beside('search')!r}): deploy it with the"
            " knob search, as in `npx cdk deploy --all -c search=true`"
        )
    return DeployedSearch(
        target,
        outputs["SearchFunctionName"],
        outputs["IndexFunctionName"],
        outputs["VectorStore"],
        outputs.get("BatchFunctionName", ""),
        outputs.get("BatchRoleArn", ""),
    )


def forget_vectors(target: Target, asset_ids: Sequence[str]) -> int:
    """Removes every vector of these assets, and what they were kept as; how many vectors there were.

    Nothing where the deployment has no search. Raises ``CommandError`` naming the assets that it failed for:
    asking again goes on from there.
    """
    try:
        search = find_search(target)
    except CommandError:
        return 0
    removed, failed = 0, list[str]()
    for at in range(0, len(asset_ids), _MOST_AT_ONCE):
        told = search.index("forget", asset_ids[at : at + _MOST_AT_ONCE])
        for asset in told["assets"]:
            removed += asset.get("removed", 0)
            if "error" in asset:
                failed.append(f"{asset['asset_id']}: {asset['error']}")
    if failed:
        raise CommandError("vectors remain of " + "; ".join(failed))
    return removed
