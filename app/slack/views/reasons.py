"""Why a community was named, in the reader's words. Every reason can be checked by eye."""

from __future__ import annotations

from app.i18n import Reader
from app.routing.rules import Reason
from app.slack.mrkdwn import cut, escape


def worded(reason: Reason, reader: Reader) -> str:
    """One reason as a short clause in mrkdwn; "" for a kind this version does not know."""
    _ = reader.words()
    values = reason.values
    if reason.kind == "keyword":
        words = reader.listing([f"“{escape(str(word))}”" for word in list(values.get("words", ()))[:3]])
        if values.get("field") == "name":
            return _("its name has {words}").format(words=words)
        if values.get("field") == "purpose":
            return _("its purpose speaks of {words}").format(words=words)
        if values.get("field") in ("example", "examples"):
            return _("their posts speak of {words}").format(words=words)
        return _("its keywords have {words}").format(words=words)
    if reason.kind == "similar_part":
        quoted = f"“{escape(cut(str(values.get('quote', '')), 90))}”"
        if values.get("field") == "example":
            return _("close to their post {quote}").format(quote=quoted)
        return _("close to {quote}").format(quote=quoted)
    if reason.kind == "similar_posts":
        return _("similar posts there: {count}").format(count=int(values.get("count", 0)))
    if reason.kind == "same_post":
        return _("this very text was taken there before")
    return ""
