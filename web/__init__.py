"""The static site: pages built from the form's Questionnaire, and small ES modules."""
