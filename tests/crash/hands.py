"""
A volunteer at the desk whose process ends at the n-th step: takes a question, answers and closes it, pressing again what was not done.
"""

import asyncio
from pathlib import Path

from bot.app import App, Clock
from bot.channels import Registry
from bot.channels.memory import Memory
from bot.close import close
from bot.reply import reply
from bot.settings import Settings
from bot.take import take
from flows.events import Said
from storage import questions, volunteers
from storage.questions import Question
from tests.crash.main import SECRET, TONGUES, Mortal, Steps

ANSWER = "Kom morgen langs."


async def go(folder: Path, url: str, ticket_id: int, volunteer_id: int, steps: Steps) -> None:
    """
    Look at the question and press what comes next, until it is closed.
    """
    settings = Settings.read({"WEGWIJS_DATA_DIR": str(folder), "WEGWIJS_DATABASE_URL": url, "WEGWIJS_SECRET_KEY": SECRET}, folder)
    app = App(settings, Mortal(url, steps), Registry({"memory": Memory()}), TONGUES, Clock())
    app.database.look(app.learn_places)
    who = app.database.look(lambda tx: volunteers.by_id(tx, volunteer_id))
    assert who
    while (question := _look(app, ticket_id)).state != "closed":
        if question.state == "open":
            await take(app, ticket_id, who)
        elif question.said_at is None:
            await reply(app, ticket_id, who, Said(ANSWER, language="nl"))
        else:
            await close(app, ticket_id, who, "answered")
    app.database.close()


def _look(app: App, ticket_id: int) -> Question:
    question = app.database.look(lambda tx: questions.one(tx, ticket_id))
    assert question
    return question


def run(folder: Path, url: str, ticket_id: int, volunteer_id: int, dies_at: int) -> None:
    """
    Run one process to its end: killed at a step, or done.
    """
    asyncio.run(go(folder, url, ticket_id, volunteer_id, Steps(dies_at)))
