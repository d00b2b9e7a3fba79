"""`$validate`: the checks of a transaction, nothing kept: an OperationOutcome with all that would be refused.

https://hl7.org/fhir/R4/resource-operation-validate.html: the Bundle itself, or Parameters with it as `resource`.
"""

from typing import Any

from functions.contribute import bundle
from functions.contribute.contribution_writes import plan_writes
from functions.contribute.settings import ContributeSettings
from health_record import exact_json
from health_record.errors import ServiceError
from health_record.facility.signed_call import FacilityCall
from health_record.http import entry_point
from health_record.http.problem_details import operation_outcome
from health_record.language import Text, preferred

TOLD = (404, 409, 413, 422)  # what the content is refused for; anything else refuses the call itself
SOUND = Text("Bundle hợp lệ; chưa ghi gì.", "The Bundle is valid; nothing was written.")


def outcome(config: ContributeSettings, call: FacilityCall, event: entry_point.Event) -> dict[str, Any]:
    """What a transaction with this Bundle would be told. Raises what is refused whatever the Bundle says."""
    language = preferred(entry_point.header(event, "accept-language"))
    body = entry_point.json_body(event, exact_json.decimal)
    try:
        plan_writes(config, call, bundle.parse(_bundle_of(body), f"{config.public_origin}/v1/fhir"))
    except ServiceError as refusal:
        if refusal.status not in TOLD:
            raise
        return operation_outcome(refusal, language)
    details = {"text": SOUND.in_(language)}
    issue = {"severity": "information", "code": "informational", "details": details, "diagnostics": "valid"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _bundle_of(body: dict[str, Any]) -> Any:
    if body.get("resourceType") != "Parameters":
        return body
    members = body.get("parameter")
    named = [each for each in members if isinstance(each, dict)] if isinstance(members, list) else []
    return next((each.get("resource") for each in named if each.get("name") == "resource"), None)
