"""InsightFace Server, asked over its REST interface.

facts.py    its paths, error codes and limits in one table; what it says of itself; options
system.py   the questions
"""

from fairlineup.systems.facts import Adapter, Facts
from fairlineup.systems.insightface_server.facts import KEY, NAME, InsightFaceOptions, insightface_options
from fairlineup.systems.insightface_server.system import InsightFaceServer
from fairlineup.systems.selfhosted import credential

ADAPTER = Adapter(
    Facts(
        name=NAME,
        title="InsightFace Server, on your own hardware",
        credentials=(KEY,),
        page="docs/systems/insightface-server.md",
        tried="against a server written for the tests; never against the real one",
    ),
    lambda _, options: InsightFaceServer(insightface_options(options), credential(KEY)),
)

__all__ = ["ADAPTER", "InsightFaceOptions", "InsightFaceServer", "insightface_options"]
