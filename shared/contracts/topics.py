"""The topics of a deployment. The names of the services are part of the published language."""

from shared.contracts.base import Channel, dead_letter_topic, topic_name

PUBLISHERS = ("events", "members", "notifications", "proposals", "welfare")
KEY_PUBLISHER = "members"
MODULES = ("events", "members", "proposals", "welfare", "keys", "persons")
"""Of `shared.contracts`, in which events are declared."""
CONSUMERS = ("events", "members", "notifications", "proposals", "reports", "welfare")


def all_topics(prefix: str) -> list[str]:
    channels = (Channel.PUBLIC, Channel.RESTRICTED)
    names = [topic_name(service, prefix, channel) for service in PUBLISHERS for channel in channels]
    letters = [dead_letter_topic(service, prefix) for service in CONSUMERS]
    return sorted([*names, key_topic(prefix), *letters])


def key_topic(prefix: str) -> str:
    """Holds the newest record of each person only, so that a key that was destroyed does not stay in it."""
    return topic_name(KEY_PUBLISHER, prefix, Channel.KEYS)
