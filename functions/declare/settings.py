"""What this function reads from its environment."""

from dataclasses import dataclass, field

from health_record import settings, wards
from health_record.aws.keyed_hash import KeyedHash
from health_record.questionnaire import Coded, Form, declaration_form
from health_record.settings import ApiSettings


@dataclass(frozen=True, kw_only=True)
class DeclareSettings(ApiSettings):
    """The tables and keys of declarations; `synthetic` marks the facts of a population that is not real."""

    phone_mac_key_id: str = field()  # needed here
    identifier_mac_key_id: str = field()  # needed here
    table_records: str
    table_keys: str
    table_facts: str
    data_key_id: str
    synthetic: bool = False


def config() -> DeclareSettings:
    """The function's settings."""
    return settings.read_once(DeclareSettings)


def macs() -> KeyedHash:
    """The keyed MACs of this province."""
    return KeyedHash.from_settings(config())


def form() -> Form:
    """The form of this province."""
    return declaration_form(config().province)


def ward_here(code: str) -> Coded | None:
    """The ward of this province with this code."""
    ward = wards.find_in_province(code, config().province)
    return ward.coded if ward else None
