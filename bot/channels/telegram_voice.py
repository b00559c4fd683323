"""
A voice on its way to Telegram: the only call of ours that carries a file.
"""

import json
from typing import Any

import aiohttp

from bot.channels import Voice

VOICES = {"audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a"}         # what Telegram plays as a voice, and how its file is named


async def hand_over(bot: Any, chat: int, text: str, voice: Voice | None, extras: dict[str, Any]) -> None:
    """
    Let the library send a text, or a voice.
    """
    if voice is None:
        await bot.send_message(chat, text, api_kwargs=extras)
    else:
        await bot.send_voice(chat, voice.content, filename=f"voice.{VOICES[voice.content_type]}")


def body_of(data: Any) -> bytes | aiohttp.FormData:
    """
    Return the body of a call as the library gave it: JSON, or a form where it carries files.
    """
    if data is None or not data.contains_files:
        return json.dumps(data.parameters if data else {}).encode()
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form
