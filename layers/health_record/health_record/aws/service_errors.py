"""What an error of botocore tells: its code, whether it passes by itself, whether the call may be done all the same."""

from typing import Any

BEGUN_BEFORE = ("IdempotentParameterMismatchException", "TransactionInProgressException")
NEVER_SENT = ("ConnectTimeoutError", "EndpointConnectionError", "NoCredentialsError", "ProxyConnectionError")
TRANSIENT = frozenset(
    {
        # botocore makes a token for each transaction, so that this is its own second try at one that was taken.
        "IdempotentParameterMismatchException",
        "InternalServerError",
        "KMSInternalException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
TRANSIENT_CANCELLATIONS = frozenset({"ThrottlingError", "TransactionConflict"})


def error_code(error: Exception) -> str:
    """The AWS error code of a botocore ClientError, else an empty string."""
    return str(_response(error).get("Error", {}).get("Code", ""))


def is_transient(error: Exception) -> bool:
    """Whether the same call may succeed a moment later."""
    if error_code(error) in TRANSIENT or _is_server_failure(error):
        return True
    reasons = _response(error).get("CancellationReasons", [])
    if any(reason.get("Code") in TRANSIENT_CANCELLATIONS for reason in reasons):
        return True
    return _is_of_connection(error) and getattr(error, "response", None) is None


def is_outcome_unknown(error: Exception) -> bool:
    """Whether a write may have been done all the same: no answer came, one of 500 and above, or that of a second try
    at a transaction which the first one has begun.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    """
    if isinstance(getattr(error, "response", None), dict):
        return _is_server_failure(error) or error_code(error) in BEGUN_BEFORE
    return _is_of_connection(error) and type(error).__name__ not in NEVER_SENT


def _response(error: Exception) -> dict[str, Any]:
    response = getattr(error, "response", None)  # botocore's connection errors have one that is None
    return response if isinstance(response, dict) else {}


def _is_server_failure(error: Exception) -> bool:
    """Whether the service says so by its status, whatever name it gives its failure."""
    return int(_response(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500


def _is_of_connection(error: Exception) -> bool:
    return type(error).__module__.startswith(("botocore", "urllib3"))
