"""Check Prompt: reads a request whole, fills its prompt, finds who makes it, keeps what it starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.errors import ConfigError, InvalidAssetError
from braid.domain.generation.draft import GenerationPlan
from braid.domain.generation.foreseen import Rules, foresee
from braid.domain.generation.library import PromptLibrary, arms_of
from braid.domain.generation.picks import arm_of
from braid.domain.generation.prompts import PromptTemplate
from braid.domain.generation.providers import ImageProviders
from braid.domain.generation.request import GenerationRequest, read_request
from braid.domain.generation.tasks import NEEDS
from braid.media.pictures.drafts import checked_input
from braid.store.documents import DocumentStore
from lambdas.generation.inputs import EarlierAttempt

__all__ = ["plan_generation"]

_PICTURE = "image/png"


def plan_generation(
    asset: AssetRef,
    body: bytes,
    *,
    rules: Rules,
    providers: ImageProviders,
    template: Callable[[str], PromptTemplate],
    read_input: Callable[[str], bytes],
    store: DocumentStore,
    earlier: EarlierAttempt,
    library: Callable[[], PromptLibrary | None],
) -> GenerationPlan:
    """The plan, whose price isn't known yet. Raises ``InvalidAssetError`` for whoever asked.

    ``read_input`` gives the bytes under a key, ``library`` what decisions made of the templates. A request
    without a seed gets the attempt's number where a reviewer wanted another one: the same seed would give the
    same.
    """
    request = read_request(body, name=asset.source.display_name)
    try:
        chosen = _chosen(request, asset, template, earlier, library) if request.template else None
    except ConfigError as error:
        raise InvalidAssetError(str(error)) from error
    found = foresee(request, chosen, rules=rules, providers=providers)
    return GenerationPlan(
        request=_with_another_seed(request, asset.attempt),
        prompt=found.prompt,
        findings=found.findings,
        model_id=found.provider.model_id,
        provider=found.provider.name,
        region=found.region,
        not_honoured=found.not_honoured,
        usage=(),
        usd=0.0,
        inputs=tuple(_kept(key, number, read_input, store) for number, key in enumerate(request.inputs, 1)),
        redo_reason=earlier.redo_reason,
    )


def _chosen(
    request: GenerationRequest,
    asset: AssetRef,
    template: Callable[[str], PromptTemplate],
    earlier: EarlierAttempt,
    library: Callable[[], PromptLibrary | None],
) -> PromptTemplate:
    """The template; of several (``a|b``) the better one once that is certain, else this asset's.

    An asset keeps the one that its attempt before was made by.
    """
    arms = arms_of(request.template)
    if earlier.template in arms or len(arms) == 1:
        return template(earlier.template if earlier.template in arms else arms[0])
    templates = {name: template(name) for name in arms}
    known = library()
    versions = {name: each.version for name, each in templates.items()}
    winner = known.winner_of(request.template, versions) if known else None
    return templates[winner or arm_of(request.template, asset.asset_id, arms)]


def _with_another_seed(request: GenerationRequest, attempt: int) -> GenerationRequest:
    if attempt == 1 or not NEEDS[request.task].prompt:
        return request
    return replace(request, seed=((request.seed or 0) + attempt - 1) % 4_294_967_295)


def _kept(key: str, number: int, read_input: Callable[[str], bytes], store: DocumentStore) -> Claim:
    """A copy of an input: what lies under its key may change while this waits for a person."""
    body = read_input(key)
    checked_input(body, name=key)
    media_type = "image/jpeg" if body.startswith(b"\xff\xd8") else _PICTURE
    return store.put_bytes(store.result_key(f"input-{number}{_suffix(media_type)}"), body, media_type)


def _suffix(media_type: str) -> str:
    return ".jpg" if media_type == "image/jpeg" else ".png"
