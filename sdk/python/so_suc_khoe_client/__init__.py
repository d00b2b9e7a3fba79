"""The client of a facility: `FacilityClient` signs each call and sends it."""

from so_suc_khoe_client.client import FacilityAnswer, FacilityClient, Message

__all__ = ["FacilityAnswer", "FacilityClient", "Message"]
