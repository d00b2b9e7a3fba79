"""What people are told about an answer that cannot be kept, in both languages."""

from health_record.language import Translated

NOT_A_RESPONSE = Translated(
    "Nội dung gửi lên không phải là QuestionnaireResponse.", "This is not a QuestionnaireResponse."
)
WRONG_STATUS = Translated("Bản khai phải có trạng thái “completed”.", "The status must be “completed”.")
WRONG_FORM = Translated("Bản khai không thuộc biểu mẫu này.", "This response belongs to another questionnaire.")
UNKNOWN_MEMBER = Translated("Có thành phần lạ trong bản khai.", "There is an element that does not belong here.")
NOT_A_LIST = Translated("Chỗ này phải là danh sách không rỗng.", "This must be a list that is not empty.")
NOT_AN_OBJECT = Translated("Chỗ này phải là một đối tượng JSON.", "This must be a JSON object.")
NO_LINK_ID = Translated("Thiếu linkId.", "The linkId is missing.")
UNKNOWN_ITEM = Translated("Biểu mẫu không có câu hỏi này ở đây.", "The form has no such question here.")
ANSWERED_TWICE = Translated("Câu hỏi này được trả lời hai lần.", "This question is answered twice.")
NO_ANSWER_HERE = Translated("Mục này không nhận câu trả lời.", "This part takes no answer.")
NESTED_WRONGLY = Translated(
    "Câu hỏi phụ phải nằm trong câu trả lời.", "Further questions belong inside the answer they follow."
)
ONE_VALUE = Translated("Mỗi câu trả lời phải có đúng một giá trị.", "Each answer must hold exactly one value.")
REQUIRED = Translated("Hãy trả lời câu hỏi này.", "Please answer this question.")
HIDDEN = Translated(
    "Câu hỏi này không áp dụng với các câu trả lời khác của bạn.",
    "This question does not apply, given your other answers.",
)
REPEATED_ANSWER = Translated("Câu trả lời này bị lặp lại.", "This answer is given twice.")
EXCLUSIVE = Translated("Ý này không chọn chung với ý khác.", "This choice cannot be combined with another one.")
NOT_AN_OPTION = Translated("Hãy chọn một trong các lựa chọn đã cho.", "Please choose one of the given options.")
UNKNOWN_WARD = Translated(
    "Hãy chọn phường, xã, đặc khu trong danh sách của tỉnh, thành phố này.",
    "Please choose a ward or commune of this province from the list.",
)
WRONG_TYPE = {
    "boolean": Translated("Hãy trả lời có hoặc không.", "Please answer yes or no."),
    "decimal": Translated("Hãy nhập một số.", "Please enter a number."),
    "integer": Translated("Hãy nhập một số nguyên.", "Please enter a whole number."),
    "date": Translated("Hãy nhập ngày, tháng hoặc năm.", "Please enter a date, a month or a year."),
    "dateTime": Translated("Hãy nhập ngày giờ.", "Please enter a date and time."),
    "time": Translated("Hãy nhập giờ.", "Please enter a time."),
    "string": Translated("Hãy nhập chữ.", "Please enter text."),
    "text": Translated("Hãy nhập chữ.", "Please enter text."),
    "url": Translated("Hãy nhập một địa chỉ.", "Please enter an address."),
    "choice": NOT_AN_OPTION,
    "open-choice": NOT_AN_OPTION,
    "quantity": Translated("Hãy nhập một số kèm đơn vị.", "Please enter a number with its unit."),
}
NOT_POSSIBLE = Translated("Không thể gửi loại dữ liệu này.", "This kind of data cannot be sent.")
WRONG_UNIT = Translated("Đơn vị không đúng.", "The unit is not one that may be used here.")
EMPTY_TEXT = Translated("Hãy nhập chữ hoặc bỏ qua câu hỏi.", "Please enter text or leave the question out.")
STRANGE_TEXT = Translated("Có ký tự không dùng được.", "There are characters that cannot be used.")
WRONG_PATTERN = Translated("Câu trả lời không đúng dạng.", "The answer does not have the right form.")
IMPOSSIBLE_DATE = Translated("Ngày này không có thật.", "This date does not exist.")
FUTURE_DATE = Translated("Ngày này ở tương lai.", "This date is in the future.")
BEFORE_BIRTH = Translated("Ngày này trước ngày sinh.", "This date is before the date of birth.")
CONSENT_NEEDED = Translated(
    "Cần có sự đồng ý lưu hồ sơ thì mới gửi được.", "Without consent to keep the record it cannot be sent."
)
NATIONAL_ID_DIGITS = Translated(
    "Số căn cước có đúng 12 chữ số. Có thể bỏ trống.",
    "A personal identification number has exactly 12 digits. You may leave it empty.",
)
OLD_CARD = Translated(
    "Đây là số chứng minh nhân dân cũ (9 số). Hãy nhập số căn cước 12 số hoặc bỏ trống.",
    "This is the number of an old 9-digit card. Please enter the 12-digit number or leave it empty.",
)
INSURANCE_NUMBER = Translated(
    "Mã số bảo hiểm y tế có 15 ký tự (2 chữ, 13 số), 10 số hoặc 12 số. Có thể bỏ trống.",
    "A health insurance number has 15 characters (2 letters, 13 digits), 10 digits or 12. You may leave it empty.",
)
WARN_NOT_FOUND = Translated(
    "Chưa có số căn cước hoặc mã số bảo hiểm y tế, nên bệnh viện không tìm thấy hồ sơ này, kể cả lúc cấp cứu.",
    "Without an identity or insurance number no hospital finds this record, not even in an emergency.",
)
WARN_NOT_SHARED = Translated(
    "Chưa cho phép xem, nên bác sĩ chưa xem được hồ sơ này khi khám chữa bệnh.",
    "Reading was not permitted, so doctors cannot read this record when they treat the person.",
)
WARN_SEX = Translated(
    "Giới tính theo số căn cước khác với giới tính đã khai. Hãy kiểm tra lại.",
    "This number usually belongs to a person of another sex. Please check it.",
)
WARN_BIRTH_YEAR = Translated(
    "Năm sinh theo số căn cước khác với năm sinh đã khai. Hãy kiểm tra lại.",
    "The birth year in this number differs from the one declared. Please check it.",
)
WARN_PROVINCE = Translated(
    "Ba số đầu của số định danh không phải mã tỉnh, thành phố. Hãy kiểm tra lại nếu bạn sinh tại Việt Nam.",
    "The first three digits are no province of Vietnam. Please check them if you were born in Vietnam.",
)
WARN_SERIAL = Translated(
    "Sáu số cuối của số định danh đều là 0. Hãy kiểm tra lại.",
    "The last six digits are all 0. Please check them.",
)


def too_many(limit: int) -> Translated:
    """More answers than the form permits."""
    return Translated(f"Nhiều nhất {limit} câu trả lời.", f"At most {limit} answers.")


def too_few(limit: int) -> Translated:
    """Fewer answers than the form asks for."""
    return Translated(f"Ít nhất {limit} câu trả lời.", f"At least {limit} answers.")


def too_long(limit: int) -> Translated:
    """A text above its length."""
    return Translated(f"Nhiều nhất {limit} ký tự.", f"At most {limit} characters.")


def too_short(limit: int) -> Translated:
    """A text below its length."""
    return Translated(f"Ít nhất {limit} ký tự.", f"At least {limit} characters.")


def too_small(limit: object, unit: str = "") -> Translated:
    """A number or date below its range."""
    return Translated(f"Nhỏ nhất là {limit}{unit}.", f"The smallest value is {limit}{unit}.")


def too_large(limit: object, unit: str = "") -> Translated:
    """A number or date above its range."""
    return Translated(f"Lớn nhất là {limit}{unit}.", f"The largest value is {limit}{unit}.")


def too_precise(places: int) -> Translated:
    """More decimal places than the form permits."""
    return Translated(f"Nhiều nhất {places} chữ số thập phân.", f"At most {places} decimal places.")
