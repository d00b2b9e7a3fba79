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
from health_record.aws.dynamo import condition_failed, may_be_done, to_wire
from health_record.aws.transaction import Transaction
from health_record.observability import info

ROWS = 16
MOST_VISITS_PER_DAY = 100_000


def count_with(
    transaction: Transaction, table_facts: str, poster: str, day: str, what: Literal["codes", "submissions"]
) -> None:
    """Let `transaction` count one as well. `day` is the province's, `2026-11-23`."""
    row = random.randrange(ROWS)  # noqa: S311 - spreads writes, guards nothing
    update = _update(table_facts, poster, f"day#{day}#{row}", what)
    transaction.add("poster", {"Update": update}, dispensable=True)


def count_visit(table_facts: str, poster: str, day: str) -> None:
    """Count one; past a day's largest number nothing more is counted.

    Raises what AWS refuses with. Where it gives no answer it is most often done, and nothing is raised.
    """
    update = _update(table_facts, poster, f"day#{day}", "visits")
    update["ConditionExpression"] = "attribute_not_exists(#what) OR #what < :most"
    update["ExpressionAttributeValues"] |= to_wire({":most": MOST_VISITS_PER_DAY})
    try:
        client("dynamodb", attempts=1).update_item(**update)
    except Exception as error:
        if condition_failed(error):
            info("poster counter is full", counter="visits")
        elif may_be_done(error):
            info("no answer to a visit", error=type(error).__name__)
        else:
            raise


def _update(table_facts: str, poster: str, sk: str, what: str) -> dict[str, Any]:
    return {
        "TableName": table_facts,
        "Key": to_wire({"pk": f"poster#{poster}", "sk": sk}),
        "UpdateExpression": "ADD #what :one",
        "ExpressionAttributeNames": {"#what": what},
        "ExpressionAttributeValues": to_wire({":one": 1}),
    }
