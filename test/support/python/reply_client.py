"""Sends the events of a file to a service that speaks CyberTrace's protocol, and prints the replies.

usage: reply_client.py HOST PORT EVENTS [--save-statistic]

EVENTS is a text file with one event a line. The connection begins with the flags that ask for
detections and a finished event on the same connection; the first event follows them directly, and
each event ends with a line feed. For each event exactly one read of at most 16384 bytes is made, as
simple clients do, so a reply that comes in parts shows. Each reply is printed as one JSON text.
"""

import json
import socket
import sys

REPLY_BYTES = 16384
PATIENCE_SECONDS = 20


def main(host, port, path, *options):
    flags = "X-KF-SendFinishedEvent" + "X-KF-ReplyBack"
    if "--save-statistic" in options:
        flags += "X-KF-SaveStatistic"
    with open(path, encoding="utf-8") as file:
        events = file.read().splitlines()
    with socket.create_connection((host, int(port)), PATIENCE_SECONDS) as connection:
        for event in events:
            connection.sendall((flags + event + "\n").encode("utf-8"))
            flags = ""
            print(json.dumps(connection.recv(REPLY_BYTES).decode("utf-8")), flush=True)


main(*sys.argv[1:])
