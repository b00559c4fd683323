"""
Ports of this machine for what the tests start.
"""

import secrets
import socket


def free_port() -> int:
    """
    Return a port where nobody listens, and where nobody who asks the system for any port comes before it is used.
    """
    while True:
        port = 20_000 + secrets.randbelow(10_000)       # below those that Linux gives to whoever connects, or listens on port 0
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
