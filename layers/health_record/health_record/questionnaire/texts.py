"""What people are told about an answer that cannot be kept, in both languages."""

from health_record.language import Text

NOT_A_RESPONSE = Text("Nội dung gửi lên không phải là QuestionnaireResponse.", "This is not a QuestionnaireResponse.")
WRONG_STATUS = Text("Bản khai phải có trạng thái “completed”.", "The status must be “completed”.")
WRONG_FORM = Text("Bản khai không thuộc biểu mẫu này.", "This response belongs to another questionnaire.")
UNKNOWN_MEMBER = Text("Có thành phần lạ trong bản khai.", "There is an element that does not belong here.")
NOT_A_LIST = Text("Chỗ này phải là danh sách không rỗng.", "This must be a list that is not empty.")
NOT_AN_OBJECT = Text("Chỗ này phải là một đối tượng JSON.", "This must be a JSON object.")
NO_LINK_ID = Text("Thiếu linkId.", "The linkId is missing.")
UNKNOWN_ITEM = Text("Biểu mẫu không có câu hỏi này ở đây.", "The form has no such question here.")
ANSWERED_TWICE = Text("Câu hỏi này được trả lời hai lần.", "This question is answered twice.")
NO_ANSWER_HERE = Text("Mục này không nhận câu trả lời.", "This part takes no answer.")
NESTED_WRONGLY = Text(
    "Câu hỏi phụ phải nằm trong câu trả lời.", "Further questions belong inside the answer they follow."
)
ONE_VALUE = Text("Mỗi câu trả lời phải có đúng một giá trị.", "Each answer must hold exactly one value.")
REQUIRED = Text("Xin trả lời câu hỏi này.", "Please answer this question.")
HIDDEN = Text(
    "Câu hỏi này không áp dụng với các câu trả lời khác của bạn.",
    "This question does not apply, given your other answers.",
)
REPEATED_ANSWER = Text("Câu trả lời này bị lặp lại.", "This answer is given twice.")
EXCLUSIVE = Text("Lựa chọn này không đi cùng lựa chọn khác.", "This choice cannot be combined with another one.")
NOT_AN_OPTION = Text("Xin chọn một trong các lựa chọn đã cho.", "Please choose one of the given options.")
UNKNOWN_WARD = Text(
    "Xin chọn phường, xã, đặc khu trong danh sách của tỉnh, thành phố này.",
    "Please choose a ward or commune of this province from the list.",
)
WRONG_TYPE = {
    "boolean": Text("Xin trả lời có hoặc không.", "Please answer yes or no."),
    "decimal": Text("Xin nhập một số.", "Please enter a number."),
    "integer": Text("Xin nhập một số nguyên.", "Please enter a whole number."),
    "date": Text("Xin nhập ngày, tháng hoặc năm.", "Please enter a date, a month or a year."),
    "dateTime": Text("Xin nhập ngày giờ.", "Please enter a date and time."),
    "time": Text("Xin nhập giờ.", "Please enter a time."),
    "string": Text("Xin nhập chữ.", "Please enter text."),
    "text": Text("Xin nhập chữ.", "Please enter text."),
    "url": Text("Xin nhập một địa chỉ.", "Please enter an address."),
    "choice": NOT_AN_OPTION,
    "open-choice": NOT_AN_OPTION,
    "quantity": Text("Xin nhập một số kèm đơn vị.", "Please enter a number with its unit."),
}
NOT_POSSIBLE = Text("Không thể gửi loại dữ liệu này.", "This kind of data cannot be sent.")
WRONG_UNIT = Text("Đơn vị không đúng.", "The unit is not one that may be used here.")
EMPTY_TEXT = Text("Xin nhập chữ hoặc bỏ qua câu hỏi.", "Please enter text or leave the question out.")
STRANGE_TEXT = Text("Có ký tự không dùng được.", "There are characters that cannot be used.")
WRONG_PATTERN = Text("Câu trả lời không đúng dạng.", "The answer does not have the right form.")
IMPOSSIBLE_DATE = Text("Ngày này không có thật.", "This date does not exist.")
FUTURE_DATE = Text("Ngày này ở tương lai.", "This date is in the future.")
BEFORE_BIRTH = Text("Ngày này trước ngày sinh.", "This date is before the date of birth.")
CONSENT_NEEDED = Text(
    "Cần có sự đồng ý lưu hồ sơ thì mới gửi được.", "Without consent to keep the record it cannot be sent."
)
NATIONAL_ID_DIGITS = Text(
    "Số định danh cá nhân có đúng 12 chữ số. Có thể bỏ trống.",
    "A personal identification number has exactly 12 digits. You may leave it empty.",
)
OLD_CARD = Text(
    "Đây là số chứng minh nhân dân cũ (9 số). Xin nhập số định danh 12 số hoặc bỏ trống.",
    "This is the number of an old 9-digit card. Please enter the 12-digit number or leave it empty.",
)
INSURANCE_NUMBER = Text(
    "Số thẻ bảo hiểm y tế có 15 ký tự (2 chữ, 13 số), 10 số hoặc 12 số. Có thể bỏ trống.",
    "A health insurance number has 15 characters (2 letters, 13 digits), 10 digits or 12. You may leave it empty.",
)
WARN_SEX = Text(
    "Số định danh này thường thuộc về người có giới tính khác. Xin kiểm tra lại.",
    "This number usually belongs to a person of another sex. Please check it.",
)
WARN_BIRTH_YEAR = Text(
    "Năm sinh trong số định danh khác với năm sinh đã khai. Xin kiểm tra lại.",
    "The birth year in this number differs from the one declared. Please check it.",
)
WARN_PROVINCE = Text(
    "Ba số đầu của số định danh không phải mã tỉnh, thành phố. Xin kiểm tra lại nếu bạn sinh tại Việt Nam.",
    "The first three digits are no province of Vietnam. Please check them if you were born in Vietnam.",
)
WARN_SERIAL = Text(
    "Sáu số cuối của số định danh đều là 0. Xin kiểm tra lại.",
    "The last six digits are all 0. Please check them.",
)


def too_many(limit: int) -> Text:
    """More answers than the form permits."""
    return Text(f"Nhiều nhất {limit} câu trả lời.", f"At most {limit} answers.")


def too_few(limit: int) -> Text:
    """Fewer answers than the form asks for."""
    return Text(f"Ít nhất {limit} câu trả lời.", f"At least {limit} answers.")


def too_long(limit: int) -> Text:
    """A text above its length."""
    return Text(f"Nhiều nhất {limit} ký tự.", f"At most {limit} characters.")


def too_short(limit: int) -> Text:
    """A text below its length."""
    return Text(f"Ít nhất {limit} ký tự.", f"At least {limit} characters.")


def too_small(limit: object, unit: str = "") -> Text:
    """A number or date below its range."""
    return Text(f"Nhỏ nhất là {limit}{unit}.", f"The smallest value is {limit}{unit}.")


def too_large(limit: object, unit: str = "") -> Text:
    """A number or date above its range."""
    return Text(f"Lớn nhất là {limit}{unit}.", f"The largest value is {limit}{unit}.")


def too_precise(places: int) -> Text:
    """More decimal places than the form permits."""
    return Text(f"Nhiều nhất {places} chữ số thập phân.", f"At most {places} decimal places.")
