"""A local Slack workspace: state, Web API, Block Kit checks and signed deliveries to the app."""
