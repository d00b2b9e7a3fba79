"""All resources of an episode, and how those of a line that was taken back are marked."""

from health_record.episode import diagnoses, encounter, medicines, papers, procedures, results, security_labels
from health_record.episode.source import KeptEpisode
from health_record.summary_sources import coded
from health_record.summary_sources.sources import Contribution, Resource

DERIVATION = 12  # raised whenever the same fields give other resources, so that extracts are made anew
GONE = "gone"
# How a resource says that it was entered in error; Condition says it by its verification.
ERRORS = {
    "Appointment": "entered-in-error",
    "Composition": "entered-in-error",
    "DiagnosticReport": "entered-in-error",
    "Encounter": "entered-in-error",
    "MedicationRequest": "entered-in-error",
    "Observation": "entered-in-error",
    "Procedure": "entered-in-error",
}


def resources(episode: KeptEpisode) -> list[Resource]:
    """Every resource of the newest version, then what earlier versions had and this one lacks, entered in error."""
    made: list[Resource] = [
        encounter.encounter(episode),
        *diagnoses.conditions(episode),
        *medicines.requests(episode),
        *procedures.procedures(episode),
        *results.results(episode),
        *papers.appointments(episode),
    ]
    made += papers.compositions(episode, made)
    made.append(encounter.provenance(episode))
    security = security_labels.labels(security_labels.of_episode(episode))
    if security:
        made = [{**each, "meta": {"security": security}} for each in made]
    return [*made, *episode.content.get(GONE, [])]


def same_entry(episode: KeptEpisode, kind: str, resource_id: str) -> list[str]:
    """What one entry of the episode is called, as `Type/id`; nothing where the episode has none of this name.

    A medicine is a MedicationStatement in a summary and a MedicationRequest in `$everything`: the same line.
    """
    wanted = f"{kind}/{resource_id}"
    for line, _ in episode.lines("XML2"):
        names = [f"{each}/{episode.id_of(each, line)}" for each in medicines.KINDS]
        if wanted in names:
            return names
    return [wanted] if any(f"{each['resourceType']}/{each['id']}" == wanted for each in resources(episode)) else []


def withdrawn(before: list[Resource], after: list[Resource]) -> list[Resource]:
    """What of `before` is not in `after`, marked as entered in error: to be kept as `gone` of the newer version."""
    names = {(each["resourceType"], each["id"]) for each in after}
    return [
        in_error(each)
        for each in before
        if each["resourceType"] in {*ERRORS, "Condition"} and (each["resourceType"], each["id"]) not in names
    ]


def in_error(resource: Resource) -> Resource:
    """The resource as one that should never have been written."""
    if resource["resourceType"] == "Condition":
        kept = {name: value for name, value in resource.items() if name != "clinicalStatus"}
        return {**kept, "verificationStatus": coded.status_concept("condition-ver-status", "entered-in-error")}
    if resource["resourceType"] in ERRORS:
        return {**resource, "status": ERRORS[resource["resourceType"]]}
    return resource


def as_contributions(episode: KeptEpisode, made: list[Resource]) -> list[Contribution]:
    """The resources as what a facility wrote, for summary and `$everything`."""
    return [
        Contribution(each, episode.facility_id, episode.facility_name, episode.recorded, episode.version)
        for each in made
    ]
