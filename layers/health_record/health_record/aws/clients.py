"""AWS clients, made lazily once for each service and environment of a function."""

import functools
from typing import Any

import orjson

CONNECT_SECONDS = 2
READ_SECONDS = 3
USER_AGENT = "so-suc-khoe"  # botocore makes its own anew for each call, for a third of the call's processor time
READINGS = ("BatchGetItem", "GetItem", "Query", "UpdateItem")


@functools.cache
def client(
    service: str, *, attempts: int = 2, connect_seconds: int = CONNECT_SECONDS, read_seconds: int = READ_SECONDS
) -> Any:
    """The client of `service`, with timeouts that end well inside a function's own time.

    It is botocore's, as boto3's is, without the resources and transfers that boto3 imports and no function uses.
    """
    from botocore.config import Config

    config = Config(
        connect_timeout=connect_seconds,
        read_timeout=read_seconds,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        parameter_validation=False,
        user_agent=USER_AGENT,
    )
    made = _session().create_client(service, config=config)
    if service == "dynamodb":
        for operation in READINGS:
            made.meta.events.register(f"before-parse.dynamodb.{operation}", _as_it_was_sent)
    return made


def _as_it_was_sent(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Leave items as JSON holds them, bytes in base64: `dynamo.from_wire` reads that as it reads botocore's.

    botocore looks at each attribute value for each type there is, for 8 ms in a record of 180 contributions.
    """
    if response_dict["status_code"] == 200:
        customized_response_dict.update(orjson.loads(response_dict["body"]))
        response_dict["body"] = b""


def forget() -> None:
    """Let the next call make clients anew (tests run each in a world of its own)."""
    client.cache_clear()
    _session.cache_clear()


@functools.cache
def _session() -> Any:
    """What all clients share: credentials, and the files of endpoints and services, which are read once."""
    import botocore.session

    return botocore.session.get_session()
