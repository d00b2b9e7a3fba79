"""The page of a release: sentences, charts and tables for people, without any script."""
