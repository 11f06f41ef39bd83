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
        ("a." * 200_000 + "a = 1", "one of more"),
        ("[" + "a." * 200_000 + "a]", "one of more"),
        ("[[" + "a . " * 100_000 + "a]]", "one of more"),
        ('"a".' * 100_000 + "a = 1", "one of more"),
        ('"\\"".' * 100_000 + "a = 1", "one of more"),
        ("x = {" + "a." * 200_000 + "a = 1}", "one of more"),
        ("x = " + "[" * 100_000, "deeper ones"),
        ("x = " + "[" * 40 + "]" * 40, "deeper ones"),
        ("x = " + "{a = " * 100 + "1" + "}" * 100, "deeper ones"),
        ("x = " + "9" * 5000, "thousands of digits"),
        ("a" * 2**20 + " = 1", "1,048,580"),
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
