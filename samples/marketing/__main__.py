"""Sends every request to the running deployment, waits for the drafts, and writes a page of them.

    .venv/bin/python -m samples.marketing [FOLDER]

Nothing is approved: `braid review list` shows what waits.
"""

from __future__ import annotations

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
        return f"<figure><figcaption><b>{title}</b>: {html.escape(str(outcome.reason))}</figcaption></figure>"
    key = f"assets/{outcome.asset_id}/1/draft.json"
    draft = decode_json(Draft, _read(target, key), source=key)
    shown = draft.poster or draft.file
    file = folder / f"{name}{Path(shown.key).suffix}"
    file.write_bytes(_read(target, shown.key))
    (folder / f"{name}-draft{Path(draft.file.key).suffix}").write_bytes(_read(target, draft.file.key))
    facts = [
        draft.plan.prompt.text,
        f"{draft.plan.provider}, ${draft.plan.usd:.2f}",
        *draft.plan.not_honoured,
    ]
    told = "<br>".join(html.escape(fact) for fact in facts if fact)
    return (
        f'<figure><img src="{file.name}" alt="{title}"><figcaption><b>{title}</b>'
        f" ({draft.plan.request.task.value})<br>{told}</figcaption></figure>"
    )


def _read(target: Target, key: str) -> bytes:
    body: bytes = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    return body


_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>A new package, nine ways</title>
<style>
  body {{ font: 16px/1.4 system-ui, sans-serif; margin: 2rem; background: #faf8f4; color: #222 }}
  main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1.5rem }}
  figure {{ margin: 0; background: #fff; padding: 1rem; border-radius: .5rem }}
  img {{ max-width: 100% }}
  figcaption {{ font-size: .85rem; color: #444 }}
</style>
<h1>A new package, nine ways</h1>
<p>Drafts, none of them public: each awaits a person's decision.</p>
<main>
{rows}
</main>
"""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build") / "marketing"))
