"""`braid new profile`: a profile that works at once, and explains itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from braid.domain.profile.profile import NAME
from cli.errors import EXIT_MISUSE, CommandError
from cli.groups import command_group
from cli.options import console
from cli.target import PROJECT_ROOT

__all__ = ["make_profile", "new_app"]

_PROFILES = PROJECT_ROOT / "profiles"
_TEMPLATE = Path(__file__).parent / "profile_template"
_MAX_NAME = 40

new_app = command_group("Create a profile: a new kind of use.")


@new_app.command("profile")
def new_profile(
    name: Annotated[str, typer.Argument(metavar="NAME", help="its folder, such as press-photos")],
) -> None:
    """Create a profile: a folder under profiles/ that works as it is.

    Every file in it says what it is for. Exit status: 2 if the name is invalid or taken.
    """
    folder = make_profile(name, _PROFILES)
    shown = folder.relative_to(PROJECT_ROOT)
    console.print(f"{shown}:", highlight=False)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        console.print(f"  {path.relative_to(PROJECT_ROOT)}", highlight=False, markup=False)
    console.print(
        f"write your question into {shown}/prompt.md, then `braid try {name} ASSET_ID` asks it of an asset "
        f"that was analysed before;\n`braid up` deploys it, and `braid drop FILE --profile {name}` uses it",
        highlight=False,
        soft_wrap=True,
    )


def make_profile(name: str, profiles: Path) -> Path:
    """Writes the folder ``profiles/NAME`` and returns it.

    Raises ``CommandError`` that says what is wrong with the name, or that there is such a folder.
    """
    if not NAME.fullmatch(name):
        better = _allowed(name)
        hint = f"; {better!r} is valid" if better else ""
        raise CommandError(
            f"{name!r} isn't a valid profile name: use lower-case letters, digits and hyphens, beginning "
            f"with a letter, at most {_MAX_NAME} characters{hint}",
            exit_code=EXIT_MISUSE,
        )
    folder = profiles / name
    if folder.exists():
        raise CommandError(f"{folder} exists already; nothing was changed", exit_code=EXIT_MISUSE)
    title = name.replace("-", " ").capitalize()
    files = {
        path.relative_to(_TEMPLATE): path.read_text("utf-8").replace("{name}", name).replace("{title}", title)
        for path in sorted(_TEMPLATE.rglob("*"))
        if path.suffix in (".toml", ".md", ".json")
    }
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
    except OSError as error:
        raise CommandError(f"{folder}: can't be written: {error.strerror}") from error
    return folder


def _allowed(name: str) -> str:
    """The nearest name that is allowed, or nothing."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-").lstrip("0123456789-")[:_MAX_NAME].strip("-")
    return slug if NAME.fullmatch(slug) else ""
