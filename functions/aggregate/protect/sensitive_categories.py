"""What harms most when it is guessed: whole blocks of ICD-10, and what may be published each week at all.

Blocks are closed ranges of three-character categories, as the classification itself divides its chapters, so that no
code between two listed ones is forgotten. Weekly categories and the department's series are an allow-list instead:
what is not on it is never published.
"""

ICD_10 = "http://hl7.org/fhir/sid/icd-10|"
BLOCKS = (
    ("A15", "A19"),  # tuberculosis
    ("A30", "A49"),  # other bacterial diseases, with leprosy
    ("A50", "A64"),  # infections with a predominantly sexual mode of transmission
    ("A70", "A74"),  # other diseases by chlamydiae
    ("B15", "B19"),  # viral hepatitis
    ("B20", "B24"),  # HIV disease
    ("B90", "B94"),  # sequelae of tuberculosis and leprosy
    ("F00", "F99"),  # mental and behavioural disorders
    ("N40", "N51"),  # diseases of male genital organs
    ("N70", "N98"),  # diseases of female genital organs, infertility
    ("O00", "O99"),  # pregnancy, childbirth
    ("P00", "P96"),  # the perinatal period
    ("R40", "R46"),  # cognition, emotional state, behaviour
    ("R70", "R79"),  # findings in blood: HIV, drugs, alcohol
    ("S00", "T98"),  # injury and poisoning, with maltreatment
    ("U82", "U85"),  # resistance
    ("V01", "Y98"),  # external causes: self-harm, assault, undetermined intent, sequelae
    ("Z00", "Z99"),  # examinations, contacts, contraception, pregnancy, counselling, histories
)
QUESTIONS = (
    "http://loinc.org|11343-1",  # use of drugs
    "http://loinc.org|8659-5",  # contraception
)
WEEKLY_CATEGORIES = (
    "A08", "A09",  # diarrhoea
    "A90", "A91", "A97",  # dengue
    "B01", "B05", "B06", "B08", "B26",  # chickenpox, measles, rubella, hand-foot-and-mouth, mumps
    "J09", "J10", "J11",  # influenza
    "U07",  # COVID-19
)  # fmt: skip
SERIES = (
    "chickenpox",
    "covid",
    "covid-19",
    "dengue",
    "diarrhoea",
    "flu",
    "hfmd",
    "ili",
    "influenza",
    "measles",
    "mumps",
    "rsv",
)


def is_sensitive(code: str) -> bool:
    """Whether `system|code` is a condition or question that is shown for the whole province only."""
    if code.startswith(ICD_10):
        category = code.removeprefix(ICD_10)[:3].upper()
        return any(first <= category <= last for first, last in BLOCKS)
    return code in QUESTIONS


def is_published_series(name: str) -> bool:
    """Whether a weekly category, or a series of the department by its file's name, is on the allow-list."""
    return name in WEEKLY_CATEGORIES or name in SERIES
