from __future__ import annotations

import copy
import pickle

import pytest

from mediawatch.records import Reason, ReasonClass


@pytest.mark.parametrize(
    "reason", [Reason.KNOWN_ALREADY, Reason.UNCHANGED, Reason.TOO_OLD, Reason.OFF_SITE, Reason.ROBOTS]
)
def test_what_is_left_out_on_purpose_is_no_loss(reason: Reason) -> None:
    assert reason.kind is ReasonClass.POLICY
    assert reason.is_final


@pytest.mark.parametrize(
    "reason",
    [
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
        Reason.TOO_SLOW,
        Reason.UNREACHABLE,
        Reason.HOST_GIVEN_UP,
        Reason.OUT_OF_TIME,
        Reason.SHARD_MISSING,
        Reason.ROBOTS_UNREACHABLE,
        Reason.OVER_LIMIT,
        Reason.NOT_INDEXED_YET,
        Reason.HELD_BACK,
    ],
)
def test_what_is_tried_again_is_not_final(reason: Reason) -> None:
    assert reason.kind is ReasonClass.RETRYABLE
    assert not reason.is_final


@pytest.mark.parametrize("reason", [Reason.GONE, Reason.EXPIRED, Reason.BELOW_STANDARD, Reason.INDEX_REFUSED])
def test_what_is_wrong_and_decided_is_a_fault(reason: Reason) -> None:
    assert reason.kind is ReasonClass.FAULT
    assert reason.is_final


@pytest.mark.parametrize("reason", Reason)
def test_each_is_a_word_for_files_and_a_sentence_for_people(reason: Reason) -> None:
    assert reason.value == reason.name.lower()
    assert reason.meaning.endswith(".")


@pytest.mark.parametrize("reason", Reason)
def test_the_word_read_back_is_the_reason(reason: Reason) -> None:
    assert Reason(reason.value) is reason  # type: ignore[call-arg]
    assert pickle.loads(pickle.dumps(reason)) is reason  # noqa: S301 - our own bytes, as processes exchange them
    assert copy.deepcopy(reason) is reason


def test_no_other_word_is_a_reason() -> None:
    with pytest.raises(ValueError, match="lost"):
        Reason("lost")  # type: ignore[call-arg]
