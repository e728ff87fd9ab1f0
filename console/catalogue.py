"""Every view of the console, in the order of the navigation: whoever adds a machine enters it here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.routing import Route

from console.views import (
    asset,
    assets,
    costs,
    drop,
    files,
    generation,
    health,
    playing,
    posts,
    reviews,
    search,
    tuning,
)

__all__ = ["NOT_SHOWN", "VIEWS", "View"]


@dataclass(frozen=True)
class View:
    """A page in the navigation. ``machines`` are the state machines whose work it shows."""

    path: str
    title: str
    routes: Sequence[Route]
    machines: Sequence[str] = ()


VIEWS = (
    View(
        "/",
        "Assets",
        (
            Route("/", assets.show),
            Route("/assets/{asset_id}", asset.show),
            Route("/assets/{asset_id}/report", files.report),
            Route("/assets/{asset_id}/files/{name}", files.download),
            Route("/assets/{asset_id}/pictures/{keyframe_id}", files.picture),
            Route("/assets/{asset_id}/media", playing.media),
        ),
        machines=("analyze_asset",),
    ),
    View(
        "/review",
        "Review",
        (
            Route("/review", reviews.show),
            Route("/review/{asset_id}", reviews.detail),
            Route("/review/{asset_id}/draft", files.draft),
            Route("/review/{asset_id}/claim", reviews.take, methods=["POST"]),
            Route("/review/{asset_id}/release", reviews.leave, methods=["POST"]),
            Route("/review/{asset_id}/decide", reviews.decide_one, methods=["POST"]),
        ),
    ),
    View(
        "/posts",
        "Posts",
        (Route("/posts", posts.show), Route("/posts/{asset_id}", posts.detail)),
        machines=("moderate_posts",),
    ),
    View(
        "/generation",
        "Generation",
        (
            Route("/generation", generation.show),
            Route("/generation/{asset_id}", generation.detail),
            Route("/generation/{asset_id}/picture", generation.picture),
            Route("/generation/{asset_id}/inputs/{number:int}", generation.start_picture),
            Route("/generation/{asset_id}/video", generation.video),
        ),
        machines=("generate_content",),
    ),
    View(
        "/tuning",
        "Tuning",
        (
            Route("/tuning", tuning.show),
            Route("/tuning/{run_id}", tuning.detail),
            Route("/tuning/{run_id}/decide", tuning.decide, methods=["POST"]),
        ),
        machines=("customize_model",),
    ),
    View(
        "/drop",
        "Drop",
        (
            Route("/drop", drop.show),
            Route("/drop/plan", drop.begin, methods=["POST"]),
            Route("/drop/{drop_id}/bytes", drop.give_bytes, methods=["POST"]),
            Route("/drop/{drop_id}/send", drop.send, methods=["POST"]),
            Route("/drop/{drop_id}/finish", drop.finish, methods=["POST"]),
        ),
    ),
    View(
        "/search",
        "Search",
        (
            Route("/search", search.show),
            Route("/search/picture", search.by_picture, methods=["POST"]),
        ),
    ),
    View("/costs", "Costs", (Route("/costs", costs.show),)),
    View("/health", "Health", (Route("/health", health.show), Route("/health/audit", health.audit))),
)

# State machines that no view shows, and what does instead.
NOT_SHOWN: Mapping[str, str] = {}
