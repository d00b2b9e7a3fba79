"""Letting the n-th call to AWS fail in one of the ways in which it can."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import botocore.client
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.faults.call_sites import CallSite, current_call_site

REFUSED_CODES = {"throttled": "ThrottlingException", "refused": "AccessDeniedException"}
LOST = "answer lost"
TIMED_OUT = "timed out"
KINDS = ("throttled", "refused", TIMED_OUT, LOST)


@dataclass
class Calls:
    """What was called while the block ran, and whether the fault came up."""

    call_sites: list[CallSite] = field(default_factory=list)
    failed: bool = False


@contextlib.contextmanager
def inject_faults(fail_at: int | None = None, kind: str = "") -> Iterator[Calls]:
    """Note every call that our code makes; let number `fail_at` (from 0) fail as `kind` says."""
    seen = Calls()
    real = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def noted(self: Any, operation: str, request: dict[str, Any]) -> Any:
        ours = current_call_site()
        if ours is None:
            return real(self, operation, request)
        seen.call_sites.append(CallSite(*ours, xform_name(operation)))
        if len(seen.call_sites) - 1 != fail_at:
            return real(self, operation, request)
        seen.failed = True
        if kind == LOST:
            real(self, operation, request)
        raise _error(kind, operation)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
        yield seen


def _error(kind: str, operation: str) -> Exception:
    silence: Exception = ReadTimeoutError(endpoint_url="https://aws.example")
    refusal = {"Error": {"Code": REFUSED_CODES.get(kind, ""), "Message": "what AWS says"}}
    return ClientError(refusal, operation) if kind in REFUSED_CODES else silence
