"""A kept episode read as FHIR R4: pure functions from the fields of the hospital's file to resources."""
