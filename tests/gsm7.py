"""Whether a text message is one segment, as carriers count and bill it."""

# GSM 03.38 basic character set without its escape: one septet each, 160 to a message (3GPP TS 23.038 section 6.2.1).
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
MAX_LENGTH = 160


def fits_one_segment(text: str) -> bool:
    """Whether `text` is one GSM-7 message."""
    return len(text) <= MAX_LENGTH and GSM_7.issuperset(text)
