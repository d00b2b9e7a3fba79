"""Age bands: five years each in the statistics, wider in what is published."""

FIVE_YEAR_BANDS = (*(f"{low}-{low + 4}" for low in range(0, 85, 5)), "85+")
WIDE_BANDS = ("0-14", "15-29", "30-44", "45-59", "60-74", "75+")
UNKNOWN = "unknown"

# WHO's world standard population 2000-2025, percent of each five-year band (Ahmad et al. 2001, GPE paper 31).
WORLD_STANDARD = dict(
    zip(
        FIVE_YEAR_BANDS,
        (8.86, 8.69, 8.60, 8.47, 8.22, 7.93, 7.61, 7.15, 6.59, 6.04, 5.37, 4.55, 3.72, 2.96, 2.21, 1.52, 0.91, 0.63),
        strict=True,
    )
)


def to_wide_band(band: str) -> str:
    """The published band that holds a five-year band: `20-24` -> `15-29`, `85+` -> `75+`."""
    if band not in FIVE_YEAR_BANDS:
        return UNKNOWN
    return WIDE_BANDS[min(FIVE_YEAR_BANDS.index(band) // 3, len(WIDE_BANDS) - 1)]


WORLD_STANDARD_WIDE = {
    name: sum(percent for band, percent in WORLD_STANDARD.items() if to_wide_band(band) == name) for name in WIDE_BANDS
}
