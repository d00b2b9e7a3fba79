"""Reading and writing the item of an account's PINs and passkeys: each write stands on the version that was read."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from functions.otp import errors
from functions.otp.limits import Limits
from functions.otp.pin import generations, pin_tries
from functions.otp.pin.generations import Credentials, Generation
from functions.otp.pin.pin_tries import CountedTry
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws import idempotent_write
from health_record.aws.dynamo import is_condition_failure, read_conflicting_item, to_wire
from health_record.errors import UnavailableError
from health_record.identity import pin_scope

WRITES = 8  # of a call that meets others for the same account


def update_item(account: str, before: Credentials, after: Credentials) -> dict[str, Any]:
    """What writes `after` where `before` still stands, for a TransactWriteItems call."""
    return {"Update": {"TableName": settings.read_once(OtpSettings).table_access, **_update(account, before, after)}}


def count_try(
    account: str,
    known: Credentials,
    device: str | None,
    may_give: Callable[[Generation], bool],
    *,
    is_open: bool = False,
) -> tuple[Credentials, CountedTry]:
    """Count one try before anything is compared, at each PIN that the caller may give.

    The account's credentials as they stand after it, and what was counted. Raises ForbiddenError where there is no
    PIN, none in use or no try left. One that was unused for a year is held against nothing, as the number's next holder
    would learn it; unless it `is_open`, since the session is of its generation.
    """
    limits, now = settings.read_once(Limits), int(time.time())
    for _ in range(WRITES):
        candidates = _find_candidates(known, may_give, unused=0 if is_open else limits.pin_unused_days, now=now)
        counted = pin_tries.count_try(known, candidates, device, limits, now)
        if not counted.compared:
            errors.count_limit("pin-locked")
            raise errors.pin_locked_error(counted.retry_after)
        try:
            item = idempotent_write.update_item(
                {
                    "TableName": settings.read_once(OtpSettings).table_access,
                    **_update(account, known, counted.credentials),
                }
            )
        except Exception as error:
            if not is_condition_failure(error):
                raise
            known = generations.from_item(read_conflicting_item(error))
        else:
            return generations.from_item(item), counted
    raise UnavailableError


def _find_candidates(
    known: Credentials, may_give: Callable[[Generation], bool], *, unused: int, now: int
) -> list[Generation]:
    """Those whose PIN is compared. Raises ForbiddenError where there is none, or each was unused for so many days."""
    with_pin = list(filter(may_give, known.with_pin))
    if not with_pin:
        raise errors.pin_not_set_error()
    in_use = [one for one in with_pin if not unused or (one.pin and not one.pin.is_unused(unused, now))]
    if not in_use:
        errors.count_limit("number-unused")
        raise errors.number_unused_error()
    return in_use


def _update(account: str, before: Credentials, after: Credentials) -> dict[str, Any]:
    stored: Mapping[str, Any] = generations.to_item(after)
    names = {f"#{name}": name for name in (*stored, "version")}
    is_new = before.version == 0
    values = {f":{name}": value for name, value in stored.items()} | {":next": before.version + 1}
    return {
        "Key": pin_scope.key(account),
        "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in stored)}, #version = :next",
        "ConditionExpression": "attribute_not_exists(#version)" if is_new else "#version = :before",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": to_wire(values | ({} if is_new else {":before": before.version})),
    }
