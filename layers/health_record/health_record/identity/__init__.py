"""Who a resident is: phones, identifiers, sessions, PIN scope."""
