"""Holds a listening socket and starts the service with it again whenever it ends, as systemd does.

Standard output: one JSON line with the port, then one with the process id of each start. Ends the
service and itself when standard input ends.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 0))
listener.listen(4096)
listener.set_inheritable(True)
print(json.dumps({"port": listener.getsockname()[1]}), flush=True)

child = None
ending = False


def watch_input():
    global ending
    sys.stdin.read()
    ending = True
    if child is not None:
        child.send_signal(signal.SIGTERM)


def hand_over():
    os.dup2(listener.fileno(), 3, inheritable=True)
    os.environ["LISTEN_FDS"] = "1"
    os.environ["LISTEN_FDNAMES"] = os.environ.get("TEST_SOCKET_NAME", "jsa")
    os.environ["LISTEN_PID"] = str(os.getpid())


def start():
    def prepare():
        hand_over()
        os.execvp(sys.argv[1], sys.argv[1:])

    return subprocess.Popen(
        sys.argv[1:], preexec_fn=prepare, close_fds=False, stdin=subprocess.DEVNULL, stdout=sys.stderr
    )


threading.Thread(target=watch_input, daemon=True).start()
starts = 0
while not ending and starts < 20:
    child = start()
    starts += 1
    print(json.dumps({"pid": child.pid}), flush=True)
    child.wait()
