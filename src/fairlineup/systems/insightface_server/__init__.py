"""InsightFace Server, asked over its REST interface.

facts.py     its paths, error codes and limits in one table; what it says of itself; options
replies.py   what its answers must hold
system.py    the questions
"""

from fairlineup.systems.facts import Adapter, Facts, sent_to
from fairlineup.systems.insightface_server.facts import KEY, NAME, InsightFaceOptions
from fairlineup.systems.insightface_server.system import InsightFaceServer
from fairlineup.systems.stated import credential, read_stated

ADAPTER = Adapter(
    Facts(
        name=NAME,
        title="InsightFace Server, on your own hardware",
        credentials=(KEY,),
        page="docs/systems/insightface-server.md",
        tried="against a server written for the tests; never against the real one",
    ),
    lambda _, options: InsightFaceServer(
        read_stated(InsightFaceOptions, NAME, options, KEY), credential(KEY)
    ),
    sent_to("url"),
)

__all__ = ["ADAPTER", "InsightFaceOptions", "InsightFaceServer"]
