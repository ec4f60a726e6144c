"""Days as an iCalendar document (RFC 5545), for a calendar that a person subscribes to."""

from quarterdeck.engines.calendar.write import DayEntry, write_calendar

__all__ = ["DayEntry", "write_calendar"]
