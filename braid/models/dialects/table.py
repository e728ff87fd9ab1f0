"""The dialects by the names that rows of ``registry/models.toml`` give as their ``dialect``."""

from __future__ import annotations

from braid.domain.errors import ConfigError
from braid.models.dialects.claude import CLAUDE
from braid.models.dialects.dialect import ChatDialect, EmbeddingDialect, JointDialect
from braid.models.dialects.label_bridge import LABEL_BRIDGE
from braid.models.dialects.nova import NOVA
from braid.models.dialects.nova_embeddings import NOVA_EMBEDDINGS
from braid.models.dialects.openai_embeddings import OPENAI_EMBEDDINGS, OPENAI_JOINT
from braid.models.dialects.titan_image import TITAN_IMAGE
from braid.models.dialects.titan_text import TITAN_TEXT

__all__ = ["chat_dialect", "embedding_dialect", "joint_dialect"]

_CHAT = {"nova": NOVA, "claude": CLAUDE}
_EMBEDDING = {"titan_text": TITAN_TEXT, "openai_embeddings": OPENAI_EMBEDDINGS}
_JOINT = {
    "titan_image": TITAN_IMAGE,
    "nova_embeddings": NOVA_EMBEDDINGS,
    "openai_joint": OPENAI_JOINT,
    "label_bridge": LABEL_BRIDGE,
}


def chat_dialect(name: str) -> ChatDialect:
    """The dialect of that name. Raises ConfigError that lists those there are."""
    if name not in _CHAT:
        raise ConfigError(f"there is no dialect {name!r}; models that answer have {', '.join(sorted(_CHAT))}")
    return _CHAT[name]


def embedding_dialect(name: str) -> EmbeddingDialect:
    """The dialect of that name. Raises ConfigError that lists those there are."""
    if name not in _EMBEDDING:
        raise ConfigError(
            f"there is no dialect {name!r}; embedding models have {', '.join(sorted(_EMBEDDING))}"
        )
    return _EMBEDDING[name]


def joint_dialect(name: str) -> JointDialect:
    """The dialect of that name. Raises ConfigError that lists those there are."""
    if name not in _JOINT:
        raise ConfigError(f"there is no dialect {name!r}; joint models have {', '.join(sorted(_JOINT))}")
    return _JOINT[name]
