"""The page of a draft: what a reviewer looks at before anybody else does."""

from __future__ import annotations

import base64

from braid.domain.answer.review import DEADLINE_WORDS, ReviewRequest
from braid.domain.generation.draft import Draft
from braid.report.markup import Markup, join, page, tag
from braid.store.documents import DocumentStore

__all__ = ["put_draft_page"]

_HTML = "text/html; charset=utf-8"
_MAX_EMBEDDED_BYTES = 8 * 1024 * 1024


def put_draft_page(draft: Draft, request: ReviewRequest, *, store: DocumentStore) -> None:
    """Writes ``report.html`` of the attempt: the picture, or a video's first frame, and all that is known."""
    shown = draft.poster or draft.file
    body = store.get_payload(shown)
    store.put_bytes(store.result_key("report.html"), _page(draft, request, body, shown.media_type), _HTML)


def _page(draft: Draft, request: ReviewRequest, body: bytes, media_type: str) -> bytes:
    plan = draft.plan
    template = f"{plan.prompt.template} {plan.prompt.version}" if plan.prompt.template else "none"
    vetted = f", vetted by {plan.prompt.vetted_by}" if plan.prompt.vetted_by else ""
    facts = {
        "Asked for by": plan.request.requested_by or "nobody who is named",
        "Prompt": plan.prompt.text or "none",
        "Not to be seen": plan.prompt.negative or "nothing was named",
        "Template": f"{template}{vetted}",
        "Made by": f"{plan.provider} ({plan.model_id}) in {plan.region}",
        "Started from": ", ".join(plan.request.inputs) or "words alone",
        "Price": f"${plan.usd:.4f}",
        "Not honoured": "; ".join(plan.not_honoured) or "nothing",
        "Prompt lacks": "; ".join(finding.sentence for finding in plan.findings) or "nothing",
        "Asked again because": plan.redo_reason or "this is the first try",
    }
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", value, dir="auto")) for name, value in facts.items()
    ]
    checks = [
        tag("tr", tag("th", check.name, scope="row"), tag("td", f"{check.outcome}: {check.sentence}"))
        for check in draft.checks
    ]
    until = f"Until {request.deadline}; then it is {DEADLINE_WORDS[request.on_deadline]}."
    parts = [
        tag("section", _picture(body, media_type), class_="notice"),
        tag("section", tag("h2", "What was asked"), tag("table", tag("tbody", *rows))),
        tag("section", tag("h2", "What was checked"), tag("table", tag("tbody", *checks))),
        tag("section", tag("p", until)),
    ]
    header = tag(
        "header", tag("h1", f"{plan.request.task.value}: a draft"), tag("p", "; ".join(request.reasons))
    )
    footer = tag("footer", tag("p", f"Asset {draft.asset_id}, attempt {draft.attempt}"))
    return page("A draft awaits review", join(parts), header=header, footer=footer)


def _picture(body: bytes, media_type: str) -> Markup:
    if len(body) > _MAX_EMBEDDED_BYTES:
        return tag("p", "The picture is too large for this page: `braid get ASSET_ID draft` copies it.")
    address = f"data:{media_type};base64,{base64.b64encode(body).decode()}"
    return tag("img", src=address, alt="what was made", style="max-width: 100%")
