"""Another model's index made live, and the one of before deleted; what a switch means is said before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import typer

from braid.domain.money.receipt import price
from braid.domain.search.manifest import VectorManifest, manifest_key
from braid.domain.wire import decode_json
from cli.costs.prices import price_book
from cli.errors import EXIT_MISUSE, CommandError
from cli.finding.deployed_search import DeployedSearch
from cli.finding.filling import assets_with_results
from cli.options import console, out

__all__ = ["Switch", "drop_others", "planned_switch", "switch_to_deployed"]

_READ_AT_ONCE = 24


@dataclass(frozen=True)
class Switch:
    """From the indexes that are searched to those that are deployed.

    Of ``found`` assets that are found now, ``missing`` aren't in the deployed indexes as far; embedding those
    cost ``usd_before`` until now.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    found: int
    missing: int
    usd_before: float

    @property
    def warning(self) -> str:
        """What it means, for whoever is about to do it."""
        lines = [
            f"searched until now: {', '.join(self.before)}",
            f"searched from then on: {', '.join(self.after)}",
        ]
        if gone := sorted({_purpose(name) for name in self.before} - {_purpose(name) for name in self.after}):
            lines.append(f"No model is deployed for {' and '.join(gone)}: such lists end.")
        if self.missing:
            lines.append(
                f"{self.missing} of {self.found} assets aren't in there yet: nobody finds them from then on,"
                " until `braid index --all`, which asks the new model about each. Embedding them cost"
                f" ${self.usd_before:.4f} so far. Do that first."
            )
        else:
            lines.append(f"All {self.found} assets are in there.")
        lines += [
            "Searches that began before are answered from the old index; every later one from the new, the"
            " first of each language after 36 questions that measure it, under $0.001.",
            "New assets are no longer written to the old index. It costs what it holds, $0.06 a GB-month,"
            " until `braid index --drop`; to go back, deploy the old model again.",
        ]
        return "\n".join(lines)


def switch_to_deployed(deployed: DeployedSearch, *, yes: bool) -> dict[str, Any]:
    """Says what it means, asks unless ``yes``, and switches; what the function says of the indexes.

    Raises ``CommandError`` where nobody is there to be asked.
    """
    told = deployed.index("status")
    before, after = tuple(told["live"]), tuple(told["built"])
    if before == after:
        console.print("the deployed models' indexes are searched already", highlight=False)
        return deployed.index("switch")  # fixed, so that another deployment changes nothing by itself
    switch = planned_switch(before, after, _manifests(deployed))
    console.print(switch.warning, markup=False, highlight=False)
    if not yes:
        if not out.is_terminal:
            raise CommandError("say --yes if you mean it", exit_code=EXIT_MISUSE)
        typer.confirm("Switch?", abort=True)
    return deployed.index("switch")


def planned_switch(
    before: Sequence[str], after: Sequence[str], manifests: Iterable[VectorManifest]
) -> Switch:
    """What a switch would change, by the manifests of all assets."""
    found = [each for each in manifests if any(each.keys.get(name) for name in before)]
    missing = [each for each in found if not _is_in(each, before, after)]
    usd = sum(price(each.usage, price_book()).total_usd for each in missing)
    return Switch(tuple(before), tuple(after), len(found), len(missing), usd)


def drop_others(deployed: DeployedSearch) -> dict[str, Any]:
    """Deletes the indexes that are neither searched nor deployed."""
    told = deployed.index("drop")
    for name in told["dropped"]:
        console.print(f"deleted {name}", highlight=False)
    if not told["dropped"]:
        console.print("there is no other index", highlight=False)
    return told


def _is_in(manifest: VectorManifest, before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether each list in which an asset is found has a successor that has it too."""
    wanted = {_purpose(name) for name in before if manifest.keys.get(name)}
    wanted &= {_purpose(name) for name in after}
    return manifest.is_complete and wanted <= {_purpose(name) for name in after if manifest.keys.get(name)}


def _purpose(index_name: str) -> str:
    return index_name.partition(".")[0]


def _manifests(deployed: DeployedSearch) -> list[VectorManifest]:
    target = deployed.target

    def read(asset_id: str) -> VectorManifest | None:
        key = manifest_key(asset_id)
        try:
            body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
        except target.s3.exceptions.NoSuchKey:
            return None
        return decode_json(VectorManifest, body, source=key)

    with ThreadPoolExecutor(_READ_AT_ONCE) as pool:
        return [found for found in pool.map(read, assets_with_results(target)) if found is not None]
