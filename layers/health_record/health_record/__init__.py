"""What the five functions share: identifiers, questionnaire, sealing, sessions, summary, audit."""
