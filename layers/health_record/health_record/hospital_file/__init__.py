"""The episode file of Decisions 130, 4750 and 3176: from the bytes a hospital sends to episodes, or to named faults."""
