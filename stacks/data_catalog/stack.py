"""What lets assets be asked about in SQL: tables over rows that an ended asset leaves, and saved queries."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_events as events
from aws_cdk import aws_glue as glue
from constructs import Construct

from braid.domain.catalogue.tables import FOLDER, TABLES, Table, columns_of
from stacks.config import DeploymentConfig
from stacks.constructs.failure_alarms import FailureAlarms
from stacks.constructs.work_queue import WorkQueue
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.machines import asset_machines, machine_arn
from stacks.operations.alarms import failures_of
from stacks.packaging.code import REPOSITORY
from stacks.storage_stack import Storage

__all__ = ["DataCatalogStack"]

_TIMEOUT_SECONDS = 60
_AT_ONCE = 2
# A mistyped query reads a gigabyte at most, which costs half a cent.
_MOST_SCANNED_BYTES = 1024**3


class DataCatalogStack(cdk.Stack):
    """It holds nothing of its own: rows lie in the results bucket and can be written again."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        storage: Storage,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, data catalogue: what became of assets, as tables for Athena.",
        )
        self._config = config
        self._storage = storage
        self._export()
        database = self._database()
        workgroup = self._workgroup()
        for path in sorted((REPOSITORY / "registry" / "queries").glob("*.sql")):
            sql = path.read_text("utf-8")
            query = athena.CfnNamedQuery(
                self,
                "".join(word.title() for word in path.stem.split("-")),
                database=str(database.ref),
                query_string=sql,
                name=path.stem,
                description=sql.split("\n", 1)[0].removeprefix("-- "),
                work_group=workgroup.name,
            )
            query.add_dependency(workgroup)
        for name, value, description in (
            ("CatalogueDatabase", str(database.ref), "The tables"),
            ("CatalogueWorkgroup", workgroup.name, "Where `braid query --stack` asks"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)

    def _export(self) -> None:
        """Every execution's end, however it went, has the asset's rows written."""
        ended = WorkQueue(self, "Ended", consumer_timeout_seconds=_TIMEOUT_SECONDS)
        events.Rule(
            self,
            "ExecutionEnded",
            description="An asset's execution ended",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [machine_arn(self, name) for name in asset_machines(self._config)],
                    "status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
                },
            ),
            targets=[ended.target()],
        )
        access = Access(self._storage)
        cataloguing = FunctionFactory(self, config=self._config).make(
            "Cataloguing",
            folder="cataloguing",
            verb="export",
            description="Writes what became of an asset as rows of the catalogue's tables",
            timeout_seconds=_TIMEOUT_SECONDS,
            memory_mb=256,
            environment={
                "RESULTS_BUCKET": self._storage.results_bucket_name,
                "ASSETS_TABLE": self._storage.assets_table_name,
                "DEAD_LETTERS_URL": ended.dead_letters.queue_url,
            },
            grants=[
                ended.receive_messages(),
                ended.send_to_dead_letters(),
                access.read_records(),
                access.read_results("assets"),
                access.list_results(),
                access.write_results(FOLDER),
                access.remove_results(FOLDER),
            ],
        )
        ended.deliver_to(cataloguing.function, max_concurrency=_AT_ONCE)
        if self._config.operations:
            failures = failures_of("data-catalog")
            FailureAlarms(self, "Alarms", config=self._config, failures=failures, queues=ended.queue_names)

    def _database(self) -> glue.CfnDatabase:
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=self.account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self._config.deployment_name.replace("-", "_"),
                description=f"What became of the assets of {self._config.deployment_name}",
            ),
        )
        schemas = {
            path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8"))
            for path in (REPOSITORY / "schemas").glob("*.schema.json")
        }
        for table in TABLES:
            self._table(table, database, schemas)
        return database

    def _table(self, table: Table, database: glue.CfnDatabase, schemas: dict[str, dict[str, object]]) -> None:
        columns = [
            glue.CfnTable.ColumnProperty(name=name, type=kind.glue)
            for name, kind in columns_of(table, schemas)
        ]
        # https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
        made = glue.CfnTable(
            self,
            f"{table.name.title().replace('_', '')}Table",
            catalog_id=self.account,
            database_name=str(database.ref),
            table_input=glue.CfnTable.TableInputProperty(
                name=table.name,
                description=table.says,
                table_type="EXTERNAL_TABLE",
                parameters={"classification": "json", "EXTERNAL": "TRUE"},
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=columns,
                    location=f"s3://{self._storage.results_bucket_name}/{FOLDER}/{table.name}/",
                    input_format="org.apache.hadoop.mapred.TextInputFormat",
                    output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library="org.openx.data.jsonserde.JsonSerDe",
                        parameters={"case.insensitive": "true"},
                    ),
                ),
            ),
        )
        made.add_dependency(database)

    def _workgroup(self) -> athena.CfnWorkGroup:
        """Its results lie under work/, which expires."""
        return athena.CfnWorkGroup(
            self,
            "Workgroup",
            name=self._config.deployment_name,
            description=f"Questions about the assets of {self._config.deployment_name}",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=False,
                bytes_scanned_cutoff_per_query=_MOST_SCANNED_BYTES,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{self._storage.results_bucket_name}/work/athena/",
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                ),
            ),
        )
