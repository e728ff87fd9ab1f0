"""What would come of a file of posts, told from the file, its profile and the knobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from braid.admission.posts import AdmittedPosts, Found, admit_posts, expected_usd
from braid.domain.asset.asset import AssetRef, Source, asset_id_for
from braid.domain.errors import ConfigError
from braid.domain.model_registry import foundation_model_id
from braid.domain.money.price_book import PriceBook
from braid.domain.profile.profile import Profile
from braid.runtime.library import post_rules
from cli.dropping.drop import PlannedAsset

__all__ = ["PostsFilePlan", "plan_posts_file"]


@dataclass(frozen=True)
class PostsFilePlan:
    """``expected_usd`` is the model's, if none of the posts was judged before."""

    name: str
    admitted: AdmittedPosts
    model_id: str
    expected_usd: float
    priced_as: str

    @property
    def reason(self) -> str | None:
        """Why the file would be rejected, if it would."""
        return self.admitted.reason

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        file = self.admitted.file
        return {
            "name": self.name,
            "profile": self.admitted.admission.asset.profile,
            "is_admitted": self.reason is None,
            "reason": self.reason,
            "media_type": self.admitted.admission.media_type,
            "lines": file.lines if file else None,
            "posts": self.admitted.posts,
            "chunks": len(self.admitted.chunks),
            "gates": [
                {"name": gate.name, "value": gate.value, "unit": gate.unit, "outcome": gate.outcome}
                for gate in self.admitted.admission.gates
            ],
            "model_id": self.model_id,
            "expected_usd": self.expected_usd,
            "usd_per_thousand": round(1000 * self.expected_usd / self.admitted.posts, 6)
            if self.admitted.posts
            else None,
            "priced_as": self.priced_as,
        }


def plan_posts_file(
    asset: PlannedAsset,
    profile: Profile,
    model_ids: Mapping[str, str],
    book: PriceBook,
    *,
    max_object_bytes: int,
) -> PostsFilePlan:
    """Reads the file as Admit Posts would, and prices it at on-demand rates.

    Raises ``ConfigError`` where the region has no model of the profile's tier.
    """
    (upload,) = asset.uploads
    path = upload.path or Path(asset.name)
    source = Source("", upload.key, "")
    if profile.posts.tier not in model_ids:
        raise ConfigError(f"there is no model of tier {profile.posts.tier!r} in the region")
    admitted = admit_posts(
        AssetRef(asset_id_for(source), 1, profile.name, source),
        Found("", upload.key, "", path.stat().st_size),
        open_file=lambda: path.open("rb"),
        profiles=(profile.name,),
        read_profile=lambda _: profile,
        max_object_bytes=max_object_bytes,
    )
    model_id = foundation_model_id(model_ids[profile.posts.tier])
    usd = expected_usd(
        admitted,
        profile,
        model_id,
        book,
        words=post_rules(together=profile.posts.per_call > 1),
        is_batch=False,
    )
    return PostsFilePlan(asset.name, admitted, model_id, usd, f"{book.region}, {book.as_of}")
