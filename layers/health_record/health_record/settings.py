"""Settings: frozen dataclasses filled once from environment variables named `SSK_<FIELD>`."""

import dataclasses
import functools
import os


class MissingSettingError(RuntimeError):
    """An environment variable that the function needs is not set."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """What every function behind the public API needs.

    `public_origin` is what people type (`https://host` or `http://127.0.0.1:8000`), without a slash at the end.
    A function has the keys of those MACs alone that it makes (`health_record.aws.keyed_hash`).
    """

    province: str
    public_origin: str
    origin_secret_arn: str
    table_access: str
    table_audit: str
    phone_mac_key_id: str | None = None
    identifier_mac_key_id: str | None = None
    time_zone: str = "Asia/Ho_Chi_Minh"


def read[Settings](kind: type[Settings]) -> Settings:
    """Fill the dataclass `kind` from the environment; a field without default must be there.

    Fields are `str`, `int` or `bool` (`1` is true). Raises MissingSettingError with the variable's name.
    """
    return kind(**{field.name: value for field in _fields(kind) if (value := _value(field)) is not None})


def read_once[Settings](kind: type[Settings]) -> Settings:
    """Like `read`, once per environment of the function."""
    return _cached(kind)  # type: ignore[return-value,arg-type]


@functools.cache
def _cached(kind: type[object]) -> object:
    return read(kind)


def forget() -> None:
    """Let the next `cached` read the environment again (tests change it)."""
    _cached.cache_clear()


def _fields(kind: type[object]) -> tuple[dataclasses.Field[object], ...]:
    return dataclasses.fields(kind)  # type: ignore[arg-type]


def _value(field: dataclasses.Field[object]) -> object:
    name = f"SSK_{field.name.upper()}"
    text = os.environ.get(name)
    if text is None:
        if field.default is dataclasses.MISSING:
            raise MissingSettingError(f"environment variable {name} is not set")
        return None
    if field.type in (bool, "bool"):
        return text == "1"
    return int(text) if field.type in (int, "int") else text
