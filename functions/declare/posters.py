"""Daily counters of the posters: visits and first declarations, shared by many people and never in a transaction."""

import re
from typing import Literal

from functions.declare.config import config, macs
from functions.declare.moments import now
from health_record import budgets, posters
from health_record.addresses import one_address
from health_record.budgets import BudgetSpentError, Window
from health_record.clients import client
from health_record.dynamo import condition_failed, to_wire
from health_record.observe import count, info

MOST_PER_DAY = 100_000
VISITS_OF_ONE_ADDRESS = (Window(600, 120),)  # a poster at a market, seen through one household's or school's address
_POSTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")


def is_poster(text: object) -> bool:
    """Whether `text` has the form that a poster's id may have."""
    return isinstance(text, str) and _POSTER.fullmatch(text) is not None


def visit(poster: str, client_address: str) -> None:
    """Count a visit of one of our posters; past its budget an address is answered alike and counts no more."""
    if not posters.is_genuine(poster, macs().of):
        count("PosterUnknown")
        info("a visit from no poster of ours")
        return
    name = f"visits#{macs().of('address', one_address(client_address))}"
    try:
        spent = budgets.take(config().table_access, name, VISITS_OF_ONE_ADDRESS, seen={})
    except BudgetSpentError:
        info("visits of one address past their budget")
        return
    try:
        add(poster, "visits")
    except Exception:
        budgets.give_back(spent)
        raise


def add(poster: str, what: Literal["visits", "submissions"]) -> None:
    """Count one; past a day's largest number nothing more is counted."""
    try:
        client("dynamodb").update_item(
            TableName=config().table_facts,
            Key=to_wire({"pk": f"poster#{poster}", "sk": f"day#{now().day.isoformat()}"}),
            UpdateExpression="ADD #what :one",
            ConditionExpression="attribute_not_exists(#what) OR #what < :most",
            ExpressionAttributeNames={"#what": what},
            ExpressionAttributeValues=to_wire({":one": 1, ":most": MOST_PER_DAY}),
        )
    except Exception as error:
        if not condition_failed(error):
            raise
        info("poster counter is full", counter=what)


def add_if_possible(poster: str, what: Literal["visits", "submissions"]) -> None:
    """Count one after the real work is done, which a statistic that fails must not undo."""
    try:
        add(poster, what)
    except Exception as error:  # noqa: BLE001 - see above; the log tells
        info("poster not counted", counter=what, error=type(error).__name__)
