"""The face_recognition package's side of bench/pipeline.py; runs in an environment of its own."""

import json
import sys
import time

import face_recognition

UPSAMPLING = int(sys.argv[1])


def work(portraits: list[str]) -> None:
    for path in portraits:
        picture = face_recognition.load_image_file(path)
        places = face_recognition.face_locations(picture, number_of_times_to_upsample=UPSAMPLING)
        face_recognition.face_encodings(picture, places)


paths = json.loads(sys.stdin.readline())
work(paths)
print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    work(paths)
    print(time.perf_counter() - began, flush=True)
