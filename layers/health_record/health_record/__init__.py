"""What the functions share: HTTP, AWS, identity, facilities, records, the form, the summary, the audit."""
