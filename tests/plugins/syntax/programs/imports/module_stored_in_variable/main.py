import json_codec
import text_codec

codecs = {"json": json_codec, "text": text_codec}


def encode(kind):
    return codecs[kind].encode()


encode("json")
encode("text")
codecs["text"].decode()
