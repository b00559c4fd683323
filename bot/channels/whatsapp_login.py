"""
The login at Twilio, as a header: the library's own way warns with aiohttp of today.
"""

import aiohttp


class Login:
    """
    The library's credential provider and its strategy in one.
    """

    def __init__(self, account: str, token: str) -> None:
        self.authorization = aiohttp.encode_basic_auth(account, token)

    def to_auth_strategy(self) -> "Login":
        """
        Be the strategy too.
        """
        return self

    def get_auth_string(self) -> str:
        """
        Return the header.
        """
        return self.authorization
