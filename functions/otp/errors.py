"""What this function answers when it refuses, and the metric that says by which rule."""

from collections.abc import Mapping
from typing import Any

from functions.otp import waiting_times
from functions.otp.pin.pin_permission import Permission
from health_record.errors import (
    BadRequestError,
    ConflictError,
    ForbiddenError,
    TooManyRequestsError,
    UnauthenticatedError,
    UnavailableError,
)
from health_record.language import Translated
from health_record.observability import count_metric, metrics

SMS_RETRY_SECONDS = 60
NOT_PERMITTED: Mapping[Permission, Translated] = {
    "nothing_declared": Translated(
        "Chưa có hồ sơ nào để bảo vệ. Hãy khai trước, rồi đặt mã PIN ngay sau khi gửi.",
        "There is no record to protect yet. Declare first, and set the PIN right after sending.",
    ),
    "not_first": Translated(
        "Số này đã có hồ sơ mà chưa có mã PIN. Mã đầu tiên chỉ đặt được trong 24 giờ sau lần khai đầu, trên máy đã "
        "khai. Hãy mang căn cước đến trạm y tế để đặt mã. Nếu hồ sơ đó do người dùng số này trước bạn khai, bạn vẫn "
        "khai được hồ sơ của mình.",
        "This number has a record without a PIN. The first one is set within 24 hours of the first declaration, on the "
        "device that declared. Take your identity card to a health station to set one. If that record is of somebody "
        "who had this number before you, you can still declare your own.",
    ),
    "not_elevated": Translated(
        "Số này đã có mã PIN. Hãy nhập mã đó trước. Nếu quên mã, hoặc mã do người dùng số này trước bạn đặt, hãy mang "
        "căn cước đến trạm y tế để đặt mã mới.",
        "This number has a PIN. Enter that first. If you forgot it, or somebody who had this number before you set it, "
        "take your identity card to a health station to set a new one.",
    ),
    "grant_waits": Translated(
        "Trang này được mở bằng mã trên giấy, không có điện thoại. Số này đã có mã PIN, nên phải chờ một "
        "ngày sau khi được cho phép mới đặt được mã mới, chỉ trong hai ngày. Hôm sau hãy đến lấy mã trên giấy khác.",
        "This page was opened with a code on paper, without the phone. This number has a PIN, so a new one is set from "
        "one day after the facility permitted it, for two days. Come back then for another code on paper.",
    ),
    "grant_newer": Translated(
        "Cơ sở y tế vừa cho phép đặt mã PIN, nhưng trang này đã mở từ trước đó. Hãy thoát ra, đăng nhập lại bằng mã "
        "mới, rồi đặt mã PIN.",
        "A health facility has just permitted a PIN, but this page was signed in before that. Sign out, sign in again "
        "with a new code, and set the PIN then.",
    ),
}


def count_limit(rule: str) -> None:
    """Count a limit that was met (`OtpLimited`, dimension `rule`)."""
    count_metric("OtpLimited", rule=rule)


def measure_budget_used(percent: int) -> None:
    """How much of the day's money is spent; 100 is also what the last refused message tells."""
    metrics().add_metric(name="SmsBudgetUsed", unit="Percent", value=percent)


def measure_unverified(percent: int) -> None:
    """What share of the codes of the last full hour nobody verified: codes come late, or somebody pumps messages."""
    metrics().add_metric(name="OtpUnverified", unit="Percent", value=percent)


def work_needed_error(work: dict[str, Any]) -> TooManyRequestsError:
    """429 with `work: {seed, bits}`: the page computes and asks again; a person has nothing to do."""
    return TooManyRequestsError(
        Translated(
            "Nhiều người đang nhận mã từ cùng một nơi. Hãy chờ một phút rồi bấm lại.",
            "Many people are getting codes from the same place. Please wait a minute and press again.",
        ),
        type="work-needed",
        extra={"work": work},
    )


def network_share_error(retry_after: int) -> TooManyRequestsError:
    """429 without work: the network has had its share of the day's money with codes that nobody used."""
    wait = waiting_times.in_words(retry_after)
    return _share_error(
        Translated(
            "Mạng này đã xin quá nhiều mã mà không dùng. Hãy dùng mạng khác (tắt Wi-Fi, bật dữ liệu di động), thử lại "
            f"sau {wait.vi}, hoặc đến trạm y tế gần nhất.",
            "Too many codes were asked for through this network and not used. Use another network (switch Wi-Fi off, "
            f"mobile data on), try again in {wait.en}, or visit your health station.",
        ),
        retry_after,
    )


def unproven_share_error(retry_after: int) -> TooManyRequestsError:
    """The same where all networks that use few of their codes have had their share together."""
    wait = waiting_times.in_words(retry_after)
    return _share_error(
        Translated(
            "Lúc này có quá nhiều mã được xin mà không dùng. Hãy dùng mạng khác (tắt Wi-Fi, bật dữ liệu di động), thử "
            f"lại sau {wait.vi}, hoặc đến trạm y tế gần nhất.",
            "Too many codes are being asked for and not used. Use another network (switch Wi-Fi off, mobile data on), "
            f"try again in {wait.en}, or visit your health station.",
        ),
        retry_after,
    )


def _share_error(detail: Translated, retry_after: int) -> TooManyRequestsError:
    return TooManyRequestsError(
        detail,
        type="network-share",
        headers={"Retry-After": str(retry_after)},
    )


def sms_budget_error(retry_after: int) -> UnavailableError:
    """503: the province's money for messages is spent until tomorrow."""
    count_limit("money")
    measure_budget_used(100)
    return UnavailableError(
        Translated(
            "Hôm nay hệ thống không gửi thêm được mã. Hãy thử lại vào ngày mai, hoặc đến trạm y tế để được giúp khai.",
            "No more codes can be sent today. Try again tomorrow, or visit your health station, which will help you.",
        ),
        type="sms-budget",
        retry_after=retry_after,
    )


def sms_refused_error() -> UnavailableError:
    """503: the channel did not take the message; nothing was counted."""
    count_limit("sms-refused")
    return UnavailableError(
        Translated(
            "Chưa gửi được tin nhắn. Hãy thử lại sau một phút, hoặc đến trạm y tế để được giúp khai.",
            "The message could not be sent. Try again in a minute, or visit your health station, which will help you.",
        ),
        type="sms-refused",
        retry_after=SMS_RETRY_SECONDS,
    )


def code_refused_error() -> UnauthenticatedError:
    """401, the same for a wrong, expired, used, exhausted or unknown code."""
    return UnauthenticatedError(
        Translated(
            'Mã không đúng hoặc không còn dùng được. Hãy kiểm tra tin nhắn mới nhất, hoặc bấm "Gửi lại mã".',
            "The code is not right or can no longer be used. Check your newest message, or ask for the code again.",
        ),
        type="code-refused",
    )


def wrong_pin_error(remaining: int) -> UnauthenticatedError:
    """401 with the number of tries left."""
    return UnauthenticatedError(
        Translated("Mã PIN không đúng.", "The PIN is not right."), type="pin-wrong", extra={"remaining": remaining}
    )


def current_pin_needed_error() -> ForbiddenError:
    """403: whoever holds an unlocked phone does not change the PIN without knowing it."""
    return ForbiddenError(
        Translated(
            "Hãy nhập mã PIN hiện tại để thay đổi cách mở hồ sơ.", "Enter your current PIN to change how you sign in."
        ),
        type="current-pin-needed",
    )


def pin_not_set_error() -> ForbiddenError:
    """403: the account has no PIN to be verified."""
    return ForbiddenError(
        Translated(
            "Số này chưa có mã PIN. Để mở hồ sơ đã lưu, người có hồ sơ mang căn cước đến trạm y tế. Nếu số này mới "
            "chuyển sang bạn, bạn vẫn khai được hồ sơ của mình.",
            "This number has no PIN. To open a stored record, its person takes an identity card to a health station. "
            "If the number has only now become yours, you can still declare your own record.",
        ),
        type="pin-not-set",
    )


def proof_needed_again_error() -> ForbiddenError:
    """403: whoever holds an unlocked phone does not change how its owner signs in."""
    return ForbiddenError(
        Translated(
            "Hãy nhập lại mã PIN, hoặc dùng lại vân tay hay khuôn mặt: lần trước đã quá 5 phút.",
            "Enter your PIN, or use your fingerprint or face again: the last time was more than 5 minutes ago.",
        ),
        type="pin-needed-again",
    )


def passkey_refused_error() -> UnauthenticatedError:
    """401, the same for every passkey that does not sign in."""
    return UnauthenticatedError(
        Translated(
            "Chưa đăng nhập được bằng vân tay hoặc khuôn mặt trên máy này. Hãy nhận mã bằng tin nhắn.",
            "Signing in with fingerprint or face did not work on this device. Get a code by message.",
        ),
        type="passkey-refused",
    )


def passkey_not_added_error() -> BadRequestError:
    """400: what the authenticator said does not hold."""
    return BadRequestError(
        Translated(
            "Chưa thêm được vân tay hoặc khuôn mặt. Hãy thử lại.", "Fingerprint or face could not be added. Try again."
        ),
        type="passkey-not-added",
    )


def too_many_passkeys_error() -> ConflictError:
    """409: the account has ten passkeys already; a longer list could not be looked through."""
    return ConflictError(
        Translated("Đã có 10 máy. Hãy bỏ bớt một máy trước.", "There are 10 devices. Remove one first."),
        type="too-many-passkeys",
    )


def too_many_changes_error(retry_after: int) -> TooManyRequestsError:
    """429: nobody changes a PIN so often, and each change is an event in the account's list."""
    count_limit("credential-changes")
    wait = waiting_times.in_words(retry_after)
    return TooManyRequestsError(
        Translated(
            f"Hôm nay đã đổi cách mở hồ sơ quá nhiều lần. Hãy thử lại sau {wait.vi}.",
            f"How you sign in was changed too often today. Try again in {wait.en}.",
        ),
        type="too-many-changes",
        headers={"Retry-After": str(retry_after)},
    )


def last_credential_error() -> ConflictError:
    """409: without it nothing opens the records but a facility."""
    return ConflictError(
        Translated(
            "Đây là cách mở hồ sơ duy nhất của bạn. Hãy đặt mã PIN trước khi bỏ máy này.",
            "This is the only way to open your record. Set a PIN before you remove this device.",
        ),
        type="last-credential",
    )


def pin_locked_error(retry_after: int) -> ForbiddenError:
    """403: too many wrong PINs; declaring goes on at level 1."""
    wait = waiting_times.in_words(retry_after)
    return ForbiddenError(
        Translated(
            f"Mã PIN bị khóa trên máy này vì sai nhiều lần. Hãy thử lại sau {wait.vi}, dùng máy bạn vẫn mở hồ sơ, hoặc "
            "đến trạm y tế để đặt mã mới, dùng được ngay. Bạn vẫn khai được.",
            f"The PIN is locked on this device after wrong tries. Try in {wait.en}, use the device on which you open "
            "your record, or have a new one permitted at a health station, which works at once. You can still declare.",
        ),
        type="pin-locked",
        headers={"Retry-After": str(retry_after)},
    )


def pin_needed_error() -> ForbiddenError:
    """403: level 2 only, by a PIN that the account has now."""
    return ForbiddenError(
        Translated("Hãy nhập mã PIN để xem hoặc sửa hồ sơ đã lưu.", "Enter your PIN to see or change what is stored."),
        type="level-too-low",
    )


def number_unused_error() -> ForbiddenError:
    """403: a number that was not used for so long may belong to somebody else by now."""
    return ForbiddenError(
        Translated(
            "Hồ sơ đã lâu không được mở bằng số này. Hãy mang căn cước đến trạm y tế để mở lại.",
            "The record has long not been opened with this number. Take your identity card to a health station.",
        ),
        type="number-unused",
    )


def pin_not_permitted_error(permission: Permission) -> ForbiddenError:
    """403: a phone alone does not set a PIN on stored health data; the text is about whoever reads it."""
    return ForbiddenError(NOT_PERMITTED.get(permission, NOT_PERMITTED["not_first"]), type="pin-not-permitted")
