"""What a summary is made of: the person, the declaration, and its answers as FHIR resources."""
