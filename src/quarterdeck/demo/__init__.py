"""Fictional companies whose year of records shows the product whole. Everything in them goes through real actions."""
