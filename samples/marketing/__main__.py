"""Sends every request to the running deployment, waits for the drafts, and writes a page of them.

    .venv/bin/python -m samples.marketing [FOLDER]

Nothing is approved: `braid review list` shows what waits.
"""

from __future__ import annotations

import argparse
import html
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

from rich.console import Console

from braid.domain.asset.asset import AssetStatus
from braid.domain.generation.draft import Draft
from braid.domain.wire import decode_json
from cli.dropping.drop import upload
from cli.dropping.progress import follow
from cli.generating.sending import plan_request
from cli.target import Target, find_target
from samples.marketing.drawings import draw_references

_REQUESTS = Path(__file__).parent / "requests.toml"
_PATIENCE_SECONDS = 300.0
_WHO = "the marketing sample"


def main(folder: Path) -> int:
    """The number of requests without a draft is the exit status."""
    target = find_target(None)
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as drawn:
        draw_references(Path(drawn))
        sent = {
            name: upload(target, plan_request(members, folder=Path(drawn), name=name, by=_WHO))
            for name, members in tomllib.loads(_REQUESTS.read_text("utf-8")).items()
        }
    console = Console(stderr=True)
    assets = [(name, asset_id, "generate") for name, asset_id in sent.items()]
    outcomes = follow(target, assets, timeout_seconds=_PATIENCE_SECONDS, console=console)
    rows = [_row(target, folder, name, outcome) for name, outcome in zip(sent, outcomes, strict=True)]
    page = folder / "marketing.html"
    page.write_text(_PAGE.format(rows="\n".join(rows)), "utf-8")
    missing = [outcome for outcome in outcomes if outcome.status is not AssetStatus.AWAITING_REVIEW]
    console.print(f"{len(rows) - len(missing)} drafts in {time.monotonic() - began:.0f} s: {page}")
    return len(missing)


def _row(target: Target, folder: Path, name: str, outcome: Any) -> str:
    """A draft with all that is known of it, or why there is none."""
    title = html.escape(name.replace("_", " "))
    if outcome.status is not AssetStatus.AWAITING_REVIEW:
        reason = html.escape(str(outcome.reason))
        return f"<figure><figcaption><h2>{title}</h2><p>{reason}</p></figcaption></figure>"
    key = f"assets/{outcome.asset_id}/1/draft.json"
    draft = decode_json(Draft, _read(target, key), source=key)
    shown = draft.poster or draft.file
    file = folder / f"{name}{Path(shown.key).suffix}"
    file.write_bytes(_read(target, shown.key))
    whole = folder / f"{name}-draft{Path(draft.file.key).suffix}"
    whole.write_bytes(_read(target, draft.file.key))
    looks = f'<img src="{file.name}" alt="{title}: the draft">'
    if draft.plan.is_video:
        looks = f'<video controls preload="none" src="{whole.name}" poster="{file.name}"></video>'
    told = f"<p>{html.escape(draft.plan.prompt.text)}</p>" if draft.plan.prompt.text else ""
    return (
        f"<figure>{looks}<figcaption><h2>{title}</h2>{told}"
        f"<p>{draft.plan.request.task.value.replace('_', ' ')}: {html.escape(draft.plan.provider)},"
        f" ${draft.plan.usd:.2f}</p>{_not_honoured(draft)}</figcaption></figure>"
    )


def _not_honoured(draft: Draft) -> str:
    """What was asked for and couldn't be had, folded up."""
    sentences = draft.plan.not_honoured
    if not sentences:
        return ""
    items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    wishes = f"{len(sentences)} wish{'es' if len(sentences) != 1 else ''}"
    return f"<details><summary>{wishes} that couldn't be honoured</summary><ul>{items}</ul></details>"


def _read(target: Target, key: str) -> bytes:
    body: bytes = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    return body


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A new package, nine ways</title>
<style>
  :root {{ color-scheme: light dark; --ground: #faf8f4; --card: #fff; --ink: #222; --soft: #555 }}
  @media (prefers-color-scheme: dark) {{
    :root {{ --ground: #17191c; --card: #22262b; --ink: #eee; --soft: #b5bac1 }}
  }}
  body {{ font: 16px/1.4 system-ui, sans-serif; margin: 0 auto; max-width: 90rem; padding: 1.5rem;
    background: var(--ground); color: var(--ink) }}
  main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1.5rem;
    align-items: start }}
  figure {{ margin: 0; background: var(--card); padding: 1rem; border-radius: .5rem }}
  img, video {{ display: block; width: 100%; height: auto }}
  h2 {{ font-size: 1rem; margin: .75rem 0 .25rem; text-transform: capitalize }}
  figcaption {{ font-size: .9rem; color: var(--soft) }}
  figcaption h2 {{ color: var(--ink) }}
  p {{ margin: .25rem 0 }}
  main {{ margin-top: 1rem }}
  ul {{ margin: .25rem 0; padding-left: 1.2rem }}
</style>
<h1>A new package, nine ways</h1>
<p>Drafts, none of them public: each awaits a person's decision.</p>
<main>
{rows}
</main>
</html>
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m samples.marketing", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build") / "marketing")
    sys.exit(main(parser.parse_args().folder))
