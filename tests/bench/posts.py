"""
What aiohttp alone does: run as `python -m tests.bench.posts PORT SECONDS` it posts to a Bot API for so long and prints posts per CPU second.

It is the yardstick for `turns`: a machine that is half as fast, or busy, shows it here in the same run.
"""

import asyncio
import json
import sys
import time

import aiohttp

BODY = json.dumps({"chat_id": 1, "text": "x" * 200, "reply_markup": {"inline_keyboard": [[{"text": "ja", "callback_data": "ja"}]] * 4}}).encode()
AT_ONCE = 32


async def main(port: int, seconds: float) -> float:
    """
    Return the posts per CPU second.
    """
    url, ends_at, posts = f"http://127.0.0.1:{port}/bot1:x/sendMessage", time.monotonic() + seconds, 0

    async def post_on() -> None:
        nonlocal posts
        while time.monotonic() < ends_at:
            async with session.post(url, data=BODY, headers={"Content-Type": "application/json"}) as response:
                await response.read()
            posts += 1

    async with aiohttp.ClientSession() as session:
        began = time.process_time()
        await asyncio.gather(*(post_on() for _ in range(AT_ONCE)))
        return posts / (time.process_time() - began)


if __name__ == "__main__":
    import uvloop

    print(uvloop.run(main(int(sys.argv[1]), float(sys.argv[2]))))
