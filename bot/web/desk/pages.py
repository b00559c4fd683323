"""
Every page of the desk.
"""

from bot.web.desk import account, clients, conversation, due, entry, facts, inbox, lists, live, media, settings, team, texts, visits

PAGES = (*entry.PAGES, *inbox.PAGES, *conversation.PAGES, *clients.PAGES, *due.PAGES, *facts.PAGES, *lists.PAGES, *media.PAGES,
    *account.PAGES, *team.PAGES, *settings.PAGES, *texts.PAGES, *visits.PAGES, *live.PAGES)
