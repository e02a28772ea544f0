"""Slack's Web API: the methods an app like ours may call, with Slack's checks and answers."""
