"""Age bands: five years each in the statistics, wider in what is published."""

FIVE_YEARS = (*(f"{low}-{low + 4}" for low in range(0, 85, 5)), "85+")
WIDE = ("0-14", "15-29", "30-44", "45-59", "60-74", "75+")
UNKNOWN = "unknown"


def wide(band: str) -> str:
    """The published band that holds a five-year band: `20-24` -> `15-29`, `85+` -> `75+`."""
    if band not in FIVE_YEARS:
        return UNKNOWN
    return WIDE[min(FIVE_YEARS.index(band) // 3, len(WIDE) - 1)]
