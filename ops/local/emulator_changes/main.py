"""Starts the emulator with AWS's limits and, for arm64, with another Python for the functions (`SSK_LAMBDA_PYTHON`)."""

import os

import aws_limits  # type: ignore[import-not-found]  # beside this file, which is run by its path
import other_python  # type: ignore[import-not-found]
import update_rules  # type: ignore[import-not-found]
from ministack import app  # type: ignore[import-not-found]

if "SSK_LAMBDA_PYTHON" in os.environ:
    other_python.use(os.environ["SSK_LAMBDA_PYTHON"])
update_rules.add(app)
aws_limits.add(app)
app.main()
