"""Azure AI Face over REST: a gallery is a large person group, a photograph a person of one face.

facts.py      what it says of itself, its error codes, options
groups.py     large person groups: who is in them, and their training
system.py     the questions
"""

from fairlineup.records import Refused
from fairlineup.systems.azure.facts import KEY, NAME, AzureOptions, azure_options
from fairlineup.systems.azure.system import AzureFace
from fairlineup.systems.facts import Adapter, Facts
from fairlineup.systems.selfhosted import credential


def _key() -> str:
    """Raises: Refused: there is none."""
    key = credential(KEY)
    if not key:
        raise Refused(
            "Azure AI Face needs a key",
            expected=f"the environment variable {KEY}",
            got="none",
            remedy="set it to a key of your resource",
        )
    return key


ADAPTER = Adapter(
    Facts(
        name=NAME,
        title="Azure AI Face",
        credentials=(KEY,),
        page="docs/systems/azure.md",
        tried="against a server written for the tests; never against Microsoft",
    ),
    lambda _, options: AzureFace(azure_options(options), _key()),
)

__all__ = ["ADAPTER", "AzureFace", "AzureOptions", "azure_options"]
