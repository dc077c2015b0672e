"""How often something may be tried."""

from cat_engine.accounts.token_bucket import TokenBuckets


def make(capacity: int = 3, key_limit: int = 10) -> TokenBuckets:
    return TokenBuckets(capacity=capacity, refill_ms=1_000, key_limit=key_limit)


def test_a_full_bucket_gives_its_capacity_and_then_says_how_long_to_wait() -> None:
    buckets = make()

    waits = [buckets.take("ani", now=0) for _ in range(4)]

    assert waits == [0, 0, 0, 1_000]


def test_a_token_comes_back_exactly_after_the_wait() -> None:
    buckets = make(capacity=1)
    buckets.take("ani", now=0)

    assert buckets.take("ani", now=999) == 1
    assert buckets.take("ani", now=1_000) == 0


def test_a_refused_try_costs_nothing() -> None:
    buckets = make(capacity=1)
    buckets.take("ani", now=0)

    for now in range(0, 900, 100):
        buckets.take("ani", now=now)

    assert buckets.wait_ms("ani", now=900) == 100


def test_a_token_given_back_can_be_taken_again() -> None:
    buckets = make(capacity=1)
    buckets.take("ani", now=0)

    buckets.give_back("ani")

    assert buckets.take("ani", now=0) == 0


def test_keys_do_not_touch_each_other() -> None:
    buckets = make(capacity=1)
    buckets.take("ani", now=0)

    assert buckets.take("budi", now=0) == 0


def test_memory_is_bounded_and_the_longest_unused_key_goes_first() -> None:
    buckets = make(capacity=1, key_limit=2)
    for key in ("ani", "budi", "citra"):
        buckets.take(key, now=0)

    assert len(buckets) == 2
    assert buckets.wait_ms("ani", now=0) == 0
    assert buckets.wait_ms("budi", now=0) > 0
