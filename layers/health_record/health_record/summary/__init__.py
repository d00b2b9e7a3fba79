"""The International Patient Summary of a record: a pure function from what is kept to a FHIR document."""
