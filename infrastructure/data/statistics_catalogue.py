"""Glue tables over the statistics, so that Athena reads every day of a province, or of many, by one query.

Partitions are projected from the keys, so that nothing has to be crawled or registered after a run. The columns are
those of `functions/aggregate/columns.toml`, which the Parquet files are held to as well.
"""

import tomllib
from typing import Any

from aws_cdk import Stack, aws_glue, aws_s3
from constructs import Construct

from infrastructure.config.settings import Province
from infrastructure.packaging.packages import ROOT

COLUMNS = ROOT / "functions" / "aggregate" / "columns.toml"
FIRST_DAY = "2026-07-01"  # no statistic is older
FOLDER = "athena"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


class StatisticsCatalogue(Construct):
    """The Glue database of one province, and a table for each statistic."""

    def __init__(self, scope: Construct, construct_id: str, *, province: Province, bucket: aws_s3.IBucket) -> None:
        super().__init__(scope, construct_id)
        account = Stack.of(self).account
        database = aws_glue.CfnDatabase(
            self,
            "Database",
            catalog_id=account,
            database_input=aws_glue.CfnDatabase.DatabaseInputProperty(
                name=province.stack_name.replace("-", "_"), description=f"Statistics of {province.name}"
            ),
        )
        for name, columns in tomllib.loads(COLUMNS.read_text(encoding="utf-8")).items():
            aws_glue.CfnTable(
                self,
                "".join(part.capitalize() for part in name.split("_")),
                catalog_id=account,
                database_name=database.ref,  # so that a table waits for its database
                table_input=_table(name, columns, province.code, bucket),
            )


def _table(
    name: str, columns: dict[str, list[str]], province: str, bucket: aws_s3.IBucket
) -> aws_glue.CfnTable.TableInputProperty:
    root = bucket.s3_url_for_object(f"{FOLDER}/{name}")
    return aws_glue.CfnTable.TableInputProperty(
        name=name,
        table_type="EXTERNAL_TABLE",
        partition_keys=[_column("province", "string"), _column("date", "string")],
        parameters=_projection(root, province),
        storage_descriptor=aws_glue.CfnTable.StorageDescriptorProperty(
            location=root,
            columns=[_column(column, kind, english) for column, (kind, _, english) in columns.items()],
            input_format=f"{PARQUET}.MapredParquetInputFormat",
            output_format=f"{PARQUET}.MapredParquetOutputFormat",
            serde_info=aws_glue.CfnTable.SerdeInfoProperty(serialization_library=f"{PARQUET}.serde.ParquetHiveSerDe"),
        ),
    )


def _projection(root: str, province: str) -> dict[str, Any]:
    return {
        "EXTERNAL": "TRUE",
        "classification": "parquet",
        "projection.enabled": "true",
        "projection.province.type": "enum",
        "projection.province.values": province,
        "projection.date.type": "date",
        "projection.date.format": "yyyy-MM-dd",
        "projection.date.range": f"{FIRST_DAY},NOW+1DAY",  # NOW is in UTC, a day is the province's
        "storage.location.template": f"{root}/province=${{province}}/date=${{date}}",
    }


def _column(name: str, kind: str, comment: str | None = None) -> aws_glue.CfnTable.ColumnProperty:
    return aws_glue.CfnTable.ColumnProperty(name=name, type=kind, comment=comment)
