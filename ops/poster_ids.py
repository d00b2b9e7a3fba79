"""The ids of a deployed province's posters, signed with the province's key in KMS, which never leaves it."""

from dataclasses import dataclass
from typing import Any

from health_record import posters
from health_record.aws import keyed_hash


@dataclass(frozen=True)
class Signer:
    """Makes ids that the functions of one province take for genuine, and those of no other."""

    subkey: bytes

    @classmethod
    def of_key(cls, kms: Any, key_id: str, province: str) -> "Signer":
        """The signer of a province. `kms` is a client that may call GenerateMac with the key of output `MacKeyId`."""
        return cls(keyed_hash.subkey_of(keyed_hash.root_of(kms, key_id, province), posters.PURPOSE))

    def poster_id(self, ward: str, station: str) -> str:
        """The id of the poster of one station of a ward."""
        return posters.poster_id(self._mac, ward, station)

    def _mac(self, _: str, *parts: str) -> str:
        return keyed_hash.mac_with(self.subkey, *parts)
