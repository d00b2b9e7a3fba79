"""What a `$verify` asks, and how it is judged before anything is written."""
