"""What a browser keeps a draft under: a value that tells accounts apart and says nothing about them."""

import base64

from health_record.aws.keyed_hash import KeyedHash


def compute(macs: KeyedHash, account: str) -> str:
    """The account's `draft_scope`: always the same for one account, base64url, 43 characters.

    It opens nothing. A page ties the draft to it, so that the next person at the same browser does not see it.
    """
    return base64.urlsafe_b64encode(bytes.fromhex(macs.compute("draft", account))).rstrip(b"=").decode()
