"""Adversaries of the product: what attacks from outside became. `make adversaries` lets each play for long."""
