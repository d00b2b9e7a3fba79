"""A declaration by the whole handler, a short and a whole form, next to a public FHIR server that takes the same."""

from typing import Any

from benchmarks import summaries
from benchmarks.full_form import full_declaration
from benchmarks.measure import Row, median_row
from benchmarks.meter import run_metered
from tests.conftest import province_world
from tests.declare import people
from tests.facility_desk import new_uuid

SECTION = "a declaration, by the whole handler"


def rows(times: int = 60) -> list[Row]:
    """Our handler's own time, validation, sealing and audit included, and that of the public framework."""
    forms = {"a short form": people.declaration(), "the whole form": full_declaration()}
    found = [_row(name, form, times) for name, form in forms.items()]
    own = {row.name: row.value for row in found}
    for name, figures in summaries.measure_public_server(
        {"times": times, "documents": {}, "declarations": forms}
    ).items():
        row = median_row(SECTION, f"{name} by {summaries.PUBLIC}", figures, "CPU ms")
        found.append(Row(**{**row.__dict__, "ratio": row.value / own[name], "against": "ours"}))
    return found


def _row(name: str, form: dict[str, Any], times: int) -> Row:
    with province_world(), run_metered() as meter:
        for turn in range(times + 3):
            if turn == 3:
                meter.own.pop(name)
            account, record_id = f"{turn:064d}", new_uuid()  # a person with a number of their own
            numbered = _with_number(form, f"0791600{turn:05d}")
            cookies = people.sign_in(account)
            meter.run(name, lambda: people.put(cookies, numbered, record_id=record_id))  # noqa: B023 - called at once
    return median_row(SECTION, name, meter.own[name], "CPU ms", note=f"{meter.calls[name]} AWS calls")


def _with_number(form: dict[str, Any], number: str) -> dict[str, Any]:
    """The same declaration of somebody else."""
    given = {"identity.national-id": number, "identity.insurance-number": number}

    def copied(item: dict[str, Any]) -> dict[str, Any]:
        made = {**item, **({"item": [copied(each) for each in item["item"]]} if "item" in item else {})}
        if item["linkId"] in given and "answer" in item:
            made["answer"] = [{"valueString": given[item["linkId"]]}]
        return made

    return {**form, "item": [copied(item) for item in form["item"]]}
