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
from web.build import HERE, build, main
from web.questions import UnsupportedItemError, text_of

FIRST_PAGE, JOURNEY, VIEWER = 50 * 1024, 100 * 1024, 12 * 1024
PAGES = ["index.html", "declare.html", "share.html", "404.html", "en/index.html", "en/declare.html", "en/share.html"]
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

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(site: Path, name: str) -> Page:
    return Page((site / name).read_text("utf-8"))


def carried(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def test_the_same_input_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = build("79", tmp_path / "again")
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
    values = {attributes.get("value") for attributes in form.of("input")}
    for item in walk(questionnaire["item"]):
        assert text_of(item, "text", language) in form.text
        if item["type"] not in ("group", "display"):
            assert item["linkId"] in fields
        for option in item.get("answerOption", []):
            coding = option["valueCoding"]
            assert f"{coding['system']}|{coding['code']}" in values
            assert text_of(coding, "display", language) in form.text


@pytest.mark.parametrize("name", PAGES)
def test_no_script_style_or_handler_is_inline_and_no_other_host_is_named(site: Path, name: str) -> None:
    read = page(site, name)
    assert read.inside == ""
    assert all((attributes.get("src") or "").startswith("/assets/") for attributes in read.of("script"))
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
    wanted = [attributes["for"] for attributes in read.of("label")]
    wanted += [part for _, a in read.tags for part in (a.get("aria-describedby") or "").split()]
    assert not set(wanted) - set(ids)


@pytest.mark.parametrize("name", PAGES)
def test_links_to_the_site_lead_to_files_of_the_site(site: Path, name: str) -> None:
    read = page(site, name)
    for tag in ("a", "link", "script"):
        for attributes in read.of(tag):
            address = attributes.get("href") or attributes.get("src") or ""
            if address.startswith("/"):
                assert (site / (address + "index.html" if address.endswith("/") else address)[1:]).is_file(), address


@pytest.mark.parametrize("name", PAGES)
def test_pages_say_their_language_and_a_title_and_have_one_main(site: Path, name: str) -> None:
    read = page(site, name)
    assert read.of("html")[0]["lang"] == ("en" if name.startswith("en/") else "vi")
    assert len(read.of("main")) == len(read.of("title")) == 1


def test_without_javascript_both_pages_say_what_to_do(site: Path) -> None:
    for name in ("index.html", "declare.html"):
        inside = (site / name).read_text("utf-8").partition("<noscript>")[2].partition("</noscript>")[0]
        assert "trạm y tế" in inside


def test_no_consent_and_no_other_answer_is_ticked_before(site: Path) -> None:
    for name in FORMS.values():
        assert not [a for a in page(site, name).of("input") if "checked" in a]


def test_the_first_page_and_the_whole_journey_keep_within_the_budget(site: Path) -> None:
    assets = {path.name.partition("-")[0]: carried(path) for path in (site / "assets").iterdir()}
    viewer = assets.pop("share")
    assert set(assets) == {"style", "start", "declare", "worker", "wards"}
    for folder in (site, site / "en"):
        first = carried(folder / "index.html") + assets["style"] + assets["start"]
        assert first <= FIRST_PAGE
        assert first + carried(folder / "declare.html") + sum(assets.values()) <= JOURNEY
        assert carried(folder / "share.html") + assets["style"] + viewer <= VIEWER


def test_both_languages_have_the_same_texts() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(part) for name, part in value.items()}
        return [shape(part) for part in value] if isinstance(value, list) else sorted(re.findall(r"\{\w+\}", value))

    read = [tomllib.loads((HERE / f"texts/{language}.toml").read_text("utf-8")) for language in ("vi", "en")]
    assert shape(read[0]) == shape(read[1])


def test_every_text_that_a_script_asks_for_exists() -> None:
    known = tomllib.loads((HERE / "texts/vi.toml").read_text("utf-8"))["script"]
    sources = "".join(path.read_text("utf-8") for path in (HERE / "src").glob("*.js"))
    asked = set(re.findall(r"\btext\('(\w+)'", sources)) | set(re.findall(r"fault: '(\w+)'", sources))
    assert asked - set(known) == set()


def with_items(questionnaire: dict[str, Any], folder: Path, *added: dict[str, Any]) -> Path:
    changed = json.loads(json.dumps(questionnaire))
    changed["item"][2]["item"] += added
    path = folder / "questionnaire.json"
    path.write_text(json.dumps(changed), "utf-8")
    return path


@pytest.mark.parametrize(
    ("added", "control"),
    [
        ({"type": "boolean"}, "yesno"),
        ({"type": "string"}, "line"),
        ({"type": "text"}, "lines"),
        ({"type": "integer"}, "number"),
        ({"type": "date"}, "date"),
        ({"type": "choice", "answerOption": [{"valueCoding": {"code": "a", "display": "Chữ a"}}]}, "radios"),
    ],
)
def test_an_item_added_to_the_questionnaire_appears_without_code(
    questionnaire: dict[str, Any], tmp_path: Path, added: dict[str, Any], control: str
) -> None:
    item = {"linkId": "risks.added", "text": "Câu hỏi mới thêm"} | added
    build("79", tmp_path / "site", with_items(questionnaire, tmp_path, item))
    form = page(tmp_path / "site", "declare.html")
    field = next(a for _, a in form.tags if a.get("data-field") == "risks.added")
    assert (field["data-control"], field["data-label"]) == (control, "Câu hỏi mới thêm")
    assert "risks.added" in {a.get("data-page") for a in form.of("section")}
    served = json.loads((tmp_path / "site/questionnaire.json").read_text("utf-8"))
    assert served["item"][2]["item"][-1] == item


@pytest.mark.parametrize(
    "added",
    [
        {"type": "attachment"},
        {"type": "string", "repeats": True},
        {"type": "string", "enableWhen": [{"question": "risks.smoking", "operator": ">", "answerInteger": 1}]},
    ],
)
def test_an_item_that_the_site_cannot_show_stops_the_build_by_its_name(
    questionnaire: dict[str, Any], tmp_path: Path, added: dict[str, Any]
) -> None:
    path = with_items(questionnaire, tmp_path, {"linkId": "risks.added", "text": "?"} | added)
    with pytest.raises(UnsupportedItemError, match=r"risks\.added"):
        build("79", tmp_path / "site", path)


def test_a_province_that_does_not_exist_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--province", "99", "--out", str(tmp_path / "site")])
    assert "there is no province '99'" in capsys.readouterr().err
