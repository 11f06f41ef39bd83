"""Amazon Rekognition through boto3, or any server that speaks its protocol."""

from fairlineup.systems.facts import Adapter
from fairlineup.systems.rekognition.facts import FACTS
from fairlineup.systems.rekognition.options import RekognitionOptions, rekognition_options
from fairlineup.systems.rekognition.system import RekognitionSystem

ADAPTER = Adapter(FACTS, lambda _, options: RekognitionSystem(rekognition_options(options)))

__all__ = ["ADAPTER", "RekognitionOptions", "RekognitionSystem", "rekognition_options"]
