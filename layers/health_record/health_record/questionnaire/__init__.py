"""Declarations against the form: `judge` a FHIR QuestionnaireResponse by the Questionnaire it answers.

Pure: no AWS, no clock. The form is the only rule set; a new item in it needs no code here. A name is imported when it
is asked for, since whoever reads the form alone (`lookup`) judges nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from health_record.questionnaire.coded import Coded
    from health_record.questionnaire.declaration import Declaration, Verdict, Warned, judge, reread
    from health_record.questionnaire.form import Form, Item, Option, compile_form, declaration_form
    from health_record.questionnaire.source import FormError, questionnaire_of
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
_PLACES = {
    "declaration": ("Declaration", "Verdict", "Warned", "judge", "reread"),
    "validation": ("Answers", "read_response"),
    "coded": ("Coded",),
    "source": ("FormError", "questionnaire_of"),
}


def __getattr__(name: str) -> Any:
    """The name from the module that has it (PEP 562)."""
    if name not in __all__:
        raise AttributeError(name)
    place = next((module for module, names in _PLACES.items() if name in names), "form")
    return getattr(importlib.import_module(f"{__name__}.{place}"), name)
