"""Records of bodies: what stands (``standing``), what meets (``meeting``), what is decided (``decision``)."""

from quarterdeck.areas.bodies.models.decision import Decision, Minutes, Vote
from quarterdeck.areas.bodies.models.meeting import AgendaItem, Attendance, Meeting, Paper, Recusal
from quarterdeck.areas.bodies.models.standing import Body, Charter, CharterDuty, Membership, ReportingLine

__all__ = [
    "AgendaItem",
    "Attendance",
    "Body",
    "Charter",
    "CharterDuty",
    "Decision",
    "Meeting",
    "Membership",
    "Minutes",
    "Paper",
    "Recusal",
    "ReportingLine",
    "Vote",
]
