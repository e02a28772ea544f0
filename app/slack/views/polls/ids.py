"""Every callback, action and block id of /pulse-poll, once."""

# callbacks of views
BUILD = "poll_build"
ANSWER = "poll_answer"
MANAGE = "poll_manage_view"
UNTIL = "poll_until"
EDIT = "poll_edit"
MODERATE = "poll_moderate"
FORUM_FORM = "poll_forum_form"
FILE_FORM = "poll_file_form"

# buttons and menus under a poll; a poll of the menu kind sends an option as its value
VOTE = "poll_vote"
CHOOSE = "poll_choose"
OPEN_FORM = "poll_open_form"
MINE = "poll_mine"
RESULTS = "poll_results"
MANAGE_IT = "poll_manage"

# in a person's own confirmation
TAKE_BACK = "poll_take_back"
TAKE_ALL_BACK = "poll_take_all_back"

# in the creator's tools
CLOSE = "poll_close"
EXTEND = "poll_extend"
REOPEN = "poll_reopen"
REPAIR = "poll_repair"
DELETE = "poll_delete"
CHANGE = "poll_change"
READ_ANSWERS = "poll_read_answers"
REMIND_NOW = "poll_remind_now"
PICTURE = "poll_picture"
FILE = "poll_file"
STOP = "poll_stop_series"
TO_FORUM = "poll_to_forum"

# elsewhere
NEW = "poll_new"
OWN = "poll_own"

# elsewhere in the builder
TEMPLATE = "poll_template"

# block ids of the builder's inputs, which are the fields of a plan
QUESTION = "question"
OPTIONS = "options"
KIND = "kind"
MOST = "most"
MODE = "mode"
SHOW = "results"
CLOSES = "close"
OPENS = "open"
REMINDER = "remind"
EVERY = "every"
CHANNELS = "channels"
# block id of the closing time in its own window
TIME = "until"
# block ids of the windows of what leaves a poll
TOPIC_TITLE = "topic_title"
LANGUAGE = "language"
ALSO = "also"

# a choice of LANGUAGE, and one of ALSO
PROGRAMS = "-"
BOM = "bom"

# what redraws the builder while it is filled in
_LIVE = (QUESTION, OPTIONS, KIND, MOST, MODE, CLOSES)
# block ids of the window of open answers begin so
_SHOWN = "shown"


def typed(name: str) -> str:
    """The action id of one of the builder's inputs."""
    return f"poll_new_{name}"


def live() -> tuple[str, ...]:
    """Action ids of the inputs that redraw the builder."""
    return tuple(typed(name) for name in _LIVE)


def shown(group: int) -> str:
    """The block and action id of one group of open answers."""
    return f"{_SHOWN}{group}"
