"""Entry point of `digest`: once a day, for each facility, the signed digests of the last complete days."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.digest import keeping
from functions.digest.settings import DigestSettings
from health_record import settings
from health_record.observe import count, info, metrics

DAYS = 3  # so that a run that failed is made up for by the next


class DigestIncompleteError(Exception):
    """The digests of some facilities could not be made; the others are kept, and the next run tries again."""


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Keep what is missing of the last days, oldest first, as each names the one before."""
    config = settings.cached(DigestSettings)
    days = _complete_days(config)
    made = failed = 0
    facilities = keeping.facilities(config)
    for facility_id in facilities:
        try:
            made += sum(keeping.keep(config, facility_id, day) for day in days)
        except Exception as error:  # noqa: BLE001 - one facility's failure must not leave the others without
            failed += 1
            info("digest failed", facility=facility_id, error=type(error).__name__)
    count("DigestsMade", made)
    info("digests kept", facilities=len(facilities), made=made, failed=failed)
    metrics().flush_metrics()
    if failed:
        raise DigestIncompleteError(f"{failed} of {len(facilities)} facilities")
    return {"days": days, "facilities": len(facilities), "made": made}


def _complete_days(config: DigestSettings) -> list[str]:
    today = datetime.datetime.now(ZoneInfo(config.time_zone)).date()
    return [(today - datetime.timedelta(days=back)).isoformat() for back in range(DAYS, 0, -1)]
