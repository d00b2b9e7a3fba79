"""Walks a resource along the table made of HL7's StructureDefinitions, and says every place that breaks them."""

import functools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from health_record.fhir import element_invariants, invariants, primitives
from health_record.language import Translated

TABLE = Path(__file__).parent / "definitions.json"
MAX_DEPTH = 40
MAX_FAULTS = 50
NOT_UNDERSTOOD = ("modifierExtension", "implicitRules")
REFERENCE = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?")
NULL = Translated("không được là null", "must not be null")


@dataclass(frozen=True)
class Issue:
    """One broken place: FHIRPath-like `path`, and what is wrong there."""

    path: str
    fault: Translated


@dataclass(frozen=True)
class Spec:
    """What the table says of one element. `choice` names the `value[x]` that it is one way of."""

    minimum: int
    many: bool
    kind: str
    extra: Any = None
    choice: str | None = None
    choice_minimum: int = 0


@dataclass(frozen=True)
class Definitions:
    """The table: elements by type, and codes by required value set and system."""

    types: dict[str, dict[str, Spec]]
    codes: dict[str, dict[str, list[str]]]


class _EnoughError(Exception):
    """So many faults are found that more would help nobody."""


def validate(resource: Any, path: str, accepted: tuple[str, ...], contained: tuple[str, ...] = ()) -> list[Issue]:
    """Every fault of `resource`, which must be of an `accepted` type, with paths that begin with `path`."""
    walk = _Walk(definitions(), contained)
    try:
        walk.resource(resource, path, accepted)
    except _EnoughError:
        walk.found.append(
            Issue(path, Translated("có nhiều lỗi hơn số được liệt kê", "holds more faults than are listed"))
        )
    return walk.found


@functools.cache
def definitions() -> Definitions:
    """The table, read once."""
    raw = json.loads(TABLE.read_text(encoding="utf-8"))
    types = {
        name: {member: Spec(spec[0], spec[1] == 0, *spec[2:]) for member, spec in members.items()}
        for name, members in raw["types"].items()
    }
    return Definitions(types, raw["codes"])


@dataclass
class _Walk:
    table: Definitions
    contained: tuple[str, ...]
    found: list[Issue] = field(default_factory=list)
    inside: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, fault: Translated) -> None:
        self.found.append(Issue(path, fault))
        if len(self.found) >= MAX_FAULTS:
            raise _EnoughError

    def resource(self, resource: Any, path: str, accepted: tuple[str, ...]) -> None:
        if not isinstance(resource, dict):
            self.add(path, Translated("phải là một resource", "must be a resource"))
            return
        kind = resource.get("resourceType")
        if not isinstance(kind, str) or kind not in accepted:
            self.add(
                f"{path}.resourceType",
                _one_of(accepted) if accepted else Translated("không được phép", "is not allowed"),
            )
            return
        before = len(self.found)
        self.inside = self.inside or _contained_types(resource)
        self.members({name: value for name, value in resource.items() if name != "resourceType"}, path, kind, 0)
        if len(self.found) > before:
            return
        for each in invariants.check_resource(resource):
            self.add(f"{path}.{each.path}" if each.path else path, each.fault)

    def element(self, value: Any, path: str, kind: str, depth: int) -> None:
        if not isinstance(value, dict) or not value:
            self.add(path, Translated("phải là đối tượng có thành phần", "must be an object with members"))
        elif depth > MAX_DEPTH:
            self.add(path, Translated("lồng quá sâu", "is nested too deeply"))
        else:
            before = len(self.found)
            self.members(value, path, kind, depth)
            if len(self.found) == before:
                for fault in element_invariants.check_element(kind, value):
                    self.add(path, fault)

    def members(self, value: dict[str, Any], path: str, kind: str, depth: int) -> None:
        specs = self.table.types[kind]
        for name in value:
            spec = specs.get(name.removeprefix("_"))
            if spec is None or (name.startswith("_") and not self._is_primitive(spec)):
                self.add(f"{path}.{name[:64]}", Translated("không có trong định nghĩa ở đây", "is not known here"))
            elif value[name] is None:  # which JSON has in FHIR only to fill places of lists
                self.add(f"{path}.{name}", NULL)
            elif name in NOT_UNDERSTOOD:
                self.add(
                    f"{path}.{name}",
                    Translated(
                        "làm thay đổi ý nghĩa theo cách hệ thống này không hiểu",
                        "changes the meaning in a way that is not understood here",
                    ),
                )
            elif not name.startswith("_"):
                self.member(value[name], value.get(f"_{name}"), f"{path}.{name}", spec, depth)
            elif name[1:] not in value:
                self.member(None, value[name], f"{path}.{name[1:]}", spec, depth)
        for name, fault in _missing(specs, value):
            self.add(f"{path}.{name}", fault)

    def member(self, value: Any, beside: Any, path: str, spec: Spec, depth: int) -> None:
        if not spec.many:
            self.one(value, beside, path, spec, depth)
            return
        given = value if value is not None else beside
        if not isinstance(given, list) or not given:
            self.add(path, Translated("phải là danh sách có phần tử", "must be a list with members"))
            return
        if not isinstance(beside, list):
            if beside is not None:
                self.add(path, Translated("có extension không phải danh sách", "has extensions that are not a list"))
            beside = []
        for place in range(max(len(given), len(beside))):
            one = value[place] if isinstance(value, list) and place < len(value) else None
            also = beside[place] if place < len(beside) else None
            self.one(one, also, f"{path}[{place}]", spec, depth)

    def one(self, value: Any, beside: Any, path: str, spec: Spec, depth: int) -> None:
        if spec.kind == "Resource":
            self.resource(value, path, self.contained)
        elif self._is_primitive(spec):
            self.primitive(value, beside, path, spec, depth)
        else:
            self.element(value, path, spec.kind, depth + 1)
            self.bound(value, path, spec)

    def primitive(self, value: Any, beside: Any, path: str, spec: Spec, depth: int) -> None:
        if beside is not None:
            self.element(beside, path, "Element", depth + 1)
        if value is None:
            if beside is None:
                self.add(path, NULL)
        elif fault := primitives.find_fault(spec.kind, value):
            self.add(path, fault)
        elif isinstance(spec.extra, str) and value not in self._codes(spec.extra):
            self.add(path, _one_of(self._codes(spec.extra)[:20]))

    def bound(self, value: Any, path: str, spec: Spec) -> None:
        if spec.kind == "Reference" and isinstance(spec.extra, list):
            self.target(value, path, spec.extra)
        if not isinstance(spec.extra, str) or not isinstance(value, dict):
            return
        codings = [value] if spec.kind == "Coding" else value.get("coding", [])
        allowed = self.table.codes[spec.extra]
        if not any(
            isinstance(each, dict) and each.get("code") in allowed.get(str(each.get("system")), [])
            for each in (codings if isinstance(codings, list) else [])
        ):
            codes = f"{', '.join(allowed)}: {', '.join(self._codes(spec.extra)[:20])}"
            self.add(path, Translated(f"phải có một coding của {codes}", f"must hold a coding of {codes}"))

    def target(self, value: Any, path: str, allowed: list[str]) -> None:
        """A literal reference leads to a type that the element may refer to."""
        reference = value.get("reference") if isinstance(value, dict) else None
        if not isinstance(reference, str):
            return
        named = REFERENCE.fullmatch(reference)
        kind = named[1] if named else self.inside.get(reference)
        if kind is not None and kind not in allowed:
            types = ", ".join(allowed)
            self.add(f"{path}.reference", Translated(f"phải tham chiếu đến {types}", f"must refer to {types}"))

    def _codes(self, name: str) -> list[str]:
        return [code for codes in self.table.codes[name].values() for code in codes]

    def _is_primitive(self, spec: Spec) -> bool:
        return spec.kind not in self.table.types and spec.kind != "Resource"


def _contained_types(resource: dict[str, Any]) -> dict[str, str]:
    """What `#id` leads to, by type."""
    contained = resource.get("contained")
    inside = [each for each in contained if isinstance(each, dict)] if isinstance(contained, list) else []
    return {f"#{each.get('id')}": str(each.get("resourceType")) for each in inside}


def _one_of(words: Sequence[str]) -> Translated:
    listed = ", ".join(words)
    return Translated(f"phải là một trong: {listed}", f"must be one of {listed}")


def _missing(specs: dict[str, Spec], value: dict[str, Any]) -> Iterator[tuple[str, Translated]]:
    given: dict[str, set[str]] = {}
    for name in value:
        spec = specs.get(name.removeprefix("_"))
        if spec is not None and spec.choice:
            given.setdefault(spec.choice, set()).add(name.removeprefix("_"))
    for choice, names in given.items():
        if len(names) > 1:
            yield f"{choice}[x]", Translated("chỉ được có một kiểu", "must have one type only")
    for name, spec in specs.items():
        if spec.minimum and name not in value and f"_{name}" not in value:
            yield name, Translated("là bắt buộc", "is required")
    needed = {spec.choice for spec in specs.values() if spec.choice and spec.choice_minimum}
    for choice in sorted(needed - given.keys()):
        yield f"{choice}[x]", Translated("là bắt buộc", "is required")
