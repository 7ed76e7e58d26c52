"""Listens as the program does to which a service sends what it detects, and prints each event.

usage: event_listener.py

Takes a free port of this machine and prints it in the first line; then one line for each event that
comes, an event being what ends with a line feed. Serves one connection after the other until it is
ended.
"""

import socket


def print_events(connection):
    with connection.makefile("r", encoding="utf-8", newline="\n") as events:
        for event in events:
            print(event.rstrip("\r\n"), flush=True)


with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    while True:
        accepted, _address = server.accept()
        with accepted:
            print_events(accepted)
