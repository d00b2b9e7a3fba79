"""Cold start, as far as a laptop can tell: CPU time of a fresh interpreter until the first request can be answered."""

import functools
import statistics

from benchmarks.measure import Row, measure_in_turn, process_cpu_ms

# The services that the first call of a cold environment asks, beside DynamoDB.
API_FUNCTIONS = {
    "otp": ("secretsmanager", "kms", "sns"),
    "declare": ("secretsmanager", "kms"),
    "lookup": ("secretsmanager", "kms"),
    "contribute": ("secretsmanager", "kms"),
}
FLOOR = "botocore client"
CONVENTIONAL = "Powertools + Pydantic handler"

EVERY_CLIENT = "{}, all that a call needs"
NEEDED = {"lookup": "functions.lookup.summary"}  # by the call that is most frequent
OURS = (
    "import functions.{name}.handler{also}\n"
    "from health_record.aws.clients import client\n"
    "from health_record import observability\n"
    "observability.logger(); observability.metrics()\n"
    "import os; os.environ.setdefault('AWS_DEFAULT_REGION', 'ap-southeast-1')\n"
    "for service in {services}: client(service)"
)

CODES = {
    FLOOR: "import json, logging, botocore.session\n"
    "botocore.session.get_session().create_client('dynamodb', region_name='ap-southeast-1')",
    CONVENTIONAL: "import boto3\n"
    "from pydantic import BaseModel\n"
    "from aws_lambda_powertools import Logger, Metrics\n"
    "from aws_lambda_powertools.event_handler import APIGatewayHttpResolver\n"
    "class Declaration(BaseModel):\n    name: str\n    ward: str\n    height: float | None = None\n"
    "Logger(service='b'); Metrics(namespace='b', service='b')\n"
    "app = APIGatewayHttpResolver(enable_validation=True)\n"
    "@app.post('/records')\ndef declare(body: Declaration) -> dict[str, str]: return {}\n"
    "boto3.client('dynamodb', region_name='ap-southeast-1')",
    **{name: OURS.format(name=name, also="", services=("dynamodb",)) for name in API_FUNCTIONS},
    **{
        EVERY_CLIENT.format(name): OURS.format(
            name=name, also=f", {NEEDED[name]}" if name in NEEDED else "", services=("dynamodb", *others)
        )
        for name, others in API_FUNCTIONS.items()
    },
    "aggregate": "import functions.aggregate.handler",
}


def rows(rounds: int = 9) -> list[Row]:
    """Import and first client of each function against the floor and against a conventional handler."""
    figures = measure_in_turn({name: functools.partial(process_cpu_ms, code) for name, code in CODES.items()}, rounds)
    floor = statistics.median(figures[FLOOR])
    return [
        Row(
            "import and first client",
            name,
            statistics.median(runs),
            "CPU ms",
            f"{min(runs):.0f} to {max(runs):.0f}",
            ratio=statistics.median(runs) / floor,
            against=FLOOR,
        )
        for name, runs in figures.items()
    ]
