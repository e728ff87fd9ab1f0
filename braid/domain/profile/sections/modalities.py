"""What is analysed of an asset: the ``[modalities]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from braid.domain.asset.asset import Modality

__all__ = ["ModalitiesPlan"]


@dataclass(frozen=True)
class ModalitiesPlan:
    """What is analysed where an asset has it, and what it can't be answered without."""

    wanted: tuple[Modality, ...]
    required: tuple[Modality, ...] = ()

    def problems(self) -> Iterator[str]:
        """What is wrong with it, in words."""
        if not self.wanted:
            yield "modalities.wanted names none"
        for modality in self.required:
            if modality not in self.wanted:
                yield f"modalities.required has {modality}, which isn't wanted"
