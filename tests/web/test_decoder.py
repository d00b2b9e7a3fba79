"""The QR reader of browsers without one: the published bytes, no code made at run time, and pictures that it reads."""

import base64
import datetime
import hashlib
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from ops import device_link
from tests.card_pictures import CARD, LIGHTS, Light, take_picture, take_picture_of
from tests.web.modules import run
from web.build import HERE

VENDORED = HERE / "vendor/qr"
SOURCE = VENDORED.parents[1] / "src/scan"
HASHES = {
    "LICENSE-MIT": "07a9f887e9215644439b808628b09f8eece932d79130ff563f958f3a1783e684",
    "decode.js": "00e209820dcb11d624e9a03d6383e580766792b57d1651318f0a29e4e1ff0fe8",
    "index.js": "a0de370051f94bd74f218f74401fdf197585e3f9ef0143164f87ea941a3fdd6f",
}
NOW = datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
READ = """
import { decodeQR } from '%s';
export function read({ width, height, data }) {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  Buffer.from(data, 'base64').forEach((grey, place) => rgba.fill(grey, 4 * place, 4 * place + 3));
  return decodeQR({ width, height, data: rgba });
}
"""


def test_the_reader_is_the_published_one() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDORED.iterdir()}
    assert found.pop("README.md")
    assert found == HASHES


def test_the_reader_makes_no_code_at_run_time_and_speaks_to_nobody() -> None:
    text = "".join(path.read_text("utf-8") for path in VENDORED.glob("*.js"))
    assert not re.search(
        r"\beval\s*\(|new Function|WebAssembly|\bfetch\b|XMLHttpRequest|\bWorker\b|importScripts", text
    )
    assert set(re.findall(r"^import .* from '([^']+)'", text, re.MULTILINE)) == {"./index.js"}


def test_the_site_serves_it_apart_under_a_name_with_its_hash(site: Path) -> None:
    (folder,) = (path for path in (site / "assets").iterdir() if path.is_dir())
    assert re.fullmatch(r"qr-[0-9a-f]{10}", folder.name)
    served = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    own = {name: served.pop(name) for name in ("pictures.js", "qr-decoder.js")}
    assert served == {name: digest for name, digest in HASHES.items() if name.endswith(".js")}
    assert own == {name: hashlib.sha256((SOURCE / name).read_bytes()).hexdigest() for name in own}
    assert f'data-decoder="/assets/{folder.name}/decode.js"' in (site / "declare.html").read_text("utf-8")
    for script in (site / "assets").glob("*.js"):
        assert "decodeQR(" not in script.read_text("utf-8")


def what_is_read(pictures: list[Image.Image], folder: Path) -> list[str]:
    (folder / "read.js").write_text(READ % (VENDORED / "decode.js").as_uri(), "utf-8")
    (folder / "package.json").write_text(json.dumps({"type": "module"}), "utf-8")
    given = [
        {"width": each.width, "height": each.height, "data": base64.b64encode(each.tobytes()).decode()}
        for each in pictures
    ]
    return run("read", [("read", [each]) for each in given], folder=folder)


@pytest.mark.parametrize("light", LIGHTS)
def test_a_card_is_read_from_a_picture(light: str, tmp_path: Path) -> None:
    assert what_is_read([take_picture(CARD, LIGHTS[light])], tmp_path) == [CARD]


@pytest.mark.parametrize(
    "host", ["http://localhost:8000", "https://suckhoe.example", "https://suckhoe.hochiminh.gov.vn"]
)
def test_the_operators_link_is_read_from_a_picture_however_it_is_held(host: str, tmp_path: Path) -> None:
    link = device_link.enrolment_link(host, "79001.2", "6118 0192", NOW)
    lights = [
        *LIGHTS.values(),
        *(Light(0.5, turned, leaning, grain=3) for turned in (0, 12, 24) for leaning in (0.2, 0.45)),
    ]
    pictures = [take_picture_of(device_link.squares_of(link, quiet=4), light) for light in lights]
    assert what_is_read(pictures, tmp_path) == [link] * len(lights)
