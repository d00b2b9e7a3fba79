"""The first hour of somebody new: `make newcomer` follows the pages on a machine that has nothing of ours yet."""
