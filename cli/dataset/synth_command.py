"""`braid dataset synth`: a data set of things that don't exist, described first and drawn after."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from braid.domain.datasets.products import MOST_PRODUCTS, Product, drawn
from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from braid.domain.wire import decode
from cli.dataset.build_command import s3_prefix
from cli.dataset.files import write_sources
from cli.dataset.pairs import Built, put_picture
from cli.errors import EXIT_MISUSE, CommandError
from cli.groups import command_group
from cli.options import Json, Seconds, Stack, chosen_target, console, print_json

if TYPE_CHECKING:
    from cli.target import Target

__all__ = ["synth_app"]

_PRODUCTS = "products.jsonl"
_EXIT_INCOMPLETE = 3
_WHO = "braid dataset synth"


synth_app = command_group("Make up data: described first, then drawn.")


@synth_app.command("products")
def synth_products(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="where it goes; or where it began")],
    uri: Annotated[str, typer.Option(metavar="S3_URI", help="the prefix under which FOLDER will lie in S3")],
    count: Annotated[int, typer.Option(metavar="N", min=1, max=MOST_PRODUCTS, help="how many products")] = 20,
    seed: Annotated[int, typer.Option(metavar="SEED", help="another one draws other products")] = 0,
    max_usd: Annotated[
        float, typer.Option("--max-usd", metavar="USD", min=0, help="what the pictures may cost together")
    ] = 1.0,
    timeout: Seconds = 3600.0,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Make up products: they are described first, then drawn by the generation's own tasks.

    Each picture is a draft as of `braid generate`: priced, checked and marked, and never public; what was
    blocked or refused is left out. FOLDER gets all.jsonl for `braid dataset check --for titan-image`,
    products.jsonl and pictures/. Called again it goes on with what is missing, and pays for nothing twice.
    Exit status 3 where pictures are missing.
    """
    prefix = s3_prefix(uri)
    target = chosen_target(stack)
    if not target.generation_machine_arn:
        raise CommandError("this deployment makes nothing: its knob generation is off", exit_code=EXIT_MISUSE)
    products = _read(folder)
    missing = _still_to_describe(products, count, seed)
    _check_price(sum(not each.asset_id for each in products) + len(missing), max_usd)
    folder.mkdir(parents=True, exist_ok=True)
    notes = _describe(target, folder, products, missing)
    _ask(target, folder, products, seed)
    built = _collected(target, folder, prefix, products, timeout)
    path = folder / "all.jsonl"
    path.write_bytes(b"".join(built.lines))
    write_sources(path, built.sources)
    built.notes[:0] = notes
    if as_json:
        print_json({"file": str(path), "lines": len(built.lines), "notes": built.notes})
    else:
        for note in built.notes:
            console.print(note, markup=False, highlight=False)
        console.print(f"{path}: {len(built.lines):,} lines", markup=False, highlight=False)
    if len(built.lines) < len(products):
        raise typer.Exit(_EXIT_INCOMPLETE)


def _read(folder: Path) -> list[Product]:
    """What an earlier call left. Raises ``CommandError`` for a folder with other things in it."""
    path = folder / _PRODUCTS
    if not path.is_file():
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} isn't empty; name a new folder", exit_code=EXIT_MISUSE)
        return []
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            found.append(decode(Product, parse_json(line), called="the product"))
        except (ValueError, InvalidInputError) as error:
            raise CommandError(f"{path}: line {number}: {error}", exit_code=EXIT_MISUSE) from error
    return found


def _write(folder: Path, products: list[Product]) -> None:
    text = "".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in products)
    new = folder / f"{_PRODUCTS}.new"
    new.write_text(text, "utf-8")
    new.replace(folder / _PRODUCTS)


def _still_to_describe(products: list[Product], count: int, seed: int) -> tuple[Product, ...]:
    """Those of the draw that FOLDER doesn't have. Raises ``CommandError`` where it has another draw's."""
    all_of_them = drawn(max(count, len(products)), seed)
    for known, again in zip(products, all_of_them, strict=False):
        if (known.kind, known.material, known.colour) != (again.kind, again.material, again.colour):
            raise CommandError(
                f"{_PRODUCTS} was begun with another --seed; name it, or a new folder", exit_code=EXIT_MISUSE
            )
    return all_of_them[len(products) :]


def _check_price(pictures: int, max_usd: float) -> None:
    from braid.domain.generation.tasks import Task
    from braid.runtime.provider_library import image_providers

    prices = [
        row.picture_usd
        for row in image_providers().providers
        if Task.TEXT_TO_IMAGE in row.tasks and row.status == "active" and row.picture_usd is not None
    ]
    usd = pictures * prices[0]
    if usd > max_usd:
        raise CommandError(
            f"{pictures} pictures would cost ${usd:.2f}, more than ${max_usd:.2f}: ask for fewer with"
            " --count, or allow it with --max-usd",
            exit_code=EXIT_MISUSE,
        )
    console.print(f"{pictures} pictures for ${usd:.2f}", highlight=False)


def _describe(
    target: Target, folder: Path, products: list[Product], missing: tuple[Product, ...]
) -> list[str]:
    """Words what is missing and keeps it before anything is drawn."""
    from cli.dataset.product_texts import text_model, word_products

    if not missing:
        return []
    model_id = text_model(target)
    written, unable = word_products(missing, model_id, target.client("bedrock-runtime"))
    products += written
    _write(folder, products)
    ours = sum(not each.is_written_by_model for each in written)
    if not ours:
        return []
    why = f"{model_id} said: {unable}" if unable else f"what {model_id} wrote didn't name what is drawn"
    return [f"{ours} descriptions are put together from kind, colour and material, without a model: {why}"]


def _ask(target: Target, folder: Path, products: list[Product], seed: int) -> None:
    """Drops the request of every product that has no draft; each id is kept as soon as it is known."""
    from cli.dropping.drop import upload
    from cli.generating.sending import plan_request

    for place, product in enumerate(products):
        if product.asset_id:
            continue
        members = {"task": "text_to_image", "prompt": product.prompt, "seed": seed * 1_000 + product.number}
        name = f"synth-{seed}-{product.number:03}"
        planned = plan_request(members, folder=folder, name=name, by=_WHO)
        products[place] = replace(product, asset_id=upload(target, planned))
        _write(folder, products)


def _collected(target: Target, folder: Path, prefix: str, products: list[Product], timeout: float) -> Built:
    """A pair for each product whose draft may be looked at."""
    from braid.domain.asset.asset import GENERATE_FOLDER, AssetStatus
    from cli.dropping.progress import follow

    assets = [(product.title, product.asset_id, GENERATE_FOLDER) for product in products]
    outcomes = follow(target, assets, timeout_seconds=timeout, console=console)
    built = Built()
    for product, outcome in zip(products, outcomes, strict=True):
        name = f"{product.number:03}"
        if outcome.status not in (AssetStatus.AWAITING_REVIEW, AssetStatus.SUCCEEDED):
            why = outcome.reason or "call this again to wait for it"
            built.notes.append(f"{name}: left out: {outcome.status}: {why}")
            continue
        caption = f"{product.title}. {product.description}"
        content = _picture(target, product.asset_id)
        put_picture(folder, prefix, name, content, caption, built, asset_id=product.asset_id)
    return built


def _picture(target: Target, asset_id: str) -> bytes:
    """The draft of the newest attempt, marked as it is."""
    from braid.domain.generation.draft import Draft
    from braid.domain.wire import decode_json
    from cli.showing.asset_ids import find_asset
    from cli.showing.documents import read_claim

    key = f"assets/{asset_id}/{find_asset(target, asset_id).attempt}/draft.json"
    stored = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    file = decode_json(Draft, stored, source=key).file
    return read_claim(target, file)
