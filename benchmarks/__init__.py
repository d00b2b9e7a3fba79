"""What the service costs in time and bytes: `make bench` prints the table and writes results.json."""
