"""`make pictures`: the README's pictures, taken of the running local stack (`make up`) by a made-up person.

The start page, a card before the camera, the own page with its visits, a health station, and published statistics: of
an invented province, since a local stack has too few people to publish anything.
"""

import gzip
import http.server
import io
import json
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks import facts
from health_record.aws.dynamo import to_wire
from ops.local.stack_location import ROOT, StackLocation, read_location
from ops.synthetic_population import build_population
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS, at_station, opened
from tests.browser.fonts import NOTO, browser_environment
from tests.browser.journey import Journey
from tests.card_pictures import CARD, Light, take_picture, write_video
from tests.hospital_file.visits import visit
from tests.stack.test_journey import BORN, NAME, NATIONAL_ID_SYSTEM, StackJourney

FOLDER = ROOT / "docs" / "images"
PIN, WIDTH, MOST_BYTES = "270519", 480, 60_000
PEOPLE, PEOPLE_ILL, DAY = 60_000, 20_000, "2026-12-21"


def main() -> None:
    """Take all of them; each weighs less than 60 KB."""
    place = read_location()
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        out_of_focus = take_picture(CARD, Light(blur=7, turned=8, brightness=0.8, grain=6))  # so that it stays in sight
        film = write_video(out_of_focus, Path(folder) / "film.y4m")
        camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, *camera, f"--use-file-for-fake-video-capture={film}"],
            env=browser_environment(NOTO, Path(folder)),
        )
        person = somebody(place)
        with opened(browser, place.web_url) as page:
            start_and_scan(Journey(page, place.web_url))
        with opened(browser, place.web_url) as page:
            own_page(Journey(page, place.web_url, person.phone))
        station(browser, place, person)
        statistics(browser, Path(folder))
        browser.close()


def somebody(place: StackLocation) -> StackJourney:
    """Declared, with a PIN, a card that was seen, and two visits of a hospital."""
    person = StackJourney(json.loads(place.stack_file.read_text(encoding="utf-8")), place)
    person.go_and_share(PIN)
    facility = person.facility
    shown = facility.verify(person.record_id, NATIONAL_ID_SYSTEM, person.national_id, BORN, permit_pin=False)
    assert shown.status == 200, shown.body
    for day in ("20261005", "20261102"):
        sent = facility.hospital_file(
            visit(
                day,
                f"{day}{secrets.randbelow(10**6):06}",
                SO_CCCD=person.national_id,
                HO_TEN=NAME.upper(),
                NGAY_SINH=BORN.replace("-", "") + "0000",
                MA_THE_BHYT="",
                DIEN_THOAI=person.phone,
            )
        )
        assert sent.json["entry"][0]["response"]["status"].startswith("201"), sent.body
    return person


def start_and_scan(anybody: Journey) -> None:
    """The first page, and the camera that looks for a card."""
    page = anybody.page
    page.goto("/index.html")
    expect(page.locator(".lead")).to_be_visible()
    keep(page, "start")
    anybody.starts_signed_in()
    anybody.arrives("identity.full-name")
    anybody.shown.locator("[data-scan]").click()
    expect(page.locator("#scan video")).to_be_visible()
    page.wait_for_timeout(1500)
    keep(page, "scan")


def own_page(own: Journey) -> None:
    """A record with its visits."""
    own.starts_signed_in()
    own.page.goto("/records.html")
    own.enters_the_pin(PIN)
    own.page.locator(".ways a").first.click()
    own.has_come("record")
    own.page.get_by_role("link", name="Các lần khám").click()
    own.has_come("visits")
    keep(own.page, "visits")


def station(browser: Browser, place: StackLocation, person: StackJourney) -> None:
    """The tablet of a station, with the person's record open."""
    with at_station(browser, place.web_url, place, person.poster) as tablet:
        tablet.page.set_viewport_size({"width": 600, "height": 1000})
        tablet.opens(person, BORN)
        keep(tablet.page, "station")


def statistics(browser: Browser, folder: Path) -> None:
    """The page of an invented province's release."""
    with published(folder) as url, opened(browser, url) as page:
        page.goto("/index.html")
        page.locator("figure, svg, img").first.scroll_into_view_if_needed()
        page.mouse.wheel(0, 420)
        page.wait_for_timeout(500)
        keep(page, "statistics")


@contextmanager
def published(folder: Path) -> Iterator[str]:
    """What the aggregation publishes of invented facts, served."""
    kept = folder / "facts"
    (kept / "reference").mkdir(parents=True)
    rows = [*facts.residents(PEOPLE, seed=1), *facts.diagnoses(PEOPLE_ILL, seed=1), *facts.posters()]
    lines = "".join(json.dumps({"Item": to_wire(row)}) + "\n" for row in rows)
    (kept / "all.json.gz").write_bytes(gzip.compress(lines.encode()))
    (kept / "reference" / "population.csv").write_bytes(build_population("79"))
    words = ["--facts", str(kept), "--out", str(folder / "out"), "--date", DAY, "--cell-key", "00" * 32]
    command = [sys.executable, "-m", "functions.aggregate", *words]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    directory = folder / "out" / "published" / "province=79" / "latest"
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def keep(page: Page, name: str) -> None:
    """The screen as a small file. Raises AssertionError where it weighs too much."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    height = round(picture.height * WIDTH / picture.width)
    file = FOLDER / f"{name}.webp"
    picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS).save(file, "WEBP", quality=82, method=6)
    assert file.stat().st_size <= MOST_BYTES, file


if __name__ == "__main__":
    main()
