"""What IPS 2.0 asks of a resource beyond FHIR R4, and how what was accepted is made to fit, its meaning unchanged."""
