"""A question added to the Questionnaire is asked, validated, kept, counted and shown without touching code."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.declare.view import summary
from health_record.questionnaire import declaration_form, source
from tests.conftest import World
from tests.declare.people import RECORD, answered, call, coding, declaration, put, sign_in
from web.build import build_site

ADDED: dict[str, Any] = {
    "linkId": "home",
    "type": "group",
    "text": "Nhà ở",
    "item": [
        {
            "linkId": "home.water",
            "type": "choice",
            "text": "Nguồn nước",
            "code": [{"system": "urn:test", "code": "water"}],
            "answerOption": [{"valueCoding": {"system": "urn:test", "code": code}} for code in ("tap", "well")],
        },
        {
            "linkId": "home.well-depth",
            "type": "decimal",
            "text": "Giếng sâu bao nhiêu mét?",
            "code": [{"system": "http://loinc.org", "code": "99999-9"}],
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueDecimal": 300}],
            "enableWhen": [
                {"question": "home.water", "operator": "=", "answerCoding": {"system": "urn:test", "code": "well"}}
            ],
        },
    ],
}


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    questionnaire = json.loads(source.FILE.read_text(encoding="utf-8"))
    questionnaire["item"].append(ADDED)
    file = tmp_path / "questionnaire.json"
    file.write_text(json.dumps(questionnaire), encoding="utf-8")
    monkeypatch.setattr(source, "FILE", file)
    _forget()
    yield
    _forget()


def _forget() -> None:
    declaration_form.cache_clear()
    summary._questionnaire.cache_clear()


def with_home(*items: dict[str, Any]) -> dict[str, Any]:
    body = copy.deepcopy(declaration())
    body["item"].append({"linkId": "home", "item": list(items)})
    return body


def test_an_added_question_is_validated_kept_and_counted(world: World, added: None) -> None:
    wrong = with_home(answered("home.water", coding("tap")), answered("home.well-depth", {"valueDecimal": 301}))
    answer = put(sign_in(), wrong)
    assert (answer.status, [fault["linkId"] for fault in answer.json["errors"]]) == (
        422,
        ["home.well-depth", "home.well-depth"],
    )
    right = with_home(answered("home.water", coding("well")), answered("home.well-depth", {"valueDecimal": 12.5}))
    assert put(sign_in(), right).status == 201
    kept = call("GET", RECORD, sign_in(level=2)).json["item"][-1]
    assert kept == {
        "linkId": "home",
        "item": [
            answered("home.water", {"valueCoding": {"system": "urn:test", "code": "well"}}),
            answered("home.well-depth", {"valueDecimal": 12.5}),
        ],
    }
    (facts,) = world.items("facts")
    assert facts["choices"] == {"urn:test|water": "urn:test|well"}
    assert float(facts["measures"]["99999-9"]) == 12.5
    shown = json.dumps(call("GET", f"{RECORD}/summary", sign_in(level=2)).json, ensure_ascii=False)
    assert "Nguồn nước: well" in shown
    assert 'Giếng sâu bao nhiêu mét?: <span lang=\\"vi\\">12,5</span>' in shown


def test_an_added_question_is_on_the_page(added: None, tmp_path: Path) -> None:
    build_site("79", tmp_path / "site", hotline="1022")
    page = (tmp_path / "site/declare.html").read_text("utf-8")
    assert all(f'data-field="{link_id}"' in page for link_id in ("home.water", "home.well-depth"))
    assert "Giếng sâu bao nhiêu mét?" in page


def test_the_form_as_it_is_knows_no_such_question(world: World) -> None:
    answer = put(sign_in(), with_home(answered("home.water", coding("tap"))))
    assert (answer.status, answer.json["errors"][0]["linkId"]) == (422, "home")
