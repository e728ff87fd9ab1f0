"""The layers as Lambda gets them: small, pruned, complete, and the same bytes every time."""

from __future__ import annotations

import ast
import platform
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from braid.runtime.library import CODE_ROOT
from stacks.config import DeploymentConfig
from stacks.packaging import layers
from stacks.packaging.code import CODE_FOLDERS, staged_code
from stacks.packaging.layers import KEPT_AWS_SERVICES, LayerBuildError, LayerRecipe, build_ahead
from tests.infra.conftest import EVERY_STACK, REPOSITORY, compose

MEGABYTE = 1_000_000
CORE_AND_CODE_BYTES = 50 * MEGABYTE
MEDIA_BYTES = 135 * MEGABYTE
DOCUMENTS_BYTES = 45 * MEGABYTE
# Lambda refuses a function whose layers and code unzip to more.
LAMBDA_BYTES = 262_144_000
ARM64 = ("arm64", "3.13")
# A host on which the layer's packages can be imported by this interpreter.
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def unzipped_bytes(archive: Path) -> int:
    """What the archive unzips to."""
    with zipfile.ZipFile(archive) as packed:
        return sum(entry.file_size for entry in packed.infolist())


def names_in(archive: Path) -> list[str]:
    """Its file names."""
    with zipfile.ZipFile(archive) as packed:
        return packed.namelist()


def code_bytes() -> int:
    """What the code asset unzips to."""
    return sum(path.stat().st_size for path in staged_code().rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def core() -> Path:
    """The core layer for production."""
    return LayerRecipe("core", *ARM64).built()


@pytest.fixture(scope="module")
def media() -> Path:
    """The media layer for production."""
    return LayerRecipe("media", *ARM64).built()


@pytest.fixture(scope="module")
def documents() -> Path:
    """The documents layer for production."""
    return LayerRecipe("documents", *ARM64).built()


@pytest.mark.slow
def test_the_sizes_that_lambda_loads(core: Path, media: Path, documents: Path) -> None:
    core_and_code, media_alone = unzipped_bytes(core) + code_bytes(), unzipped_bytes(media)
    documents_alone = unzipped_bytes(documents)

    assert core_and_code <= CORE_AND_CODE_BYTES
    assert media_alone <= MEDIA_BYTES
    assert documents_alone <= DOCUMENTS_BYTES
    assert core_and_code + media_alone + documents_alone <= LAMBDA_BYTES


@pytest.mark.slow
def test_the_documents_layer_holds_libraries_for_arm64_and_nothing_twice(
    media: Path, documents: Path
) -> None:
    names = names_in(documents)
    extensions = [name for name in names if name.endswith(".so")]

    assert {name.split("/")[1] for name in extensions} == {"lxml", "selectolax"}
    assert all("aarch64-linux-gnu" in name or "abi3" in name for name in extensions)
    assert not any(name.startswith("python/PIL/") for name in names), (
        "reading has Pillow with the media layer"
    )
    assert set(names) & set(names_in(media)) <= {"python/.lock"}


@pytest.mark.slow
def test_the_media_layer_holds_libraries_for_arm64_and_this_python(media: Path) -> None:
    extensions = [name for name in names_in(media) if name.startswith("python/av/") and name.endswith(".so")]

    assert extensions
    assert all("aarch64-linux-gnu" in name or "abi3" in name for name in extensions)
    assert any(name.startswith("python/pypdfium2_raw/") for name in names_in(media))
    assert any(name.startswith("python/PIL/") for name in names_in(media))


@pytest.mark.slow
def test_nothing_that_is_never_imported_is_shipped(core: Path, media: Path, documents: Path) -> None:
    for archive in (core, media, documents):
        for name in names_in(archive):
            parts = name.split("/")
            assert parts[0] == "python"
            assert not {"tests", "bin"} & set(parts), name
            assert not name.endswith((".pyi", ".pyx", ".pxd")), name
            assert not name.endswith(".pyc") or name.endswith(".cpython-313.pyc"), name


@pytest.mark.slow
def test_every_package_keeps_its_version_and_licence(core: Path, media: Path, documents: Path) -> None:
    for archive in (core, media, documents):
        notes: dict[str, list[str]] = {}
        for name in names_in(archive):
            if ".dist-info/" in name:
                package, _, note = name.removeprefix("python/").partition("/")
                notes.setdefault(package, []).append(note.upper())
        assert notes
        for package, kept in notes.items():
            assert "METADATA" in kept, package
            assert any(word in note for note in kept for word in ("LICENSE", "LICENCE", "COPYING")), package


@pytest.mark.slow
def test_only_used_service_models_are_kept_and_all_of_them(core: Path) -> None:
    prefix = "python/botocore/data/"
    kept = {name.removeprefix(prefix).split("/")[0] for name in names_in(core) if name.startswith(prefix)}

    assert {name for name in kept if "." not in name} == KEPT_AWS_SERVICES
    assert {"endpoints.json", "partitions.json", "_retry.json"} <= {name.removesuffix(".gz") for name in kept}


def test_kept_services_are_those_that_the_adapters_open() -> None:
    opened = set()
    for path in [*(REPOSITORY / "braid").rglob("*.py"), *(REPOSITORY / "lambdas").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "client" and node.args:
                (service,) = node.args
                assert isinstance(service, ast.Constant), f"{path}: name the service literally"
                opened.add(service.value)

    assert opened == KEPT_AWS_SERVICES


@pytest.mark.slow
def test_the_pruned_core_layer_opens_every_client(tmp_path: Path) -> None:
    archive = LayerRecipe(
        "core", machine_name(), THIS_PYTHON, "macos" if sys.platform == "darwin" else "linux"
    )
    with zipfile.ZipFile(archive.built()) as packed:
        packed.extractall(tmp_path)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import boto3\n"
        "import aws_lambda_powertools, fastjsonschema, snowballstemmer\n"
        "assert boto3.__file__.startswith(sys.argv[1]), boto3.__file__\n"
        "for name in sys.argv[2:]:\n"
        "    client = boto3.client(name, region_name='eu-central-1')\n"
        "    client.meta.service_model.operation_names\n"
        "    print(client.meta.endpoint_url)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(tmp_path / "python"), *sorted(KEPT_AWS_SERVICES)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(KEPT_AWS_SERVICES)


@pytest.mark.slow
def test_the_documents_layer_is_complete_beside_the_media_layer(tmp_path: Path) -> None:
    system = "macos" if sys.platform == "darwin" else "linux"
    for name in ("media", "documents"):
        with zipfile.ZipFile(LayerRecipe(name, machine_name(), THIS_PYTHON, system).built()) as packed:
            packed.extractall(tmp_path)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import lxml.etree, markdown_it, openpyxl, selectolax.lexbor\n"
        "assert openpyxl.__file__.startswith(sys.argv[1]), openpyxl.__file__\n"
        "openpyxl.Workbook()\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(tmp_path / "python")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_same_requirements_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, core: Path
) -> None:
    monkeypatch.setattr(layers, "_CACHE", tmp_path)
    outdated = tmp_path / core.name.replace(core.stem.rsplit("-", 1)[-1], "0" * 32)
    of_another_python = tmp_path / outdated.name.replace("-3.13-", "-3.12-")
    for archive in (outdated, of_another_python):
        archive.write_bytes(b"from an older lock file")

    again = LayerRecipe("core", *ARM64).built()

    assert again != core
    assert set(tmp_path.glob("*.zip")) == {again, of_another_python}
    assert again.read_bytes() == core.read_bytes()


def test_a_layer_is_built_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(layers, "_CACHE", tmp_path)
    recipe = LayerRecipe("core", *ARM64)
    built = tmp_path / f"core-{recipe.platform}-3.13-{recipe.fingerprint}.zip"
    built.write_bytes(b"from an earlier synth")
    monkeypatch.setattr(LayerRecipe, "_install", _refuse)

    assert recipe.built() == built


def test_who_asks_for_a_layer_that_is_being_built_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed: list[str] = []

    def install(recipe: LayerRecipe, target: Path) -> None:
        installed.append(recipe.name)
        time.sleep(0.2)  # the others come meanwhile
        target.mkdir(parents=True)
        (target / "module.py").write_text("", "utf-8")

    monkeypatch.setattr(layers, "_CACHE", tmp_path)
    monkeypatch.setattr(LayerRecipe, "_install", install)
    recipes = [LayerRecipe(name, *ARM64) for name in ("core", "media")]

    build_ahead(recipes)
    found = [recipe.built() for recipe in recipes]

    assert all(path.is_file() for path in found)
    assert sorted(installed) == ["core", "media"], "each once"


@pytest.mark.parametrize("knobs", [{}, EVERY_STACK], ids=["usual", "every stack"])
def test_what_is_built_ahead_is_what_the_stacks_ask_for(tmp_path: Path, knobs: dict[str, Any]) -> None:
    # Here, not above: it starts the CDK's Node process, which collecting tests has no use for.
    from stacks.constructs.python_layer import PythonLayer, layer_names

    app, _ = compose(tmp_path, knobs)
    config = DeploymentConfig.from_context(app.node.get_all_context())

    asked = [each.name for each in app.node.find_all() if isinstance(each, PythonLayer)]

    assert tuple(dict.fromkeys(asked)) == layer_names(config)


def _refuse(_recipe: LayerRecipe, _target: Path) -> None:
    raise AssertionError("installed again")


def test_the_fingerprint_follows_requirements_platform_and_python() -> None:
    recipes = [
        LayerRecipe(name, architecture, python)
        for name in ("core", "media", "documents")
        for architecture in ("arm64", "x86_64")
        for python in ("3.11", "3.13")
    ]

    assert len({recipe.fingerprint for recipe in recipes}) == len(recipes)
    assert LayerRecipe("core", *ARM64).fingerprint == LayerRecipe("core", *ARM64).fingerprint


def test_packages_that_cannot_be_had_are_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "_CACHE", tmp_path / "layers")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_OFFLINE", "1")

    with pytest.raises(LayerBuildError) as raised:
        LayerRecipe("core", *ARM64).built()

    assert "requirements/core-layer.txt could not be installed for aarch64" in str(raised.value)
    assert "Is the package index reachable?" in str(raised.value)
    assert list((tmp_path / "layers").glob("*.zip")) == []


def machine_name() -> str:
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def test_every_folder_of_the_code_asset_is_there() -> None:
    assert [folder for folder in CODE_FOLDERS if not (REPOSITORY / folder).is_dir()] == []
    assert CODE_ROOT == REPOSITORY
    read = {
        path.split("/")[0]
        for path in re.findall(
            r'CODE_ROOT / "(\w+)"', (REPOSITORY / "braid" / "runtime" / "library.py").read_text("utf-8")
        )
    }
    assert read <= set(CODE_FOLDERS), "the library of the functions reads what isn't deployed with them"
