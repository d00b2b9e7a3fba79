"""One TransactWriteItems call whose members have names, so that a refusal tells which condition failed."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.aws.clients import client
from health_record.aws.dynamo import Item, read_cancellation_reasons, read_conflicting_item
from health_record.observability import log_event

ATTEMPTS = 5
CONFLICT, CONDITION = "TransactionConflict", "ConditionalCheckFailed"
PAUSE_SECONDS = 0.04  # at most before the second try, and twice as long before each further one


class ConditionFailedError(Exception):
    """Nothing was written: the conditions of the members `names` did not hold.

    `seen` has the items of those that asked for them by `ReturnValuesOnConditionCheckFailure`, as they stand now.
    """

    def __init__(self, names: frozenset[str], seen: Mapping[str, Item] | None = None) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = names
        self.seen = seen or {}


class WriteConflictError(Exception):
    """Nothing was written: another transaction was writing an item of this one at the same moment."""


@dataclass(frozen=True)
class _Member:
    name: str
    write: dict[str, Any]
    dispensable: bool


@dataclass(frozen=True)
class _Refusal:
    """Why DynamoDB refused one member, and its item as it stands, where the member asked for it."""

    member: _Member
    reason: str
    seen: Item | None

    @property
    def is_failed_condition(self) -> bool:
        return self.reason == CONDITION and not self.member.dispensable

    @property
    def is_hindrance(self) -> bool:
        return self.member.dispensable and self.reason != CONFLICT

    @property
    def is_worth_another_try(self) -> bool:
        return self.reason == CONFLICT or self.is_hindrance


class Transaction:
    """Members are added by name and written together or not at all."""

    def __init__(self) -> None:
        self._members: list[_Member] = []

    def add(self, name: str, member: dict[str, Any], *, dispensable: bool = False) -> None:
        """Add one Put, Update, Delete or ConditionCheck; a dispensable one is left out where it hinders the others."""
        self._members.append(_Member(name, member, dispensable))

    def commit(self) -> None:
        """Write. A conflict with another transaction is tried again, as a hospital's software opens one person by many
        calls at once, each of which writes the same item; raises ConditionFailedError.

        The last try goes without what is dispensable.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._write()
            except Exception as error:
                refusals = self._read_refusals(error)
                _raise_failed_conditions(refusals, error)
                if attempt == ATTEMPTS or not any(refusal.is_worth_another_try for refusal in refusals):
                    raise
                self._drop_dispensable(refusals, before_last_try=attempt == ATTEMPTS - 1)
                time.sleep(random.uniform(0, PAUSE_SECONDS * 2 ** (attempt - 1)))  # noqa: S311 - spreads retries, guards nothing
            else:
                return

    def commit_once(self) -> None:
        """Write, for callers that read anew before they try again.

        Raises ConditionFailedError, or WriteConflictError where no condition failed.
        """
        try:
            self._write()
        except Exception as error:
            refusals = self._read_refusals(error)
            _raise_failed_conditions(refusals, error)
            if any(refusal.reason == CONFLICT for refusal in refusals):
                raise WriteConflictError from error
            raise

    def _write(self) -> None:
        client("dynamodb").transact_write_items(TransactItems=[member.write for member in self._members])

    def _read_refusals(self, error: Exception) -> list[_Refusal]:
        reasons = read_cancellation_reasons(error)
        return [
            _Refusal(self._members[index], reason, read_conflicting_item(error, index))
            for index, reason in reasons.items()
        ]

    def _drop_dispensable(self, refusals: list[_Refusal], *, before_last_try: bool) -> None:
        """Leave out what hinders the others, and before the last try everything that may be left out."""
        hindering = [refusal.member for refusal in refusals if refusal.is_hindrance]
        for member in [member for member in self._members if member.dispensable] if before_last_try else hindering:
            log_event("transaction_member_dropped", member=member.name)
            self._members.remove(member)


def _raise_failed_conditions(refusals: list[_Refusal], error: Exception) -> None:
    failed = [refusal for refusal in refusals if refusal.is_failed_condition]
    if failed:
        seen = {refusal.member.name: refusal.seen for refusal in failed if refusal.seen}
        raise ConditionFailedError(frozenset(refusal.member.name for refusal in failed), seen) from error
