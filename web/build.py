"""Builds the site of one province: `python -m web.build --province 79 --hotline 1022 --out DIR`."""

import argparse
import datetime
import hashlib
import json
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from health_record.questionnaire import load_questionnaire
from web.bundle import minify_bundle
from web.questions import Item, QuestionReader, list_sections, read_text
from web.security_contact import security_txt
from web.steps import build_rules, split_into_steps
from web.wards import load_province, search_data

HERE = Path(__file__).parent
CONSENT = "consent."
LANGUAGES = {"vi": "", "en": "en/"}
PAGES = ("index.html", "declare.html", "records.html", "share.html", "privacy.html", "404.html")
STATION = {"vi": "tram/", "en": "en/station/"}
STATION_PAGES = {"index.html": "station.html", "help.html": "station-help.html"}
HAVE_OWN_SWITCH = (
    "declare.html",
    "records.html",
    "share.html",
    "privacy.html",
)  # the other language's page has the same name


def build_site(
    province_code: str,
    out: Path,
    *,
    hotline: str,
    questionnaire: Path | None = None,
    languages: Sequence[str] = tuple(LANGUAGES),
    today: datetime.date | None = None,
) -> list[Path]:
    """Writes the site into `out`, which it empties before, and returns the files; the same input, the same bytes.

    `hotline` is the number that people are told to call for help. The month of `today` is in `security.txt` alone.
    """
    form: Item = json.loads(questionnaire.read_text("utf-8")) if questionnaire else load_questionnaire(province_code)
    shutil.rmtree(out, ignore_errors=True)
    (out / "assets").mkdir(parents=True)
    assets = _assets(province_code, out)
    contact = security_txt(hotline, list(languages), today or datetime.datetime.now(datetime.UTC).date())
    (out / ".well-known").mkdir()
    (out / ".well-known/security.txt").write_text(contact, "utf-8")
    (out / "questionnaire.json").write_text(json.dumps(form, ensure_ascii=False, separators=(",", ":")), "utf-8")
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for language in languages:
        folder = LANGUAGES[language]
        (out / folder).mkdir(exist_ok=True)
        context = _context(form, province_code, language)
        context |= {"assets": assets, "switchable": len(languages) > 1, "hotline": hotline}
        for page in PAGES:
            if page == "404.html" and folder:
                continue
            html = templates.get_template(page).render(context, page=page if page in HAVE_OWN_SWITCH else "")
            (out / folder / page).write_text(html, "utf-8")
        _write_station(templates, context, language, out)
    return sorted(path for path in out.rglob("*") if path.is_file())


def _write_station(templates: Environment, context: dict[str, Any], language: str, out: Path) -> None:
    """The pages of health stations, whose folder is called otherwise in each language."""
    (out / STATION[language]).mkdir()
    other = STATION["en" if language == "vi" else "vi"].removeprefix(LANGUAGES["en" if language == "vi" else "vi"])
    for page, template in STATION_PAGES.items():
        html = templates.get_template(template).render(context, page=other + page.removesuffix("index.html"))
        (out / STATION[language] / page).write_text(html, "utf-8")


def _context(form: Item, province_code: str, language: str) -> dict[str, Any]:
    texts = tomllib.loads((HERE / f"texts/{language}.toml").read_text("utf-8"))
    texts["station"] = tomllib.loads((HERE / f"texts/station/{language}.toml").read_text("utf-8"))
    texts["station_help"] = tomllib.loads((HERE / f"texts/station/help.{language}.toml").read_text("utf-8"))
    scanning = {name: sentence for name, sentence in texts["script"].items() if name.startswith("scan_")}
    rules = {
        "questionnaire": f"{form['url']}|{form['version']}",
        "item": [build_rules(item) for item in form["item"]],
    }
    return {
        "language": language,
        "root": "/" + LANGUAGES[language],
        "other_root": "/" + LANGUAGES["en" if language == "vi" else "vi"],
        "province": load_province(province_code),
        "texts": texts,
        "script_texts": json.dumps(texts["script"], ensure_ascii=False, sort_keys=True),
        "own_script_texts": json.dumps(
            _without_scan(texts["script"]) | texts["own_script"], ensure_ascii=False, sort_keys=True
        ),
        "station_script_texts": json.dumps(scanning | texts["station"]["script"], ensure_ascii=False, sort_keys=True),
        "vaccines": _vaccines(form, language),
        "consents": json.dumps(_consents(form, language), ensure_ascii=False),
        "form_version": form["version"],
        "rules": json.dumps(rules, ensure_ascii=False),
        "form_title": read_text(form, "title", language),
        "steps": split_into_steps(QuestionReader(form, language).groups()),
        "sections": list_sections(form, language),
    }


def _without_scan(texts: dict[str, str]) -> dict[str, str]:
    """The sentences of a page that scans no card."""
    return {name: text for name, text in texts.items() if not name.startswith(("scan_", "card_"))}


def _consents(form: Item, language: str) -> dict[str, str]:
    """`{purpose: sentence}` of the form's consents, in order."""
    items = (item for group in form["item"] for item in group.get("item", []))
    found = {item["linkId"]: read_text(item, "text", language) for item in items}
    return {name.removeprefix(CONSENT): sentence for name, sentence in found.items() if name.startswith(CONSENT)}


def _vaccines(form: Item, language: str) -> list[dict[str, str]]:
    """The form's own vaccines, so that staff and residents mean the same codes: `{key: system|code, label}`."""
    value_sets = [each for each in form.get("contained", []) if each["id"] == "vaccines"]
    includes = [include for each in value_sets for include in each["compose"]["include"]]
    return [
        {"key": f"{include['system']}|{concept['code']}", "label": read_text(concept, "display", language)}
        for include in includes
        for concept in include["concept"]
    ]


def _assets(province_code: str, out: Path) -> dict[str, str]:
    """Writes the files whose names carry a hash of what they hold, so that a browser may keep them for ever."""
    contents = {
        "style.css": (HERE / "assets/style.css").read_text("utf-8"),
        "station-style.css": (HERE / "assets/station.css").read_text("utf-8"),
        "start.js": minify_bundle(HERE / "src/start-page.js"),
        "declare.js": minify_bundle(HERE / "src/form/declare-page.js"),
        "records.js": minify_bundle(HERE / "src/record/records-page.js"),
        "worker.js": minify_bundle(HERE / "src/account/work-worker.js"),
        "checker.js": minify_bundle(HERE / "src/access/check-worker.js"),
        "station.js": minify_bundle(HERE / "src/station/station-page.js"),
        "share.js": minify_bundle(HERE / "src/share/viewer-page.js"),
        "diagnoses.txt": (HERE / "data/icd10_common.txt").read_text("utf-8"),
        "medicines.txt": (HERE / "data/active_ingredients.txt").read_text("utf-8"),
        "wards.json": json.dumps(search_data(province_code), ensure_ascii=False, separators=(",", ":")),
    }
    addresses = {"decoder": _vendored_decoder(out)}
    for name, content in contents.items():
        stem, _, ending = name.partition(".")
        digest = hashlib.sha256(content.encode()).hexdigest()[:10]
        addresses[stem] = f"/assets/{stem}-{digest}.{ending}"
        (out / addresses[stem].lstrip("/")).write_text(content, "utf-8")
    return addresses


def _vendored_decoder(out: Path) -> str:
    """The address of the QR reader: its modules and ours before it, in a folder whose name carries their hash."""
    own = [HERE / "src/scan" / name for name in ("pictures.js", "qr-decoder.js")]
    modules = [*sorted((HERE / "vendor/qr").glob("*.js")), *own]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in modules)).hexdigest()[:10]
    folder = out / "assets" / f"qr-{digest}"
    folder.mkdir()
    for path in modules:
        shutil.copyfile(path, folder / path.name)
    return f"/assets/{folder.name}/decode.js"


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="web.build", description=__doc__)
    parser.add_argument("--province", required=True, help="two-digit code of the province, such as 79")
    parser.add_argument("--out", required=True, type=Path, help="folder to write to; it is emptied before")
    parser.add_argument("--hotline", required=True, help="number that people call for help")
    parser.add_argument("--languages", default=",".join(LANGUAGES), help="what the site is written in (vi,en)")
    options = parser.parse_args(arguments)
    languages = options.languages.split(",")
    if not {"vi"} <= set(languages) <= set(LANGUAGES):
        parser.error(f"languages are vi, or vi,en, not {options.languages}")
    try:
        build_site(options.province, options.out, hotline=options.hotline, languages=languages)
    except KeyError as error:
        parser.error(f"there is no province {error}")


if __name__ == "__main__":
    main()
