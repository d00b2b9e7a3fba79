"""The constraints of HL7's definitions on whole resources, by their own names, written by hand."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from health_record.language import Translated

# Members whose own `reference` is the uri of some page (Immunization.education, Expression) and leads to no resource.
PAGES = frozenset({"education", "valueExpression"})


class BrokenInvariant(NamedTuple):
    """A broken constraint of a resource: the path below it ('' for itself), and what it says."""

    path: str
    fault: Translated


def check_resource(resource: dict[str, Any]) -> Iterator[BrokenInvariant]:
    """The constraints of a whole resource: dom-2 to dom-5, and those of its type."""
    contained = [each for each in _list(resource.get("contained")) if isinstance(each, dict)]
    referred = {reference.removeprefix("#") for reference in find_references(resource) if reference.startswith("#")}
    for place, each in enumerate(contained):
        if "contained" in each:
            yield BrokenInvariant(
                f"contained[{place}].contained",
                Translated("không được tự chứa resource khác (dom-2)", "must not hold resources itself (dom-2)"),
            )
        if each.get("id") not in referred:
            yield BrokenInvariant(
                f"contained[{place}]",
                Translated(
                    "phải được resource tham chiếu đến (dom-3)", "must be referred to from the resource (dom-3)"
                ),
            )
        if {"versionId", "lastUpdated", "security"} & (_dict(each.get("meta"))).keys():
            yield BrokenInvariant(
                f"contained[{place}].meta",
                Translated(
                    "không được có versionId, lastUpdated hay security (dom-4, dom-5)",
                    "must not have versionId, lastUpdated or security (dom-4, dom-5)",
                ),
            )
    missing = referred - {each.get("id") for each in contained} - {""}
    if missing and "id" in resource:
        yield BrokenInvariant(
            "contained",
            Translated(f"phải chứa #{min(missing)[:64]} (ref-1)", f"must hold #{min(missing)[:64]} (ref-1)"),
        )
    constraints = BY_RESOURCE.get(str(resource.get("resourceType")))
    if constraints is not None:
        yield from constraints(resource)


def find_references(element: Any) -> Iterator[str]:
    """Every literal reference below `element`."""
    return (reference for _, reference in locate_references(element, ""))


def locate_references(element: Any, path: str) -> Iterator[tuple[str, str]]:
    """The same with the place of each: (`Condition.encounter.reference`, `Encounter/...`)."""
    if isinstance(element, list):
        for index, each in enumerate(element):
            yield from locate_references(each, f"{path}[{index}]")
    elif isinstance(element, dict):
        for name, each in element.items():
            if name == "reference" and isinstance(each, str):
                yield f"{path}.{name}", each
            elif name not in PAGES:
                yield from locate_references(each, f"{path}.{name}")


def _condition(resource: dict[str, Any]) -> Iterator[BrokenInvariant]:
    verification = _codes(resource.get("verificationStatus"))
    clinical = _codes(resource.get("clinicalStatus"))
    categories = {code for each in _list(resource.get("category")) for code in _codes(each)}
    wrong = "entered-in-error" in verification
    if not clinical and not wrong and "problem-list-item" in categories:
        yield BrokenInvariant(
            "clinicalStatus",
            Translated("là bắt buộc với problem-list-item (con-3)", "is required for a problem-list-item (con-3)"),
        )
    if any(name.startswith("abatement") for name in resource) and not clinical & {"inactive", "resolved", "remission"}:
        yield BrokenInvariant(
            "clinicalStatus",
            Translated(
                "phải là inactive, resolved hoặc remission khi có abatement (con-4)",
                "must be inactive, resolved or remission with an abatement (con-4)",
            ),
        )
    if clinical and wrong:
        yield BrokenInvariant(
            "clinicalStatus",
            Translated("phải vắng mặt khi ghi nhầm (con-5)", "must be absent when entered in error (con-5)"),
        )


def _allergy(resource: dict[str, Any]) -> Iterator[BrokenInvariant]:
    wrong = "entered-in-error" in _codes(resource.get("verificationStatus"))
    clinical = _codes(resource.get("clinicalStatus"))
    if not clinical and not wrong:
        yield BrokenInvariant(
            "clinicalStatus",
            Translated("là bắt buộc, trừ khi ghi nhầm (ait-1)", "is required unless entered in error (ait-1)"),
        )
    if clinical and wrong:
        yield BrokenInvariant(
            "clinicalStatus",
            Translated("phải vắng mặt khi ghi nhầm (ait-2)", "must be absent when entered in error (ait-2)"),
        )


def _observation(resource: dict[str, Any]) -> Iterator[BrokenInvariant]:
    has_value = any(name.startswith("value") for name in resource)
    if has_value and "dataAbsentReason" in resource:
        yield BrokenInvariant(
            "dataAbsentReason",
            Translated("phải vắng mặt khi đã có giá trị (obs-6)", "must be absent when there is a value (obs-6)"),
        )
    codes = _pairs(resource.get("code"))
    components = [_pairs(_dict(each).get("code")) for each in _list(resource.get("component"))]
    if has_value and codes and any(codes == each for each in components):
        yield BrokenInvariant(
            "component",
            Translated(
                "không được lặp lại mã của Observation đã có giá trị (obs-7)",
                "must not repeat the code of an observation with a value (obs-7)",
            ),
        )


def _organization(resource: dict[str, Any]) -> Iterator[BrokenInvariant]:
    for member, rule in (("telecom", "org-3"), ("address", "org-2")):
        for place, each in enumerate(_list(resource.get(member))):
            if _dict(each).get("use") == "home":
                yield BrokenInvariant(
                    f"{member}[{place}].use",
                    Translated(f"không được là home ({rule})", f"must not be home ({rule})"),
                )
    if not {"identifier", "name"} & resource.keys():
        yield BrokenInvariant(
            "", Translated("cần identifier hoặc name (org-1)", "needs an identifier or a name (org-1)")
        )


def _codes(concept: Any) -> set[str]:
    return {code for _, code in _pairs(concept)}


def _pairs(concept: Any) -> set[tuple[str, str]]:
    codings = [_dict(each) for each in _list(_dict(concept).get("coding"))]
    return {(str(each.get("system")), str(each["code"])) for each in codings if "code" in each}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


BY_RESOURCE: Mapping[str, Callable[[dict[str, Any]], Iterator[BrokenInvariant]]] = {
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "Observation": _observation,
    "Organization": _organization,
}
