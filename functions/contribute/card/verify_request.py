"""What a facility says in a `$verify`."""

import re
from dataclasses import dataclass

from functions.contribute import settlement
from functions.contribute.settlement import Settlement
from health_record.errors import BadRequestError, Fault
from health_record.facility import patient_query
from health_record.http.event import Event
from health_record.language import Translated
from health_record.record import record_items
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_items import Identity

LONGEST_REASON = 500
PHONE_ENDING = re.compile(r"[0-9]{3}")


@dataclass(frozen=True)
class VerifyRequest:
    """What a facility says of a card that it saw.

    `phone_ending` are the last three digits of the phone of the person before it, None where it did not ask for them.
    """

    record_id: str | None
    query: PatientQuery
    phone_ending: str | None
    permit_pin: bool
    wants_paper_code: bool
    reason: str | None
    settlements: list[Settlement]

    def fits(self, identity: Identity, *, is_overriding: bool) -> bool:
        """Whether the card and the phone may be those of the record: who says no phone says nothing against it.

        A card that was seen before and has another birth date stands against it, but for whoever overrides that one.
        """
        query = self.query
        if query.pointer is None or not query.matches_birth_date(identity.birth_date):
            return False
        if not is_overriding and not identity.may_show_card(query.pointer, query.birth_date):
            return False
        return self.phone_ending is None or (identity.proven_phone or "").endswith(self.phone_ending)


def parse_request(patient_id: str, event: Event) -> VerifyRequest:
    """The request for the record of the path. Raises BadRequestError, InvalidContentError for what staff decides."""
    return VerifyRequest(
        record_items.parse_record_id(patient_id),
        patient_query.parse_parameters(event, settlement.UNDERSTOOD),
        _read_phone_ending(event),
        _read_boolean(event, "permitPin"),
        _read_boolean(event, "paperCode"),
        _read_reason(event),
        settlement.parse_settlements(event),
    )


def _read_boolean(event: Event, name: str) -> bool:
    """A boolean of the Parameters, false unless it is given."""
    given = [
        each.get("valueBoolean")
        for each in patient_query.read_parameters(event, settlement.UNDERSTOOD)
        if each.get("name") == name
    ]
    if not given:
        return False
    if len(given) == 1 and isinstance(given[0], bool):
        return given[0]
    message = Translated(f"{name} phải là một valueBoolean duy nhất.", f"{name} must be one valueBoolean.")
    raise BadRequestError(message, faults=[Fault("", message, expression="Parameters.parameter")])


def _read_phone_ending(event: Event) -> str | None:
    members = patient_query.read_parameters(event, settlement.UNDERSTOOD)
    given = [each.get("valueString") for each in members if each.get("name") == "phoneEnding"]
    if not given:
        return None
    if len(given) == 1 and isinstance(given[0], str) and PHONE_ENDING.fullmatch(given[0]):
        return given[0]
    message = Translated(
        "phoneEnding phải là một valueString gồm ba chữ số.", "phoneEnding must be one valueString of three digits."
    )
    raise BadRequestError(message, faults=[Fault("", message, expression="Parameters.parameter")])


def _read_reason(event: Event) -> str | None:
    given = [
        each.get("valueString")
        for each in patient_query.read_parameters(event, settlement.UNDERSTOOD)
        if each.get("name") == "reason"
    ]
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
