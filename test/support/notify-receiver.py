"""Receives what a service tells its manager (sd_notify) and prints each datagram as a JSON line."""

import json
import os
import socket
import sys

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print(json.dumps("listening"), flush=True)
while True:
    # Descriptors come with a barrier: closing them is the answer.
    data, descriptors, _flags, _address = socket.recv_fds(receiver, 65536, 16)
    for descriptor in descriptors:
        os.close(descriptor)
    print(json.dumps(data.decode()), flush=True)
