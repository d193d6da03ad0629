def clean(text):
    return text.strip()


def dirty(text):
    return " " + text
