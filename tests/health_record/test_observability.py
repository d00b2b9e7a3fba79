"""The logger's level is the project's own: what the surroundings call LOG_LEVEL is not meant for it."""

import logging

import pytest

from health_record import observability


@pytest.mark.parametrize(
    ("environment", "level"),
    [
        ({}, logging.INFO),
        ({"LOG_LEVEL": "WARNING"}, logging.INFO),
        ({"POWERTOOLS_LOG_LEVEL": "DEBUG"}, logging.DEBUG),
    ],
)
def test_requests_are_logged_whatever_the_surroundings_log(
    environment: dict[str, str], level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"level-{level}-{len(environment)}")
    observability.logger.cache_clear()
    try:
        assert observability.logger().log_level == level
    finally:
        observability.logger.cache_clear()
