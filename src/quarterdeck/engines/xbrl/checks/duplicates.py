"""Facts reported more than once (XBRL Duplicates Guidance 1.0: equal concept, period, entity and dimensions)."""

from collections.abc import Iterator

from quarterdeck.engines.xbrl.checks.messages import Message, say
from quarterdeck.engines.xbrl.checks.view import Said, View


def check_duplicates(view: View) -> Iterator[Message]:
    """A message for each fact reported several times: of one value, or of several. Language is not told apart."""
    groups: dict[tuple[object, ...], list[Said]] = {}
    for fact in view.facts:
        dimensions = tuple(sorted(fact.dimensions.items()))
        groups.setdefault((fact.concept, fact.period, dimensions), []).append(fact)
    for facts in groups.values():
        if len(facts) == 1:
            continue
        code = "duplicate.consistent" if len({fact.value for fact in facts}) == 1 else "duplicate.inconsistent"
        yield say(code, facts[0].concept, facts[1].line, count=str(len(facts)))
