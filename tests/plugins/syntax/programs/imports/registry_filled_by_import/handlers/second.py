from reg import register


@register("b")
def on_b():
    return 2
