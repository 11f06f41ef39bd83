"""Exadel CompreFace, a recognition service of it, asked over its REST interface.

facts.py     its paths, error codes and limits in one table; what its makers say; options
names.py     a subject's name for each photograph, and back
service.py   the questions over the wire, and their errors
system.py    the port
"""

from fairlineup.systems.compreface.facts import KEY, NAME, CompreFaceOptions
from fairlineup.systems.compreface.system import CompreFaceSystem
from fairlineup.systems.facts import Adapter, Facts, sent_to
from fairlineup.systems.stated import credential, read_stated

ADAPTER = Adapter(
    Facts(
        name=NAME,
        title="Exadel CompreFace, on your own hardware",
        credentials=(KEY,),
        page="docs/systems/compreface.md",
        tried="against a server written for the tests; never against the real one",
    ),
    lambda _, options: CompreFaceSystem(read_stated(CompreFaceOptions, NAME, options, KEY), credential(KEY)),
    sent_to("url"),
)

__all__ = ["ADAPTER", "CompreFaceOptions", "CompreFaceSystem"]
