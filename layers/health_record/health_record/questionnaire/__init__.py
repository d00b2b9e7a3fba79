"""Declarations against the form: `validate_declaration` checks a FHIR QuestionnaireResponse by its Questionnaire.

Pure: no AWS, no clock. The form is the only rule set; a new item in it needs no code here. A name is imported when it
is asked for, since whoever reads the form alone (`lookup`) validates nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from health_record.questionnaire.answers import Answers, read_response
    from health_record.questionnaire.coded import Coded
    from health_record.questionnaire.declaration import AnswerWarning, Declaration, reread
    from health_record.questionnaire.form import Form, Item, Option, compile_form, declaration_form
    from health_record.questionnaire.source import FormError, load_questionnaire
    from health_record.questionnaire.validation import Verdict, validate_declaration

__all__ = [
    "Answers",
    "Coded",
    "Declaration",
    "Form",
    "FormError",
    "Item",
    "Option",
    "Verdict",
    "AnswerWarning",
    "compile_form",
    "declaration_form",
    "load_questionnaire",
    "read_response",
    "reread",
    "validate_declaration",
]
_MODULES = {
    "declaration": ("Declaration", "AnswerWarning", "reread"),
    "answers": ("Answers", "read_response"),
    "validation": ("Verdict", "validate_declaration"),
    "coded": ("Coded",),
    "source": ("FormError", "load_questionnaire"),
}


def __getattr__(name: str) -> Any:
    """The name from the module that has it (PEP 562)."""
    if name not in __all__:
        raise AttributeError(name)
    module_name = next((module for module, names in _MODULES.items() if name in names), "form")
    return getattr(importlib.import_module(f"{__name__}.{module_name}"), name)
