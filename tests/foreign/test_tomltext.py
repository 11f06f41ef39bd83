"""What is refused of TOML that somebody else wrote."""

import tomllib

import pytest

from fairlineup.foreign import MisfitError, parse_toml


def test_toml_is_read() -> None:
    text = 'a."b.c".d = [1, 2]  # one.two.three\n[x . y]\nz = "1.2.3.4.5"\n'
    assert parse_toml(text) == {"a": {"b.c": {"d": [1, 2]}}, "x": {"y": {"z": "1.2.3.4.5"}}}
    assert parse_toml('text = """' + "… and so on. " * 100 + '"""')


def test_what_is_no_toml_is_told_as_the_library_tells_it() -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match="end of document"):
        parse_toml("a = 1\nb = ")


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("a." * 200_000 + "a = 1", "more parts"),
        ("[" + "a." * 200_000 + "a]", "more parts"),
        ("[[" + "a . " * 100_000 + "a]]", "more parts"),
        ('"a".' * 100_000 + "a = 1", "more parts"),
        ('"\\"".' * 100_000 + "a = 1", "more parts"),
        ("x = {" + "a." * 200_000 + "a = 1}", "more parts"),
        ("x = " + "[" * 100_000, "nested"),
        ("x = " + "[" * 40 + "]" * 40, "nested"),
        ("x = " + "{a = " * 100 + "1" + "}" * 100, "nested"),
        ("x = " + "9" * 5000, "thousands of digits"),
        ("a" * 2**20 + " = 1", "characters"),
    ],
)
def test_what_would_take_too_long_or_too_deep_is_refused(text: str, got: str) -> None:
    with pytest.raises(MisfitError) as error:
        parse_toml(text)
    assert got in error.value.got


def test_quotes_that_are_never_closed_take_no_longer() -> None:
    for text in ('\\"' * 200_000, "' " * 200_000, '"' + '\\"' * 200_000):
        with pytest.raises(tomllib.TOMLDecodeError):
            parse_toml(text)
