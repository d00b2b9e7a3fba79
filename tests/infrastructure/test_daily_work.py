"""The day's work as it is deployed: the state machine, what starts it, and the tables over what it writes."""

import json
from typing import Any

from infrastructure.compute.state_machine_definition import build_definition
from tests.infrastructure.synthesis import SynthesizedStack
from tests.infrastructure.test_rights import statements, text_of


def the_only(stack: SynthesizedStack, kind: str) -> dict[str, Any]:
    (found,) = stack.properties(kind).values()
    return found


def test_the_schedule_starts_the_state_machine_and_the_machine_the_function(aws_stack: SynthesizedStack) -> None:
    daily = aws_stack.properties("AWS::Scheduler::Schedule")["Schedule/Daily"]
    machine = the_only(aws_stack, "AWS::StepFunctions::StateMachine")

    assert text_of(aws_stack, daily["Target"]["Arn"]) == "DailyWork/Machine"
    assert json.loads(text_of(aws_stack, machine["DefinitionString"])) == build_definition("Aggregate/Function")
    assert [(part["actions"], part["resources"]) for part in statements(aws_stack, "Schedule")] == [
        (["states:StartExecution"], ["DailyWork/Machine"]),
        (["sqs:SendMessage"], ["DeadLetters/Queue"]),
    ]
    assert [(part["actions"][0], part["resources"]) for part in statements(aws_stack, "DailyWork")] == [
        ("lambda:InvokeFunction", ["Aggregate/Function"]),
        ("logs:CreateLogDelivery", ["*"]),
    ]


def test_every_task_is_tried_again_and_ends_in_the_dead_end_that_wakes_somebody(aws_stack: SynthesizedStack) -> None:
    states = build_definition("arn")["States"]
    tasks = {name: state for name, state in states.items() if state["Type"] == "Task"}

    assert {name: state["Catch"][0]["Next"] for name, state in tasks.items()} == {
        "Snapshot": "GiveUp",
        "Aggregate": "GiveUp",
        "Publish": "GiveUp",
        "SayLate": "DeadEnd",
    }
    for state in tasks.values():
        assert state["Catch"][0]["ErrorEquals"] == ["States.ALL"]
        assert [(retry["MaxAttempts"], retry["ErrorEquals"][-1]) for retry in state["Retry"]] == [
            (5, "Lambda.ClientExecutionTimeoutException"),
            (0, "ExportFailedError"),
            (2, "States.ALL"),
        ]
    for what in ("Failed", "TimedOut"):
        alarm = aws_stack.properties("AWS::CloudWatch::Alarm")[f"Alarms/Aggregation{what}"]
        assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == (
            "AWS/States",
            f"Executions{what}",
            "Sum",
        )
        assert text_of(aws_stack, alarm["Dimensions"][0]["Value"]) == "DailyWork/Machine"


def test_an_export_is_sealed_with_the_key_of_its_bucket(aws_stack: SynthesizedStack) -> None:
    told = aws_stack.properties("AWS::Lambda::Function")["Aggregate/Function"]["Environment"]["Variables"]

    assert text_of(aws_stack, told["SSK_STORAGE_KEY_ID"]) == "Keys/Storage"


def test_athena_finds_every_table_by_province_and_day(aws_stack: SynthesizedStack) -> None:
    """Columns are held to the files by tests/aggregate, the keys of the files too."""
    database = the_only(aws_stack, "AWS::Glue::Database")
    tables = aws_stack.properties("AWS::Glue::Table")

    assert database["DatabaseInput"]["Name"] == "ssk_79"
    assert {name.removeprefix("Catalogue/") for name in tables} == {
        "Coverage", "Conditions", "Risks", "Immunizations", "WeeklyDiagnoses", "Funnel", "Prevalence", "Population",
        "History", "Forecasts", "Backtest", "Signals", "Timeliness", "Perturbed", "Nowcast",
        "FacilityDelays",
    }  # fmt: skip
    for table in tables.values():
        said = table["TableInput"]
        root = f"s3://Insights/Bucket/athena/{said['Name']}"
        assert text_of(aws_stack, said["StorageDescriptor"]["Location"]) == root
        template = text_of(aws_stack, said["Parameters"]["storage.location.template"])
        assert template == root + "/province=${province}/date=${date}"
        assert [column["Name"] for column in said["PartitionKeys"]] == ["province", "date"]
        assert all(column["Comment"] for column in said["StorageDescriptor"]["Columns"])
