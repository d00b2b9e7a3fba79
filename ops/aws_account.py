"""The operator's AWS account, as commands speak to it; tests put a stand-in in its place."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import boto3

EDGE_REGION = "us-east-1"


@dataclass(frozen=True)
class Account:
    """Clients by service and region, programs run with the account's credentials, and a way to wait."""

    client: Callable[[str, str], Any]
    run: Callable[[Sequence[str]], bool]
    pause: Callable[[float], None] = time.sleep


def create_client(service: str, region: str) -> Any:
    """A client of the environment's profile."""
    return boto3.client(service, region_name=region)
