"""One TransactWriteItems call whose members have names, so that a refusal tells which condition failed."""

import random
import time
from dataclasses import dataclass
from typing import Any

from health_record.aws.clients import client
from health_record.aws.dynamo import cancelled_at
from health_record.observability import info

ATTEMPTS = 3
CONFLICT, CONDITION = "TransactionConflict", "ConditionalCheckFailed"
PAUSE_SECONDS = 0.04


class RefusedError(Exception):
    """Nothing was written: the conditions of the members `names` did not hold."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = names


@dataclass(frozen=True)
class _Member:
    name: str
    write: dict[str, Any]
    dispensable: bool


class Transaction:
    """Members are added by name and written together or not at all."""

    def __init__(self) -> None:
        self._members: list[_Member] = []

    def add(self, name: str, member: dict[str, Any], *, dispensable: bool = False) -> None:
        """Add one Put, Update, Delete or ConditionCheck; a dispensable one is left out where it hinders the others."""
        self._members.append(_Member(name, member, dispensable))

    def commit(self) -> None:
        """Write. A conflict with another transaction is tried again; raises RefusedError for a failed condition.

        The last try goes without what is dispensable.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                client("dynamodb").transact_write_items(TransactItems=[one.write for one in self._members])
            except Exception as error:
                reasons = [(self._members[place], why) for place, why in cancelled_at(error).items()]
                failed = frozenset(one.name for one, why in reasons if why == CONDITION and not one.dispensable)
                if failed:
                    raise RefusedError(failed) from error
                hindering = [one for one, why in reasons if one.dispensable and why != CONFLICT]
                if attempt == ATTEMPTS or not (hindering or CONFLICT in [why for _, why in reasons]):
                    raise
                last = [one for one in self._members if one.dispensable]
                self._leave_out(last if attempt == ATTEMPTS - 1 else hindering)
                time.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 - spreads retries, guards nothing
            else:
                return

    def _leave_out(self, members: list[_Member]) -> None:
        for one in members:
            info("left out of a transaction", member=one.name)
            self._members.remove(one)
