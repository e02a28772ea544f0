"""People of the local workspace who use Baobab all the time, and remember what it acknowledged."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field

from app.playground.slack.fake import FakeSlack
from app.playground.slack.payloads import Source
from app.playground.slack.state import Ephemeral, Message, SlackError
from app.playground.slack.transport import Delivery
from app.slack.views import ids

PEOPLE = ("mateo", "ana", "neema", "layla", "claire")
# Of many communities, so that their channels' pace is not the limit.
ABOUT = (
    "a job aid on postpartum hemorrhage for midwives",
    "our lessons on bed nets and malaria",
    "a family planning counselling card",
    "a dashboard of district health data",
    "a radio spot on hand washing and behaviour change",
    "guidance for HIV and tuberculosis clinics",
    "a course for nurses and midwives",
    "a checklist for quality improvement teams",
)


@dataclass
class Deed:
    """One request: what it was (`command`, `confirm`, `ask`), by whom, the words to find its effects by, its fate."""

    kind: str
    person: str
    words: str
    delivery: Delivery

    @property
    def acknowledged(self) -> bool:
        """Whether the app said yes in time."""
        return self.delivery.ok


@dataclass
class Crowd:
    """Five people, each doing one thing after the other while `busy`."""

    slack: FakeSlack
    chance: random.Random
    deeds: list[Deed] = field(default_factory=list)
    busy: bool = True
    _used: set[str] = field(default_factory=set)
    _number: int = 0

    @property
    def used_answers(self) -> int:
        """How many answers somebody was told yes for, when acting on them."""
        return sum(one.acknowledged for one in self.deeds if one.kind in {"confirm", "ask"})

    async def live(self, person: str) -> None:
        """Ask where to share, and do something with the answers."""
        while self.busy:
            answer = self._unused(person)
            chosen = self.chance.random()
            try:
                if answer is None:
                    await self._ask_where(person)
                elif chosen < 0.6:
                    await self._post_it(person, answer)
                else:
                    await self._ask_a_person(person, answer)
            except SlackError:
                # A view or a message that the last death left behind; a person would look again.
                self.slack.workspace.modals.clear(self.slack.who(person))
            await asyncio.sleep(self.chance.uniform(0.05, 0.2))

    async def send_again(self, deed: Deed) -> Deed:
        """The same request once more, as a person's second press or a proxy would send it."""
        return Deed(deed.kind, deed.person, deed.words, await self.slack.again(deed.delivery))

    async def _ask_where(self, person: str) -> None:
        words = self._fresh(self.chance.choice(ABOUT))
        delivery = await self.slack.command(person, "/whereshare", words, "general")
        self.deeds.append(Deed("command", person, words, delivery))
        # Most people wait for an answer before they ask again.
        await asyncio.sleep(0.2)

    async def _post_it(self, person: str, answer: Source) -> None:
        self.slack.workspace.modals.clear(self.slack.who(person))
        if not (await self.slack.click(answer, ids.POST_IT, person=person)).ok:
            return
        form = self.slack.view(person)
        words = self._fresh("These words should be in the channel")
        if form.callback_id != ids.COMPOSE:
            return
        if not (await self.slack.submit(form, {ids.WORDS: words, ids.PLACES: [ids.TO_CHANNEL]})).ok:
            return
        self.deeds.append(Deed("confirm", person, words, await self.slack.submit(self.slack.view(person))))

    async def _ask_a_person(self, person: str, answer: Source) -> None:
        (words,) = set(re.findall(r"No\d{4}x", self.slack.shown(answer)))
        delivery = await self.slack.click(answer, ids.ASK_PERSON, person=person)
        self.deeds.append(Deed("ask", person, words, delivery))

    def _fresh(self, words: str) -> str:
        self._number += 1
        return f"{words} No{self._number:04d}x"

    def _unused(self, person: str) -> Source | None:
        """An answer with buttons that nobody did anything with yet."""
        seen: list[Ephemeral | Message] = [*self.slack.ephemerals(person), *self.slack.dm(person)]
        for one in seen:
            if one.ts not in self._used and ids.ASK_PERSON in self.slack.actions(one):
                self._used.add(one.ts)
                return one
        return None
