"""
Every page of the desk.
"""

from bot.web.desk import account, clients, conversation, due, entry, inbox, live, media, settings, team, texts

PAGES = (*entry.PAGES, *inbox.PAGES, *conversation.PAGES, *clients.PAGES, *due.PAGES, *media.PAGES, *account.PAGES, *team.PAGES, *settings.PAGES,
    *texts.PAGES, *live.PAGES)
