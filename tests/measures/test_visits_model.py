"""Weights of visits, the Poisson model and its probabilities, and the visits of the record."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import PoissonRegressor

from multipolar.measures import _visit_weights as weighting
from multipolar.measures._kernels import poisson
from multipolar.measures._visit_weights import RANKS, VisitWeights, visit_weight

SCHEMES = st.builds(
    VisitWeights,
    role_weight=st.sampled_from(weighting.ROLE.options),
    multilateral_weight=st.sampled_from(weighting.OCCASION.options),
    not_met_weight=st.sampled_from(weighting.NOT_MET.options),
)
ROLES = st.sampled_from([*RANKS, "other", "clerk"])
SAID = st.sampled_from([True, False, None])


@given(ROLES, SAID, SCHEMES)
def test_meeting_the_host_never_lowers_a_weight(role, multilateral, weights):
    met, unknown, not_met = (
        visit_weight(role, multilateral=multilateral, met_host_leader=m, weights=weights)
        for m in (True, None, False)
    )
    assert met >= unknown >= not_met


@given(ROLES, SAID, SCHEMES)
def test_a_visit_of_its_own_never_weighs_less_than_a_summit(role, met, weights):
    own, unknown, summit = (
        visit_weight(role, multilateral=m, met_host_leader=met, weights=weights)
        for m in (False, None, True)
    )
    assert own == unknown >= summit


@given(ROLES, ROLES, SAID, SAID, SCHEMES)
def test_a_higher_office_never_weighs_less(one, other, multilateral, met, weights):
    low, high = sorted((one, other), key=lambda r: RANKS.get(r, 0))
    said = {"multilateral": multilateral, "met_host_leader": met, "weights": weights}
    assert 0 <= visit_weight(low, **said) <= visit_weight(high, **said) <= 1


@pytest.fixture(scope="module")
def gravity():
    rng = np.random.default_rng(11)
    n = 18
    first, second = (g.ravel() for g in np.meshgrid(np.arange(n), np.arange(n), indexing="ij"))
    apart = first != second
    first, second = first[apart], second[apart]
    x = rng.normal(0, 1, (len(first), 2))
    effects = rng.normal(0, 0.6, (2, n))
    mean = np.exp(0.3 + x @ [-0.7, 0.4] + effects[0, first] + effects[1, second])
    return rng.poisson(mean).astype(float), x, first, second


def test_the_fit_is_that_of_dummies(gravity):
    y, x, first, second = gravity
    fit = poisson.fit_poisson(y, x, first, second)
    dummies = np.hstack([x, np.eye(18)[first], np.eye(18)[second][:, 1:]])
    plain = PoissonRegressor(alpha=0, fit_intercept=False, solver="newton-cholesky", tol=1e-10)
    plain.fit(dummies, y)
    np.testing.assert_allclose(fit.slopes, plain.coef_[:2], atol=1e-5)
    np.testing.assert_allclose(
        fit.predict(x, first, second), plain.predict(dummies), rtol=1e-4, atol=1e-6
    )


def test_the_margins_of_the_fit_are_those_of_the_counts(gravity):
    y, x, first, second = gravity
    expected = poisson.fit_poisson(y, x, first, second).predict(x, first, second)
    for group in (first, second):
        np.testing.assert_allclose(np.bincount(group, expected), np.bincount(group, y), rtol=1e-6)


def test_a_poisson_count_has_no_extra_dispersion(gravity):
    assert poisson.fit_poisson(*gravity).dispersion == pytest.approx(1, abs=0.25)


def test_a_group_without_events_is_expected_to_have_none(gravity):
    y, x, first, second = gravity
    silent = np.where(second == 3, 0.0, y)
    fit = poisson.fit_poisson(silent, x, first, second)
    assert (fit.predict(x, first, second)[second == 3] == 0).all()
    assert np.isnan(
        poisson.fit_poisson(y[first > 0], x[first > 0], first[first > 0], second[first > 0]).first[
            0
        ]
    )


def test_the_chance_of_a_visit_and_its_bits():
    assert poisson.at_least_one(np.array([np.log(2)]))[0] == pytest.approx(0.5)
    np.testing.assert_allclose(poisson.bits(np.array([1.0, 0.5, 0.125])), [0, 1, 3])


def test_calibrated_probabilities_come_true_as_often_as_they_say():
    rng = np.random.default_rng(5)
    true = rng.beta(1, 6, 6000)
    distorted = true**2  # forecasts in the right order and far too low
    happened = rng.random(6000) < true
    fresh = poisson.calibrate(distorted[:3000], happened[:3000], distorted[3000:])
    assert (np.diff(fresh[np.argsort(distorted[3000:])]) >= 0).all()
    assert ((fresh > 0) & (fresh < 1)).all()
    for low, high in ((0.0, 0.1), (0.1, 0.25), (0.25, 0.6)):
        bin_ = (fresh >= low) & (fresh < high)
        rate = happened[3000:][bin_].mean()
        # 3 standard errors of a share, plus the steps' own error of the same size.
        error = 6 * np.sqrt(rate * (1 - rate) / bin_.sum())
        assert abs(rate - fresh[bin_].mean()) < error
