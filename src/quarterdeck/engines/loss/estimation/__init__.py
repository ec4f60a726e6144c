"""Where rates and severities come from: what people judge, what the company's own incidents say, and how good both were."""

from quarterdeck.engines.loss.estimation.calibration import (
    BackTest,
    Brier,
    HitRate,
    back_test,
    back_test_power,
    brier_score,
    hit_rate,
)
from quarterdeck.engines.loss.estimation.counting import CountTest, count_test
from quarterdeck.engines.loss.estimation.fair import FairError, loss_event_frequency, vulnerability
from quarterdeck.engines.loss.estimation.frequency import GammaRate, gamma_from_interval, updated_rate
from quarterdeck.engines.loss.estimation.learning import (
    LearntSeverity,
    SeverityPrior,
    learnt_rate,
    learnt_severity,
    severity_prior,
)
from quarterdeck.engines.loss.estimation.severity import (
    LognormalFit,
    LognormalPosterior,
    fit_lognormal,
    lognormal_posterior,
)

__all__ = [
    "BackTest",
    "Brier",
    "CountTest",
    "FairError",
    "GammaRate",
    "HitRate",
    "LearntSeverity",
    "LognormalFit",
    "LognormalPosterior",
    "SeverityPrior",
    "back_test",
    "back_test_power",
    "brier_score",
    "count_test",
    "fit_lognormal",
    "gamma_from_interval",
    "hit_rate",
    "learnt_rate",
    "learnt_severity",
    "lognormal_posterior",
    "loss_event_frequency",
    "severity_prior",
    "updated_rate",
    "vulnerability",
]
