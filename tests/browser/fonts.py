"""The fonts that the pages are drawn with: never whatever the machine has, so that widths are the same everywhere.

DejaVu Sans is wide and in this repository; Noto Sans is narrow, near to what Android shows, and comes with the package
`fonts-noto-core`, which `.ci/run` brings. Neither is hinted, as on phones, so that widths are not rounded.
"""

import os
from pathlib import Path

DEJAVU, NOTO = "DejaVu Sans", "Noto Sans"
ROOT = Path(__file__).parents[2]
NOTO_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <match target="pattern"><edit name="family" mode="assign" binding="strong"><string>{family}</string></edit></match>
  <match target="font"><edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match>
</fontconfig>
"""


def font_files() -> dict[str, list[Path]]:
    """`{family: regular and bold}` of the fonts that this machine can draw with."""
    dejavu = sorted((ROOT / "functions/declare/view/fonts").glob("DejaVuSans*.ttf"))
    noto = sorted(file for folder in NOTO_FOLDERS for file in folder.rglob("NotoSans-*.ttf"))
    return {DEJAVU: dejavu} | ({NOTO: noto} if noto else {})


def browser_environment(family: str, folder: Path) -> dict[str, str | float | bool]:
    """The environment of a browser that sees no font but `family`; its configuration is written into `folder`."""
    fonts = folder / "fonts"
    fonts.mkdir()
    for file in font_files()[family]:
        (fonts / file.name).symlink_to(file)
    configuration = folder / "fonts.conf"
    configuration.write_text(CONFIGURATION.format(fonts=fonts, cache=folder / "cache", family=family), "utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(configuration)}
