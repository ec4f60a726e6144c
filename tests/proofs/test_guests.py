"""The guests' door: one questionnaire, one browser, one time. Everything else is refused, told plainly, and kept on record."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from quarterdeck.areas.vendors.models import AnswerEvidence, Evaluation, EvaluationAnswer, GuestLink, GuestRefusal
from quarterdeck.engines.questionnaires.own_workbook import write_workbook
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, NotVisible
from quarterdeck.web.guest.redact import GuestTokens
from tests.areas.vendors.path import Cast, with_file
from tests.conformance.people import signed_in
from tests.support import act, outcome

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def cast() -> Cast:
    made = Cast()
    made.analyst.email = "ana@harbour.example"
    made.analyst.save()
    return made


class Sent:
    """A questionnaire on its way: its link, and browsers that try it."""

    def __init__(self, cast: Cast, vendor: str = "Pier Hosting") -> None:
        self.cast = cast
        self.evaluation = act(
            "vendors.evaluation.open", cast.analyst, vendor=cast.vendor(vendor), scope="All", questionnaire=cast.version
        )
        made = outcome(
            "vendors.guestlink.send", cast.analyst, evaluation=self.evaluation, name="Grace Guest", email="grace@pier.example", language="en",
            expires_on=clock.today() + timedelta(days=20),
        )  # fmt: skip
        self.link: Any = made.record
        self.address = str(made.record.shown_once)  # type: ignore[attr-defined]
        self.token = self.address.rstrip("/").rpartition("/")[2]

    def open(self) -> Client:
        """A browser that asked for the code, read it in the mail, and came in."""
        run_jobs()
        browser = Client()
        assert browser.get(self.address).status_code == 200
        browser.post(self.address, {})
        code = newest_code()
        answer = browser.post(self.address, {"code": code})
        assert answer.status_code == 302
        return browser

    def section(self) -> str:
        return f"{self.address}section/1/"

    def why(self) -> list[str]:
        return list(GuestRefusal.objects.filter(link_id=self.link.pk).order_by("pk").values_list("why", flat=True))


def run_jobs() -> None:
    """Do what was enqueued, as a worker would."""
    from django_tasks_db.models import DBTaskResult

    from quarterdeck.areas.vendors import jobs

    for row in DBTaskResult.objects.filter(
        status="READY", task_path__startswith="quarterdeck.areas.vendors.jobs"
    ).order_by("enqueued_at"):
        given = row.args_kwargs["kwargs"]
        name = row.task_path.rpartition(".")[2]
        run = _Run(f"{name}:{given}")
        getattr(_plain(jobs), name)(run, **given)
        DBTaskResult.objects.filter(pk=row.pk).update(status="SUCCESSFUL")


class _Run:
    """A start of a job whose effect is tried at once."""

    def __init__(self, key: str) -> None:
        self.key = key

    def at_most_once(self, part: str = "") -> Any:
        from contextlib import nullcontext

        return nullcontext(True)


def _plain(module: Any) -> Any:
    """The functions under the declared jobs."""

    class Functions:
        def __getattr__(self, name: str) -> Any:
            declared = getattr(module, name)
            start = declared.func
            return next(
                cell.cell_contents
                for cell in start.__closure__
                if callable(cell.cell_contents) and getattr(cell.cell_contents, "__name__", "") == name
            )

    return Functions()


def newest_code() -> str:
    run_jobs()
    found = re.search(r"(\d{4} \d{4})", mail.outbox[-1].body)
    assert found is not None
    return found.group(1)


def test_a_guest_answers_by_the_link_alone_and_submits(cast: Cast) -> None:
    sent = Sent(cast)
    browser = sent.open()
    page = browser.get(sent.section()).content.decode()
    assert "Is it encrypted?" in page
    form = {f"q:{q}": "1" for q in ("q1", "q2", "q3")} | {
        "a:q1": "yes",
        "a:q2": "no",
        "c:q2": "Next month",
        "a:q3": "na",
        "evaluation": sent.evaluation.pk,
    }
    proof = SimpleUploadedFile("proof.txt", b"Patched on Monday")
    assert browser.post(sent.section(), form | {"f:q1": proof}).status_code == 302
    assert browser.post(f"{sent.address}submit/").status_code == 200
    kept = {
        row.question: (row.values, row.comment) for row in EvaluationAnswer.objects.filter(evaluation=sent.evaluation)
    }
    assert kept == {"q1": (["yes"], ""), "q2": (["no"], "Next month"), "q3": (["na"], "")}
    assert AnswerEvidence.objects.get().file.uploaded_by.kind == "guest"
    assert Evaluation.objects.get(pk=sent.evaluation.pk).state == "submitted"


def test_what_is_open_is_told_before_submitting(cast: Cast) -> None:
    sent = Sent(cast)
    browser = sent.open()
    assert browser.post(f"{sent.address}submit/").status_code == 409
    assert "Is it tested?" in browser.get(f"{sent.address}submit/").content.decode()


def test_a_guessed_link_does_not_exist_and_guessing_ends_soon(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    browser = Client()
    with caplog.at_level(logging.WARNING, logger="quarterdeck.security"):
        answers = [browser.get(f"/guest/{'x' * 30}{number}/").status_code for number in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert "unknown" in caplog.text


def test_a_link_is_not_used_again_after_the_answers_were_submitted(cast: Cast) -> None:
    sent = Sent(cast)
    browser = sent.open()
    browser.post(
        sent.section(), {f"q:{q}": "1" for q in ("q1", "q2", "q3")} | {f"a:{q}": "yes" for q in ("q1", "q2", "q3")}
    )
    browser.post(f"{sent.address}submit/")
    for address in (sent.address, sent.section()):
        answer = browser.get(address)
        assert answer.status_code == 410
        assert "submitted" in answer.content.decode()
    assert browser.post(sent.section(), {"q:q1": "1", "a:q1": "no"}).status_code == 410
    assert EvaluationAnswer.objects.get(evaluation=sent.evaluation, question="q1").values == ["yes"]
    assert set(sent.why()) == {"used"}


def test_an_expired_and_a_revoked_link_are_told_so(cast: Cast) -> None:
    late = Sent(cast)
    with clock.fixed(clock.now() + timedelta(days=21)):
        answer = Client().get(late.address)
    assert (answer.status_code, "expired" in answer.content.decode()) == (410, True)
    gone = Sent(cast, "Other")
    browser = gone.open()
    act("vendors.guestlink.revoke", cast.analyst, gone.link)
    assert browser.get(gone.section()).status_code == 410
    assert (late.why(), gone.why()) == (["expired"], ["revoked"])


def test_a_forwarded_link_stays_shut_in_a_second_browser_and_the_sender_is_told(cast: Cast) -> None:
    sent = Sent(cast)
    first = sent.open()
    second = Client()
    for address in (sent.address, sent.section()):
        answer = second.get(address)
        assert (answer.status_code, "another browser" in answer.content.decode()) == (403, True)
    assert second.post(sent.section(), {"q:q1": "1", "a:q1": "no"}).status_code == 403
    assert set(sent.why()) == {"second_browser"}
    run_jobs()
    assert mail.outbox[-1].to == ["ana@harbour.example"]
    assert first.get(sent.section()).status_code == 200
    assert not EvaluationAnswer.objects.filter(evaluation=sent.evaluation).exists()


def test_the_link_opens_with_the_mailed_code_only_and_codes_end(cast: Cast) -> None:
    sent = Sent(cast)
    browser, other = Client(), Client()
    browser.post(sent.address, {})
    code = newest_code()
    # The code is of the browser that asked, not of another one that has the link.
    assert other.post(sent.address, {"code": code}).status_code == 422
    for _number in range(5):
        assert browser.post(sent.address, {"code": "0000 0000"}).status_code == 422
    assert browser.post(sent.address, {"code": code}).status_code == 422
    assert set(sent.why()) == {"wrong_code"}
    link = GuestLink.objects.get(pk=sent.link.pk)
    assert link.bound_at is None


def test_looking_at_the_link_binds_nothing(cast: Cast) -> None:
    sent = Sent(cast)
    Client().get(sent.address)
    assert GuestLink.objects.get(pk=sent.link.pk).codes == 0
    sent.open()


def test_nothing_of_another_questionnaire_is_read_or_written(cast: Cast) -> None:
    mine, other = Sent(cast), Sent(cast, "Other")
    act("vendors.evaluation.attach", cast.analyst, other.evaluation, question="q1", file=_stored(cast))
    browser = mine.open()
    theirs = AnswerEvidence.objects.get(answer__evaluation=other.evaluation)
    assert browser.post(f"{mine.address}files/{theirs.pk}/remove/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.removed is False
    assert (
        browser.post(mine.section(), {"q:q1": "1", "a:q1": "no", "evaluation": other.evaluation.pk}).status_code == 422
    )
    assert browser.post(mine.section(), {"q:zz": "1", "a:zz": "no"}).status_code == 422
    assert browser.get(f"{mine.address}section/99/").status_code == 302
    # The other's link does not open in this browser either, and the guest's own permissions end at the own evaluation.
    assert browser.get(f"{other.address}section/1/").status_code == 302
    for code, record in (("answer", other.evaluation), ("submit", other.evaluation)):
        with pytest.raises(NotVisible):
            act(f"vendors.evaluation.{code}", mine.link.user, record, **({"answers": {}} if code == "answer" else {}))
    with pytest.raises((Denied, NotVisible)):
        act("vendors.evaluation.decide", mine.link.user, mine.evaluation, decision="approved", because="Me")
    assert mine.why().count("foreign") >= 3
    assert not EvaluationAnswer.objects.filter(evaluation=mine.evaluation).exists()


def _stored(cast: Cast) -> Any:
    return with_file("files.storedfile.upload", cast.analyst, None)


def test_a_guest_has_no_session_and_no_other_door(cast: Cast) -> None:
    sent = Sent(cast)
    browser = sent.open()
    assert "sessionid" not in browser.cookies
    for address in ("/", "/records/vendors.vendor/", f"/records/vendors.evaluation/{sent.evaluation.pk}/"):
        assert browser.get(address).status_code == 302
    assert browser.get("/api/v1/records/vendors.vendor").status_code == 401
    # Whoever is signed in as a person acts at this door as the guest, and is shown nothing of the house.
    both = signed_in(cast.ciso)
    both.cookies["quarterdeck_guest"] = browser.cookies["quarterdeck_guest"].value
    page = both.get(sent.section()).content.decode()
    assert "Is it patched?" in page
    assert cast.ciso.full_name not in page


def test_a_script_in_an_answer_is_text_everywhere(cast: Cast) -> None:
    sent = Sent(cast)
    browser = sent.open()
    evil = "<script>alert(1)</script>"
    formula = '=HYPERLINK("http://evil.example","x")'
    form = {"q:q1": "1", "a:q1": "yes", "c:q1": evil, "q:q2": "1", "a:q2": "yes", "c:q2": formula}
    browser.post(sent.section(), form)
    row = EvaluationAnswer.objects.get(evaluation=sent.evaluation, question="q1")
    reader = signed_in(cast.analyst)
    for client, address in (
        (browser, sent.section()),
        (reader, f"/records/vendors.evaluationanswer/{row.pk}/"),
        (reader, "/records/vendors.evaluationanswer/"),
    ):
        page = client.get(address).content.decode()
        assert evil not in page
        assert "&lt;script&gt;alert(1)" in page
    table = b"".join(reader.get("/records/vendors.evaluationanswer/export.csv")).decode()  # type: ignore[arg-type]
    assert ",=HYPERLINK" not in table
    assert ',"=HYPERLINK' not in table
    from quarterdeck.areas.vendors.answers import answered

    book = openpyxl.load_workbook(io.BytesIO(write_workbook(cast.version.asked, answered(sent.evaluation).answers)))
    cells = [cell for line in book["Questionnaire"].iter_rows() for cell in line if cell.value]
    assert all(cell.data_type != "f" and not str(cell.value).startswith("=") for cell in cells)


def test_a_macro_file_and_a_bomb_are_refused_in_words_and_the_rest_is_kept(cast: Cast) -> None:
    sent = Sent(cast)
    browser = sent.open()
    macro = io.BytesIO()
    with zipfile.ZipFile(macro, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", b"Attribute VB_Name")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 30_000_000)
    for name, content, word in (("book.xlsm", macro, "macros"), ("all.zip", bomb, "unpacks")):
        upload = SimpleUploadedFile(name, content.getvalue())
        answer = browser.post(sent.section(), {"q:q1": "1", "a:q1": "yes", "f:q1": upload})
        assert (answer.status_code, word in answer.content.decode()) == (422, True)
    assert sent.why() == ["file", "file"]
    assert not AnswerEvidence.objects.exists()
    assert EvaluationAnswer.objects.get(evaluation=sent.evaluation).values == ["yes"]


def test_a_body_of_100_mb_is_refused_before_it_is_read_and_kept_on_record(cast: Cast) -> None:
    sent = Sent(cast)
    browser = sent.open()
    answer = browser.generic(
        "POST",
        sent.section(),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(100 * 1024 * 1024),
        **{"wsgi.input": io.BytesIO(b"0" * 4096)},  # the rest never has to arrive
    )
    assert answer.status_code == 413
    assert sent.why() == ["file"]
    assert not AnswerEvidence.objects.exists()


def test_neither_token_nor_code_is_kept_anywhere(cast: Cast) -> None:
    sent = Sent(cast)
    browser = sent.open()
    code = re.search(r"(\d{4}) (\d{4})", mail.outbox[-1].body)
    assert code is not None
    secret = browser.cookies["quarterdeck_guest"].value
    assert any(sent.token in message.body for message in mail.outbox)
    for model in apps.get_models():
        for row in model._base_manager.all().values():
            text = repr(row)
            assert sent.token not in text, model
            assert secret not in text, model
            assert "".join(code.groups()) not in text, model


def test_an_address_in_a_log_has_no_token(cast: Cast) -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Gone: %s", ("/guest/abcdefghijklmnop/section/1/",), None
    )
    assert GuestTokens().filter(record)
    assert "abcdefghijklmnop" not in record.getMessage()


def test_the_page_is_in_the_guests_language(cast: Cast) -> None:
    sent = Sent(cast)
    assert 'lang="en' in Client().get(sent.address).content.decode()
    GuestLink._base_manager.filter(pk=sent.link.pk)
    act("vendors.guestlink.revoke", cast.analyst, sent.link)
    again = outcome(
        "vendors.guestlink.send", cast.analyst, evaluation=sent.evaluation, name="Gu", email="gu@pier.example", language="zh-hans",
        expires_on=clock.today() + timedelta(days=3),
    ).record  # fmt: skip
    assert 'lang="zh' in Client().get(str(again.shown_once)).content.decode()  # type: ignore[attr-defined]
