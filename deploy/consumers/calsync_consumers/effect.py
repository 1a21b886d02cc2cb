"""What a consumer is: which events it handles, and the one thing that it does for each."""


class Effect:
    """Made once, used by one thread. `settings[NAME]`: what its section says, or the default in SETTINGS."""

    SETTINGS = {}            # name → default, REQUIRED or SECRET
    TOPICS = ("bookings",)   # without the prefix
    HANDLES = ()             # types of events, without "calsync."; all others are passed over, also those of later versions
    REMEMBERS = False        # keep the ids of what was done (done.py): for places that cannot be asked
    KEEPS_OFFSETS = False    # it stores offsets itself and answers next_offset()

    def __init__(self, settings):
        self.settings = settings
        self.fields = settings.fields
        self.wait = None     # wait(seconds): the only way to wait; raises Abandoned
        self.done = None     # where REMEMBERS

    def handles(self):
        return self.settings.own.get("events") or self.HANDLES

    def open(self):
        """Before the first message: files, connections. Raises SettingsError."""

    def apply(self, event):
        """The effect. The same event may come again after a crash: the second time must change nothing.

        Raises Poison where it can never work for this event, SettingsError where it cannot work for any.
        """
        raise NotImplementedError

    def erase(self, event):
        """Somebody in this booking was forgotten (booking.erased): take back what this place still says of them, as far as it lets us.

        `event.booking` has what an invoice needs and no more. Again without an effect the second time, and whatever `events` says.
        """

    def next_offset(self, topic, partition, end):
        """KEEPS_OFFSETS: where to go on, or None: from the beginning. `end`: the topic ends there now.

        apply() then raises Displaced where the stored offset has changed since.
        """

    def close(self):
        pass
