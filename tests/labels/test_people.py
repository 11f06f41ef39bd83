from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fairlineup.labels import OnePerson

LINKS = st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=2, max_size=3), max_size=8)


@given(LINKS, st.randoms(use_true_random=False))
def test_the_order_of_links_changes_nothing(links: list[frozenset[str]], random: object) -> None:
    mixed = list(links)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = OnePerson(), OnePerson()
    for link in links:
        one.join(link)
    for link in mixed:
        other.join(link)
    assert {name: one.of(name) for name in "abcdefgh"} == {name: other.of(name) for name in "abcdefgh"}
    for link in links:
        assert len({one.of(name) for name in link}) == 1
        assert one.of(min(link)) <= min(link)
    assert one.others() == {name: one.of(name) for name in "abcdefgh" if one.of(name) != name}


def test_whom_the_order_prefers_stands_for_all() -> None:
    one_person = OnePerson(first=lambda one: (one != "m", one))
    one_person.join(["a", "b"])
    one_person.join(["m", "z"])
    one_person.join(["b", "z"])
    assert {one_person.of(one) for one in "abmz"} == {"m"}
