"""`$validate`: the checks of a transaction, nothing kept: an OperationOutcome with all that would be refused.

https://hl7.org/fhir/R4/resource-operation-validate.html: the Bundle itself, or Parameters with it as `resource`.
"""

from typing import Any

from functions.contribute import bundle
from functions.contribute.contribution_writes import plan_writes
from functions.contribute.settings import ContributeSettings
from health_record import exact_json
from health_record.errors import ServiceError
from health_record.facility import patient_query
from health_record.facility.signed_call import FacilityCall
from health_record.http.event import Event, read_header, read_json_body
from health_record.http.problem_details import to_operation_outcome
from health_record.language import Translated, negotiate_language

TOLD = (404, 409, 413, 422)  # what the content is refused for; anything else refuses the call itself
SOUND = Translated("Bundle hợp lệ; chưa ghi gì.", "The Bundle is valid; nothing was written.")


def validate(config: ContributeSettings, call: FacilityCall, event: Event) -> dict[str, Any]:
    """What a transaction with this Bundle would be told. Raises what is refused whatever the Bundle says."""
    language = negotiate_language(read_header(event, "accept-language"))
    body = read_json_body(event, exact_json.parse_decimal)
    try:
        plan_writes(config, call, bundle.parse(_bundle_of(body), f"{config.public_origin}/v1/fhir"))
    except ServiceError as refusal:
        if refusal.status not in TOLD:
            raise
        return to_operation_outcome(refusal, language)
    details = {"text": SOUND.in_language(language)}
    issue = {"severity": "information", "code": "informational", "details": details, "diagnostics": "valid"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _bundle_of(body: dict[str, Any]) -> Any:
    if body.get("resourceType") != "Parameters":
        return body
    return next((each.get("resource") for each in patient_query.members_of(body, ("resource",))), None)
