"""
What a message to Telegram is handed over as: a text, a voice, a place on the map, a file for the calendar.
"""

import json
from typing import Any

import aiohttp

from bot.channels import Outbound

VOICES = {"audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/mp4": "m4a"}         # what Telegram plays as a voice, and how its file is named
CALENDAR = "wegwijs.ics"


async def hand_over(bot: Any, chat: int, text: str, message: Outbound, extras: dict[str, Any]) -> None:
    """
    Let the library send a text, or what the message brings.
    """
    if message.voice:
        await bot.send_voice(chat, message.voice.content, filename=f"voice.{VOICES[message.voice.content_type]}")
    elif message.pin:
        await bot.send_venue(chat, message.pin.latitude, message.pin.longitude, message.pin.name, message.pin.address)
    elif message.calendar:
        await bot.send_document(chat, message.calendar.encode(), filename=CALENDAR)
    else:
        await bot.send_message(chat, text, api_kwargs=extras)


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
