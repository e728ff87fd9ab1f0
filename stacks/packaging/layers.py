"""Layers from hashed requirement files, built without Docker: wheels of the target platform, pruned, cached.

The cache key is what goes in (requirements, platform, this file's rules, whether modules are compiled), so an
unchanged layer is built once per machine and has the same asset hash everywhere.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from stacks.packaging.bytecode import COMPILED_VERSION, compile_modules
from stacks.packaging.code import REPOSITORY

__all__ = ["KEPT_AWS_SERVICES", "LayerBuildError", "LayerRecipe", "build_ahead"]

_CACHE = REPOSITORY / "build" / "layers"
# Where Lambda unpacks layers.
_UNPACKED_AT = "/opt"

# The service models that stay in the core layer: what braid/aws opens a client for (a test compares).
# botocore carries 400 others, three quarters of the layer, read by nobody.
KEPT_AWS_SERVICES = frozenset(
    {
        "bedrock",
        "bedrock-agent-runtime",
        "bedrock-runtime",
        "comprehend",
        "dynamodb",
        "events",
        "kms",
        "polly",
        "rekognition",
        "s3",
        "s3vectors",
        "sagemaker",
        "sqs",
        "scheduler",
        "sns",
        "stepfunctions",
        "textract",
        "transcribe",
        "translate",
    }
)
# Never imported at run time: stubs, sources of extension modules, tests, and the installer's notes.
_PRUNED_SUFFIXES = frozenset({".c", ".h", ".pxd", ".pyc", ".pyi", ".pyx"})
_PRUNED_FOLDERS = frozenset({"__pycache__", "bin", "examples", "test", "tests"})
# Of an installed package's notes its version and its licences stay.
_KEPT_NOTES = ("METADATA", "LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")

# Libraries hardly shrink further: 51 MB instead of 47 in a fifth of the time.
_COMPRESSION = 1
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

# uv's names. manylinux_2_28 is the newest tag that wheels carry for Amazon Linux 2023 (glibc 2.34), on which
# Lambda's Pythons from 3.12 on run. Its 3.11 runs on Amazon Linux 2 (glibc 2.26): PyAV has no wheel for it.
_PLATFORMS = {
    ("linux", "arm64"): "aarch64-manylinux_2_28",
    ("linux", "x86_64"): "x86_64-manylinux_2_28",
    ("macos", "arm64"): "aarch64-apple-darwin",
    ("macos", "x86_64"): "x86_64-apple-darwin",
}


class LayerBuildError(RuntimeError):
    """A layer could not be built; the message says what the installer said and what to do."""


@dataclass(frozen=True)
class LayerRecipe:
    """One layer: the locked requirements of ``requirements/<name>-layer.txt`` for one platform."""

    name: str
    architecture: str
    python_version: str
    system: str = "linux"

    @property
    def requirements(self) -> Path:
        """The locked requirement file."""
        return REPOSITORY / "requirements" / f"{self.name}-layer.txt"

    @property
    def fingerprint(self) -> str:
        """Changes with anything that changes the layer's content."""
        digest = hashlib.sha256()
        for part in (self.platform.encode(), self.python_version.encode()):
            digest.update(len(part).to_bytes(4, "big") + part)
        digest.update(self.requirements.read_bytes())
        digest.update(Path(__file__).read_bytes())
        digest.update(b"compiled" if self._is_compiled else b"")
        return digest.hexdigest()[:32]

    @property
    def platform(self) -> str:
        """The wheels' platform as uv names it."""
        return _PLATFORMS[self.system, self.architecture]

    @property
    def _is_compiled(self) -> bool:
        return self.python_version == COMPILED_VERSION

    @property
    def _target(self) -> str:
        return f"{self.name}-{self.platform}-{self.python_version}"

    def built(self) -> Path:
        """The layer's archive (it holds ``python/``), from the cache or built now, in place of an older one.

        Raises ``LayerBuildError`` when the wheels can't be had.
        """
        archive = _CACHE / f"{self._target}-{self.fingerprint}.zip"
        if archive.is_file():
            return archive
        archive.parent.mkdir(parents=True, exist_ok=True)
        with _one_builder(archive.with_name(f".{self._target}.lock")):
            if not archive.is_file():  # else another thread or synth has built it meanwhile
                self._build(archive)
        return archive

    def _build(self, archive: Path) -> None:
        cache = archive.parent
        with tempfile.TemporaryDirectory(dir=cache, prefix=f".{self.name}-") as draft:
            content, packed = Path(draft) / "layer", Path(draft) / archive.name
            self._install(content / "python")
            _prune(content / "python")
            if self._is_compiled:
                compile_modules(content, unpacked_at=_UNPACKED_AT)
            _pack(content, packed)
            packed.replace(archive)  # whole or not at all
        for outdated in cache.glob(f"{self._target}-*.zip"):
            if outdated != archive:
                outdated.unlink(missing_ok=True)

    def _install(self, target: Path) -> None:
        command = [find_uv_bin(), "pip", "install", "--quiet", "--target", str(target)]
        command += ["--python-platform", self.platform, "--python-version", self.python_version]
        command += ["--only-binary", ":all:", "--require-hashes", "--color", "never"]
        # The file is complete. What it leaves out, another layer of the same functions brings. Files may be
        # linked with uv's cache: pruning unlinks them, and nothing is written into one.
        command += ["--no-deps", "--no-compile-bytecode", "-r", str(self.requirements)]
        environment = {**os.environ}
        if self.system == "macos" and platform.mac_ver()[0]:
            # uv assumes an old macOS, for which newer wheels would not be found.
            environment.setdefault("MACOSX_DEPLOYMENT_TARGET", platform.mac_ver()[0])
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            raise LayerBuildError(
                f"{self.requirements.relative_to(REPOSITORY)} could not be installed for {self.platform} and "
                f"Python {self.python_version}. Is the package index reachable? The installer said:\n"
                f"{done.stderr.strip()}"
            )


def build_ahead(recipes: Iterable[LayerRecipe]) -> None:
    """Begins to build those that aren't in the cache, in their order, while the caller goes on.

    Who asks for one waits for it, and is told why it can't be built.
    """

    def build(recipe: LayerRecipe) -> None:
        with contextlib.suppress(LayerBuildError):
            recipe.built()

    # Not all at once where there are fewer cores: the first is asked for first.
    builders = ThreadPoolExecutor(os.cpu_count())
    for recipe in recipes:
        builders.submit(build, recipe)
    builders.shutdown(wait=False)


@contextlib.contextmanager
def _one_builder(lock: Path) -> Iterator[None]:
    """Waits for whoever builds the same now, in this process or another."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _prune(root: Path) -> None:
    """Removes what a function never imports. Bottom up, so that emptied folders go too."""
    for folder, folders, files in os.walk(root, topdown=False):
        here = Path(folder)
        for name in folders:
            if name in _PRUNED_FOLDERS or _is_unused_service(here / name, root):
                shutil.rmtree(here / name)
        for name in files:
            if Path(name).suffix in _PRUNED_SUFFIXES or _is_installers_note(here / name, root):
                (here / name).unlink()
        if here != root and not any(here.iterdir()):
            here.rmdir()


def _is_installers_note(path: Path, root: Path) -> bool:
    """Whether a file of a ``.dist-info`` folder is neither the package's version nor its licence."""
    package, *inner = path.relative_to(root).parts
    is_kept = path.name.startswith(_KEPT_NOTES) or "licenses" in inner
    return package.endswith(".dist-info") and not is_kept


def _is_unused_service(folder: Path, root: Path) -> bool:
    parent = folder.parent.relative_to(root).as_posix()
    return parent in {"botocore/data", "boto3/data"} and folder.name not in KEPT_AWS_SERVICES


def _pack(content: Path, archive: Path) -> None:
    """Zips ``content``; the same content gives the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as packed:
        for path in sorted(content.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(content).as_posix(), date_time=_ZIP_EPOCH)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, path.read_bytes(), compresslevel=_COMPRESSION)
