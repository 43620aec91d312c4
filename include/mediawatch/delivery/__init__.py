"""Alerting: messages to people, how they read and the channels they take."""

from mediawatch.delivery.attempts import SendAttempt, SendResult
from mediawatch.delivery.channels import KINDS, ChannelKind, kind_of
from mediawatch.delivery.composing import MessageStyle, compose, title_of
from mediawatch.delivery.failures import TaskFailure, compose_failure
from mediawatch.delivery.feeds import watchlist_feed, word_feed
from mediawatch.delivery.hours import QuietHours
from mediawatch.delivery.message import Message, MessageKind, Notice, message_of
from mediawatch.delivery.recipients import Channel, Recipient, missing_variables, read_recipients, recipient_entries
from mediawatch.delivery.routing import Bundle, by_topic, due, due_at, may_go, newest
from mediawatch.delivery.sending import OutgoingMessage, check, send

__all__ = [
    "KINDS",
    "Bundle",
    "Channel",
    "ChannelKind",
    "Message",
    "MessageKind",
    "MessageStyle",
    "Notice",
    "OutgoingMessage",
    "QuietHours",
    "Recipient",
    "SendAttempt",
    "SendResult",
    "TaskFailure",
    "by_topic",
    "check",
    "compose",
    "compose_failure",
    "due",
    "due_at",
    "kind_of",
    "may_go",
    "message_of",
    "missing_variables",
    "newest",
    "read_recipients",
    "recipient_entries",
    "send",
    "title_of",
    "watchlist_feed",
    "word_feed",
]
