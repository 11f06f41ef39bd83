"""The wing of the service: the Rekognition protocol on one's own hardware. Holds rooms and nothing else."""
