"""The ids of a deployed province's posters, signed with the province's key in KMS, which never leaves it."""

from dataclasses import dataclass
from typing import Any

from health_record import posters
from health_record.aws import keyed_hash


@dataclass(frozen=True)
class PosterSigner:
    """Makes ids that the functions of one province take for genuine, and those of no other."""

    subkey: bytes

    @classmethod
    def from_kms_key(cls, kms: Any, key_id: str, province: str) -> "PosterSigner":
        """The signer of a province. `kms` may call GenerateMac with the key of output `PhoneMacKeyId`."""
        return cls(keyed_hash.derive_subkey(keyed_hash.derive_root(kms, key_id, province), posters.PURPOSE))

    def poster_id(self, ward: str, station: str) -> str:
        """The id of the poster of one station of a ward."""
        return posters.make_poster_id(self._mac, ward, station)

    def is_genuine(self, poster: str) -> bool:
        """Whether this province made the id."""
        return posters.is_genuine(poster, self._mac)

    def _mac(self, _: str, *parts: str) -> str:
        return keyed_hash.compute_mac(self.subkey, *parts)
