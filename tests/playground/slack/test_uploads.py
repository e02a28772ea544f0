"""Files the app sends, through the real client, and what Slack refuses."""

from __future__ import annotations

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from app.playground.slack.fake import FakeSlack

LOG = "name;thanks\nAna;3\n"


async def refused(call: object) -> str:
    with pytest.raises(SlackApiError) as raised:
        await call  # type: ignore[misc]
    answer = raised.value.response
    return " ".join([str(answer["error"]), *(answer.get("response_metadata") or {}).get("messages", [])])


async def uploaded(slack: FakeSlack, name: str = "log.csv", content: bytes = LOG.encode()) -> str:
    """A file whose bytes have come, not yet completed; its id."""
    answer = await slack.client.files_getUploadURLExternal(filename=name, length=len(content))
    async with httpx.AsyncClient() as http:
        assert (await http.post(answer["upload_url"], content=content)).text == f"OK - {len(content)}"
    return str(answer["file_id"])


@pytest.mark.parametrize("place", ["C0GENERAL1", ""])
async def test_a_file_is_uploaded_and_shared(slack: FakeSlack, place: str) -> None:
    place = place or (await slack.client.conversations_open(users="U0MATEO009"))["channel"]["id"]
    await slack.client.files_upload_v2(
        channel=place, content=LOG, filename="log.csv", title="Log", initial_comment="Here"
    )
    (message,) = slack.messages(place)
    assert message.text == "Here" and message.subtype == "file_share"
    stored = slack.workspace.files[message.files[0]]
    assert stored.content == LOG.encode() and stored.title == "Log"


async def test_a_person_s_file_is_at_hand_for_tests(slack: FakeSlack) -> None:
    with pytest.raises(LookupError):
        slack.file("amina")
    room = (await slack.client.conversations_open(users="U0AMINA001"))["channel"]["id"]
    for number in (1, 2):
        await slack.client.files_upload_v2(channel=room, content=f"{number}\n", filename=f"log-{number}.csv")
    assert [one.name for one in slack.files_of("amina")] == ["log-1.csv", "log-2.csv"]
    assert slack.file("amina").content == b"2\n" and slack.files_of("joao") == []


async def test_the_file_object_tells_what_it_is_and_where(slack: FakeSlack) -> None:
    room = (await slack.client.conversations_open(users="U0AMINA001"))["channel"]["id"]
    ident = await uploaded(slack, "Récompenses 2026.XLSX")
    answer = await slack.client.files_completeUploadExternal(files=[{"id": ident}], channel_id=room)
    (file,) = answer["files"]
    assert (file["filetype"], file["pretty_type"], file["size"]) == ("xlsx", "Excel Spreadsheet", len(LOG))
    assert file["mimetype"].endswith("spreadsheetml.sheet") and file["title"] == "Récompenses 2026.XLSX"
    assert (file["ims"], file["channels"], file["is_public"]) == ([room], [], False)


async def test_a_person_is_no_place_for_a_file(slack: FakeSlack) -> None:
    client, ident = slack.client, await uploaded(slack)
    words = await refused(client.files_completeUploadExternal(files=[{"id": ident}], channel_id="U0AMINA001"))
    assert words == (
        "invalid_arguments [ERROR] input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]"
    )
    assert slack.dm("amina") == []
    # The same upload can still be completed.
    await client.files_completeUploadExternal(files=[{"id": ident}], channels=["U0AMINA001"])
    assert slack.file("amina").name == "log.csv"


async def test_uploads_that_are_not_there_or_not_allowed_are_refused(slack: FakeSlack) -> None:
    client = slack.client
    assert await refused(client.files_getUploadURLExternal(filename="a.csv", length=0)) == "missing_argument"
    too_long = await refused(client.files_getUploadURLExternal(filename="a.csv", length=2_000_000_000))
    assert too_long == "file_upload_size_restricted"
    assert await refused(client.files_completeUploadExternal(files=[{"id": "F0NOWHERE1"}])) == "file_not_found"
    early = (await client.files_getUploadURLExternal(filename="a.csv", length=5))["file_id"]
    assert await refused(client.files_completeUploadExternal(files=[{"id": early}])) == "file_not_found"
    ident = await uploaded(slack)
    for place, error in (("C0SECRET01", "channel_not_found"), ("C0NOWHERE1", "channel_not_found")):
        assert await refused(client.files_completeUploadExternal(files=[{"id": ident}], channel_id=place)) == error
    done = await client.files_completeUploadExternal(files=[{"id": ident}])
    assert done["files"][0]["ims"] == []
    assert await refused(client.files_completeUploadExternal(files=[{"id": ident}])) == "file_not_found"


async def test_bytes_that_differ_from_what_was_promised_are_refused(slack: FakeSlack) -> None:
    answer = await slack.client.files_getUploadURLExternal(filename="a.csv", length=5)
    async with httpx.AsyncClient() as http:
        assert (await http.post(answer["upload_url"], content=b"1234567")).status_code == 400


async def test_only_a_token_that_may_read_files_gets_the_bytes(slack: FakeSlack) -> None:
    done = await slack.client.files_completeUploadExternal(files=[{"id": await uploaded(slack)}])
    url, signed = done["files"][0]["url_private"], {"Authorization": f"Bearer {slack.token}"}
    async with httpx.AsyncClient() as http:
        without = await http.get(url)
        assert without.status_code == 200 and "Sign in" in without.text
        assert (await http.get(url, headers=signed)).status_code == 403
        token = slack.workspace.grants.token(slack.token)
        token.scopes = token.scopes | {"files:read"}
        assert (await http.get(url, headers=signed)).content == LOG.encode()
