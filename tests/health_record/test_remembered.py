"""What a person said is remembered for the call that reads it, and no longer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from health_record import remembered
from tests.conftest import World
from tests.facility_desk import Resident, register, store_resident

ROOT = Path(__file__).parents[2]
SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
# What outlives a call, by the file: clients, keys, settings, tables of the product, facilities. None is of a person.
OUTLIVES = {
    "clients.py": {"client", "_session"},
    "code_catalogue.py": {"entries"},
    "code_names.py": {"_system", "_names"},
    "dangerous_reactions.py": {"_bare"},
    "fields.py": {"fields_of", "_tables"},
    "form.py": {"declaration_form"},
    "https_exchange.py": {"_tls"},
    "icd10.py": {"_given", "_names", "codes"},
    "keyed_hash.py": {"_root", "_subkey"},
    "moments.py": {"_zone"},
    "narrative.py": {"_source"},
    "observability.py": {"logger", "metrics"},
    "perturbation.py": {"steps"},
    "profiles.py": {"_of_observation", "profiles"},
    "settings.py": {"_cached"},
    "signatures.py": {"_verifier"},
    "summary.py": {"_questionnaire", "read_questionnaire"},
    "summary_pdf.py": {"_styles"},
    "times.py": {"_names"},
    "validator.py": {"definitions"},
    "wards.py": {"_provinces"},
}


def test_nothing_is_remembered_beyond_a_call_but_what_is_of_no_person():
    found = {
        f"{path.name}: {name}"
        for folder in ("functions", "layers")
        for path in (ROOT / folder).rglob("*.py")
        for name in _kept(ast.parse(path.read_text(encoding="utf-8")))
        if path.name != "remembered.py" and name not in OUTLIVES.get(path.name, ())
    }
    assert found == set()


def test_a_call_forgets_at_its_end_what_it_remembered(world: World, monkeypatch: pytest.MonkeyPatch):
    store_resident(world, Resident())
    desk, forget, during = register(world), remembered.forget, list[int]()
    monkeypatch.setattr(remembered, "forget", lambda: (during.append(_remembered()), forget()))
    assert desk.summary(SYSTEM, Resident().national_id, Resident().birth_date).status == 200
    assert during[0] > 0
    assert _remembered() == 0


def _kept(tree: ast.Module) -> Iterator[str]:
    """The functions in which `functools.cache` or `lru_cache` stands, or which they decorate."""
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef) and any(
            isinstance(one, ast.Attribute) and one.attr in ("cache", "lru_cache")
            for part in (*each.decorator_list, *each.body)
            for one in ast.walk(part)
        ):
            yield each.name


def _remembered() -> int:
    """How many answers are kept."""
    return sum(drop.__self__.cache_info().currsize for drop in remembered._FORGET)
