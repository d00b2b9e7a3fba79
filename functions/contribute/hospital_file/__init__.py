"""`POST /v1/hospital-files`: the episodes of a hospital's file, each kept for its person or answered why not."""
