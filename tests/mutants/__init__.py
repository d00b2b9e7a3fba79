"""Ways to break the product, each of which a test has to notice: `make mutants`, and one of each area in the gate."""
