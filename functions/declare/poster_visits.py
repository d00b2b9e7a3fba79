"""Visits: which of them count for a poster."""

import re

from functions.declare.clock import now
from functions.declare.settings import config, macs
from health_record import funnel, posters
from health_record.aws import rate_limits
from health_record.aws.rate_limits import RateLimitExceededError, Window
from health_record.http.client_networks import normalise_address
from health_record.observability import count_metric, log_event

VISITS_OF_ONE_ADDRESS = (Window(600, 120),)  # a poster at a market, seen through one household's or school's address
_POSTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}")


def is_poster_id(text: object) -> bool:
    """Whether `text` has the form that a poster's id may have."""
    return isinstance(text, str) and _POSTER.fullmatch(text) is not None


def count_visit(poster: str, client_address: str) -> None:
    """Count a visit of one of our posters; past its budget an address is answered alike and counts no more."""
    if not posters.is_genuine(poster, macs().compute):
        count_metric("PosterUnknown")
        log_event("poster_unknown")
        return
    name = f"visits#{macs().compute('address', normalise_address(client_address))}"
    try:
        spent = rate_limits.consume(config().table_access, name, VISITS_OF_ONE_ADDRESS, seen={})
    except RateLimitExceededError:
        log_event("poster_visits_limited")
        return
    try:
        funnel.count_visit(config().table_facts, poster, now().day.isoformat())
    except Exception:
        rate_limits.refund(spent)
        raise
