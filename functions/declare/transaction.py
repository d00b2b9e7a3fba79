"""One TransactWriteItems call whose members have names, so that a refusal tells which condition failed."""

import random
import time
from typing import Any

from health_record.clients import client
from health_record.dynamo import cancelled_at

ATTEMPTS = 3
CONFLICT, CONDITION = "TransactionConflict", "ConditionalCheckFailed"
PAUSE_SECONDS = 0.04


class RefusedError(Exception):
    """Nothing was written: the conditions of the members `names` did not hold."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = names


class Transaction:
    """Members are added by name and written together or not at all."""

    def __init__(self) -> None:
        self._members: list[tuple[str, dict[str, Any]]] = []

    def add(self, name: str, member: dict[str, Any]) -> None:
        """Add one Put, Update, Delete or ConditionCheck."""
        self._members.append((name, member))

    def commit(self) -> None:
        """Write. A conflict with another transaction is tried again; raises RefusedError for a failed condition."""
        for attempt in range(ATTEMPTS):
            try:
                client("dynamodb").transact_write_items(TransactItems=[member for _, member in self._members])
            except Exception as error:
                reasons = cancelled_at(error)
                failed = frozenset(self._members[place][0] for place, why in reasons.items() if why == CONDITION)
                if failed:
                    raise RefusedError(failed) from error
                if CONFLICT not in reasons.values() or attempt == ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 - spreads retries, guards nothing
            else:
                return
