"""What can go wrong, by what has to be done about it."""


class SettingsError(Exception):
    """A person has to mend the settings, or what they name. Exit 78: another start would end the same way."""


class Poison(Exception):
    """This one message can never be handled. It stops the consumer (exit 65), or goes to the dead letters."""


class Displaced(Exception):
    """The stored offset is no longer where we left it (KEEPS_OFFSETS): go on from where it is."""


class Abandoned(Exception):
    """The message is no longer ours (the partition went to another instance, or we are to stop): nothing is committed."""
