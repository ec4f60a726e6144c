"""Pure computation: no Django, no database, no clock, no global state. Frozen dataclasses in and out."""
