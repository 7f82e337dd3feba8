"""One class and one person: who counts, what is computed, and what may be shown."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avcourse.measurement import TestRecord, cohort_gains, gains_as_dict, group_gain, is_valid, personal_gain

AREAS = ["principles", "transparency", "participation", "digital", "impact"]
SLOTS = {f"{area}-{number}": area for area in AREAS for number in range(1, 5)}


def record(learner, points, *, blank=0, unsure=0, confidence=None, ratings=None, form="A"):
    """A test with the first `points` of the 20 slots right; of the others the last ones blank, before them "ei tea"."""
    outcomes = ["right"] * points + ["wrong"] * (20 - points - blank - unsure) + ["unsure"] * unsure + ["blank"] * blank
    return TestRecord(
        learner=learner,
        form=form,
        scores={slot: int(number < points) for number, slot in enumerate(SLOTS)},
        areas=SLOTS,
        confidences=dict.fromkeys(SLOTS, confidence),
        outcomes=dict(zip(SLOTS, outcomes, strict=True)),
        self_ratings=dict.fromkeys(AREAS, ratings),
    )


def spread(learner, per_area, **options):
    """A test with so many of each area's four slots right."""
    right = {
        f"{area}-{number}" for area, points in zip(AREAS, per_area, strict=True) for number in range(1, points + 1)
    }
    return replace(
        record(learner, 0, **options),
        scores={slot: int(slot in right) for slot in SLOTS},
        outcomes={slot: "right" if slot in right else "wrong" for slot in SLOTS},
    )


def classroom(pre_points, post_points, **options):
    pre = [record(f"p{number}", points, **options) for number, points in enumerate(pre_points)]
    return pre, [record(f"p{number}", points, **options) for number, points in enumerate(post_points)]


def overall(pre, post, then=None):
    return cohort_gains(pre, post, then or {}, areas=AREAS).groups["all"]


def test_records_are_not_changed():
    pre, post = classroom([5, 6, 7, 8, 9], [10, 11, 12, 13, 15])
    before = [repr(test) for test in pre + post]
    cohort_gains(pre, post, {}, areas=AREAS)
    assert [repr(test) for test in pre + post] == before


@pytest.mark.parametrize(("blank", "valid"), [(0, True), (3, True), (4, False), (20, False)])
def test_blank_under_a_fifth_is_valid(blank, valid):
    assert is_valid(record("a", 0, blank=blank)) is valid
    assert is_valid(record("a", 0, blank=blank, unsure=20 - blank)) is valid  # "ei tea" is not blank


def test_a_test_without_slots_is_invalid():
    assert not is_valid(TestRecord("a", "A", {}, {}, {}, {}, {}))


def test_slots_must_agree_and_points_be_0_or_1():
    with pytest.raises(ValueError, match="same slots"):
        TestRecord("a", "A", {"s": 1}, {"s": "digital"}, {}, {}, {})
    with pytest.raises(ValueError, match="0 or 1"):
        TestRecord("a", "A", {"s": 2}, {"s": "digital"}, {}, {"s": "right"}, {})


def test_attrition():
    """p7 left, p8's post-test is mostly blank, p9 came late, p10's pre-test is invalid."""
    pre, post = classroom([5, 6, 7, 8, 9, 10, 11, 4, 2], [10, 12, 13, 9, 11, 18, 14])
    post += [record("p8", 5, blank=8), record("p9", 19), record("p10", 3)]
    pre += [record("p10", 3, blank=17)]
    counts = overall(pre, post).exact.attrition
    assert (counts.n_pre, counts.n_post, counts.n_matched, counts.n_invalid, counts.n_left) == (9, 9, 7, 2, 2)
    assert counts.left_pre_mean == pytest.approx((20 + 10) / 2)
    assert overall(pre, post).published.attrition == replace(counts, left_pre_mean=None)  # two people only
    assert overall(pre, post).exact.gain.n == 7


def test_those_who_left_are_shown_from_five():
    pre, post = classroom([5, 6, 7, 8, 9, 1, 2, 3, 4, 4], [10, 12, 13, 9, 11])
    attrition = overall(pre, post).published.attrition
    assert attrition.n_left == 5
    assert attrition.left_pre_mean == 15
    pre, post = classroom([5, 6, 7, 8, 9, 1, 1, 1, 1, 1], [10, 12, 13, 9, 11])
    assert overall(pre, post).published.attrition.left_pre_mean is None  # all equal


def test_before_the_post_test_nobody_has_left():
    pre, _ = classroom(range(2, 14), [])
    result = overall(pre, [])
    assert result.status == "collecting"
    assert result.exact.attrition.n_left == 0
    assert result.exact.attrition.left_pre_mean is None


def test_two_tests_of_one_learner_are_refused():
    with pytest.raises(ValueError, match="two tests"):
        cohort_gains([record("a", 3), record("a", 4)], [], {}, areas=AREAS)
    with pytest.raises(ValueError, match="cannot name an area"):
        cohort_gains([], [], {}, areas=["all"])


def test_gains_are_those_of_the_matched_by_area_and_overall():
    before = [(0, 1, 2, 3, 4), (1, 1, 1, 2, 4), (2, 0, 1, 0, 3), (4, 3, 2, 1, 0), (1, 2, 3, 3, 2), (0, 0, 1, 1, 2)]
    after = [(2, 1, 4, 3, 4), (3, 2, 1, 2, 4), (2, 4, 1, 3, 3), (4, 3, 4, 4, 1), (2, 2, 3, 4, 4), (3, 1, 1, 4, 2)]
    pre = [spread(f"p{number}", row) for number, row in enumerate(before)]
    post = [spread(f"p{number}", row) for number, row in reversed(list(enumerate(after)))]  # order must not matter
    gains = cohort_gains(pre, post, {}, areas=AREAS, seed=7)
    assert list(gains.groups) == ["all", *AREAS]
    expected = group_gain([sum(row) for row in before], [sum(row) for row in after], max_points=20, seed=7)
    assert gains.groups["all"].exact.gain == expected
    for place, area in enumerate(AREAS):
        expected = group_gain([row[place] for row in before], [row[place] for row in after], max_points=4, seed=7)
        assert gains.groups[area].exact.gain == expected


@pytest.mark.parametrize(
    ("n", "status"), [(0, "collecting"), (2, "collecting"), (3, "suppressed"), (4, "suppressed"), (5, "shown")]
)
def test_sample_rules(n, status):
    pre, post = classroom([3, 5, 6, 8, 9][:n], [9, 8, 12, 15, 19][:n], confidence=75, ratings=3)
    result = overall(pre, post)
    assert result.status == status
    assert result.exact.gain.n == n
    assert (result.published.gain is None) == (status != "shown")
    if status != "shown":
        hidden = result.published
        assert (hidden.calibration_pre, hidden.calibration_post, hidden.response_shift) == (None, None, None)
        assert set(hidden.changes.values()) == {None}
        assert hidden.attrition.n_matched == n


@pytest.mark.parametrize(
    ("pre_points", "post_points"),
    [([7] * 9, range(9, 18)), (range(3, 12), [18] * 9), (range(3, 12), range(5, 14))],
    ids=["before", "after", "gain"],
)
def test_all_equal_is_hidden_below_ten(pre_points, post_points):
    assert overall(*classroom(pre_points, post_points)).status == "suppressed"
    assert overall(*classroom([*pre_points, 2], [*post_points, 20])).status == "shown"
    ten = overall(*classroom([7] * 10, range(9, 19)))
    assert ten.status == "shown"


def test_equal_gains_are_seen_through_rounding_errors():
    """A third of three items more, from 0, from 1 and from 2: per cents that differ in the last digit only."""
    slots = ("s1", "s2", "s3")

    def three(learner, points):
        scores = {slot: int(number < points) for number, slot in enumerate(slots)}
        return TestRecord(learner, "A", scores, dict.fromkeys(slots, "digital"), {}, dict.fromkeys(slots, "right"), {})

    pre = [three(f"p{number}", number % 3) for number in range(6)]
    post = [three(f"p{number}", number % 3 + 1) for number in range(6)]
    assert overall(pre, post).status == "suppressed"


def test_the_order_of_the_files_does_not_matter():
    pre, post = classroom([3, 5, 6, 8, 9, 4], [9, 8, 12, 15, 19, 6])
    assert overall(pre[::-1], post) == overall(pre, post[::-1]) == overall(pre, post)


def test_ceiling_is_said_from_ten_and_hidden_below():
    """Below ten "lagi" would tell that each of them had everything right."""
    nine, ten = overall(*classroom([20] * 9, range(12, 21))), overall(*classroom([20] * 10, range(11, 21)))
    assert nine.exact.ceiling
    assert not nine.published.ceiling
    assert nine.status == "suppressed"
    assert ten.published.ceiling
    assert ten.published.gain.normalized_gain is None
    assert ten.status == "shown"
    assert not overall(*classroom([20] * 9 + [19], range(11, 21))).exact.ceiling


def test_rounding_below_twenty():
    pre_points, post_points = [3, 4, 4, 5, 6, 7, 7, 8, 9, 10], [9, 8, 12, 15, 19, 13, 14, 10, 16, 17]
    result = overall(*classroom(pre_points, post_points))
    exact, shown = result.exact.gain, result.published.gain
    assert exact.pre_mean == pytest.approx(31.5)
    assert shown.pre_mean == 30
    assert exact.post_mean == pytest.approx(66.5)
    assert shown.post_mean == 65
    assert exact.raw_gain == pytest.approx(35)
    assert shown.raw_gain == 35
    assert exact.normalized_gain == pytest.approx(0.5109, abs=1e-4)
    assert shown.normalized_gain == 0.5
    assert all(end % 5 == 0 for end in shown.raw_gain_ci)
    assert shown.n == 10
    assert shown.d_z == round(exact.d_z, 1) != exact.d_z
    twenty = overall(*classroom(pre_points * 2, post_points * 2))
    assert twenty.published.gain == twenty.exact.gain


def test_halves_are_rounded_up():
    result = overall(*classroom([3, 4, 4, 5, 6, 7, 7, 8], [9, 10, 10, 11, 12, 10, 12, 10]))
    assert result.exact.gain.post_mean == pytest.approx(52.5)
    assert result.published.gain.post_mean == 55


def test_verdicts_are_counted_by_direction():
    """Of 20 items 10 → 16 is reliable, 12 → 16 likely, 12 → 13 neither; downwards the same."""
    pre, post = classroom([10, 12, 12, 16, 16], [16, 16, 13, 12, 10])
    counts = dict.fromkeys(("reliable-gain", "likely-gain", "within-error", "likely-loss", "reliable-loss"), 1)
    assert overall(pre, post).exact.changes == counts
    assert set(overall(pre, post).published.changes.values()) == {None}


def test_verdict_counts_follow_the_remainder_rule():
    def shown(*groups):
        ends = {"gain": (10, 16), "likely": (12, 16), "same": (12, 13), "loss": (16, 10)}
        pairs = [ends[name] for name, count in groups for _ in range(count)]
        pairs[0] = (9, 16)  # a reliable gain too, and not all gains are equal
        return overall(*classroom(*zip(*pairs, strict=True))).published.changes

    assert shown(("gain", 9), ("same", 6), ("likely", 3), ("loss", 2)) == {
        "reliable-gain": 9, "likely-gain": None, "within-error": 6, "likely-loss": None, "reliable-loss": None,
    }  # fmt: skip
    assert shown(("gain", 9), ("same", 6), ("likely", 3))["within-error"] is None  # else 18 − 15 = 3


def test_one_verdict_for_all_is_hidden_below_ten():
    nine, ten = (overall(*classroom(range(n), [18 + number % 3 for number in range(n)])) for n in (9, 10))
    assert nine.exact.changes["reliable-gain"] == 9
    assert nine.status == "shown"
    assert set(nine.published.changes.values()) == {None}
    assert ten.published.changes["reliable-gain"] == 10


def test_calibration_counts_right_and_wrong_answers_with_a_confidence():
    pre = [record(f"p{number}", 8 + number, unsure=5, blank=2, confidence=75) for number in range(6)]
    post = [record(f"p{number}", 15 - number, confidence=[100, 75][number % 2]) for number in range(6)]
    result = overall(pre, post)
    right = sum(8 + number for number in range(6))
    assert result.exact.calibration_pre.bias == pytest.approx(0.75 - right / (6 * 13))
    assert result.published.calibration_pre is None  # six people, all of them 75 % sure
    bias = 0.875 - sum(15 - number for number in range(6)) / 120
    assert result.exact.calibration_post.bias == pytest.approx(bias)
    assert result.published.calibration_post.bias == pytest.approx(round(bias / 0.05) * 0.05)


def test_calibration_needs_five_who_stated_confidence():
    pre, post = classroom([3, 5, 6, 8, 9], [9, 8, 12, 15, 19])
    some = [replace(test, confidences=dict.fromkeys(SLOTS, 50) | {"digital-1": 100}) for test in pre[:4]]
    result = overall([*some, pre[4]], post)
    assert result.exact.calibration_pre.bias is not None
    assert result.published.calibration_pre is None
    assert result.exact.calibration_post.bias is None
    assert result.published.calibration_post is None


def test_response_shift():
    """People who judge themselves lower afterwards about before: the gain looks larger than post − pre."""
    pre, post = classroom([3, 5, 6, 8, 9, 4], [9, 8, 12, 15, 19, 6])
    pre = [
        replace(test, self_ratings={"transparency": rating})
        for test, rating in zip(pre, [4, 3, 3, 5, 4, 4], strict=True)
    ]
    post = [
        replace(test, self_ratings={"transparency": rating})
        for test, rating in zip(post, [4, 4, 5, 5, 4, 2], strict=True)
    ]
    then = {f"p{number}": {"transparency": rating} for number, rating in enumerate([2, 2, 3, 4, 2, None])}
    gains = cohort_gains(pre, post, then, areas=AREAS)
    shift = gains.groups["transparency"].exact.response_shift
    assert (shift.n, shift.pre, shift.post, shift.then) == pytest.approx((5, 3.8, 4.4, 2.6))
    assert (shift.post_minus_pre, shift.post_minus_then, shift.then_minus_pre) == pytest.approx((0.6, 1.8, -1.2))
    assert gains.groups["all"].exact.response_shift == shift  # each learner's mean over the one area rated
    assert gains.groups["transparency"].published.response_shift.post_minus_then == 1.8
    assert gains.groups["impact"].exact.response_shift is None
    four = cohort_gains(pre, post, then | {"p4": {}}, areas=AREAS).groups["transparency"]
    assert four.exact.response_shift.n == 4
    assert four.published.response_shift is None


def test_overall_self_rating_is_each_learners_mean():
    pre, post = classroom([3, 5, 6], [9, 8, 12], ratings=2)
    pre[0] = replace(pre[0], self_ratings=dict(zip(AREAS, [1, 2, 3, 4, 5], strict=True)))
    then = {test.learner: dict.fromkeys(AREAS, 1) for test in pre}
    shift = cohort_gains(pre, post, then, areas=AREAS).groups["all"].exact.response_shift
    assert (shift.n, shift.pre) == (3, pytest.approx((3 + 2 + 2) / 3))


def test_dictionary_holds_the_published_figures_only():
    pre, post = classroom([3, 4, 4, 5, 6, 7, 7, 8, 9, 10], [9, 8, 12, 15, 19, 13, 14, 10, 16, 17], confidence=75)
    plain = gains_as_dict(cohort_gains(pre, post, {}, areas=AREAS))
    assert plain["all"]["status"] == "shown"
    assert plain["all"]["ceiling"] is False
    assert plain["all"]["gain"]["pre_mean"] == 30
    assert isinstance(plain["all"]["gain"]["raw_gain_ci"], list)
    assert plain["all"]["attrition"]["n_matched"] == 10
    assert plain["all"]["response_shift"] is None
    assert set(plain["all"]) == {
        "status", "attrition", "ceiling", "gain", "changes", "calibration_pre", "calibration_post", "response_shift"
    }  # fmt: skip
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_repr_keeps_the_exact_figures_to_itself():
    result = overall(*classroom([3, 4, 6], [9, 8, 13]))
    assert result.exact.gain.pre_mean is not None
    assert "raw_gain" not in repr(result)


def numbers(value):
    if is_dataclass(value):
        return [number for item in fields(value) for number in numbers(getattr(value, item.name))]
    return [value] if isinstance(value, float) else [end for end in value if value] if isinstance(value, tuple) else []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 20)] * 2, st.integers(0, 5), st.sampled_from([None, 25, 100])), max_size=19))
def test_published_figures_are_always_plain_coarse_and_of_enough_people(rows):
    pre = [
        record(f"p{number}", a, blank=min(blank, 20 - a), confidence=c) for number, (a, _, blank, c) in enumerate(rows)
    ]
    post = [record(f"p{number}", b, confidence=c) for number, (_, b, _, c) in enumerate(rows)]
    gains = cohort_gains(pre, post, {}, areas=AREAS)
    json.dumps(gains_as_dict(gains), allow_nan=False)
    for result in gains.groups.values():
        published = result.published
        if result.exact.attrition.n_matched < 5:
            assert result.status != "shown"
        if result.status != "shown":
            assert numbers(published) == []
            assert published.gain is None
            assert not published.ceiling
        elif published.gain is not None:
            assert published.gain.pre_mean % 5 == published.gain.post_mean % 5 == published.gain.raw_gain % 5 == 0
        hidden = result.exact.attrition.n_matched - sum(count or 0 for count in published.changes.values())
        assert hidden == 0 or hidden >= 5 or set(published.changes.values()) == {None}


def test_personal_gain():
    pre = record("a", 10, confidence=75, ratings=4)
    post = replace(
        record("a", 16, confidence=100, ratings=4, form="B"),
        confidences=dict.fromkeys(SLOTS, 100) | {"impact-1": 50, "impact-2": None, "impact-3": 75},
    )
    gain = personal_gain(pre, post, areas=AREAS, then=dict.fromkeys(AREAS, 2))
    whole = gain.results["all"]
    assert (gain.learner, gain.valid_pre, gain.valid_post, list(gain.results)) == ("a", True, True, ["all", *AREAS])
    assert (whole.pre_points, whole.pre_items, whole.post_points, whole.post_items) == (10, 20, 16, 20)
    assert whole.change.rc == pytest.approx(2.04, abs=5e-3)
    assert whole.change.verdict == "reliable"
    assert not whole.few_items
    assert gain.results["digital"].few_items
    assert len(whole.confident_wrong_pre) == 10
    assert whole.confident_wrong_post == ("impact-3", "impact-4")
    assert gain.results["digital"].confident_wrong_post == ()
    assert whole.calibration_pre.bias == pytest.approx(0.75 - 0.5)
    assert gain.results["participation"].change.rc == pytest.approx(2 / ((4 / 3) + 0.5 * 3.5 / 3) ** 0.5)
    assert (whole.response_shift.post_minus_pre, whole.response_shift.post_minus_then) == (0, 2)
    assert personal_gain(pre, post, areas=AREAS).results["all"].response_shift is None


def test_a_learner_at_100_keeps_a_reliable_change():
    gain = personal_gain(record("a", 20), record("a", 20), areas=AREAS)
    assert gain.results["all"].change.rc == 0
    assert gain.results["all"].change.verdict == "within-error"


def test_invalid_test_has_no_personal_change():
    gain = personal_gain(record("a", 10), record("a", 12, blank=8), areas=AREAS)
    assert (gain.valid_pre, gain.valid_post, gain.results["all"].change) == (True, False, None)
    assert gain.results["all"].post_points == 12


def test_unequal_numbers_of_items_have_no_reliable_change():
    """A withdrawn item: per cents can still be compared, points cannot."""
    whole = record("a", 10)
    shorter = replace(
        whole,
        **{
            name: {s: v for s, v in getattr(whole, name).items() if s != "impact-4"}
            for name in ("scores", "areas", "outcomes")
        },
    )
    gain = personal_gain(whole, shorter, areas=AREAS)
    assert gain.results["all"].change is None
    assert gain.results["impact"].change is None
    assert gain.results["digital"].change is not None


def test_two_learners_are_not_compared():
    with pytest.raises(ValueError, match="two learners"):
        personal_gain(record("a", 10), record("b", 12), areas=AREAS)
