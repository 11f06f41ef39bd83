"""A system in one function: photograph in, vector out; galleries and the exact search are ours."""

from __future__ import annotations

from fairlineup.records import FaceSystem
from fairlineup.systems.facts import Adapter, Entrusted, Facts, Options


def open_embed(argument: str, options: Options) -> FaceSystem:
    """A function of a module, by "module:function".

    Raises:
        BadInput: no such function, or what is needed to compare its vectors is not said.
        SystemFailed: the module cannot be imported.
    """
    from fairlineup.systems.embed.system import EmbedSystem
    from fairlineup.systems.embed.terms import described

    return EmbedSystem(described(argument, options))


ADAPTER = Adapter(
    Facts(
        name="embed",
        title="a function of yours that makes a vector of a photograph",
        argument="module:function",
        credentials=("the module's own, from its environment",),
        page="docs/systems/embed.md",
        tried="with functions written for the tests",
    ),
    open_embed,
    lambda argument, _: Entrusted("module", (argument,)),
)
