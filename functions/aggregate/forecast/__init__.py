"""Series to forecasts and signals."""
