"""All sections of the page, in their order."""

from collections.abc import Iterator

from functions.aggregate.publish.page import (
    coverage_sections,
    forecast_sections,
    guide_sections,
    health_sections,
)
from functions.aggregate.publish.page.writer import Writer


def write(writer: Writer) -> str:
    """The sections of a release, one after the other."""
    return "\n".join(part for section in _every(writer) for part in section)


def _every(writer: Writer) -> Iterator[Iterator[str]]:
    yield guide_sections.legend(writer)
    yield coverage_sections.progress(writer)
    yield coverage_sections.wards(writer)
    yield coverage_sections.ages(writer)
    yield coverage_sections.weeks(writer)
    yield health_sections.conditions(writer)
    yield health_sections.risks(writer)
    yield health_sections.immunizations(writer)
    yield forecast_sections.diagnoses(writer)
    yield forecast_sections.nowcast(writer)
    yield forecast_sections.forecasts(writer)
    yield coverage_sections.funnel(writer)
    yield guide_sections.rules(writer)
    yield guide_sections.downloads(writer)
    yield guide_sections.archive(writer)
