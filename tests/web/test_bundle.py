"""Modules are joined in order, once, and only where joining cannot change their meaning."""

from pathlib import Path

import pytest

from web.bundle import BundleError, bundle_modules, minify_bundle


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    return folder / "entry.js"


def test_what_is_imported_comes_first_and_once(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry="import { a } from './a.js';\nimport { b } from './b.js';\na(b);\n",
        a="// A comment.\nimport { b } from './b.js';\n\nexport function a() {\n  return b;\n}\n",
        b="export const b = 1;\n",
    )
    assert bundle_modules(entry) == "const b = 1;\nfunction a() {\n  return b;\n}\na(b);\n"


@pytest.mark.parametrize(
    ("modules", "reason"),
    [
        ({"entry": "import { a } from './a.js';\nconst b = 1;\n", "a": "const b = 2;\n"}, "b is declared in a.js and"),
        ({"entry": "import { a } from './a.js';\n", "a": "import { b } from './entry.js';\n"}, "imports itself"),
        ({"entry": "import * as a from './a.js';\n"}, "does not know"),
        ({"entry": "export default 1;\n"}, "does not know"),
        ({"entry": "export { a };\n"}, "does not know"),
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path: Path, modules: dict[str, str], reason: str) -> None:
    with pytest.raises(BundleError, match=reason):
        bundle_modules(written(tmp_path, **modules))


def test_what_is_sent_has_no_needless_white_space_and_its_texts_as_they_were(tmp_path: Path) -> None:
    text = "const a = `  b  ${c} ${d}  `;\n\nfunction f(e) {\n  return /  g `/.test(e) ? ' h  ' : a + e;\n}\n"
    entry = written(tmp_path, entry=text)
    assert minify_bundle(entry) == "const a=`  b  ${c} ${d}  `;function f(e){return/  g `/.test(e)?' h  ':a+e;}\n"


@pytest.mark.parametrize(
    "nested", ["`b ${c(`d  ${e}  f`)}  g`", "`b${c}${d ? `  ${e}` : ''}`", "`b ${c({ d: 1 }, `  e`)}`", "`b ${c(`  d`"]
)
def test_a_line_with_a_template_in_a_template_is_sent_as_it_is(tmp_path: Path, nested: str) -> None:
    entry = written(tmp_path, entry=f"const a = 1;\nconst n = {nested};\nconst z = 2;\n")
    assert minify_bundle(entry) == f"const a=1;\nconst n = {nested};\nconst z=2;\n"
