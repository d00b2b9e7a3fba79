"""What a facility says in a `$verify`."""

from dataclasses import dataclass

from functions.contribute import settlement
from functions.contribute.settlement import Settlement
from health_record.errors import BadRequestError, Fault
from health_record.facility import patient_query
from health_record.http.event import Event
from health_record.language import Translated
from health_record.record import record_items
from health_record.record.identifier_claims import PatientQuery

LONGEST_REASON = 500


@dataclass(frozen=True)
class VerifyRequest:
    """What a facility says of a card that it saw."""

    record_id: str | None
    query: PatientQuery
    permit_pin: bool
    wants_paper_code: bool
    reason: str | None
    settlements: list[Settlement]


def parse_request(patient_id: str, event: Event) -> VerifyRequest:
    """The request for the record of the path. Raises BadRequestError, InvalidContentError for what staff decides."""
    return VerifyRequest(
        record_items.parse_record_id(patient_id),
        patient_query.parse_parameters(event),
        _read_boolean(event, "permitPin"),
        _read_boolean(event, "paperCode"),
        _read_reason(event),
        settlement.parse_settlements(event),
    )


def _read_boolean(event: Event, name: str) -> bool:
    """A boolean of the Parameters, false unless it is given."""
    given = [each.get("valueBoolean") for each in patient_query.read_parameters(event) if each.get("name") == name]
    if not given:
        return False
    if len(given) == 1 and isinstance(given[0], bool):
        return given[0]
    message = Translated(f"{name} phải là một valueBoolean duy nhất.", f"{name} must be one valueBoolean.")
    raise BadRequestError(message, faults=[Fault("", message, expression="Parameters.parameter")])


def _read_reason(event: Event) -> str | None:
    given = [each.get("valueString") for each in patient_query.read_parameters(event) if each.get("name") == "reason"]
    if not given:
        return None
    reason = given[0].strip() if len(given) == 1 and isinstance(given[0], str) else ""
    if reason and len(reason) <= LONGEST_REASON:
        return reason
    message = Translated(
        f"reason phải là một valueString, nhiều nhất {LONGEST_REASON} ký tự.",
        f"reason must be one valueString of at most {LONGEST_REASON} characters.",
    )
    raise BadRequestError(message, faults=[Fault("", message, expression="Parameters.parameter")])
