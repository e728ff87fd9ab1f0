"""Looks at embedding models, all in one run: heatmaps, the gap, what questions find, dimensions and bits.

    python -m evaluation.search [--folder DIR] [--model MODEL_ID --region REGION]

Measured are this machine's engines and the server that BRAID_EMBED_URL names, and with ``--model`` a model of
Bedrock, asked with your own permissions ($0.01 at most). Heatmaps are written to ``--folder`` as SVG and PNG.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from braid.domain.errors import BraidError
from evaluation.search.contrastive import learn, made_pairs
from evaluation.search.diagnosis import gap, level_recalls, ranking, shelf, similarities
from evaluation.search.heatmap import png_heatmap, svg_heatmap
from evaluation.search.products import Product, QuerySets, products, query_sets
from evaluation.search.providers import Provider, aws_provider, local_providers
from evaluation.search.vector_sizes import by_dimensions, kept_in_fewer_bits

_QUERY = "suede sneaker"
_VECTORS = 20_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.search", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=Path("build/search"), help="where heatmaps are written"
    )
    parser.add_argument("--model", help="a model of Bedrock, of registry/models.toml")
    parser.add_argument("--region", default="us-east-1", help="where that model is asked")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    console, found, sets = Console(), products(), query_sets()
    try:
        with local_providers() as local:
            for provider in [
                *local,
                *([aws_provider(options.model, options.region)] if options.model else []),
            ]:
                _show_provider(console, provider, found, sets, options.folder)
    except (ValueError, BraidError) as error:
        print(error, file=sys.stderr)
        return 1
    _show_head(console)
    _show_sizes(console)
    return 0


def _show_provider(
    console: Console, provider: Provider, found: list[Product], sets: QuerySets, folder: Path
) -> None:
    console.rule(provider.name)
    here = shelf(provider, found)
    if here.without:
        console.print(f"no vector: {', '.join(here.without)}", highlight=False)
    if len(here.names) > 1:
        slug = provider.name.lower().replace(" ", "-").replace("/", "-")
        what = "pictures" if provider.is_joint else "titles and texts"
        title = f"Eight products by {what}: {provider.name}"
        cosines = similarities(here.rows)
        (folder / f"heatmap-{slug}.svg").write_text(svg_heatmap(cosines, here.names, title), "utf-8")
        (folder / f"heatmap-{slug}.png").write_bytes(png_heatmap(cosines, here.names, title))
        console.print(f"heatmap: {folder}/heatmap-{slug}.svg, .png", highlight=False)
    if provider.is_joint and here.names:
        texts = provider.texts([item.text for item in found if item.name in here.names])
        apart = gap(texts, here.rows)
        console.print(
            f"modality gap {apart.distance:.3f} between the means; cosines: texts {apart.texts:.3f}, pictures"
            f" {apart.pictures:.3f}, a picture with its own text {apart.pairs:.3f}",
            highlight=False,
        )
    rows = []
    for query, right in [(_QUERY, "sneaker"), *sets.cross_modal.items()]:
        asked = ranking(provider, here, query, right)
        first = f"{asked.names[0]} {asked.distances[0]:.3f}" if asked.names else "nothing"
        rows.append((query, right, str(asked.place or "no vector"), first))
    _print(console, ("question", "right", "place", "first, with distance"), rows)
    for level in (sets.granularity, sets.context):
        recalls = level_recalls(provider, level)
        _print(
            console,
            ("question", "right answers", "of them in front"),
            [(query, str(len(level.queries[query])), f"{recall:.2f}") for query, recall in recalls.items()],
        )


def _show_head(console: Console) -> None:
    console.rule("a contrastive head, learnt from made pairs")
    learnt = learn(made_pairs(300, seed=1), made_pairs(100, seed=2))
    console.print(
        f"loss {learnt.losses[0]:.3f} to {learnt.losses[-1]:.3f} in {len(learnt.losses)} steps; texts that"
        f" find their picture first, of classes held out: {learnt.recall_before:.2f} to"
        f" {learnt.recall_after:.2f}",
        highlight=False,
    )


def _show_sizes(console: Console) -> None:
    console.rule(f"{_VECTORS:,} vectors of made clusters")
    sized = by_dimensions(_VECTORS)
    _print(
        console,
        ("numbers", "MB", "ms a query", "of the true ten"),
        [
            (str(it.dimensions), f"{it.bytes_each * _VECTORS / 1e6:.1f}", f"{it.ms:.2f}", f"{it.recall:.3f}")
            for it in sized
        ],
    )
    bits = kept_in_fewer_bits(_VECTORS, 384)
    _print(
        console,
        ("kept as", "MB", "of the true ten"),
        [(it.how, f"{it.bytes_each * _VECTORS / 1e6:.1f}", f"{it.recall:.3f}") for it in bits],
    )


def _print(console: Console, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*heads)
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    sys.exit(main())
