"""A poster's daily counters: its page opened, phones proven from it, declarations that came of it. They name nobody.

    facts  poster#<id> / day#2026-11-23         visits
    facts  poster#<id> / day#2026-11-23#<row>   codes, submissions

Phones and declarations are counted by the transaction that they are kept in, so that each counts once. As a poster is
shared by many, its day is spread over some rows of which a transaction takes any, and one that is in the way is left
out. A visit is kept nowhere: it is written once and never asked for again, so that it counts at most once (0025).
"""

import random
from typing import Any, Literal

from health_record.aws.clients import client
from health_record.aws.dynamo import is_condition_failure, to_wire, wire_key
from health_record.aws.service_errors import is_outcome_unknown
from health_record.aws.transaction import Transaction
from health_record.observability import log_event
from health_record.table_keys import fact_keys

ROWS = 16
MOST_VISITS_PER_DAY = 100_000


def count_in_transaction(
    transaction: Transaction, table_facts: str, poster: str, day: str, what: Literal["codes", "submissions"]
) -> None:
    """Let `transaction` count one as well. `day` is the province's, `2026-11-23`."""
    row = random.randrange(ROWS)  # noqa: S311 - spreads writes, guards nothing
    update = _update(table_facts, poster, fact_keys.poster_day_sk(day, row), what)
    transaction.add("poster", {"Update": update}, dispensable=True)


def count_visit(table_facts: str, poster: str, day: str) -> None:
    """Count one; past a day's largest number nothing more is counted.

    Raises what AWS refuses with. Where it gives no answer it is most often done, and nothing is raised.
    """
    update = _update(table_facts, poster, fact_keys.poster_day_sk(day), "visits")
    update["ConditionExpression"] = "attribute_not_exists(#what) OR #what < :most"
    update["ExpressionAttributeValues"] |= to_wire({":most": MOST_VISITS_PER_DAY})
    try:
        client("dynamodb", attempts=1).update_item(**update)
    except Exception as error:
        if is_condition_failure(error):
            log_event("poster_counter_full", counter="visits")
        elif is_outcome_unknown(error):
            log_event("poster_visit_uncertain", error=type(error).__name__)
        else:
            raise


def _update(table_facts: str, poster: str, sk: str, what: str) -> dict[str, Any]:
    return {
        "TableName": table_facts,
        "Key": wire_key((fact_keys.poster_pk(poster), sk)),
        "UpdateExpression": "ADD #what :one",
        "ExpressionAttributeNames": {"#what": what},
        "ExpressionAttributeValues": to_wire({":one": 1}),
    }
