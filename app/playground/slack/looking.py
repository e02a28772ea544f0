"""What a test looks at in its Slack: messages, modals, Homes, files, calls, and what was sent to the app."""

from __future__ import annotations

from app.playground import cast
from app.playground.slack.blockkit import elements
from app.playground.slack.courier import Courier
from app.playground.slack.payloads import Source
from app.playground.slack.reading import shown_text
from app.playground.slack.state import ApiCall, Channel, Ephemeral, FileItem, Message, View
from app.playground.slack.transport import Delivery
from app.playground.slack.workspace import Workspace


class Looking:
    """The part of `FakeSlack` that reads. People are named by handle or id, channels by name or id."""

    workspace: Workspace
    courier: Courier

    def who(self, person: str) -> str:
        """A person's id, from a handle or id."""
        for one in self.workspace.people.values():
            if person in (one.id, one.handle):
                return one.id
        raise KeyError(person)

    def where(self, channel: str) -> Channel:
        """A channel, from a name or id."""
        return self.workspace.named(channel)

    def messages(self, channel: str) -> list[Message]:
        """All messages of a channel that are there, replies too, oldest first."""
        return [one for one in self.where(channel).messages if not one.deleted]

    def dm(self, person: str) -> list[Message]:
        """All messages between the app and a person."""
        return self.messages(self.workspace.open_dm(self.who(person), cast.BOT_USER_ID).id)

    def ephemerals(self, person: str, channel: str = "") -> list[Ephemeral]:
        """What only this person sees."""
        return self.workspace.ephemerals_of(self.who(person), self.where(channel).id if channel else "")

    def ephemeral(self, person: str) -> Ephemeral:
        """The latest of them; `LookupError` when there is none."""
        found = self.ephemerals(person)
        if not found:
            raise LookupError(f"{person} sees no ephemeral message")
        return found[-1]

    def view(self, person: str) -> View:
        """The modal this person sees; `LookupError` when there is none."""
        found = self.workspace.modals.top(self.who(person))
        if found is None:
            raise LookupError(f"{person} has no modal open")
        return found

    def views(self, person: str) -> list[View]:
        """The person's stack of modals, the visible one last."""
        return self.workspace.modals.stack(self.who(person))

    def home(self, person: str) -> View | None:
        """The person's App Home."""
        return self.workspace.modals.home(self.who(person))

    def files_of(self, person: str) -> list[FileItem]:
        """Files the app shared in the person's direct messages, oldest first; `content` are the bytes."""
        return [self.workspace.files[ident] for one in self.dm(person) for ident in one.files]

    def file(self, person: str) -> FileItem:
        """The latest of them; `LookupError` when there is none."""
        found = self.files_of(person)
        if not found:
            raise LookupError(f"{person} was sent no file")
        return found[-1]

    def home_text(self, person: str) -> str:
        """All text on the person's App Home, line by line; empty until one is published."""
        home = self.home(person)
        return shown_text(home) if home else ""

    def calls(self, method: str = "") -> list[ApiCall]:
        """Web API calls received, of one method or all."""
        return [one for one in self.workspace.log if method in ("", one.method)]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything sent to the app, in order of its answers."""
        return self.courier.post.deliveries

    def shown(self, thing: Source) -> str:
        """All text a person reads in it, line by line."""
        return shown_text(thing)

    def actions(self, thing: Source) -> list[str]:
        """The action_ids it offers, in order."""
        return [str(one.get("action_id")) for _, _, one in elements(thing.blocks)]
