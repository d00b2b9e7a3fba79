"""How this service writes an instant, `2026-11-22T03:04:05.678Z` (UTC, so that texts sort as times do); its zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

HOME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # of every province: it says which day a moment is of


def format_instant(instant: datetime | float, timespec: str = "milliseconds") -> str:
    """A UTC time, or seconds since 1970, as text."""
    moment = instant if isinstance(instant, datetime) else datetime.fromtimestamp(instant, UTC)
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")
