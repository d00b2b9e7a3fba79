"""Entry point of `digest`: once a day, the signed digests of each facility and the public record of accesses."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.digest import facility_digest, log_publication
from functions.digest.settings import DigestSettings
from health_record import settings
from health_record.audit import audit_entries
from health_record.observability import begin_call, count_metric, log_event, metrics

CATCH_UP_DAYS = 3  # so that a run that failed is made up for by the next


class DigestIncompleteError(Exception):
    """Some of it could not be made; the rest is kept, and the next run tries again."""


def handler(_event: dict[str, Any], context: object) -> dict[str, Any]:
    """Keep and publish what is missing of the last days, oldest first, as each names the one before."""
    begin_call(context)
    config = settings.read_once(DigestSettings)
    days = _complete_days(config)
    facilities = facility_digest.list_facilities(config)
    owners = [*facilities, audit_entries.LINKS]
    devices = facility_digest.list_devices(config)
    made = [_store_digests(config, owner, days, devices) for owner in owners]
    documents = _publish_documents(config, owners, days)
    failed = [*made, documents].count(None)
    count_metric("DigestsMade", sum(filter(None, made)))
    log_event("digests_written", facilities=len(facilities), made=sum(filter(None, made)), failed=failed)
    if not failed:
        count_metric("DigestsSucceeded")  # an alarm rings when it is not counted for a day
    metrics().flush_metrics()
    if failed:
        raise DigestIncompleteError(f"{failed} of {len(owners) + 1}")
    return {"days": days, "facilities": len(facilities), "made": sum(filter(None, made)), "documents": documents}


def _store_digests(config: DigestSettings, owner: str, days: list[str], devices: set[str]) -> int | None:
    """How many digests were made; None for a failure, which must not leave the others without theirs."""
    try:
        return sum(facility_digest.store_digest(config, owner, day, devices) for day in days)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next run tries again and an alarm tells
        log_event("digest_failed", facility=owner, error=type(error).__name__)
        return None


def _publish_documents(config: DigestSettings, owners: list[str], days: list[str]) -> int | None:
    """How many days' documents were made; None for a failure."""
    try:
        log_publication.publish_public_key(config)
        return sum(log_publication.publish_day(config, owners, days[place:]) for place in range(len(days)))
    except Exception as error:  # noqa: BLE001 - as above
        log_event("public_access_log_failed", error=type(error).__name__)
        return None


def _complete_days(config: DigestSettings) -> list[str]:
    today = datetime.datetime.now(ZoneInfo(config.time_zone)).date()
    return [(today - datetime.timedelta(days=back)).isoformat() for back in range(CATCH_UP_DAYS, 0, -1)]
