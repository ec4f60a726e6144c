"""A playbook is written or imported, released by a second person, and run on an incident: its steps become tasks with times."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from quarterdeck.areas.incidents.models import Incident, Task
from quarterdeck.areas.playbooks.models import Playbook, Run, StepRun
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Invalid, NotVisible, Refused, perform
from quarterdeck.kernel.actions.also import added_to
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.todo import waiting_for
from tests.engines.cacao.samples import branching, key, playbook, straight
from tests.support import act, company, system, user_with

pytestmark = pytest.mark.django_db


def imported(raw: dict[str, Any], who: Any = None) -> Playbook:
    """The playbook from a file."""
    file = SimpleUploadedFile("playbook.json", json.dumps(raw).encode())
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [file]})
    fields: MultiValueDict[str, Any] = MultiValueDict({"unit": [str(company().pk)]})
    made = perform("playbooks.playbook.import_file", who or system(), None, fields, files=files).record
    assert isinstance(made, Playbook)
    return made


def released(raw: dict[str, Any]) -> Playbook:
    found: Playbook = act("playbooks.playbook.release", system(), imported(raw))
    return found


def incident() -> Incident:
    made: Incident = act(
        "incidents.incident.declare", system(), title="Files are being encrypted", nature="incident", unit=company(),
        discovered_at=clock.now() - timedelta(hours=1),
    )  # fmt: skip
    return made


def started(raw: dict[str, Any], who: User | None = None) -> Run:
    made: Run = act("playbooks.run.start", who or system(), incident=incident(), playbook=released(raw), unit=company())
    return made


def waiting(run: Run) -> list[str]:
    return list(run.steps.filter(state="waiting").order_by("number").values_list("title", flat=True))


def finish(run: Run, title: str) -> None:
    """The unit accepts the task and does it."""
    task = Task.objects.get(playbook_step__run=run, title=title, state="open")
    act("incidents.task.accept", system(), task)
    act("incidents.task.finish", system(), task)


def reply(run: Run, answer: str) -> None:
    step = run.steps.get(state="waiting", kind__endswith="condition")
    act("playbooks.steprun.answer", system(), step, answer=answer, note="The monitor shows it.")


def test_branches_become_tasks_side_by_side_with_their_times() -> None:
    run = started(branching())
    assert waiting(run) == ["Do 1", "Do 2"]
    one, two = run.steps.filter(state="waiting").order_by("number")
    assert one.task is not None
    assert two.task is not None
    assert one.due_at is not None
    assert two.due_at is not None
    assert one.due_at - one.came_at == timedelta(hours=1)
    assert two.due_at - two.came_at == timedelta(days=1)
    assert one.task.incident_id == run.incident_id
    assert run.incident.timeline.filter(text__contains="was started").count() == 1


def test_a_run_goes_through_branches_a_loop_and_a_choice_to_its_end() -> None:
    run = started(branching())
    finish(run, "Do 2")
    assert waiting(run) == ["Do 1"]
    finish(run, "Do 1")
    assert waiting(run) == ["it is still spreading"]
    reply(run, "true")
    finish(run, "Do 3")
    again = run.steps.get(state="waiting")
    assert (again.title, again.round) == ("it is still spreading", 2)
    reply(run, "false")
    assert waiting(run) == ["__backup__"]
    reply(run, "good")
    finish(run, "Do 4")
    run.refresh_from_db()
    assert (run.state, waiting(run)) == ("finished", [])
    assert run.ended_at is not None


def test_one_task_done_is_one_leaf_with_all_that_follows() -> None:
    run = started(playbook(straight(1, 2)))
    task = Task.objects.get(playbook_step__run=run)
    act("incidents.task.accept", system(), task)
    before = Leaf.objects.count()
    act("incidents.task.finish", system(), task)
    assert Leaf.objects.count() == before + 1
    assert waiting(run) == ["Do 2"]


def test_a_question_is_answered_and_not_failed_and_a_task_the_other_way_round() -> None:
    run = started(branching())
    step = run.steps.filter(state="waiting").first()
    with pytest.raises(Refused, match="goes on when the task is done"):
        act("playbooks.steprun.answer", system(), step, answer="completed")
    act("playbooks.steprun.fail", system(), step, reason="The host is gone.")
    finish(run, "Do 2")
    with pytest.raises(Refused, match="It is a question"):
        act("playbooks.steprun.fail", system(), run.steps.get(state="waiting"), reason="No.")
    with pytest.raises(Invalid, match="answer"):
        act("playbooks.steprun.answer", system(), run.steps.get(state="waiting"), answer="perhaps")


def test_a_question_keeps_when_it_was_answered_and_not_when_its_branch_ended() -> None:
    run = started(branching())
    finish(run, "Do 1")
    finish(run, "Do 2")
    answered = clock.now()
    with clock.fixed(answered):
        reply(run, "true")
    with clock.fixed(answered + timedelta(hours=2)):
        finish(run, "Do 3")
    question = run.steps.filter(kind="while-condition").order_by("number").first()
    assert question is not None
    assert question.done_at == answered


def test_the_page_of_a_playbook_tells_each_branch_before_what_follows_all_of_them() -> None:
    made = released(branching())
    client = Client()
    client.force_login(user_with("ciso"))
    page = client.get(f"/playbooks/{made.pk}/").content.decode()
    steps = re.findall(r"<h2>\d+\. ([^<]+)</h2>", page)
    assert steps == ["At the same time", "Do 1", "Do 2", "it is still spreading", "Do 3", "__backup__", "Do 4", "Do 5"]
    assert "1 hour" in page


def test_a_stopped_run_goes_no_further_and_its_tasks_stay() -> None:
    run = started(playbook(straight(1, 2)))
    act("playbooks.run.stop", system(), run, reason="False alarm.")
    finish(run, "Do 1")
    assert not run.steps.filter(title="Do 2").exists()


def test_an_incident_is_not_closed_under_a_run() -> None:
    run = started(playbook(straight(1)))
    reasons = [addition.available for addition in added_to("incidents.incident.close") if addition.available]

    def said() -> list[str]:
        return [str(found) for reason in reasons if (found := reason(run.started_by, run.incident))]

    assert any("still running" in words for words in said())
    finish(run, "Do 1")
    assert not any("still running" in words for words in said())


def test_nothing_is_run_that_nobody_else_released() -> None:
    analyst = user_with("ciso")
    made = imported(playbook(straight(1)), analyst)
    with pytest.raises(Refused, match="not released"):
        act("playbooks.run.start", analyst, incident=incident(), playbook=made, unit=company())
    with pytest.raises(Refused, match="prepared it"):
        act("playbooks.playbook.release", analyst, made)
    act("playbooks.playbook.release", user_with("ciso"), made)
    act("playbooks.run.start", analyst, incident=incident(), playbook=made, unit=company())


def test_the_unit_that_a_step_names_gets_its_task() -> None:
    unit = act(
        "permissions.unit.create", system(), code="sec", name="Information security", kind="function", parent=company()
    )
    run = started(playbook(straight(1)))
    assert Task.objects.get(playbook_step__run=run).unit == unit


def test_a_step_waits_for_whoever_started_the_run() -> None:
    lead = user_with("ciso")
    run = started(playbook(straight(1)), lead)
    assert [(str(item.asked), item.url) for item in waiting_for(lead)] == [
        ("Do, and close the task", f"/playbooks/runs/{run.pk}/")
    ]


def test_what_is_behind_the_incidents_wall_is_seen_by_nobody_outside() -> None:
    inside, outside = user_with("ciso"), user_with("ciso")
    run = started(branching(), inside)
    client = Client()
    client.force_login(outside)
    assert client.get(f"/playbooks/runs/{run.pk}/").status_code == 200
    act("incidents.incident.raise_wall", inside, run.incident, why="Not to be spoken of yet.")
    for address in (f"/playbooks/runs/{run.pk}/", f"/records/playbooks.steprun/{run.steps.first().pk}/"):  # type: ignore[union-attr]
        assert client.get(address).status_code == 404
    assert f"/playbooks/runs/{run.pk}/" not in client.get(f"/playbooks/{run.playbook_id}/").content.decode()
    with pytest.raises(NotVisible):
        act("playbooks.run.stop", outside, run, reason="x")
    assert waiting_for(outside) == []
    assert waiting_for(inside) != []
    client.force_login(inside)
    assert client.get(f"/playbooks/runs/{run.pk}/").status_code == 200


def test_a_house_writes_its_own_step_by_step() -> None:
    made = act(
        "playbooks.playbook.create", system(), title="Lost laptop", unit=company(), description="When one is lost."
    )
    for title in ("Lock it", "Tell its owner"):
        act("playbooks.playbook.add_step", system(), made, title=title, minutes=30)
    act("playbooks.playbook.add_step", system(), made, title="Ask where", minutes=10, place=1)
    act("playbooks.playbook.change_step", system(), made, place=2, title="Lock and wipe it", minutes=20, who=company())
    act("playbooks.playbook.drop_step", system(), made, place=3)
    made.refresh_from_db()
    assert made.steps_shown == [
        "Ask where · Whoever runs the playbook · 10 min",
        f"Lock and wipe it · {company().name} · 20 min",
    ]
    with pytest.raises(Refused, match="has 2 steps"):
        act("playbooks.playbook.drop_step", system(), made, place=9)


def test_a_branching_playbook_is_not_edited_step_by_step() -> None:
    with pytest.raises(Refused, match="It branches"):
        act("playbooks.playbook.add_step", system(), imported(branching()), title="More", minutes=1)


def test_what_is_exported_is_what_was_imported_unknown_properties_included() -> None:
    made = imported(branching())
    client = Client()
    client.force_login(user_with("auditor"))
    answer = client.get(f"/playbooks/{made.pk}.json")
    assert json.loads(answer.content) == branching()
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (playbook(straight(1), workflow_start=key("start", 9)), "workflow_start"),
        (playbook({key("start", 1): {"type": "start", "on_completion": key("action", 4)}}), "names no step"),
    ],
)
def test_a_broken_file_is_refused_with_its_place_and_nothing_is_kept(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        imported(raw)
    assert not Playbook.objects.exists()


def test_the_same_file_twice_is_told() -> None:
    imported(branching())
    with pytest.raises(Refused, match="has this identifier already"):
        imported(branching())
    assert StepRun.objects.count() == 0
