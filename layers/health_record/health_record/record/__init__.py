"""How a record lies in the tables, is read, and is shared."""
