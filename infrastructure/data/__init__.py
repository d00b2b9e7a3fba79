"""Tables, keys, buckets."""
