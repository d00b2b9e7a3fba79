"""Pages full of long values, and what must hold on each for who reads large, by keyboard, aloud or in few colours."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.interrupted.server import RECORD
from tests.browser.interrupted.test_own_entries import bundle
from tests.browser.journey import AXE

WORD = "Nguyễnthịthửnghiệmcótênrấtdàikhôngcódấucáchnàocả"
ENTRY = "0d4f8a6e-3a51-4a3c-9b56-000000000001"
AT = "2026-10-05T01:00:00.000Z"
RESULT = {
    "resourceType": "Observation",
    "id": ENTRY,
    "code": {"text": WORD},
    "effectiveDateTime": "2026-10-05",
    "valueQuantity": {"value": 1234567.125, "unit": f"mmol/{WORD}"},
}
VISIT = {
    "id": "a" * 32,
    "resource": f"Encounter/{ENTRY}",
    "facility": f"Bệnh viện {WORD}",
    "begin": "2026-10-05",
    "end": AT,
    "emergency": True,
    "care": {"vi": WORD, "en": WORD},
    "reason": WORD * 3,
    "disputed": WORD * 2,
    "diagnoses": [{"code": "I10", "text": f"Bệnh{WORD}", "resource": f"Condition/{ENTRY}"}],
    "medicines": [{"text": f"Thuốc{WORD}", "dose": WORD, "resource": f"MedicationStatement/{ENTRY}"}],
    "appointment": "2026-11-02",
    "results": [RESULT],
}
PAPER = {
    "resourceType": "Composition",
    "id": ENTRY,
    "title": "Tóm tắt (Summary)",
    "section": [{"title": "Lời dặn (Advice)", "text": {"div": f"<div><p>{WORD * 4}</p></div>"}}],
}
REPORT = {"resourceType": "DiagnosticReport", "id": ENTRY, "code": {"text": f"Siêuâm{WORD}"}, "conclusion": WORD * 3}
SHARE = {
    "id": "s",
    "label": WORD,
    "contents": "not-sensitive",
    "passcode": True,
    "locked": True,
    "qr_svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>",
    "url": "http://x",
    "expires_at": AT,
}
SESSION = {"id": "0" * 64, "level": 2, "created_at": AT}
DEVICE = {"id": "1" * 64, "current": False, "known_until": AT}
ACCESS = {"facility_name": WORD, "at": AT, "action": "summary", "outcome": "denied", "practitioner": WORD * 2}
PERSON = {
    "id": RECORD,
    "display_name": WORD,
    "relation": "self",
    "version": 2,
    "updated_at": AT,
    "restricted": True,
    "waiting": True,
    "joined": True,
}


def version(number: int, answer: str) -> dict[str, Any]:
    item = {"linkId": "identity.full-name", "answer": [{"valueString": answer}]}
    return {"meta": {"versionId": str(number), "lastUpdated": AT}, "item": [{"linkId": "identity", "item": [item]}]}


def long_summary() -> dict[str, Any]:
    """A summary whose name, entries and contact are long words."""
    made: dict[str, Any] = bundle({"system": "urn:x-so-suc-khoe:dispute", "code": "disputed", "display": WORD})
    section = made["entry"][0]["resource"]["section"][0]
    section["text"]["div"] = section["text"]["div"].replace("Penicilin", WORD).replace("Tôm", WORD * 2)
    patient = made["entry"][1]["resource"]
    patient["name"][0]["text"] = WORD
    patient["contact"][0]["name"]["text"] = WORD
    return made


ANSWERS: dict[str, dict[str, Any]] = {
    "GET /v1/records": {"records": [PERSON]},
    "GET /v1/records/*/summary": long_summary(),
    "GET /v1/records/*/episodes": {"episodes": [VISIT], "next": "x"},
    f"GET /v1/records/*/episodes/{'a' * 32}": {"episode": VISIT, "resources": [RESULT, REPORT, PAPER]},
    "GET /v1/records/*/versions": {"versions": [version(2, WORD * 2), version(1, WORD)]},
    "GET /v1/records/*/accesses": {"accesses": [ACCESS, {**ACCESS, "emergency": True}], "older": 1},
    "GET /v1/records/*/consents": {
        "consents": [{"purpose": "sharing", "given": True, "at": AT, "until": "2027-10-05"}]
    },
    "GET /v1/records/*/shares": {"shares": [SHARE]},
    "GET /v1/events": {"events": [{"id": "e", "kind": "new-device", "at": AT, "record": RECORD}], "next": "x"},
    "GET /v1/sessions": {"sessions": [{**SESSION, "current": True}, SESSION], "devices": [DEVICE]},
    "GET /v1/passkeys": {"passkeys": [{"id": "p", "label": "android", "added_at": AT, "used_at": AT}]},
}
OWN_PAGES = (
    "records",
    f"record/{RECORD}",
    f"summary/{RECORD}",
    f"visits/{RECORD}",
    f"results/{RECORD}",
    f"card/{RECORD}",
    f"versions/{RECORD}",
    f"accesses/{RECORD}",
    f"consents/{RECORD}",
    f"shares/{RECORD}",
    f"share/{RECORD}/s",
    f"new-share/{RECORD}",
    f"erase/{RECORD}",
    "events",
    "sessions",
    "passkeys",
    "pin",
)
# The longest that each field of the shown page takes: rows added, yes said and all chosen, so that follow-ups show.
FILL = """
(word) => {
  const page = document.querySelector('section[data-page]:not([hidden])');
  const longest = (all) => [...all].reduce((most, one, at) => (one.text.length > all[most].text.length ? at : most), 0);
  const group = (input) => input.closest('[data-field]') || input.closest('fieldset');
  const isFirst = (input) => group(input).querySelector('input[type="radio"]') === input;
  const isSaid = (input) => group(input).dataset.field?.startsWith('identity.');
  const isNumber = (input) => ['decimal', 'numeric'].includes(input.inputMode);
  const fill = (input) => {
    if (input.tagName === 'SELECT') input.selectedIndex = longest(input.options);
    else if (input.type === 'radio') input.checked = isSaid(input) ? input.checked : isFirst(input);
    else if (input.type === 'checkbox') input.checked = !('exclusive' in input.dataset);
    else if (input.dataset.part === 'year') input.value ||= '2020';
    else if (input.dataset.part) input.value = '11';
    else if (isNumber(input)) input.value = '12345678,25';
    else input.value = word.repeat(12).slice(0, input.maxLength > 0 ? input.maxLength : 500);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
  };
  for (let round = 0; round < 2; round += 1) {
    for (const input of page.querySelectorAll('input, textarea, select')) {
      if (!input.closest('[hidden], .results') && input.type !== 'search') fill(input);
    }
    if (!round) page.querySelectorAll('[data-add]').forEach((add) => add.closest('[hidden]') || add.click());
  }
}
"""
OPERABLE = "a[href], button, input, select, textarea, summary"
CHECKS = """
async () => {
  const { clientWidth, scrollWidth } = document.documentElement;
  const html = (one) => one.outerHTML.slice(0, 200);
  const unseen = '.visually-hidden, .skip';
  const isBeyond = (one) => one.getBoundingClientRect().right > clientWidth + 1 && !one.closest(unseen);
  const all = scrollWidth > clientWidth ? [...document.body.querySelectorAll('*')] : [];
  const pressed = [...document.querySelectorAll('button, a, summary')].filter((one) => one.checkVisibility());
  const isCut = (one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline';
  const cut = pressed.filter((one) => isCut(one) && !one.matches(unseen));
  const shown = { include: [['html']], exclude: [['section[hidden]']] };
  const { violations } = await axe.run(shown, { resultTypes: ['violations'] });
  const found = violations.map(({ id, nodes }) => [id, nodes[0].html]);
  return { wide: all.filter(isBeyond).map(html), cut: cut.map(html), violations: found };
}
"""
FORCED = """
() => {
  const edged = 'button, input, select, textarea, .button, .notice, .summary';
  const shown = [...document.querySelectorAll(edged)].filter((one) => one.checkVisibility());
  const native = (one) => ['radio', 'checkbox', 'file'].includes(one.type) || one.matches('.plain, .suggestion, .skip');
  const has = (style, side) => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== 'none';
  const seen = (one) => ['Top', 'Left'].some((side) => has(getComputedStyle(one), side));
  return shown.filter((one) => !native(one) && !seen(one)).map((one) => one.outerHTML.slice(0, 200));
}
"""
FOCUS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const box = (at.closest('.choice') || at).getBoundingClientRect();
  const isSeen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  at.dataset.visited = 'yes';
  const isShown = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  return { isShown, isSeen, html: at.outerHTML.slice(0, 200) };
}
"""
UNVISITED = """
(operable) => {
  const shown = [...document.querySelectorAll(operable)].filter((one) => one.checkVisibility() && !one.disabled);
  const isOfGroup = (one) => [...document.getElementsByName(one.name)].some((other) => other.dataset.visited);
  const left = shown.filter((one) => !one.dataset.visited && !(one.type === 'radio' && isOfGroup(one)));
  const found = left.map((one) => one.outerHTML.slice(0, 200));
  document.querySelectorAll('[data-visited]').forEach((one) => delete one.dataset.visited);
  return found;
}
"""
# The next Tab begins at the top of the document, wherever the focus was.
BEGIN = """
() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
  scrollTo(0, 0);
}
"""
OPERATED = {"button", "link", "textbox", "searchbox", "checkbox", "radio", "combobox", "switch", "spinbutton"}
MOST_TABS = 400


def holds(page: Page) -> dict[str, Any]:
    """What is wrong with the page as it stands: too wide, cut off, or found by axe."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    found: dict[str, Any] = page.evaluate(CHECKS)
    return {name: value for name, value in found.items() if value}


def unseen_in_forced_colours(page: Page) -> list[str]:
    """What has no edge where the person's own colours replace those of the page."""
    page.emulate_media(forced_colors="active")
    found: list[str] = page.evaluate(FORCED)
    page.emulate_media(forced_colors="none")
    return found


def out_of_reach(page: Page) -> list[str]:
    """What the Tab key never reaches, or reaches without a mark or off the screen."""
    faults: list[str] = []
    page.evaluate(BEGIN)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at is None:
            break
        faults += [at["html"]] if not (at["isShown"] and at["isSeen"]) else []
    return faults + list(page.evaluate(UNVISITED, OPERABLE))


def nameless(page: Page) -> list[str]:
    """What a screen reader would call by its kind alone, and buttons that it cannot tell from each other."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node.get("ignored") and node.get("role", {}).get("value") in OPERATED
    ]
    buttons = [name for role, name in named if role == "button"]
    alike = sorted({name for name in buttons if buttons.count(name) > 1})
    return [f"{role} without a name" for role, name in named if not name] + [f"several: {name}" for name in alike]
