def publish(message, **kwargs):
    encoder = kwargs.pop("encoder", plain)
    kwargs["payload"] = encoder(message)
    return transmit(**kwargs)


def transmit(payload, retry=None, deliver=None):
    if retry and not payload:
        return retry()
    return deliver(payload)


def plain(message):
    return message


def shouted(message):
    return message.upper()


def mailbox(payload):
    return "box:" + payload


def again():
    # Only reached for empty payloads.
    return "again"


assert publish("a", deliver=mailbox) == "box:a"
assert publish("b", deliver=mailbox, retry=again, encoder=shouted) == "box:B"
