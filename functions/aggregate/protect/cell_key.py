"""The secret that draws the noise of published counts: a MAC by a key that never leaves KMS."""

from health_record.aws import clients


def of_province(key_id: str, province: str) -> bytes:
    """32 bytes, the same at every call. `key_id` names an HMAC_256 key of KMS."""
    answer = clients.client("kms").generate_mac(
        KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=f"ssk/{province}/statistics-cells/v1".encode()
    )
    return bytes(answer["Mac"])
