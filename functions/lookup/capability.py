"""The CapabilityStatement: what the FHIR service offers, for software and integrators."""

from typing import Any

from health_record.record.contributions import TYPES

WRITTEN = (
    "Written by PUT entries of a transaction Bundle at the base, read by Patient/$summary and Patient/$everything; "
    "a read, search, create or update of its own is answered with 404 and an OperationOutcome."
)
IPS_SUMMARY = "http://hl7.org/fhir/uv/ips/OperationDefinition/summary"
PATIENT = "http://hl7.org/fhir/OperationDefinition/Patient"
SECURITY = (
    "Every call but metadata carries one RFC 9421 signature with tag ssk-facility (ed25519 or ecdsa-p256-sha256) over "
    "@method, @authority, @path, @query, purpose-of-use, practitioner, with a body also content-type and "
    "content-digest (RFC 9530, sha-256), and purpose-reason, share and card-seen where sent; created, expires (at most "
    "300 s later), keyid, nonce (16-64 characters, once)."
)


def build_statement(origin: str) -> dict[str, Any]:
    """The CapabilityStatement of the service at `origin`."""
    return {
        "resourceType": "CapabilityStatement",
        "id": "facilities",
        "status": "active",
        "date": "2026-11-23",
        "kind": "instance",
        "software": {"name": "So Suc Khoe"},
        "implementation": {"description": "Resident-declared health records of a province", "url": f"{origin}/v1/fhir"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "implementationGuide": ["http://hl7.org/fhir/uv/ips/ImplementationGuide/hl7.fhir.uv.ips"],
        "rest": [
            {
                "mode": "server",
                "security": {"cors": False, "description": SECURITY},
                "resource": [_patient(), _bundle(), _binary(), *(_written(kind) for kind in TYPES)],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _patient() -> dict[str, Any]:
    return {
        "type": "Patient",
        "profile": "http://hl7.org/fhir/uv/ips/StructureDefinition/Patient-uv-ips",
        "interaction": [{"code": "search-type"}],
        "searchParam": [
            {
                "name": "identifier",
                "definition": "http://hl7.org/fhir/SearchParameter/Patient-identifier",
                "type": "token",
                "documentation": "Required, together with birthdate: system|value.",
            },
            {
                "name": "birthdate",
                "definition": "http://hl7.org/fhir/SearchParameter/individual-birthdate",
                "type": "date",
                "documentation": "Required, together with identifier.",
            },
            {
                "name": "name",
                "definition": "http://hl7.org/fhir/SearchParameter/Patient-name",
                "type": "string",
                "documentation": "The full name: compared where several claim the number or a birth date is not whole.",
            },
        ],
        "operation": [
            {"name": "summary", "definition": IPS_SUMMARY},
            {"name": "match", "definition": f"{PATIENT}-match"},
            {"name": "everything", "definition": f"{PATIENT}-everything"},
            {"name": "verify", "definition": "urn:x-so-suc-khoe:operation:verify"},
        ],
    }


def _written(kind: str) -> dict[str, Any]:
    """What is written by a transaction and read by $summary and $everything: no interaction of its own."""
    return {"type": kind, "documentation": WRITTEN, "versioning": "versioned", "referencePolicy": ["literal", "local"]}


def _bundle() -> dict[str, Any]:
    validate = {"name": "validate", "definition": "http://hl7.org/fhir/OperationDefinition/Resource-validate"}
    return {"type": "Bundle", "documentation": "$validate tells what a transaction would.", "operation": [validate]}


def _binary() -> dict[str, Any]:
    text = "An attachment that a summary names, by the rule of the summary; always as FHIR JSON."
    return {"type": "Binary", "documentation": text, "interaction": [{"code": "read"}]}
