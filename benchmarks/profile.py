"""Where the time of a call goes: each millisecond a look at what runs, for every call of `benchmarks.routes`.

A look counts for the innermost frame that belongs to one of `PLACES`. The emulated AWS and the tests are left out.
"""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from benchmarks import routes
from benchmarks.measure import Row
from health_record import fhir, observability, questionnaire, summary
from health_record.aws import clients, dynamo, envelope_encryption
from health_record.facility import signatures
from health_record.http import entry_point
from tests.faults.scenarios import Scenario

SECTION = "where the time of a call goes"
EVERY_SECONDS = 0.001
CALLS_TO_AWS = "calls to AWS"


def _folder(module_file: str | None) -> str:
    """`.../health_record/fhir/` of the path of a package's `__init__.py`."""
    return f"{module_file}".removesuffix("__init__.py")


# Parts of a file's path, first match first, and what a person calls that part of the work.
CODE_PLACES = {
    "/moto/": None,
    "/responses/": None,
    "/botocore/": CALLS_TO_AWS,
    "/boto3/": CALLS_TO_AWS,
    "/urllib3/": CALLS_TO_AWS,
    clients.__file__: CALLS_TO_AWS,
    dynamo.__file__: CALLS_TO_AWS,
    "/http_sfv/": "signature",
    "/http_message_signatures/": "signature",
    signatures.__file__: "signature",
    envelope_encryption.__file__: "sealing",
    "/cryptography/": "sealing",
    _folder(questionnaire.__file__): "reading the form",
    _folder(summary.__file__): "summary",
    _folder(fhir.__file__): "checking FHIR",
    "/qrcode/": "QR code",
    "/reportlab/": "PDF",
    "/aws_lambda_powertools/": "log and metrics",
    observability.__file__: "log and metrics",
    "/logging/": "log and metrics",
    "/json/": "JSON",
    "/health_record/": "the rest of ours",
    "/functions/": "the rest of ours",
}
ENTRY = entry_point.handle_event.__name__
LEAST_PERCENT = 4


def rows(times: int = 30) -> list[Row]:
    """A row for each scene: the share of calls to AWS, and every other part of some size."""
    with routes.measure_full_form():
        return [_row(scene, times) for scene in routes.SCENES_MEASURED]


def _row(scene: Scenario, times: int) -> Row:
    seen = Counter[str]()
    for call in routes.take_turns(scene, times):
        with _looking(seen):
            call()
    whole = max(1, seen.total())
    shares = {place: round(100 * looks / whole) for place, looks in seen.most_common()}
    others = [f"{place} {share}" for place, share in shares.items() if share >= LEAST_PERCENT and place != CALLS_TO_AWS]
    return Row(SECTION, str(scene), shares.get(CALLS_TO_AWS, 0), "% in calls to AWS", note=", ".join(others))


@contextmanager
def _looking(seen: Counter[str]) -> Iterator[None]:
    """Count in `seen` where the block is, whenever the clock rings."""

    def look(_number: int, frame: FrameType | None) -> None:
        place = code_place(frame)
        if place:
            seen[place] += 1

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, EVERY_SECONDS, EVERY_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def code_place(frame: FrameType | None) -> str | None:
    """What is being done, or None for what is not ours: the emulator, the facility's client, the test."""
    found: str | None = None
    while frame is not None:
        path: str = frame.f_code.co_filename
        part: Any = next((part for part in CODE_PLACES if part in path), None)
        if part and CODE_PLACES[part] is None:
            return None
        found = found or (CODE_PLACES[part] if part else None)
        if frame.f_code.co_name == ENTRY and path == entry_point.__file__:
            return found
        frame = frame.f_back
    return None
