"""The site of Ho Chi Minh City, built once for the tests of this room."""

import json
from pathlib import Path
from typing import Any

import pytest

from health_record.questionnaire.source import FILE
from web.build import build_site


@pytest.fixture(scope="session")
def questionnaire() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return read


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_site("79", folder, hotline="1022")
    return folder
