"""What words and codes tell of one matter: denials, allergies, blood groups, habits."""
