"""The face_recognition package's side of bench/pipeline.py; runs in an environment of its own."""

import sys

import face_recognition

from bench.sides import serve

UPSAMPLING = int(sys.argv[1])


def work(portraits: list[str]) -> None:
    for path in portraits:
        picture = face_recognition.load_image_file(path)
        places = face_recognition.face_locations(picture, number_of_times_to_upsample=UPSAMPLING)
        face_recognition.face_encodings(picture, places)


serve(work)
