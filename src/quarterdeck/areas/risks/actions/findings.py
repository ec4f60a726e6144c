"""Connect a finding with the risk that it bears on, from either of the two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.risks.actions.register import WRITERS, EndLink
from quarterdeck.areas.risks.findings import KINDS, Kind
from quarterdeck.areas.risks.models import (
    Risk,
    RiskFinding,
    RiskRecommendation,
    RiskSafeguardTest,
    RiskVendorFinding,
)
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Create
from quarterdeck.kernel.permissions.models import Unit

F = TypeVar("F", bound=RiskFinding)


class LinkFinding(Create[F]):
    """Say that a finding bears on a risk, and how. Who keeps the risk's unit says it of findings that they may see."""

    name = "link"
    fields = ("risk", "finding", "how")
    roles = WRITERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["risk"].unit  # type: ignore[no-any-return]

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: F | None) -> None:
        for name, wanted in (("risk", {"state": Risk.State.OPEN}), ("finding", None)):
            field = form.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            assert field.queryset is not None
            rows = field.queryset.order_by("-pk")
            field.queryset = rows.filter(self.kind().may_bear) if wanted is None else rows.filter(**wanted)

    def kind(self) -> Kind:
        """The source of findings that this action is of."""
        return next(kind for kind in KINDS if kind.model is self.model)


class LinkVendorFinding(LinkFinding[RiskVendorFinding]):
    model = RiskVendorFinding
    label = _("Connect a finding at a vendor")


class LinkRecommendation(LinkFinding[RiskRecommendation]):
    model = RiskRecommendation
    label = _("Connect a recommendation")


class LinkSafeguardTest(LinkFinding[RiskSafeguardTest]):
    model = RiskSafeguardTest
    label = _("Connect a failed test")


class EndVendorFinding(EndLink[RiskVendorFinding]):
    """It bears on the risk no more, or never did."""

    model = RiskVendorFinding


class EndRecommendation(EndLink[RiskRecommendation]):
    """It bears on the risk no more, or never did."""

    model = RiskRecommendation


class EndSafeguardTest(EndLink[RiskSafeguardTest]):
    """It bears on the risk no more, or never did."""

    model = RiskSafeguardTest


__all__ = [
    "EndRecommendation", "EndSafeguardTest", "EndVendorFinding", "LinkFinding", "LinkRecommendation", "LinkSafeguardTest",
    "LinkVendorFinding",
]  # fmt: skip
