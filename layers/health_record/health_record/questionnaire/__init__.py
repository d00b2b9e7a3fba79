"""Declarations against the form: `judge` a FHIR QuestionnaireResponse by the Questionnaire it answers.

Pure: no AWS, no clock. The form is the only rule set; a new item in it needs no code here.
"""

from health_record.questionnaire.declaration import Declaration, Verdict, Warned, judge, reread
from health_record.questionnaire.form import (
    Coded,
    Form,
    FormError,
    Item,
    Option,
    compile_form,
    declaration_form,
    questionnaire_of,
)
from health_record.questionnaire.validation import Answers, read_response

__all__ = [
    "Answers",
    "Coded",
    "Declaration",
    "Form",
    "FormError",
    "Item",
    "Option",
    "Verdict",
    "Warned",
    "compile_form",
    "declaration_form",
    "judge",
    "questionnaire_of",
    "read_response",
    "reread",
]
