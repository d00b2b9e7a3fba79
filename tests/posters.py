"""Posters as the world of the tests made them."""

import os

from health_record import posters
from health_record.aws.keyed_hash import KeyedHash


def poster(station: str = "12", ward: str = "26911") -> str:
    """The genuine id of a station's poster in this world."""
    macs = KeyedHash(os.environ["SSK_PROVINCE"], phones=os.environ["SSK_PHONE_MAC_KEY_ID"])
    return posters.make_poster_id(macs.compute, ward, station)
