"""The message that tells the phone of a session's account what was changed in it."""

from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.keyed_hash import KeyedHash
from health_record.identity import account_notices, account_pointers, phone_encryption
from health_record.identity.message_texts import CredentialChange
from health_record.identity.sessions import Session


def send(session: Session, kind: CredentialChange) -> None:
    """Tell the phone. Who did not show it spends none of the messages that tell of what is done with it."""
    macs = KeyedHash.from_settings(settings.read_once(OtpSettings))
    phone = phone_encryption.decrypt_phone(macs, session.account, session.phone)
    phone_mac = account_pointers.phone_mac(macs, phone) if phone else session.account
    account_notices.send(phone, kind, counted_by=phone_mac if session.shows_phone else f"unshown#{phone_mac}")
