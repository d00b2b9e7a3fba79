"""What operators are told without asking: how old the backups are, and once a week which alarms ring."""
