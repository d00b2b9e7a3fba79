"""FHIR R4 structure: is a resource what HL7's definitions say, and if not, where exactly."""

from health_record.fhir.validator import Issue, validate

__all__ = ["Issue", "validate"]
