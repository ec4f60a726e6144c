"""Incidents and threats from declaration to closing, with measures, timeline, tasks, opinions, escalation and determination."""
