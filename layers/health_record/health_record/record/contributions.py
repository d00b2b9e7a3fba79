"""What facilities may write, and how it lies in the tables.

records  record#<uuid> / contribution#<keyed id>#000001  sealed; provenance, sealed apart (`provenance`)
"""

TYPES = (
    "AllergyIntolerance",
    "Condition",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Endpoint",
    "ImagingStudy",
    "Immunization",
    "MedicationStatement",
    "Observation",
    "Organization",
    "Practitioner",
    "Procedure",
)
# What hospitals' files become besides: facilities read it, and write it by those files alone.
OF_EPISODES = ("Appointment", "Composition", "MedicationRequest", "Provenance")
# Allowed inside another resource only.
CONTAINED = ("Device", "Location", "Medication", "PractitionerRole", "Specimen")
# The member that says whom a resource is about; the others are about nobody.
SUBJECTS = {
    **dict.fromkeys(("AllergyIntolerance", "Immunization"), "patient"),
    **dict.fromkeys(
        (
            "Condition",
            "DiagnosticReport",
            "DocumentReference",
            "Encounter",
            "ImagingStudy",
            "MedicationStatement",
            "Observation",
            "Procedure",
        ),
        "subject",
    ),
}
MOST_ENTRIES = 90  # with audit, guard and facts within the 100 items of one DynamoDB transaction
LARGEST_RESOURCE = 350 * 1024  # an item ends at 400 KB, sealed and with its attributes
