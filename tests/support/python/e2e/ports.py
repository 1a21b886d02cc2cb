"""Ports for servers of tests that run beside each other."""
import random
import socket

# Below the ports that Linux gives to outgoing connections (32768 on): none of them takes the port of a server that is
# just being started again.
PORTS = range(15000, 32000)


def free_port():
    """One that nobody listens on now. OSError: there is none."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("a hundred ports of 127.0.0.1 were tried, and all are in use")
