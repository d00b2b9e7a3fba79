"""Layers and packages of the functions."""
