"""All kinds, as documents, tables, texts and media have them."""

from __future__ import annotations

from evaluation.real_files import Kind, documents, media, tables, texts

__all__ = ["ALL_KINDS"]

ALL_KINDS: tuple[Kind, ...] = (*documents.KINDS, *tables.TABLE_KINDS, *texts.TEXT_KINDS, *media.KINDS)
