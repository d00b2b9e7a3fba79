"""What operators are told without asking: how old the backups are, and once a week that all is well."""
