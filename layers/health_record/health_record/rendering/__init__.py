"""A FHIR resource in words, in both languages: the one renderer behind narrative, viewer, PDF and print."""
