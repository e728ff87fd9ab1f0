"""Search with its vectors in OpenSearch Serverless: who is let in, what it looks like, what it costs idle."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from braid.runtime.prices import price_book
from cli.costs.idle import idle_lines
from cli.repair.leftovers import KINDS
from local.host_knobs import check_knobs
from stacks.models import search_spaces
from tests.infra.conftest import REPOSITORY, Synthesis, compose
from tests.infra.granted import allowed
from tests.infra.optional.test_erasing import synthesis as erasing_synthesis
from tests.infra.optional.test_search import GRANTS, synthesized
from tests.infra.test_rules import IGNORED

KNOBS = {"search_store": "opensearch", "batch_inference": True}
_TYPE = "AWS::OpenSearchServerless::"
_READ = ["aoss:DescribeIndex", "aoss:ReadDocument"]
_WRITE = [*_READ, "aoss:WriteDocument"]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    return synthesized(tmp_path_factory.mktemp("opensearch"), **KNOBS)


def policies(search: Synthesis, kind: str) -> dict[str, Any]:
    """Policies of the service by name and type, with logical ids for what a deployment fills in."""
    found = {}
    for each in search.properties_of_type(f"{_TYPE}{kind}"):
        text = each["Policy"]
        parts = [text] if isinstance(text, str) else text["Fn::Join"][1]
        found[f"{each['Name']}/{each['Type']}"] = json.loads("".join(map(_filled, parts)))
    return found


def _filled(part: str | dict[str, Any]) -> str:
    if isinstance(part, str):
        return part
    (value,) = part.values()
    return str(value if isinstance(value, str) else value[0])


def test_there_is_one_store_and_it_is_encrypted_and_asleep(search: Synthesis) -> None:
    (collection,) = search.properties_of_type(f"{_TYPE}Collection")
    (group,) = search.properties_of_type(f"{_TYPE}CollectionGroup")
    security = policies(search, "SecurityPolicy")
    rule = {"ResourceType": "collection", "Resource": ["collection/braid-dev-find"]}

    assert not search.of_type("AWS::S3Vectors::VectorBucket")
    assert (collection["Type"], collection["CollectionGroupName"]) == ("VECTORSEARCH", group["Name"])
    assert group["Generation"] == "NEXTGEN"
    assert [group["CapacityLimits"][f"Min{kind}CapacityInOcu"] for kind in ("Indexing", "Search")] == [0, 0]
    assert security == {
        "braid-dev-find/encryption": {"Rules": [rule], "AWSOwnedKey": True},
        "braid-dev-find/network": [{"Rules": [rule], "AllowFromPublic": True}],
    }


def test_each_space_has_an_index_of_its_length_made_once_it_may_be(search: Synthesis) -> None:
    indexes = search.of_type(f"{_TYPE}Index")
    lengths = {
        each["Properties"]["IndexName"]: each["Properties"]["Mappings"]["Properties"]["vector"]["Dimension"]
        for each in indexes.values()
    }

    assert lengths == {s.index_name.replace(".", "_"): s.dimensions for s in search_spaces(search.config)}
    (deploying,) = [name for name in search.of_type(f"{_TYPE}AccessPolicy") if "Deploying" in name]
    assert all(each["DependsOn"] == [deploying] for each in indexes.values())
    assert {each["DeletionPolicy"] for each in indexes.values()} == {"RetainExceptOnCreate"}


@pytest.mark.parametrize(
    ("name", "roles", "permissions"),
    [
        ("put", ["IndexingRole", "IndexingBatchRole"], _WRITE),
        ("drop", ["IndexingRebuildRole"], ["aoss:DeleteIndex", *_WRITE]),
        ("read", ["SearchRole"], _READ),
        (
            "make",
            ["cfn-exec-role"],
            ["aoss:CreateIndex", "aoss:DeleteIndex", "aoss:DescribeIndex", "aoss:UpdateIndex"],
        ),
    ],
)
def test_a_role_may_do_this_with_documents_and_nothing_else(
    search: Synthesis, name: str, roles: list[str], permissions: list[str]
) -> None:
    (policy,) = policies(search, "AccessPolicy")[f"braid-dev-{name}/data"]
    (rule,) = policy["Rules"]

    assert (rule["ResourceType"], rule["Resource"]) == ("index", ["index/braid-dev-find/*"])
    assert sorted(rule["Permission"]) == permissions
    assert len(policy["Principal"]) == len(roles)
    assert all(role in arn for role, arn in zip(roles, policy["Principal"], strict=True))


@pytest.mark.parametrize("name", GRANTS)
def test_iam_lets_a_function_ask_the_collection_alone(search: Synthesis, name: str) -> None:
    expected = {action: on for action, on in GRANTS[name].items() if not action.startswith("s3vectors:")}

    found = allowed(search.statements_of(search.function(name)))
    (collection,) = found.pop("aoss:APIAccessAll")
    assert "Collection" in collection
    assert found == expected


def test_erasing_is_let_in_where_it_stands_beside_it(tmp_path: Path) -> None:
    both = erasing_synthesis(tmp_path, {"search": True, **KNOBS})

    (policy,) = both.properties_of_type(f"{_TYPE}AccessPolicy")
    assert (policy["Name"], policy["Type"]) == ("braid-dev-erase", "data")
    assert "ErasingRole" in json.dumps(policy["Policy"])
    granted = allowed(both.statements_of(both.function("erasing")))
    assert len(granted["aoss:APIAccessAll"]) == 1
    assert not any(action.startswith("s3vectors:") for action in granted)
    assert "vector_store" in json.dumps(both.function("erasing")["Environment"]["Variables"])


def test_names_are_as_long_as_cloudformation_takes_them(tmp_path: Path) -> None:
    longest = synthesized(tmp_path, **KNOBS, environment_name="a" * 16)

    (collection,) = longest.properties_of_type(f"{_TYPE}Collection")
    assert len(collection["Name"]) <= 28
    for kind in ("AccessPolicy", "SecurityPolicy"):
        assert all(len(each["Name"]) <= 32 for each in longest.properties_of_type(f"{_TYPE}{kind}"))


def test_cfn_lint_finds_nothing(search: Synthesis) -> None:
    from cfnlint.api import ManualArgs, lint

    given = ManualArgs(regions=["us-east-1"], ignore_checks=IGNORED)
    assert [str(match) for match in lint(json.dumps(search.pipeline), config=given)] == []


def test_idle_it_costs_nothing_and_says_what_it_costs_awake(search: Synthesis) -> None:
    lines = {line.resource_type: line for line in idle_lines([search.pipeline], price_book())}

    asleep = lines[f"{_TYPE}CollectionGroup"]
    assert (asleep.usd_per_month, asleep.count) == (0.0, 1)
    assert "$0.24 an hour" in asleep.why


@pytest.mark.parametrize(
    ("generation", "limits", "usd"),
    [
        ("NEXTGEN", {"MinSearchCapacityInOcu": 2}, 345.6),
        ("CLASSIC", {}, 345.6),
        ("CLASSIC", {"MinIndexingCapacityInOcu": 2, "MinSearchCapacityInOcu": 2}, 691.2),
    ],
)
def test_a_minimum_of_capacity_has_its_price(generation: str, limits: dict[str, int], usd: float) -> None:
    properties = {"Generation": generation, "CapacityLimits": limits}
    template = {"Resources": {"Group": {"Type": f"{_TYPE}CollectionGroup", "Properties": properties}}}

    (line, _) = idle_lines([template], price_book())
    assert line.usd_per_month == pytest.approx(usd)


def test_a_laptop_refuses_it_and_says_what_it_takes_instead(tmp_path: Path) -> None:
    check_knobs(REPOSITORY, {})
    with pytest.raises(ValueError, match="--knob search_store=s3_vectors"):
        check_knobs(REPOSITORY, {"search_store": "opensearch"})

    (tmp_path / "cdk.json").write_text('{"context": {"search_store": "opensearch"}}', "utf-8")
    with pytest.raises(ValueError, match="OpenSearch Serverless"):
        check_knobs(tmp_path, {})
    check_knobs(tmp_path, {"search_store": "s3_vectors"})


def test_what_cdk_destroy_leaves_is_listed(search: Synthesis) -> None:
    page = (REPOSITORY / "docs" / "deploying.md").read_text("utf-8")
    (row,) = [
        line for line in page.splitlines() if line.startswith("| search, with `search_store=opensearch`")
    ]
    left = {
        resource["Type"].removeprefix(_TYPE)
        for resource in search.pipeline["Resources"].values()
        if resource["Type"].startswith(_TYPE) and "Retain" in resource.get("DeletionPolicy", "")
    }

    assert left == set(re.findall(r"`(?:AWS::OpenSearchServerless::)?([A-Z]\w+)`", row))
    by_command = {kind.removeprefix(_TYPE) for kind in KINDS if kind.startswith(_TYPE)}
    assert left - by_command == {"Index"}, "which goes with its collection"


def test_the_store_is_chosen_by_the_knob(tmp_path: Path) -> None:
    _, deployment = compose(tmp_path, {"search": True})

    assert deployment.search is not None
    assert deployment.search.vectors.location == deployment.search.vectors.arn
