"""An engagement with its guest, through the real actions."""

from __future__ import annotations

from typing import Any

from quarterdeck.areas.engagements.models import Deliverable, Engagement, EngagementGuest, ImprovementProject
from quarterdeck.areas.engagements.models import Recommendation as Advice
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, perform
from tests.areas.safeguards.house import stored
from tests.support import act, company, person, system


def engagement(
    firm: str = "Harbinger", kind: str = "assessor", began: str | None = "2024-02-01", **data: Any
) -> Engagement:
    """An engagement under way since ``began``; planned only where that is None."""
    given: dict[str, Any] = {
        "title": "Yearly look", "scope": "Payments.", "independence": "They built none of it.", "contract_from": "2024-01-15",
        "owner": data.pop("owner", None) or person("Lena Voss"), "unit": data.pop("unit", None) or company(),
    } | data  # fmt: skip
    made: Engagement = act("engagements.engagement.create", system(), firm=firm, kind=kind, **given)
    return made if began is None else act("engagements.engagement.begin", system(), made, started_on=began)


def guest(
    of: Engagement, login: str = "gus", until: str = "2099-12-31", who: User | Actor | None = None
) -> tuple[User, str]:
    """A guest of the engagement and the link they got."""
    data = {"full_name": login.title(), "login": login, "email": "", "effective_until": until}
    done = perform("engagements.engagement.invite_guest", who or system(), of, data)
    return User.objects.get(login=login), getattr(done.record, "shown_once", "")


def access(of: Engagement) -> EngagementGuest:
    return EngagementGuest.objects.get(engagement=of)


def handed_in(
    of: Engagement, kind: str = "risk_assessment", on: str = "2024-05-01", who: User | Actor | None = None
) -> Deliverable:
    """A deliverable that was handed in without being asked for."""
    actor = who or system()
    file = stored() if who is None else _own(who)
    data = {
        "title": "Report",
        "kind": kind,
        "performed_on": on,
        "scope": "Payments",
        "method": "Tests",
        "result": "Sound",
        "file": file,
    }
    act("engagements.engagement.submit_deliverable", actor, of, **data)
    return Deliverable.objects.filter(engagement=of).latest("pk")


def _own(who: User | Actor) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile("report.txt", b"Report.\n")]})
    return perform("files.storedfile.upload", who, None, {}, files=files).record


def recommended(of: Engagement, who: User | Actor | None = None) -> Advice:
    """A recommendation of the engagement."""
    data = {"title": "Rotate keys", "text": "They never change.", "priority": "high"}
    act("engagements.engagement.recommend", who or system(), of, **data)
    return Advice.objects.filter(engagement=of).latest("pk")


def accepted(advice: Advice, who: User | Actor | None = None, **data: Any) -> ImprovementProject:
    """The project that a recommendation became."""
    given: dict[str, Any] = {
        "owner": person("Kim Roe"),
        "unit": company(),
        "due": "2099-06-01",
        "performer": "in_house",
    } | data
    act("engagements.recommendation.accept", who or system(), advice, **given)
    return ImprovementProject.objects.get(recommendation=advice)


def finished(
    project: ImprovementProject, on: str = "2024-06-01", who: User | Actor | None = None
) -> ImprovementProject:
    made: ImprovementProject = act(
        "engagements.improvementproject.finish",
        who or system(),
        project,
        done_on=on,
        evidence=stored() if who is None else _own(who),
    )
    return made
