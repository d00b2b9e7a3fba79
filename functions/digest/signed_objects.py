"""What the digests need of AWS: objects that are put once and stay, and signatures."""

from functions.digest.settings import DigestSettings
from health_record.audit import digest_document
from health_record.aws.clients import client
from health_record.aws.service_errors import error_code

ABSENT_CODES = ("NoSuchKey", "404")
ALREADY_THERE_CODES = ("PreconditionFailed", "412")


def read_object(bucket: str, key: str) -> bytes | None:
    """The object, or None where there is none."""
    try:
        return bytes(client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    except Exception as error:
        if error_code(error) in ABSENT_CODES:
            return None
        raise


def put_if_absent(bucket: str, key: str, body: bytes) -> None:
    """Put the object; one that is there already stays as it is."""
    try:
        client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*")
    except Exception as error:
        if error_code(error) not in ALREADY_THERE_CODES:
            raise


def sign_message(config: DigestSettings, message: bytes) -> bytes:
    """The signature of the province's key, as DER."""
    answer = client("kms").sign(
        KeyId=config.digest_key_id, Message=message, MessageType="RAW", SigningAlgorithm=digest_document.ALGORITHM
    )
    return bytes(answer["Signature"])


def load_public_key(config: DigestSettings) -> bytes:
    """The public half of that key, as DER."""
    return bytes(client("kms").get_public_key(KeyId=config.digest_key_id)["PublicKey"])
