"""AWS clients, made lazily once for each service and environment of a function."""

import functools
from typing import Any

CONNECT_SECONDS = 2
READ_SECONDS = 3


@functools.cache
def client(service: str, *, attempts: int = 2) -> Any:
    """The client of `service`, with timeouts that end well inside a function's own time.

    It is botocore's, as boto3's is, without the resources and transfers that boto3 imports and no function uses.
    """
    import botocore.session
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        parameter_validation=False,
    )
    return botocore.session.get_session().create_client(service, config=config)


def forget() -> None:
    """Let the next call make clients anew (tests run each in a world of its own)."""
    client.cache_clear()
