"""The catalogue: off unless asked for, its tables those of what is stored, its function as it must be."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from braid.domain.catalogue.tables import TABLES, columns_of
from braid.runtime.library import document_schemas, saved_queries
from braid.runtime.prices import price_book
from braid.runtime.settings import environment_keys
from cli.costs.idle import idle_lines
from tests.infra.conftest import Synthesis, compose
from tests.infra.granted import EVERY_FUNCTION, allowed
from tests.infra.test_functions import LOGGING_KEYS


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """The catalogue's stack, read as if it were the pipeline's."""
    app, deployment = compose(tmp_path_factory.mktemp("catalogue"), {"data_catalog": True})
    assert deployment.data_catalog is not None
    assembly = app.synth()
    config = deployment.data_catalog._config  # as it was composed with
    template = assembly.get_stack_by_name(deployment.data_catalog.stack_name).template
    return Synthesis(config, {"Resources": {}}, template)


def test_it_is_off_unless_somebody_asks_for_it(tmp_path: Path) -> None:
    _, deployment = compose(tmp_path, {})

    assert deployment.data_catalog is None


def test_the_tables_are_those_of_what_is_stored(catalogue: Synthesis) -> None:
    """The other side of the drift test: what Athena sees is what the documents have."""
    schemas = document_schemas()
    found = {
        table["TableInput"]["Name"]: [
            (column["Name"], column["Type"]) for column in table["TableInput"]["StorageDescriptor"]["Columns"]
        ]
        for table in catalogue.properties_of_type("AWS::Glue::Table")
    }

    assert found == {
        table.name: [(name, kind.glue) for name, kind in columns_of(table, schemas)] for table in TABLES
    }


def test_a_table_reads_the_folder_that_its_rows_are_written_to(catalogue: Synthesis) -> None:
    for table in catalogue.properties_of_type("AWS::Glue::Table"):
        name, storage = table["TableInput"]["Name"], table["TableInput"]["StorageDescriptor"]
        assert storage["Location"]["Fn::Join"][1][-1] == f"/catalogue/{name}/"
        assert storage["SerdeInfo"]["SerializationLibrary"] == "org.openx.data.jsonserde.JsonSerDe"


def test_the_saved_queries_are_those_of_the_laptop(catalogue: Synthesis) -> None:
    found = catalogue.properties_of_type("AWS::Athena::NamedQuery")

    assert {query["Name"]: query["QueryString"] for query in found} == saved_queries()


def test_queries_are_bounded_encrypted_and_their_results_expire(catalogue: Synthesis) -> None:
    (workgroup,) = catalogue.properties_of_type("AWS::Athena::WorkGroup")
    told = workgroup["WorkGroupConfiguration"]

    assert told["EnforceWorkGroupConfiguration"] is True
    assert told["BytesScannedCutoffPerQuery"] == 1024**3
    results = told["ResultConfiguration"]
    assert results["OutputLocation"]["Fn::Join"][1][-1] == "/work/athena/"
    assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}


def test_the_function_may_do_this_and_nothing_else(catalogue: Synthesis) -> None:
    function = catalogue.function("cataloguing")
    module = importlib.import_module(function["Handler"].rpartition(".")[0])

    assert allowed(catalogue.statements_of(function)) == {
        **EVERY_FUNCTION,
        "dynamodb:GetItem": ["AssetsTable"],
        "s3:GetObject": ["assets/*"],
        "s3:PutObject": ["catalogue/*"],
        "s3:DeleteObject": ["catalogue/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "sqs:SendMessage": ["DeadLetters"],
        "sqs:ReceiveMessage": ["Queue"],
        "sqs:DeleteMessage": ["Queue"],
        "sqs:GetQueueAttributes": ["Queue"],
    }
    provided = set(function["Environment"]["Variables"]) - LOGGING_KEYS
    assert provided == environment_keys(module.Settings)


def test_every_end_of_both_machines_is_told(catalogue: Synthesis) -> None:
    (rule,) = catalogue.properties_of_type("AWS::Events::Rule")
    detail: dict[str, Any] = rule["EventPattern"]["detail"]

    machines = [arn["Fn::Join"][1][-1].rpartition(":")[2] for arn in detail["stateMachineArn"]]
    assert machines == ["braid-dev-analyze-asset", "braid-dev-moderate-posts"]
    assert set(detail["status"]) == {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


def test_idle_it_costs_its_queues_polling_alone(catalogue: Synthesis) -> None:
    lines = idle_lines([catalogue.pipeline], price_book())

    assert sum(line.usd_per_month for line in lines) == pytest.approx(0.26, abs=0.01)
