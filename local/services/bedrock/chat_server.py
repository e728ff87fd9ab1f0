"""The user's own model server where it answers Converse: chat completions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.services.bedrock.model_server import ModelServer

__all__ = ["ChatServer"]


@dataclass(frozen=True)
class ChatServer:
    """Which server, and which of its models answers."""

    server: ModelServer
    model: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> ChatServer | None:
        """The server that ``BRAID_LLM_URL`` names; None without one.

        ``BRAID_LLM_MODEL`` must name the model; ``BRAID_LLM_API_KEY`` and ``BRAID_LLM_TIMEOUT_SECONDS`` may
        be set. Raises ValueError that lists all that is wrong.
        """
        server, wrong = ModelServer.from_environment(environment, "BRAID_LLM")
        if server is None:
            return None
        model = environment.get("BRAID_LLM_MODEL", "").strip()
        if not model:
            wrong.append("BRAID_LLM_MODEL is missing; it must name a model of the server")
        if wrong:
            raise ValueError("; ".join(wrong))
        return cls(server, model)

    def complete(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The server's answer to a chat completion request. Raises ``ServiceError`` with Bedrock's names."""
        return self.server.post("/chat/completions", request)
