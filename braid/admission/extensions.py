"""What a file's name promises, to tell its owner where the content is something else."""

from __future__ import annotations

from braid.media.content.identify import DOCX, MAIL, ODT, PDF, PPTX, XLSX

__all__ = ["mismatch"]

# Families rather than exact types: an .mp4 that holds only sound is no surprise to anybody.
_FAMILIES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("jpg", "jpeg", "jpe"), ("image/jpeg",)),
    "png": ("image/png",),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    **dict.fromkeys(("tif", "tiff"), ("image/tiff",)),
    "bmp": ("image/bmp",),
    "avif": ("image/avif",),
    **dict.fromkeys(("heic", "heif"), ("image/heic", "image/avif")),
    **dict.fromkeys(("mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "mts", "ogv"), ("video/", "audio/")),
    **dict.fromkeys(
        ("mp3", "wav", "flac", "ogg", "oga", "opus", "m4a", "aac", "amr", "aif", "aiff"), ("audio/",)
    ),
    "pdf": (PDF,),
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), (DOCX,)),
    **dict.fromkeys(("pptx", "pptm", "ppsx", "ppsm", "potx", "potm"), (PPTX,)),
    "xlsx": (XLSX,),
    "odt": (ODT,),
    **dict.fromkeys(("eml", "emlx", "mbox", "mht", "mhtml"), (MAIL,)),
    **dict.fromkeys(("txt", "md", "markdown", "log"), ("text/", "application/json")),
    **dict.fromkeys(("jsonl", "ndjson"), ("application/json", "text/")),
    **dict.fromkeys(("htm", "html"), ("text/",)),
    "csv": ("text/",),
    "json": ("application/json", "text/"),
    "vtt": ("text/vtt",),
    "srt": ("application/x-subrip",),
    **dict.fromkeys(("ttml", "dfxp"), ("application/ttml+xml",)),
}


def mismatch(name: str, media_type: str) -> str | None:
    """The name's extension if it promises something else than ``media_type``; others promise nothing."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    families = _FAMILIES.get(extension)
    if families is None or any(media_type.startswith(family) for family in families):
        return None
    return extension
