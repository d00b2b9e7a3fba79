"""The built pages: everything of the Questionnaire, nothing inline, light, and the same for the same input."""

import gzip
import json
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.web.test_questionnaire import walk
from web.build import HERE, build_site, main
from web.questions import COLLAPSIBLE, UnsupportedItemError, read_text

FIRST_PAGE, JOURNEY, VIEWER, STATION = 50 * 1024, 100 * 1024, 12 * 1024, 60 * 1024
ON_DEMAND = 24 * 1024  # what single parts of the own page ask for: the questions of all versions, the check of accesses
NAMES = ["index.html", "declare.html", "records.html", "share.html", "privacy.html"]
STATIONS = ["tram/index.html", "tram/help.html", "en/station/index.html", "en/station/help.html"]
PAGES = [*NAMES, "404.html", *(f"en/{name}" for name in NAMES), *STATIONS]
FORMS = {"vi": "declare.html", "en": "en/declare.html"}


class Page(HTMLParser):
    """The tags of a page, its text, and what stands inside of scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inside = ""
        self._in: str = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in in ("script", "style"):
            self.inside += data.strip()

    def parse(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(site: Path, name: str) -> Page:
    return Page((site / name).read_text("utf-8"))


def carried(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def test_the_same_input_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = build_site("79", tmp_path / "again", hotline="1022")
    assert [path.relative_to(tmp_path / "again") for path in again] == [
        path.relative_to(site) for path in sorted(site.rglob("*")) if path.is_file()
    ]
    assert all(path.read_bytes() == (site / path.relative_to(tmp_path / "again")).read_bytes() for path in again)


@pytest.mark.parametrize(("language", "name"), FORMS.items())
def test_every_item_of_the_questionnaire_is_on_the_page(
    site: Path, questionnaire: dict[str, Any], language: str, name: str
) -> None:
    form = page(site, name)
    fields = {attributes.get("data-field") for _, attributes in form.tags}
    values = {attributes.get("value") for attributes in form.parse("input") + form.parse("option")}
    for item in walk(questionnaire["item"]):
        assert read_text(item, "text", language) in form.text
        if item["type"] not in ("group", "display"):
            assert item["linkId"] in fields
        for option in item.get("answerOption", []):
            coding = option["valueCoding"]
            assert f"{coding['system']}|{coding['code']}" in values
            assert read_text(coding, "display", language) in form.text


@pytest.mark.parametrize("name", PAGES)
def test_no_script_style_or_handler_is_inline_and_no_other_host_is_named(site: Path, name: str) -> None:
    read = page(site, name)
    assert read.inside == ""
    assert all((attributes.get("src") or "").startswith("/assets/") for attributes in read.parse("script"))
    for tag, attributes in read.tags:
        assert tag != "style"
        assert not [key for key in attributes if key == "style" or key.startswith("on")]
        for key in ("src", "href", "action"):
            assert not re.match(r"(https?:)?//", attributes.get(key) or "")


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_labels_and_descriptions_lead_somewhere(site: Path, name: str) -> None:
    read = page(site, name)
    ids = [attributes["id"] or "" for _, attributes in read.tags if "id" in attributes]
    assert sorted(ids) == sorted(set(ids))
    wanted = [attributes["for"] for attributes in read.parse("label")]
    wanted += [part for _, a in read.tags for part in (a.get("aria-describedby") or "").split()]
    assert not set(wanted) - set(ids)


@pytest.mark.parametrize("name", PAGES)
def test_links_to_the_site_lead_to_files_of_the_site(site: Path, name: str) -> None:
    read = page(site, name)
    for tag in ("a", "link", "script"):
        for attributes in read.parse(tag):
            address = attributes.get("href") or attributes.get("src") or ""
            if address.startswith("/"):
                file = (address + "index.html" if address.endswith("/") else address).partition("#")[0]
                assert (site / file[1:]).is_file(), address


@pytest.mark.parametrize("name", PAGES)
def test_pages_say_their_language_and_a_title_and_have_one_main(site: Path, name: str) -> None:
    read = page(site, name)
    assert read.parse("html")[0]["lang"] == ("en" if name.startswith("en/") else "vi")
    assert len(read.parse("main")) == len(read.parse("title")) == 1


def test_without_javascript_both_pages_say_what_to_do(site: Path) -> None:
    for name in ("index.html", "declare.html"):
        inside = (site / name).read_text("utf-8").partition("<noscript>")[2].partition("</noscript>")[0]
        assert "trạm y tế" in inside


def test_no_consent_and_no_other_answer_is_ticked_before(site: Path) -> None:
    for name in FORMS.values():
        assert not [a for a in page(site, name).parse("input") if "checked" in a]


def test_the_first_page_and_the_whole_journey_keep_within_the_budget(site: Path) -> None:
    assets = {path.name.rpartition("-")[0]: carried(path) for path in (site / "assets").glob("*.*")}
    viewer, checker, station = assets.pop("share"), assets.pop("checker"), assets.pop("station")
    station += assets.pop("station-style")
    assets.pop("diagnoses")  # loaded by the station's form of that name alone
    assert set(assets) == {"style", "start", "declare", "records", "worker", "wards", "medicines"}
    assert checker + carried(site / "questionnaire.json") <= ON_DEMAND
    for folder in (site, site / "en"):
        first = carried(folder / "index.html") + assets["style"] + assets["start"]
        assert first <= FIRST_PAGE
        pages = sum(carried(folder / name) for name in ("index.html", "declare.html", "records.html"))
        assert pages + sum(assets.values()) <= JOURNEY
        assert carried(folder / "share.html") + assets["style"] + viewer <= VIEWER
    for name in STATIONS:
        assert carried(site / name) + assets["style"] + station <= STATION


def test_both_languages_have_the_same_texts() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(part) for name, part in value.items()}
        return [shape(part) for part in value] if isinstance(value, list) else sorted(re.findall(r"\{\w+\}", value))

    for name in ("", "station/", "station/help."):
        read = [tomllib.loads((HERE / f"texts/{name}{language}.toml").read_text("utf-8")) for language in ("vi", "en")]
        assert shape(read[0]) == shape(read[1])


def test_every_text_that_a_script_asks_for_exists() -> None:
    texts = tomllib.loads((HERE / "texts/vi.toml").read_text("utf-8"))
    known = texts["script"] | texts["own_script"]
    assert not set(texts["script"]) & set(texts["own_script"])
    of_stations = tomllib.loads((HERE / "texts/station/vi.toml").read_text("utf-8"))["script"]
    for name, its in (("station", of_stations), ("", known)):
        paths = [path for path in (HERE / "src").rglob("*.js") if ("station" in path.parts) is (name != "")]
        sources = "".join(path.read_text("utf-8") for path in paths)
        asked = set(re.findall(r"\btext\('(\w+)'", sources)) | set(re.findall(r"fault: '(\w+)'", sources))
        assert asked - set(its) == set()


def with_items(
    questionnaire: dict[str, Any], folder: Path, *added: dict[str, Any], sections: list[dict[str, Any]] | None = None
) -> Path:
    changed = json.loads(json.dumps(questionnaire))
    changed["item"][2]["item"] += added
    changed["item"] += sections or []
    path = folder / "questionnaire.json"
    path.write_text(json.dumps(changed), "utf-8")
    return path


UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
CODED = {"valueCoding": {"code": "a", "display": "Chữ a"}}
VALUE_SET = {"resourceType": "ValueSet", "id": "set", "compose": {"include": [{"concept": [{"code": "c"}]}]}}
ADDED: list[tuple[str, str, dict[str, Any]]] = [
    ("boolean", "yesno", {}),
    ("string", "line", {}),
    ("url", "line", {}),
    ("text", "lines", {}),
    ("integer", "number", {}),
    ("decimal", "number", {}),
    ("date", "date", {}),
    ("dateTime", "date", {}),
    ("time", "time", {}),
    ("quantity", "quantity", {"extension": [{"url": UNIT, "valueCoding": {"code": "kg"}}]}),
    ("quantity", "quantity", {"extension": [{"url": UNIT + "Option", "valueCoding": {"code": c}} for c in "ab"]}),
    ("choice", "radios", {"answerOption": [CODED, {"valueString": "b"}, {"valueInteger": 3}]}),
    ("choice", "checkboxes", {"answerOption": [CODED], "repeats": True}),
    ("choice", "radios", {"answerValueSet": "#set"}),
    ("choice", "select", {"answerOption": [{"valueString": str(n)} for n in range(13)]}),
    ("open-choice", "radios", {"answerOption": [CODED]}),
]


@pytest.fixture(scope="module")
def added(questionnaire: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A form with every type of item in it, once and in rows, and with rows in rows."""
    folder = tmp_path_factory.mktemp("added")
    items: list[dict[str, Any]] = [
        {"linkId": f"risks.added-{n}", "type": kind, "text": f"Câu hỏi mới {n}"} | rest
        for n, (kind, _, rest) in enumerate(ADDED)
    ]
    rows = [item | {"linkId": f"{item['linkId']}-row", "repeats": True} for item in items]
    rows.append({"linkId": "risks.note", "type": "display", "text": "Một lời dặn"})
    rows.append({"linkId": "risks.inner", "type": "string", "repeats": True, "text": "Dòng trong"})
    items.append({"linkId": "risks.rows", "type": "group", "text": "Lần mổ", "repeats": True, "item": rows})
    section = {"linkId": "more", "type": "group", "text": "Phần thêm", "item": [{"linkId": "more.a", "type": "string"}]}
    section["extension"] = [{"url": COLLAPSIBLE, "valueCode": "default-closed"}]
    path = with_items(questionnaire | {"contained": [VALUE_SET]}, folder, *items, sections=[section])
    build_site("79", folder / "site", hotline="1022", questionnaire=path)
    served = json.loads((folder / "site/questionnaire.json").read_text("utf-8"))
    assert served["item"][2]["item"][-1] == items[-1]
    return page(folder / "site", "declare.html")


def test_every_type_of_item_appears_without_code(added: Page) -> None:
    fields = {a["data-field"]: a for _, a in added.tags if "data-field" in a}
    for n, (kind, control, rest) in enumerate(ADDED):
        for link_id in (f"risks.added-{n}", f"risks.added-{n}-row"):
            several = kind == "choice" and (rest.get("repeats") or link_id.endswith("-row"))
            several = several or (kind == "open-choice" and link_id.endswith("-row"))
            assert fields[link_id]["data-control"] == ("checkboxes" if several else control), link_id
            assert fields[link_id]["data-label"] == f"Câu hỏi mới {n}"
    assert {"|c", "valueString=b", "valueInteger=3"} <= {a.get("value") for a in added.parse("input")}
    assert "Một lời dặn" in added.text


def test_what_repeats_stands_in_rows_and_an_optional_section_apart(added: Page) -> None:
    rows = [a["data-rows"] for _, a in added.tags if (a.get("data-rows") or "").startswith("risks.")]
    simple = [f"risks.added-{n}-row" for n, (kind, *_) in enumerate(ADDED) if not kind.endswith("choice")]
    assert rows == ["risks.rows", *simple, "risks.inner"]
    pages = {a["data-page"]: a.get("data-section") for a in added.parse("section") if "data-page" in a}
    assert pages["risks.rows"] is None
    assert pages["more.a"] == "more"
    assert [a["data-part-of"] for _, a in added.tags if "data-part-of" in a][-1] == "more"


@pytest.mark.parametrize("kind", ["attachment", "reference"])
def test_only_files_and_references_stop_the_build_by_their_name(
    questionnaire: dict[str, Any], tmp_path: Path, kind: str
) -> None:
    path = with_items(questionnaire, tmp_path, {"linkId": "risks.added", "text": "?", "type": kind})
    with pytest.raises(UnsupportedItemError, match=r"risks\.added"):
        build_site("79", tmp_path / "site", hotline="1022", questionnaire=path)


def test_a_province_that_does_not_exist_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--province", "99", "--hotline", "1022", "--out", str(tmp_path / "site")])
    assert "there is no province '99'" in capsys.readouterr().err
