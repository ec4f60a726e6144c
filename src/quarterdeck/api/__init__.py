"""The JSON API, made from what the resources declare."""
