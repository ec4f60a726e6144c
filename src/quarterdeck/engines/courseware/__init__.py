"""Reading course packages (SCORM 1.2, SCORM 2004, Tin Can, cmi5), judging what they report, and drawing written lessons.

Everything here is handed bytes and plain values by the caller and hands plain values back: nothing is unpacked to disk,
nothing is fetched, nothing of a package is run.
"""
