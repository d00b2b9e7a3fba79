"""Visits: which of them count for a poster."""

import re

from functions.declare.clock import now
from functions.declare.settings import config, macs
from health_record import funnel, posters
from health_record.aws import rate_limits
from health_record.aws.rate_limits import BudgetSpentError, Window
from health_record.http.client_networks import one_address
from health_record.observability import count, info

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
        spent = rate_limits.take(config().table_access, name, VISITS_OF_ONE_ADDRESS, seen={})
    except BudgetSpentError:
        info("visits of one address past their budget")
        return
    try:
        funnel.count_visit(config().table_facts, poster, now().day.isoformat())
    except Exception:
        rate_limits.give_back(spent)
        raise
