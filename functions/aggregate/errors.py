"""What the aggregation raises. Texts are fixed and hold no data; the reason of a foreign error is its type alone.

AggregationError
├── BadEventError         the event asks for a step or a day that does not exist
├── BrokenReferenceError  a file that the department gave does not have the columns it must have
├── BrokenSnapshotError   a file of the snapshot is missing, cut short or not the one that the manifest names
├── ExportFailedError     DynamoDB gave the export up
└── UnexpectedError       anything else, named by its type
"""


class AggregationError(Exception):
    """Something that stops the day's work."""


class BadEventError(AggregationError):
    """The event asks for a step or a day that does not exist."""


class BrokenReferenceError(AggregationError):
    """A reference file does not have the columns it must have."""


class BrokenSnapshotError(AggregationError):
    """A file of the snapshot is missing, cut short or not the one that the manifest names."""


class ExportFailedError(AggregationError):
    """DynamoDB gave the export up."""


class UnexpectedError(AggregationError):
    """An error of somebody else's code, without its text, which might quote data."""
