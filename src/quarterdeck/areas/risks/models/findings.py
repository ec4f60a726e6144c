"""Findings that bear on a risk: one model for each source of findings, all of one shape.

Each connection hangs where its finding hangs, so that whoever may not see the finding learns nothing of it through the risk.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.models import Recommendation
from quarterdeck.areas.risks.models.register import Connection, Risk
from quarterdeck.areas.safeguards.models import SafeguardTest
from quarterdeck.areas.vendors.models import Finding


class RiskFinding(Connection):
    """A finding that bears on a risk. A source adds a model with the foreign key ``finding``, whose reverse name is ``risks``."""

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="%(class)ss", verbose_name=_("risk"))
    how = models.CharField(_("how it bears on the risk"), max_length=300)

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(
                fields=["risk", "finding"],
                condition=models.Q(ended_on=None),
                name="%(class)s_once",
                violation_error_message=_("They are connected already."),
            ),
        )

    def __str__(self) -> str:
        # Neither the risk nor the finding: who may see this connection need not see both.
        return self.how


class RiskVendorFinding(RiskFinding):
    """What the evaluation of a vendor found."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="risks", verbose_name=_("finding at a vendor"))

    class Meta(RiskFinding.Meta):
        verbose_name = _("finding at a vendor that bears on a risk")
        verbose_name_plural = _("findings at vendors that bear on risks")


class RiskRecommendation(RiskFinding):
    """What an outside expert, or an own assessment, recommended."""

    finding = models.ForeignKey(Recommendation, models.PROTECT, related_name="risks", verbose_name=_("recommendation"))

    class Meta(RiskFinding.Meta):
        verbose_name = _("recommendation that bears on a risk")
        verbose_name_plural = _("recommendations that bear on risks")


class RiskSafeguardTest(RiskFinding):
    """A test that found a safeguard not effective, or only in part."""

    finding = models.ForeignKey(
        SafeguardTest, models.PROTECT, related_name="risks", verbose_name=_("effectiveness test")
    )

    class Meta(RiskFinding.Meta):
        verbose_name = _("failed test that bears on a risk")
        verbose_name_plural = _("failed tests that bear on risks")
