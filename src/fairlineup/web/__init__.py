"""HTTP within bounds: one client for every server that is asked and every file that is fetched.

client.py    a question, its whole answer, and why there is none
sockets.py   connections that know when the answer must be there
waiting.py   how long a server asks to be left alone
"""

from fairlineup.web.client import HttpAnswer, HttpClient, HttpLimits, NoAnswer, same_origin
from fairlineup.web.waiting import asked_to_wait

__all__ = [
    "HttpAnswer",
    "HttpClient",
    "HttpLimits",
    "NoAnswer",
    "asked_to_wait",
    "same_origin",
]
