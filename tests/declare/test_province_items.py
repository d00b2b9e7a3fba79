"""A province appends questions of its own by a file: asked, validated, kept and shown, and never counted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.declare.view import summary
from health_record.questionnaire import FormError, compile_form, declaration_form, load_questionnaire, source
from tests.conftest import World
from tests.declare.people import RECORD, answered, call, declaration, put, sign_in
from web.build import build_site

FLOODS: dict[str, Any] = {
    "linkId": "province-floods",
    "type": "group",
    "text": "Ngập lụt",
    "item": [
        {
            "linkId": "province-floods.days",
            "type": "integer",
            "text": "Số ngày nhà bị ngập trong năm",
            "code": [{"system": "http://loinc.org", "code": "99999-9"}],
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 366}],
        }
    ],
}


@pytest.fixture
def appended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "79.json"
    file.write_text(json.dumps({"version": "1", "item": [FLOODS]}), encoding="utf-8")
    monkeypatch.setattr(source, "PROVINCES", tmp_path)
    _forget()
    yield file
    _forget()


def _forget() -> None:
    declaration_form.cache_clear()
    summary._questionnaire.cache_clear()


def with_floods(days: int) -> dict[str, Any]:
    body = declaration()
    floods = {"linkId": "province-floods", "item": [answered("province-floods.days", {"valueInteger": days})]}
    return {**body, "item": [*body["item"], floods]}


def test_what_a_province_appends_is_validated_kept_shown_and_not_counted(world: World, appended: Path) -> None:
    refused = put(sign_in(), with_floods(367))
    assert (refused.status, [one["linkId"] for one in refused.json["errors"]]) == (422, ["province-floods.days"])
    assert put(sign_in(), with_floods(366)).status == 201
    cookies = sign_in(level=2)
    kept = call("GET", RECORD, cookies).json
    assert kept["item"][-1]["item"] == [answered("province-floods.days", {"valueInteger": 366})]
    assert kept["questionnaire"].endswith("+79.1")
    shown = call("GET", "/v1/records/{id}/summary", cookies)
    assert "Số ngày nhà bị ngập trong năm: 366" in json.dumps(shown.json, ensure_ascii=False)
    assert "99999-9" not in json.dumps(world.items("facts"), default=str)


def test_what_a_province_appends_is_on_its_own_site(appended: Path, tmp_path: Path) -> None:
    build_site("79", tmp_path / "site", hotline="1022")
    assert 'data-field="province-floods.days"' in (tmp_path / "site/declare.html").read_text("utf-8")
    assert json.loads((tmp_path / "site/questionnaire.json").read_text("utf-8"))["version"].endswith("+79.1")


def test_another_provinces_form_has_no_such_question(appended: Path) -> None:
    assert "province-floods" in compile_form(load_questionnaire("79")).by_link_id
    assert compile_form(load_questionnaire("40")) == compile_form(load_questionnaire())


def test_a_province_cannot_change_the_common_form(appended: Path) -> None:
    appended.write_text(json.dumps({"version": "1", "item": [{**FLOODS, "linkId": "identity"}]}), encoding="utf-8")
    with pytest.raises(FormError, match=r"79\.json: identity is no group named province-"):
        load_questionnaire("79")
