"""Amazon Rekognition through boto3, or any server that speaks its protocol."""

from fairlineup.systems.facts import Adapter, sent_to
from fairlineup.systems.rekognition.facts import FACTS
from fairlineup.systems.rekognition.options import RekognitionOptions
from fairlineup.systems.rekognition.system import RekognitionSystem
from fairlineup.systems.stated import read_stated

SECRETS = (
    "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), a profile, or the machine, where boto3 looks"
)
ADAPTER = Adapter(
    FACTS,
    lambda _, options: RekognitionSystem(read_stated(RekognitionOptions, FACTS.name, options, SECRETS)),
    sent_to("endpoint_url"),
)

__all__ = ["ADAPTER", "RekognitionOptions", "RekognitionSystem"]
