"""English for every code a `Note` may carry.

Kept apart from the rules so that a page can translate: `say` takes the function that does it. The templates pass
through a function named as gettext's marker, which the message catalogue is gathered by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from quarterdeck.engines.deadlines.model import Note


def gettext_noop(message: str) -> str:
    """Marks a message for translation and returns it as it is."""
    return message


def say(remark: Note, translate: Callable[[str], str] = gettext_noop) -> str:
    """`remark` in words, through `translate` (English template to template). Raises KeyError for a code without words."""
    template = translate(WORDS[remark.code])
    return template % {
        name: say(value, translate) if isinstance(value, Note) else value for name, value in remark.params
    }


_ = gettext_noop

WORDS: Final[Mapping[str, str]] = MappingProxyType({
    # days and hours
    "event_day": _("the day it happened; the period runs after it"),
    "event_day_closed": _("the day it happened (%(why)s): the period begins on the first business day after it"),
    "delay_end": _("the last day of the delay; the four business days run after it"),
    "delay_end_closed": _("the last day of the delay (%(why)s): the four business days begin on the first business day after it"),
    "business_day": _("business day %(number)s of %(of)s"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
    "holiday": _("%(name)s, a federal holiday: the Commission is not open for business"),
    "closed_by_order": _("EDGAR closed, counted as a federal holiday: %(reason)s (%(order)s; %(source)s)"),
    "closure_given": _("EDGAR closed, as given with the event"),
    "delay_day": _("day %(number)s of the %(of)s days of delay %(which)s"),
    "calendar_day": _("day %(number)s of %(of)s"),
    "hour": _("end of hour %(number)s of %(of)s"),
    "discovery_day": _("the day of discovery"),
    "elapsed_day": _("day %(number)s after discovery, a business day"),
    "elapsed_closed": _("day %(number)s after discovery: %(why)s"),
    # holidays
    "holiday.new_year": _("New Year's Day"),
    "holiday.king": _("Birthday of Martin Luther King, Jr."),
    "holiday.washington": _("Washington's Birthday"),
    "holiday.memorial": _("Memorial Day"),
    "holiday.juneteenth": _("Juneteenth National Independence Day"),
    "holiday.independence": _("Independence Day"),
    "holiday.labor": _("Labor Day"),
    "holiday.columbus": _("Columbus Day"),
    "holiday.veterans": _("Veterans Day"),
    "holiday.thanksgiving": _("Thanksgiving Day"),
    "holiday.christmas": _("Christmas Day"),
    "holiday.in_lieu": _("%(name)s, kept on this day in place of the week-end"),
    "closure.christmas": _("federal offices closed around Christmas"),
    "closure.mourning": _("national day of mourning"),
    # Form 8-K
    "clock_is_determination": _("The clock starts when the company determines that the incident is material, not when it is discovered."),
    "cutoff": _("To be received by EDGAR by 5:30 p.m. Eastern (17 CFR 232.13(a)(2)); later that evening it is filed on the next business day."),
    "smaller_companies": _("A smaller reporting company has had this duty only since %(day)s."),
    "aggregate": _("The determination covers a series of related occurrences (Regulation S-K Item 106(a)): %(ids)s."),
    "aggregate_discovery": _("Discovery is the earliest among the occurrences weighed together: %(ids)s."),
    "closures_unknown": _("Closings of EDGAR announced after %(day)s are not in this count; look at the EDGAR calendar."),
    "not_in_force": _("The rule binds from %(day)s; at the time of the start event it did not."),
    "delay_without_report": _("A delay is given, but there is no determination yet whose report it could delay."),
    "notice_not_given": _("Delay %(which)s counts only if the Commission had the Attorney General's determination in writing before the disclosure was due (%(day)s); the event does not say when it had."),
    "notified_too_late": _("Delay %(which)s has no effect: the Commission was told only after the report was due on %(day)s (staff C&DI 104B.01)."),
    "renewed_too_late": _("Delay %(which)s has no effect: the Commission was told only after the delay before it had ended on %(day)s (staff C&DI 104B.02)."),
    "lifted": _("Delay %(which)s ended early on %(day)s, when the Attorney General told the Commission that the risk was over (staff C&DI 104B.03)."),
    "exemptive_order": _("Delay %(which)s rests on the Commission's exemptive order: %(order)s."),
    "after_delay": _("The delay ends on %(day)s; the report is due within four business days of that (staff C&DI 104B.02 and 104B.03). Item 1.05(c) itself names only the end of the delay: filing by then is safe on any reading."),
    "amendment": _("Without unreasonable delay, and within four business days after the information is determined or becomes available."),
    "amendment_waits": _("Starts when information that was undetermined or unavailable at the time of the report is determined or becomes available."),
    "goes_into_report": _("The report itself is delayed until %(day)s; what is known by then goes into it."),
    "known_before_report_due": _("Known before the report was due on %(day)s: if that was not filed yet, it goes into it."),
    "no_number": _("The rule gives no number of days or hours, and none is put in its place."),
    "days_to_determination": _("%(calendar)s calendar days, %(business)s of them business days, from discovery to determination; the measure is “without unreasonable delay after discovery”."),
    "days_so_far": _("%(calendar)s calendar days, %(business)s of them business days, since discovery; the measure is “without unreasonable delay after discovery”."),
    # Form 6-K
    "no_number_6k": _("Furnished promptly after the information is made public; the form gives no number of days."),
    "triggers_6k": _("Started by what the company makes or must make public under home law, files or must file with an exchange that makes it public, or distributes or must distribute to security holders."),
    "delay_not_for_6k": _("The Attorney General's delay under Item 1.05(c) is one of Form 8-K; Form 6-K follows what is public at home."),
    # personal data
    "aware_means": _("Aware: reasonably certain that a security incident has compromised personal data (EDPB Guidelines 9/2022)."),
    "not_aware": _("Starts when the controller is aware of the breach; discovery of the incident alone is not yet that."),
    "unless_unlikely": _("Not required where the breach is unlikely to result in a risk to people."),
    "risk_unlikely": _("Judged unlikely to result in a risk to people: no notification, but the breach is documented (Art. 33(5))."),
    "no_records": _("The event says that no records of personal data are affected."),
    "hours_run_on": _("The hours run on over nights, week-ends and holidays. What is not known in time follows in phases; a late notification states why (Art. 33(1) and (4))."),
    "kinder_reading": _("Regulation 1182/71 could give longer: it leaves the first hour out (Art. 3(1)) and wants two working days in the period (Art. 3(5)). Its move to the next working day (Art. 3(4)) does not apply to hours. This count relies on none of it."),
    "from_midnight": _("The hour is not given: counted from the first moment of that day (%(place)s). Give the time."),
    "without_undue_delay": _("To the people affected without undue delay; the rule gives no number."),
    "high_risk": _("Judged likely to result in a high risk to people; the exceptions of Art. 34(3) are for counsel to weigh."),
    "if_high_risk": _("Required where a high risk to people is likely; the event does not say."),
    "no_high_risk": _("No high risk to people is judged likely: starts if that changes, or if the authority requires it (Art. 34(4))."),
    "region_not_covered": _("No rules of the region %(region)s are here: nothing is counted for it."),
    "no_region": _("Personal data are named without a region: nothing is counted for them."),
    "pipl_people": _("To the authority and to the people at once; the people may be left out where measures effectively avoid harm (Art. 57 para. 2)."),
    # China
    "clock_is_discovery": _("The hours run from when the operator discovers the incident or learns of it."),
    "recipient": _("To %(to)s."),
    "recipient.protection_department": _("the department in charge of protecting the infrastructure, and the public security authority"),
    "recipient.own_cyber_office": _("the department's own cyberspace office"),
    "recipient.provincial_cac": _("the cyberspace administration of the province"),
    "operator_not_given": _("The operator is not given: counted as any other network operator. An operator of critical information infrastructure has one hour, a central Party or state organ two."),
    "grade_not_given": _("The incident is not graded yet. If it is relatively major or above, the report is due by %(due)s at the latest; grading does not stop the clock."),
    "grade_not_reported": _("Graded general: the Measures require no report. Graded anew as relatively major or above, it is due by hours from discovery."),
    "grade_by_records": _("%(records)s people's information affected: by the annex to the Measures a leak of that many is %(grade)s or above."),
    "grade.relatively_major": _("relatively major"),
    "grade.major": _("major"),
    "grade.particularly_major": _("particularly major"),
    "onward_cii": _("The protection department passes it on to the national authorities within half an hour of receiving it."),
    "onward_state_organ": _("The cyberspace office passes it on to the national authority within one hour of receiving it."),
    "onward_other": _("The provincial administration passes it on to the national authority within one hour of receiving it."),
    "also_to_regulator": _("The regulator (%(regulator)s) is told beside that, as its own rules require (Measures Art. 4)."),
    "before_measures": _("The Measures with their hours bind from %(day)s; before, the law asked for a report as required, without hours."),
    "supplement": _("What cannot be judged in time may follow: the first two items of Art. 7 in the report, the rest promptly; and new important facts."),
    "summary_waits": _("Starts when the handling of the incident ends; then %(days)s days."),
    "summary_days": _("Calendar days after the day on which handling ended. An end on a day off is not moved here, which is the earlier reading."),
    "if_data_incident": _("Where data are affected: measures at once, users told in time, and a report to the authority as its rules require."),
    "important_data_only": _("To the regulator in the region at the first moment, where important or core data are affected; after handling, a summary."),
    "pboc_not_counted": _("The People's Bank of China has measures of its own (Order No. 4 of 2025, from 2025-08-01) whose hours are not counted here: read them."),
    "regulator_not_covered": _("No rules of the regulator %(regulator)s are here: nothing is counted for it."),
    "unknown_field": _("The field %(field)s means nothing here and was left out."),
    # errors
    "error.missing": _("is missing; one of: %(choices)s"),
    "error.choice": _("is none of: %(choices)s"),
    "error.object": _("is not a JSON object"),
    "error.list": _("is not a list"),
    "error.too_many": _("has more than %(limit)s entries"),
    "error.text": _("is not a text with something in it"),
    "error.whole": _("is not a whole number of at least %(least)s"),
    "error.moment": _("is not a time as 2025-03-07T16:30:00-05:00, nor a date as 2025-03-07"),
    "error.offset": _("has a time of day without its offset from UTC; write 2025-03-07T16:30:00-05:00, or the date alone"),
    "error.day": _("is not a date as 2025-12-24"),
    "error.no_such_time": _("is a day or time that does not exist"),
    "error.year": _("lies outside the years %(first)s to %(last)s"),
    "error.before": _("lies before %(other)s"),
    "error.delay_too_long": _("delay %(which)s is %(days)s days; Form 8-K Item 1.05(c) allows at most %(limit)s"),
    "error.exemptive_order": _("is a delay beyond the third, which only an exemptive order of the Commission can give: name it in exemptive_order"),
    "error.lifted_then_delayed": _("ends the delay early, so no further delay can follow it"),
})  # fmt: skip
