"""Who may import whom, read from the source: a line of code knows which room it lives in."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
STEPS = (
    *("dispatch", "intake", "transcription", "keyframes", "vision", "reading"),
    *("language", "fusion", "inference", "review", "publishing", "closing"),
    *("indexing", "search", "posts", "generation", "refreshing", "tuning", "cataloguing", "erasing"),
    "watching",
)
OURS = (
    "app",
    "braid",
    "stacks",
    "lambdas",
    "local",
    "cli",
    "console",
    "evaluation",
    "benchmarks",
    "processing",
    "samples",
    "examples",
    "tools",
)
MEDIA_LIBRARIES = {"av", "PIL", "pi_heif", "pypdfium2", "pypdfium2_raw"}
# In a layer of their own, beside Pillow.
MARKING_LIBRARIES = {"c2pa", "cryptography", "numpy"}
AWS_LIBRARIES = {"boto3", "botocore", "s3transfer"}
DOCUMENT_LIBRARIES = {"lxml", "markdown_it", "openpyxl", "pptx", "selectolax"}
# What texts are decoded by: in the core layer, for intake and reading.
ENCODING_LIBRARIES = {"chardet", "chardetng_py", "webencodings"}
LIBRARY = tuple(
    f"braid.{room}"
    for room in (
        *("domain", "text", "media", "marking", "aws", "models", "store"),
        *("admission", "retrieval", "report", "runtime"),
    )
)
DOING_IO = {"os", "io", "pathlib", "socket", "subprocess", "urllib", "http", "shutil", "tempfile"}
# What a room may import of ours beside itself, longest room first.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "braid.domain": (),
    **dict.fromkeys(("braid.text", "braid.media", "braid.marking", "braid.aws"), ("braid.domain",)),
    "braid.models": ("braid.domain", "braid.aws"),
    "braid.store": ("braid.domain", "braid.aws"),
    "braid.admission": ("braid.domain", "braid.media"),
    "braid.retrieval": ("braid.domain", "braid.text", "braid.aws", "braid.models", "braid.store"),
    "braid.runtime": ("braid.domain", "braid.aws"),
    "braid.report": ("braid.domain", "braid.aws", "braid.store"),
    **{f"lambdas.{step}": LIBRARY for step in STEPS},
    "stacks": ("braid.domain",),
    "app": ("braid.domain", "stacks"),
    "local.weights": ("local.own_settings",),
    "local.engines": ("local.weights", "local.foreign_json", "local.own_settings"),
    "local.services": ("local.engines", "local.foreign_json", "local.own_settings"),
    "local.states": ("local.foreign_json",),
    "local": (),
    "cli": (
        *(f"braid.{room}" for room in ("domain", "media", "aws", "store", "admission", "runtime")),
        *("braid.marking", "braid.report"),
        "local",
    ),
    "console": (*(f"braid.{room}" for room in ("domain", "aws", "store")), "cli"),
    # A job of many objects runs steps' logic, as what measures does.
    "processing": ("braid", "lambdas"),
    # What measures may also import a step's logic, never its handler, and a job's.
    "evaluation": ("braid", "lambdas", "cli", "local", "processing"),
    "benchmarks": ("braid", "lambdas", "evaluation", "stacks.packaging"),
    "samples": ("braid.domain", "cli"),
    # What strangers copy: of ours they see what their own app would.
    "examples": ("stacks",),
    # A release's goldens are deployed with layers that are built as ours are.
    "tools": ("braid.domain", "braid.report.charts", "local", "stacks"),
}
# Third-party packages by the only rooms where they may be imported.
ONLY_IN = {
    **dict.fromkeys(MEDIA_LIBRARIES, ("braid.media", "local", "samples", "benchmarks", "evaluation")),
    "PIL": ("braid.media", "braid.marking", "local", "samples", "benchmarks", "evaluation"),
    **dict.fromkeys(("c2pa", "cryptography"), ("braid.marking",)),
    **dict.fromkeys(DOCUMENT_LIBRARIES, ("lambdas.reading", "evaluation")),
    **dict.fromkeys(ENCODING_LIBRARIES, ("braid.media",)),
    **dict.fromkeys(
        AWS_LIBRARIES, ("braid.aws", "cli", "console", "local", "tools", "evaluation", "samples", "examples")
    ),
    "aws_lambda_powertools": ("braid.runtime",),
    "duckdb": ("cli.querying",),
    "snowballstemmer": ("braid.text", "local.services.s3vectors"),
    "aws_cdk": ("stacks", "app", "examples"),
    "cdk_nag": ("stacks",),
    "ministack": ("local.launcher", "tools.compare_versions.side"),
}


# Bedrock's adapters: only the room that calls models knows how one is called.
OF_MODELS_ALONE = (
    "braid.aws.bedrock.batch_jobs",
    "braid.aws.bedrock.converse",
    "braid.aws.bedrock.guardrails",
    "braid.aws.bedrock.invoke_model",
    "braid.models.dialects",
)


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of ours with its dotted name."""
    for path in sorted(
        [REPOSITORY / "app.py", *(p for room in OURS[1:] for p in (REPOSITORY / room).rglob("*.py"))]
    ):
        yield ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__"), path


MODULES = dict(modules())


# A version's launcher imports this package under another name: its modules find each other relatively.
_UNDER_ANOTHER_NAME = REPOSITORY / "tools" / "compare_versions" / "side"


@functools.cache
def imports_of(path: Path) -> frozenset[str]:
    """The dotted names that a file imports, also inside functions; a member counts where it is a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level and path.is_relative_to(_UNDER_ANOTHER_NAME):
                continue
            assert node.level == 0, f"{path}: spell imports from the root"
            found.add(node.module or "")
            found |= {
                f"{node.module}.{alias.name}"
                for alias in node.names
                if f"{node.module}.{alias.name}" in MODULES
            }
    return frozenset(found)


def is_in(name: str, room: str) -> bool:
    """Whether a dotted name is ``room`` or lies below it."""
    return name == room or name.startswith(f"{room}.")


def room_of(name: str) -> str:
    """The room of the table that a module lies in."""
    return max((room for room in MAY_IMPORT if is_in(name, room)), key=len, default="")


def modules_in(room: str) -> list[str]:
    """The modules of one room of the table."""
    return [name for name in MODULES if room_of(name) == room]


def test_every_module_lies_in_a_room() -> None:
    # A package without code of its own may hold rooms.
    assert modules_in("") == ["braid", "lambdas"]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = (room, *MAY_IMPORT[room])
    wrong = [
        f"{name} imports {imported}"
        for name in modules_in(room)
        for imported in imports_of(MODULES[name])
        if imported.split(".")[0] in (*OURS, "tests")
        and imported not in OURS  # `from local import x` also counts as `local`
        and not any(is_in(imported, other) for other in allowed)
    ]

    assert wrong == []


def test_only_a_step_and_its_tests_know_its_handlers() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, path in MODULES.items()
        for imported in imports_of(path)
        if is_handler(imported) and imported.split(".")[:2] != name.split(".")[:2]
    ]

    assert wrong == []


def is_handler(name: str) -> bool:
    """Whether a dotted name is a step's handler module or something in it."""
    parts = name.split(".")
    return parts[0] == "lambdas" and len(parts) > 2 and parts[2].startswith("handler")


def test_the_domain_needs_only_the_standard_library_and_does_no_io() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name in modules_in("braid.domain")
        for imported in imports_of(MODULES[name])
        if imported.split(".")[0] not in {"braid", *sys.stdlib_module_names} - DOING_IO
    ]

    assert wrong == []


def test_a_library_is_imported_in_its_room_only() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, path in MODULES.items()
        for imported in imports_of(path)
        if (rooms := ONLY_IN.get(imported.split(".")[0])) and not any(is_in(name, room) for room in rooms)
    ]

    assert wrong == []


def test_models_are_called_in_one_room() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, path in MODULES.items()
        for imported in imports_of(path)
        if any(is_in(imported, own) for own in OF_MODELS_ALONE)
        # Fuzzing calls no model: it reads what one might answer.
        and not any(is_in(name, room) for room in ("braid.models", "evaluation.fuzzing", *OF_MODELS_ALONE))
    ]

    assert wrong == []


def test_no_step_makes_a_client_of_bedrock() -> None:
    wrong = [
        name
        for name, path in MODULES.items()
        if (is_in(name, "lambdas") or is_in(name, "braid"))
        and not is_in(name, "braid.models")
        and re.search(r"client\(\s*\"bedrock-runtime", path.read_text("utf-8"))
    ]

    assert wrong == []


def test_a_function_imports_only_what_its_layers_bring() -> None:
    brought = {
        "aws_lambda_powertools",
        "fastjsonschema",
        "snowballstemmer",
        *AWS_LIBRARIES,
        *MEDIA_LIBRARIES,
        *MARKING_LIBRARIES,
        *DOCUMENT_LIBRARIES,
        *ENCODING_LIBRARIES,
    }
    wrong = [
        f"{name} imports {imported}"
        for name, path in MODULES.items()
        if is_in(name, "lambdas") or is_in(name, "braid")
        for imported in imports_of(path)
        if imported.split(".")[0] not in {"braid", "lambdas", *brought, *sys.stdlib_module_names}
    ]

    assert wrong == []


def test_no_step_reads_the_environment() -> None:
    for name, path in MODULES.items():
        if (is_in(name, "lambdas") or is_in(name, "braid")) and not is_in(name, "braid.runtime"):
            text = path.read_text("utf-8")
            assert "os.environ" not in text, name
            assert "getenv" not in text, name


def test_nothing_that_is_deployed_knows_of_the_embedded_aws() -> None:
    words = ("ministack", "localhost", "127.0.0.1", "endpoint_url", "braid_llm", ".braid")
    deployed = [
        path
        for name, path in MODULES.items()
        if room_of(name).split(".")[0] in ("braid", "lambdas", "processing", "stacks")
    ]
    for path in [*deployed, *(REPOSITORY / "statemachines").glob("*.json")]:
        text = path.read_text("utf-8").lower()
        assert [word for word in words if word in text] == [], path


def test_every_concept_has_a_name() -> None:
    refused = {"utils", "util", "helpers", "helper", "common", "shared", "misc"}
    for name in MODULES:
        assert not refused & set(name.split(".")), name


# Each starts a process of its own or takes seconds to import.
SLOW_TO_IMPORT = {"aws_cdk", "cdk_nag", "cfnlint", "jsii"}


def leads_to_slow(name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether importing a name ends up at something slow, also through modules of ours."""
    if name.split(".")[0] in SLOW_TO_IMPORT:
        return True
    if name not in MODULES or name in seen:
        return False
    return any(leads_to_slow(imported, seen | {name}) for imported in imported_at_once(MODULES[name]))


@functools.cache
def imported_at_once(path: Path) -> frozenset[str]:
    """The dotted names that importing a file imports: those of its outermost statements."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def test_collecting_the_tests_imports_nothing_slow() -> None:
    collected = [*(REPOSITORY / "tests").rglob("test_*.py"), *(REPOSITORY / "tests").rglob("conftest.py")]
    wrong = [
        f"{path.relative_to(REPOSITORY)} imports {name}"
        for path in collected
        for name in imported_at_once(path)
        if leads_to_slow(name)
    ]

    assert collected
    assert wrong == [], "import it in the fixture or the test that needs it"
