"""Who the key of a call is taken for: what a station's page shows of itself."""

from typing import Any

from health_record.facility.signed_call import FacilityCall


def describe(call: FacilityCall) -> dict[str, Any]:
    """Facility, device, permissions and the last moment of the key, as FHIR Parameters."""
    facility = call.facility
    key = facility.keys[call.key_id.partition(".")[2]]
    texts = {"keyId": call.key_id, "facility": facility.id, "name": facility.name}
    optional = {"providerCode": facility.provider_code, "device": key.label, "poster": key.poster}
    texts |= {name: value for name, value in optional.items() if value is not None}
    parameter: list[dict[str, Any]] = [{"name": name, "valueString": value} for name, value in texts.items()]
    parameter += [{"name": "permission", "valueCode": each} for each in sorted(facility.permissions)]
    parameter.append({"name": "validUntil", "valueInstant": key.not_after})
    return {"resourceType": "Parameters", "parameter": parameter}
