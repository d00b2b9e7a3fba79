"""The two documents that software reads, as files: `python -m tests.api_documents` writes them anew."""

import json
from pathlib import Path
from typing import Any

from functions.lookup import capability
from infrastructure.api import openapi

DOCS = Path(__file__).resolve().parent.parent / "docs"
ORIGIN = "https://suckhoe.example"


def documents() -> dict[Path, Any]:
    """What each file must hold."""
    return {
        DOCS / "openapi.json": openapi.build_document(),
        DOCS / "capability-statement.json": capability.build_statement(ORIGIN),
    }


def text_of(document: Any) -> str:
    """As it lies in the file."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for path, document in documents().items():
        path.write_text(text_of(document), encoding="utf-8")
