"""The department's ICD-10 list goes into the layer where it is given, and a list that is none stops the deployment."""

import itertools
from pathlib import Path

import pytest

from health_record.fhir import icd10
from infrastructure.packaging import icd10_list
from infrastructure.packaging.icd10_list import FEWEST, Icd10ListError, read_lines
from infrastructure.packaging.layers import build_shared_layer
from tests.infrastructure.test_functions import unpack

MADE = [
    f"{letter}{number:02}.{ending}"
    for letter, number, ending in itertools.product("ABCDEFGHIJK", range(100), range(10))
]


def written(folder: Path, *codes: str, head: str = "code,name_vi", many: int = FEWEST) -> Path:
    file = folder / "icd10.csv"
    rows = [f'{code},"Tên, có dấu phẩy"' for code in (*MADE[: many - len(codes)], *codes)]
    file.write_text("\ufeff" + "\n".join([head, *rows, ""]), encoding="utf-8")
    return file


def test_every_spelling_of_a_code_is_read_once(tmp_path: Path) -> None:
    found = read_lines(written(tmp_path, "U07.1", " u071 ", "M10.00", "U07.1*", "Z99", many=FEWEST + 2))
    assert len(found) == FEWEST
    assert found[-3:] == [f"{code}\tTên, có dấu phẩy\t" for code in ("M10.00", "U07.1", "Z99")]


@pytest.mark.parametrize("head", ["code", "code,name_vi", "name_vi,code", "code,x,name_vi,name_en"])
def test_titles_are_read_where_they_are(tmp_path: Path, head: str) -> None:
    cells = {"code": "Z99", "name_vi": " Phụ  thuộc máy ", "name_en": "Dependence", "x": "x"}
    columns = head.split(",")
    rows = [[code if name == "code" else "" for name in columns] for code in MADE[: FEWEST - 1]]
    rows.append([cells[name] for name in columns])
    file = tmp_path / "icd10.csv"
    file.write_text("\n".join([head, *map(",".join, rows)]), encoding="utf-8")
    shown = ["Z99", "Phụ thuộc máy" if "name_vi" in columns else "", "Dependence" if "name_en" in columns else ""]
    assert read_lines(file)[-1].split("\t") == shown


@pytest.mark.parametrize(
    ("codes", "head", "many", "told"),
    [
        (("ZZZZ",), "code,name_vi", FEWEST, f"icd10.csv line {FEWEST + 1}: no ICD-10 code"),
        (("",), "code,name_vi", FEWEST, f"icd10.csv line {FEWEST + 1}: no ICD-10 code"),
        ((), "ma,ten", FEWEST, "icd10.csv line 1: one column must be named code"),
        ((), "code,name_vi", FEWEST - 1, f"icd10.csv has {FEWEST - 1} codes; the whole list has at least {FEWEST}"),
    ],
)
def test_a_list_that_is_none_is_refused_with_its_line(
    tmp_path: Path, codes: tuple[str, ...], head: str, many: int, told: str
) -> None:
    with pytest.raises(Icd10ListError) as refused:
        read_lines(written(tmp_path, *codes, head=head, many=many))
    assert str(refused.value) == told


def test_a_list_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "icd10.csv").write_bytes("code,tên\nA00,Tả\n".encode("utf-16"))
    with pytest.raises(Icd10ListError, match="not UTF-8"):
        read_lines(tmp_path / "icd10.csv")


def test_the_given_list_is_built_into_the_layer_and_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not (
        unpack(build_shared_layer(), tmp_path / "without") / "python/health_record/fhir/icd10_list.txt"
    ).exists()
    monkeypatch.setattr(icd10_list, "FILE", written(tmp_path, "M10.00", "Z99"))
    built = unpack(build_shared_layer(), tmp_path / "with") / "python/health_record/fhir/icd10_list.txt"
    assert [line.split("\t")[0] for line in built.read_text(encoding="utf-8").splitlines()[-2:]] == ["M10.00", "Z99"]
    monkeypatch.setattr(icd10, "LIST", built)
    icd10._given.cache_clear()
    try:
        asked = ("A00.0", "a000", "M10.00", "Z99", "Z99.0", "M10.01", "U07.1", "A90")
        assert [icd10.canonical(code) for code in asked] == ["A00.0", "A00.0", "M10.00", "Z99", None, None, None, None]
        assert icd10.title("M10.00") == ("Tên, có dấu phẩy", "Tên, có dấu phẩy")
    finally:
        icd10._given.cache_clear()
    monkeypatch.undo()
    assert icd10.canonical("Z99.0") == "Z99.0"
    assert icd10.title("M10") == ("gút", "gout")
    assert icd10.title("M10.00") == ("nhóm M10 gút", "category M10 gout")
    assert icd10.title("A43") is None
