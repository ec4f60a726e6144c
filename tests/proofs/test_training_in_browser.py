"""Training as people do it: an officer builds and assigns, an employee finishes on a phone, a package runs where it can do no harm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from quarterdeck.areas.training.models import Assignment, AssignmentRule, CourseVersion, LessonProgress
from quarterdeck.kernel.accounts.models import User
from tests.areas.training.school import assign, course, employee, officer, scorm, unit, uploaded, version_of, worked
from tests.support import act
from tests.web.browser import chromium, faults, tab_to, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@contextmanager
def phone(browser: Browser, address: str, user: User, *, scheme: str = "light", script: bool = True) -> Iterator[Page]:
    """A phone in somebody's hand: 390 by 844, touched and not clicked."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, java_script_enabled=script,
        color_scheme="dark" if scheme == "dark" else "light",
    )  # fmt: skip
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": address}])
    yield context.new_page()
    context.close()


def test_an_officer_builds_a_course_and_assigns_it_to_a_unit(live_server) -> None:  # type: ignore[no-untyped-def]
    who = officer()
    shop = unit("shop")
    employee("Fu An", shop)
    with chromium() as browser:
        page = window(browser, live_server.url, who).new_page()
        page.goto(f"{live_server.url}/records/training.course/")
        page.get_by_role("link", name="Add a course").first.click()
        page.get_by_label("Title").fill("Strangers at the door")
        page.get_by_label("Unit").select_option(label="Harbour Lane Group")
        page.get_by_label("Part of the awareness programme").check()
        page.get_by_role("button", name="Add a course").click()
        page.get_by_role("row").filter(has_text="Draft").get_by_role("link").first.click()
        page.get_by_role("heading", name="No lesson yet").wait_for()
        assert page.get_by_role("button", name="Publish").get_attribute("aria-disabled") == "true"
        page.locator("summary", has_text="Add a page").click()
        form = page.locator("details[open] form")
        form.get_by_label("Title").fill("At the door")
        form.get_by_label("Text").fill("# Ask\n\nAsk **whom** they visit.")
        form.get_by_role("button", name="Add a page").click()
        page.get_by_role("heading", name="1. At the door").wait_for()
        page.locator("summary", has_text="Add a quiz").click()
        form = page.locator("details[open] form")
        form.get_by_label("Title").fill("What would you do?")
        form.get_by_role("button", name="Add a quiz").click()
        page.locator("summary", has_text="Add a question").click()
        form = page.locator("details[open] form")
        form.get_by_label("Question").fill("Somebody without a badge asks to be let in.")
        form.get_by_label("Answers").fill("* I bring them to the reception\nI let them in")
        form.get_by_label("Explanation").fill("The reception knows who is expected.")
        form.get_by_role("button", name="Add a question").click()
        page.locator(".answers").get_by_text("I bring them to the reception").wait_for()
        assert faults(page) == []
        page.get_by_role("button", name="Publish").click()
        page.get_by_text("Published").first.wait_for()
        page.get_by_role("link", name="Assign to an audience").click()
        page.get_by_label("Unit and below").select_option(label="Shop")
        page.get_by_label("From", exact=False).first.fill("2020-01-01")
        page.get_by_role("button", name="Assign to an audience").click()
        page.wait_for_load_state()
        assert AssignmentRule.objects.get().unit == shop
        worked()
        page.goto(f"{live_server.url}/training/completion/")
        page.get_by_role("row", name="Shop").get_by_text("0.0%").wait_for()
        assert faults(page) == []
    assert Assignment.objects.get().person.full_name == "Fu An"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_employee_finishes_a_course_on_a_phone_by_touch_and_gets_the_certificate(live_server, scheme: str) -> None:  # type: ignore[no-untyped-def]
    who = officer()
    person = employee("Fu An")
    assign(who, person, course(who))
    with chromium() as browser, phone(browser, live_server.url, person.user, scheme=scheme) as page:
        page.goto(f"{live_server.url}/training/")
        assert faults(page) == []
        _large(page, page.get_by_role("link", name="Begin"))
        page.get_by_role("link", name="Begin").tap()
        page.get_by_role("list", name="Lessons").wait_for()
        assert faults(page) == []
        page.get_by_role("link", name="Begin").tap()
        page.get_by_text("twice").wait_for()
        assert faults(page) == []
        _large(page, page.get_by_role("button", name="I have read it; go on"))
        page.get_by_role("button", name="I have read it; go on").tap()
        page.get_by_text("Who asks for a password?").wait_for()
        source = page.content()
        assert "is-right" not in source
        assert "Nobody does." not in source  # the explanation would tell the answer
        page.get_by_role("button", name="Hand in").tap()
        page.get_by_text("Answer every question.").wait_for()
        page.get_by_text("The bank").tap()
        for words in ("The sender", "The haste"):
            page.get_by_text(words).tap()
        page.get_by_role("button", name="Hand in").tap()
        page.get_by_text("Not passed yet: 50%").wait_for()
        page.get_by_text("Nobody does.").wait_for()
        assert faults(page) == []
        page.get_by_text("Nobody", exact=True).tap()
        page.get_by_role("button", name="Try again").tap()
        page.get_by_text("Passed with 100%").wait_for()
        page.get_by_role("link", name="To the course").tap()
        page.get_by_role("link", name="Your certificate").tap()
        page.get_by_text("has completed the course").wait_for()
        assert faults(page) == []
        page.get_by_role("link", name="Check this certificate").tap()
        page.get_by_text("It is genuine").wait_for()
    assert Assignment.objects.get().state == "completed"


def _large(page: Page, target) -> None:  # type: ignore[no-untyped-def]
    box = target.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] >= 300


def test_an_employee_finishes_a_course_by_keyboard_with_script_off(live_server) -> None:  # type: ignore[no-untyped-def]
    who = officer()
    person = employee("Fu An")
    assign(who, person, course(who))
    with chromium() as browser, phone(browser, live_server.url, person.user, script=False) as page:
        page.goto(f"{live_server.url}/training/")
        for words in ("Begin", "Begin", "I have read it; go on"):
            tab_to(page, words)
            page.keyboard.press("Enter")
            page.wait_for_load_state()
        tab_to(page, "Nobody")
        page.keyboard.press("Space")
        for words in ("The sender", "The haste"):
            tab_to(page, words)
            page.keyboard.press("Space")
        tab_to(page, "Hand in")
        page.keyboard.press("Enter")
        page.get_by_text("Passed with 100%").wait_for()
    assert Assignment.objects.get().state == "completed"


#: A package that tries to break out, and tells what came of it in the one place it can write to.
REACHING = """<!DOCTYPE html><html><head><title>Part</title></head><body><p id="told">Part</p><script>
function tried(what) { try { var found = what(); return found === undefined || found === null ? "nothing" : "REACHED " + String(found).slice(0, 80); } catch (refused) { return "refused"; } }
var told = {
  cookie: tried(function () { return document.cookie || null; }),
  dom: tried(function () { return window.parent.document.title; }),
  top: tried(function () { return window.top.location.href; }),
  parentApi: tried(function () { return window.parent.API; }),
  storage: tried(function () { localStorage.setItem("a", "b"); return localStorage.getItem("a") === "b" ? null : "lost"; })
};
var API = window.API;
API.LMSInitialize("");
told.name = API.LMSGetValue("cmi.core.student_name");
told.wrong = API.LMSSetValue("cmi.core.lesson_status", "wonderful") + API.LMSGetLastError();
told.readonly = API.LMSSetValue("cmi.core.student_id", "me") + API.LMSGetLastError();
var elsewhere = new XMLHttpRequest();
elsewhere.open("GET", "/training/");
elsewhere.onloadend = function () {
  told.elsewhere = elsewhere.status ? "REACHED " + elsewhere.status : "refused";
  API.LMSSetValue("cmi.suspend_data", JSON.stringify(told));
  API.LMSSetValue("cmi.core.score.raw", "88");
  API.LMSSetValue("cmi.core.lesson_status", "passed");
  API.LMSFinish("");
  document.getElementById("told").textContent = "finished";
};
try { elsewhere.send(); } catch (refused) { elsewhere.onloadend(); }
try { if (window.top !== window) window.top.location = "/you/"; } catch (refused) { /* as it should be */ }
</script></body></html>"""


def test_a_scorm_package_completes_through_the_sandbox_and_reaches_nothing_of_the_page_around(live_server) -> None:  # type: ignore[no-untyped-def]
    who = officer()
    made = course(who, quiz=False, publish=False)
    version = version_of(made)
    uploaded(who, version, "add_package", scorm(REACHING), "course.zip", title="Doors")
    act("training.lesson.withdraw", who, version.lessons.get(kind="page"))
    act("training.courseversion.publish", who, version)
    person = employee("Fu An")
    row = assign(who, person, made)
    with chromium() as browser, phone(browser, live_server.url, person.user) as page:
        page.goto(f"{live_server.url}/training/{row.pk}/")
        page.get_by_role("link", name="Begin").tap()
        page.get_by_role("button", name="Open the lesson").tap()
        page.frame_locator("iframe").get_by_text("finished").wait_for()
        page.get_by_text("This lesson is done.").wait_for()
        assert page.url.startswith(f"{live_server.url}/training/{row.pk}/")
        assert faults(page) == []
        source = page.locator("iframe").get_attribute("src")
        page.get_by_role("link", name="To the course").tap()
        page.get_by_text("Well done").wait_for()
        # Opened by itself, the package is no better off: the sandbox comes with its files.
        alone = page.context.new_page()
        answer = alone.goto(live_server.url + str(source))
        assert answer is not None
        assert "sandbox allow-scripts" in answer.headers["content-security-policy"]
        assert alone.evaluate("self.origin") == "null"
    progress = LessonProgress.objects.get()
    told = json.loads(progress.runtime["cmi.suspend_data"])
    assert told == {
        "cookie": "refused", "dom": "refused", "top": "refused", "parentApi": "refused", "storage": "nothing", "name": "Learner",
        "wrong": "false405", "readonly": "false403", "elsewhere": "refused",
    }  # fmt: skip
    assert (progress.score, Assignment.objects.get().state) == (88, "completed")


def test_the_files_of_a_package_need_the_key_that_the_session_was_given(live_server) -> None:  # type: ignore[no-untyped-def]
    who = officer()
    made = course(who, quiz=False, publish=False)
    version = version_of(made)
    uploaded(who, version, "add_package", scorm(), "course.zip", title="Doors")
    act("training.courseversion.publish", who, version)
    row = assign(who, employee("Fu An"), made)
    client = Client()
    client.force_login(row.person.user)  # type: ignore[arg-type]
    page, package = version.lessons.order_by("number")
    act("training.assignment.finish_lesson", row.person.user, row, lesson=page.pk)
    client.post(f"/training/{row.pk}/{package.pk}/", {"begin": "1"})
    body = client.get(f"/training/{row.pk}/{package.pk}/").content.decode()
    place = body.partition('<iframe src="')[2].partition('"')[0]
    stranger = Client()
    assert stranger.get(place).status_code == 200  # the key is what counts: from the sandbox no cookie comes along
    for wrong in (
        "/training/content/wrong/index.html",
        place.replace("index.html", "../../../etc/hostname"),
        place.replace("index.html", "no.html"),
    ):
        assert stranger.get(wrong).status_code == 404
    assert CourseVersion.objects.get().state == "published"
