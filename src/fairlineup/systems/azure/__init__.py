"""Azure AI Face over REST: a gallery is a large person group, a photograph a person of one face.

facts.py      what it says of itself, its error codes, options
replies.py    what its answers must hold
groups.py     large person groups: who is in them, and their training
system.py     the questions
"""

from fairlineup.systems.azure.facts import KEY, NAME, AzureOptions
from fairlineup.systems.azure.system import AzureFace
from fairlineup.systems.facts import Adapter, Facts, Options, sent_to
from fairlineup.systems.faults import not_admitted
from fairlineup.systems.stated import credential, read_stated


def open_azure(options: Options) -> AzureFace:
    """The service as a plan states it. Raises: BadInput, Refused (there is no key)."""
    stated, key = read_stated(AzureOptions, NAME, options, KEY), credential(KEY)
    if not key:
        expected = f"the environment variable {KEY}"
        raise not_admitted(NAME, "none", expected, f"set {KEY} to a key of your resource")
    return AzureFace(stated, key)


ADAPTER = Adapter(
    Facts(
        name=NAME,
        title="Azure AI Face",
        credentials=(KEY,),
        page="docs/systems/azure.md",
        tried="against a server written for the tests; never against Microsoft",
    ),
    lambda _, options: open_azure(options),
    sent_to("url"),
)

__all__ = ["ADAPTER", "AzureFace", "AzureOptions"]
