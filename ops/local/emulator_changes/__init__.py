"""What the AWS emulator is given on top: AWS's limits, and another Python for the functions.

`main.py` is run by the emulator's own Python, which has nothing of this project: only the standard library is imported.
"""
