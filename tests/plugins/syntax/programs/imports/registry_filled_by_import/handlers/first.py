from reg import register


@register("a")
def on_a():
    return 1
