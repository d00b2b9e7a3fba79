"""The words of an Observation: each value as the answer to what it is of, `Hút thuốc: 1 gói`."""

from collections.abc import Iterator
from typing import Any

Resource = dict[str, Any]
MEASURED = frozenset({"laboratory", "vital-signs", "imaging", "procedure"})  # whose words are of something else
ANSWERS = {True: "có", False: "không"}


def is_measured(observation: Resource) -> bool:
    """Whether its category says that it was measured or done, and not told."""
    for several in observation.get("category", ()):
        for each in several.get("coding", ()):
            if each.get("code") in MEASURED:
                return True
    return False


def answered(observation: Resource) -> Iterator[tuple[str, str]]:
    """(question, answer) of the value and of each component, in words; the answer is empty where there is none."""
    yield name_of(observation.get("code", {})), _said(observation)
    for component in observation.get("component", ()):
        yield name_of(component.get("code", {})), _said(component)


def name_of(concept: Resource) -> str:
    """The text of a concept, else its first display."""
    return str(concept.get("text") or next((each.get("display") for each in concept.get("coding", ())), "") or "")


def _said(element: Resource) -> str:
    if isinstance(value := element.get("valueCodeableConcept"), dict):
        return name_of(value)
    if "valueBoolean" in element:
        return ANSWERS[bool(element["valueBoolean"])]
    return str(element.get("valueString", element.get("valueInteger", "")))
